"""Rows of a sheet that were not taken in: each named with its column and its reason, and a copy to mend and import."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from negotiation.errors import NegotiationError, reason
from negotiation.ledger_sheet import Table, copy_rows

REJECTED_TITLES = ("退回列", "退回原因")
_OWN_SUFFIX = re.compile(r"(-rejected-\d{4}-\d\d-\d\d(-\d+)?)+$")


@dataclass(frozen=True, slots=True)
class Rejection:
    """A row that was not stored: its number in the sheet, the first faulty column from the left, and why."""

    row: int
    column: str
    why: str


def write_rejected(
    home: Path, path: Path, table: Table, rejected: Iterable[Rejection], day: date, *, already: str
) -> Path:
    """The rejected rows as a file under ``home/rejected``, which can be mended and imported as it is.

    ``already`` says what was taken in all the same, for the sentence that is raised if it cannot be written.
    """
    folder, name = home / "rejected", f"{_OWN_SUFFIX.sub('', path.stem)}-rejected-{day.isoformat()}"
    notes = {each.row: (each.column, each.why) for each in rejected}
    try:
        return copy_rows(path, table, folder, name, REJECTED_TITLES, notes)
    except OSError as error:
        raise NegotiationError(
            f"{already}，但退回的行无法另存（{reason(error)}）",
            where=str(folder),
            todo="请检查写入权限后重新导入同一文件；已导入的不会重复",
        ) from None
