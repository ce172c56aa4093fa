"""The text of a file that came with an act, for the search; of a picture, and of a file that is locked or broken, none.

Files come from outside, and what reads them may hang or swell over one: each is read in a process of its own, which is
bounded in time and in memory, and whose end is the end of that file alone.
"""

import io
import resource
import subprocess
import sys
from pathlib import PurePath

from negotiation.core.errors import FieldError
from negotiation.domain.attachments.kinds import DOC, JPEG, MEGABYTE, PDF, PNG, PPT, XLS
from negotiation.domain.attachments.recognition import recognised
from negotiation.domain.attachments.secrecy import text_of
from negotiation.domain.searching import MOST_IN_FILE

MOST_READ = 20 * MEGABYTE  # what is larger is not read
MOST_SECONDS = 20
_MOST_MEMORY = 1024 * MEGABYTE
_WITHOUT_TEXT = (PNG, JPEG, DOC, XLS, PPT)  # the old formats of Office have a text that could only be guessed at


def read_apart(name: str, content: bytes) -> str | None:
    """The text of a file, at most ``MOST_IN_FILE`` characters, read in a process of its own; None where none can be."""
    if len(content) > MOST_READ:
        return None
    command = [sys.executable, "-m", __spec__.name, f"file{PurePath(name).suffix}"]
    try:
        done = subprocess.run(command, input=content, capture_output=True, timeout=MOST_SECONDS, check=False)
    except (subprocess.TimeoutExpired, OSError):
        return None
    return done.stdout.decode("utf-8", "ignore") or None if done.returncode == 0 else None


def read(name: str, content: bytes) -> str:
    """The text of a file, "" where it has none. Raises what its library does over one that is broken."""
    try:
        kind, _ = recognised(name, content)
    except FieldError:
        return ""
    if kind in _WITHOUT_TEXT:
        return ""
    text = _of_pdf(content) if kind is PDF else text_of(kind, content)
    return text[:MOST_IN_FILE].replace("\0", "")  # which PostgreSQL does not hold


def _of_pdf(content: bytes) -> str:
    """The text of the pages, until there is enough of it."""
    from pypdf import PdfReader  # noqa: PLC0415 - only the process that reads a file needs it

    pages, length = [], 0
    for page in PdfReader(io.BytesIO(content)).pages:
        pages.append(page.extract_text())
        length += len(pages[-1])
        if length >= MOST_IN_FILE:
            break
    return "\n".join(pages)


def main() -> None:
    """Reads the file on the standard input, whose name is the argument, and writes its text."""
    resource.setrlimit(resource.RLIMIT_AS, (_MOST_MEMORY, _MOST_MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (MOST_SECONDS, MOST_SECONDS))  # who waits for it may be killed
    sys.stdout.buffer.write(read(sys.argv[1], sys.stdin.buffer.read()).encode("utf-8", "ignore"))


if __name__ == "__main__":
    main()
