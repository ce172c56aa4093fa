"""The lines of the log that a test leaves."""

import json
from pathlib import Path
from typing import Any, NamedTuple

from negotiation.core import log


class LogLines(NamedTuple):
    """The log in a home of its own."""

    home: Path

    @property
    def folder(self) -> Path:
        return self.home / log.FOLDER

    @property
    def text(self) -> str:
        return "".join(path.read_text(encoding="utf-8") for path in sorted(self.folder.glob("*")))

    def of(self, event: str) -> list[dict[str, Any]]:
        """The lines of one kind, the oldest first."""
        lines = [json.loads(line) for line in self.text.splitlines()]
        return [line for line in lines if line["event"] == event]
