"""Files of a form that was given back or saved itself: held until it is sent, so that nobody chooses them twice.

They lie in a folder of the home by what the form is about, whose it is and the form's own token. They go when the form
is entered, when its case is destroyed by an order (封存清除), or after a week. No backup carries them.
"""

import re
import secrets
import shutil
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from io import BytesIO
from pathlib import Path
from urllib.parse import quote

from negotiation.core.whole_file import OWNER_ONLY, write_whole
from negotiation.domain.attachments.upload import Upload
from negotiation.services.backup.home_files import HELD

KEPT_FOR = timedelta(days=7)
_FORM = "form.json"
_TOKEN = re.compile(r"[0-9a-f]{32}")


@dataclass(frozen=True)
class HeldFiles:
    """The files held for one form: ``token`` is what the form carries, ``folder`` where they lie."""

    folder: Path
    token: str

    @classmethod
    def of(cls, home: Path, about: str, account: int, token: str) -> "HeldFiles":
        """Those of a form about a case or a procedure; a token that is none begins a form without any."""
        token = token if _TOKEN.fullmatch(token) else secrets.token_hex(16)
        return cls(_about(home, about) / f"{account}-{token}", token)

    def names(self) -> list[str]:
        """The names of the files, in the order in which they were chosen."""
        return [name for name, _ in self._files()]

    def contents(self) -> list[tuple[str, bytes]]:
        """Name and content of each file."""
        return [(name, path.read_bytes()) for name, path in self._files()]

    def keep(self, uploads: Iterable[Upload]) -> None:
        """Holds these files and no others; what was held goes last, so that a crash or a full disk loses none.

        Raises NegotiationError if they cannot be written.
        """
        wanted = {f"{n:02} {upload.name}": BytesIO(upload.content) for n, upload in enumerate(uploads, 1)}
        for name, content in wanted.items():
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            write_whole(self.folder / name, partial(shutil.copyfileobj, content), mode=OWNER_ONLY)
        for path in self.folder.iterdir() if self.folder.is_dir() else ():
            if path.name not in {*wanted, _FORM}:
                path.unlink(missing_ok=True)

    def keep_form(self, text: str) -> None:
        """Holds what was typed beside the files. Raises NegotiationError if it cannot be written."""
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        write_whole(self.folder / _FORM, partial(shutil.copyfileobj, BytesIO(text.encode())), mode=OWNER_ONLY)

    def form(self) -> str:
        """Text of what was typed; "" if nothing is held of it."""
        try:
            return (self.folder / _FORM).read_text(encoding="utf-8")
        except OSError:
            return ""

    def drop(self) -> None:
        """Removes what is held, if anything is."""
        shutil.rmtree(self.folder, ignore_errors=True)

    def _files(self) -> Iterator[tuple[str, Path]]:
        if self.folder.is_dir():
            for path in sorted(self.folder.glob("[0-9][0-9] *")):
                yield path.name.partition(" ")[2], path


def about_of(path: str) -> str:
    """The case or the procedure that the form at an address is about; "" for a form that holds no files."""
    parts = path.split("/")
    is_act = len(parts) == 5 and (parts[1], parts[3]) == ("cases", "acts")
    is_application = len(parts) == 3 and parts[1] == "apply"
    return parts[2] if is_act or is_application else ""


def remove_about(home: Path, about: str) -> None:
    """Removes what is held for all forms about a case."""
    shutil.rmtree(_about(home, about), ignore_errors=True)


def remove_old(home: Path, at: datetime) -> int:
    """Removes what has been held for longer than a week; returns how many forms that were."""
    old = [each for each in (home / HELD).glob("*/*") if each.stat().st_mtime < (at - KEPT_FOR).timestamp()]
    for each in old:
        shutil.rmtree(each, ignore_errors=True)
    return len(old)


def _about(home: Path, about: str) -> Path:
    return home / HELD / quote(about, safe="")
