"""What examinations come to: a check of each thing that is looked after, a finding of each that is to be told."""

from dataclasses import dataclass
from datetime import date, datetime

from negotiation.core.checks import Checked, CheckState


@dataclass(frozen=True)
class Finding:
    """Something to mend (serious) or to know."""

    serious: bool
    what: str
    todo: str


@dataclass(frozen=True)
class Check:
    """How one thing is doing: in words, since when, and what to do: by whoever reads a page, and by command."""

    of: Checked
    state: CheckState
    what: str
    todo: str = ""
    command: str = ""
    since: date | datetime | None = None

    @property
    def findings(self) -> list[Finding]:
        """The finding of what is not as it should be, with the command by which it is mended if there is one."""
        if self.state is CheckState.GOOD:
            return []
        return [Finding(self.state is CheckState.FAULT, self.what, self.command or self.todo)]
