"""The environment variables and the home of an installation, as far as they can be read without checking each setting.

Commands that need no more start without the library that checks them, which takes longer than they do.
"""

import os
from collections.abc import Mapping
from pathlib import Path

PREFIX = "NEGOTIATION_"
HOME = f"{PREFIX}HOME"
DEFAULT_HOME = Path("var")
SQLITE_FILE = "negotiation.db"  # the database under the home, unless a server is named
SETTINGS_FILE = "settings.toml"  # the settings under the home, if any


def only_home_is_set(environment: Mapping[str, str] = os.environ) -> bool:
    """True where no setting but the home is given; any path may be a home, so nothing is left to check."""
    if any(name != HOME and name.upper().startswith(PREFIX) for name in environment):
        return False
    try:
        return not (home(environment) / SETTINGS_FILE).exists()
    except OSError:
        return False  # it cannot be seen: whoever reads it names the reason


def home(environment: Mapping[str, str] = os.environ) -> Path:
    """The folder of the installation."""
    return Path(environment.get(HOME, DEFAULT_HOME))
