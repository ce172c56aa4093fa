"""Keeping of ended cases: they are archives (文书档案), kept for years by their procedure, then reviewed by a person.

Nothing is destroyed by the clock. The years are counted from the first of January after the year of the end, as files
are filed by years; what is kept longer is kept until a day that the review names, with its reason.
"""

from datetime import date
from typing import NamedTuple

from negotiation.core.errors import FieldError
from negotiation.domain.entered import VALUES, Data

UNTIL, REASON = "until", "reason"


def due_on(closed_on: date, years: int) -> date:
    """The day on which a case that ended is due to be reviewed."""
    return date(closed_on.year + years + 1, 1, 1)


class KeepOn(NamedTuple):
    """The outcome of a review: the case is kept until another day, and why."""

    until: date
    reason: str

    def demand_sound(self, today: date) -> None:
        """Raises FieldError for a day that is past, and where no reason is given."""
        if self.until <= today:
            raise FieldError(f"保管至 {self.until}，不在今天之后", field=UNTIL, todo="请填写今后的日期")
        if not self.reason.strip():
            raise FieldError("延长保管须写明理由", field=REASON, todo="请写明审查意见和依据")

    @property
    def as_data(self) -> Data:
        """The data of its event, which are never destroyed."""
        return {VALUES: {UNTIL: self.until.isoformat()}}


def until_of(data: Data) -> date:
    """The day until which a case is kept by the event of a review."""
    return date.fromisoformat(str(data[VALUES][UNTIL]))


def shown(fields: Data) -> dict[str, str]:
    """The outcome of a review as people read it."""
    return {"保管至": str(fields.get(UNTIL, "")), "理由": str(fields.get(REASON, ""))}
