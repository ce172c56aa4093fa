"""``python -m negotiation`` is the command ``negotiation``."""

from negotiation.cli.main import main

main()
