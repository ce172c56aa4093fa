"""The environment variables of an installation, as far as they can be read without checking each setting.

Commands that need no more start without the library that checks them, which takes longer than they do.
"""

import os
from collections.abc import Mapping
from pathlib import Path

PREFIX = "NEGOTIATION_"
HOME = f"{PREFIX}HOME"
DEFAULT_HOME = Path("var")
SQLITE_FILE = "negotiation.db"  # the database under the home, unless a server is named


def only_home_is_set(environment: Mapping[str, str] = os.environ) -> bool:
    """True where no setting but the home is given; any path may be a home, so nothing is left to check."""
    return all(name == HOME or not name.upper().startswith(PREFIX) for name in environment)


def home(environment: Mapping[str, str] = os.environ) -> Path:
    """The folder of the installation."""
    return Path(environment.get(HOME, DEFAULT_HOME))
