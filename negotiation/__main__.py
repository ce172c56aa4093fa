"""``python -m negotiation`` is the command ``negotiation``."""

from negotiation.cli import main

main()
