"""What tests need of the machine beside Python: programs and fonts, which ``make test`` installs on Debian.

Without them the tests that need them are skipped by name; with CI=true that is a failure. Everything that renders sees
the fonts of ``fonts.conf`` and no others, so that a page is the same page wherever it is tested.
"""

import os
import shutil
from pathlib import Path

import pytest

PATIENCE = 300  # seconds that a program may take on a busy machine before a test gives up
FONTS_CONF = Path(__file__).with_name("fonts.conf")
FONTS = ("NotoSansCJK-Regular.ttc", "NotoSerifCJK-Regular.ttc", "DejaVuSans.ttf")
FOLDERS = (Path("/usr/share/fonts"), Path("/usr/local/share/fonts"))


def needed(*programs: str) -> None:
    """Gives up where one of these programs, or a font, is not installed."""
    missing = [name for name in programs if not shutil.which(name)]
    missing += [name for name in FONTS if not any(next(folder.rglob(name), None) for folder in FOLDERS)]
    if missing:
        give_up = pytest.fail if os.environ.get("CI") == "true" else pytest.skip
        give_up(f"not installed: {', '.join(missing)} (as root, make test installs them on Debian)")
