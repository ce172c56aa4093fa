"""The agenda of a session as a spreadsheet."""

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from negotiation.core.enums import DeadlineStatus
from negotiation.core.labels import DEADLINE_STATUS_TITLES
from negotiation.documents.spreadsheets.writer import Column, Sheet, write_table
from negotiation.services.agenda import DATES, Matter, title_of
from negotiation.services.item_lines import in_words

_COLUMNS = (
    Column("序号", 6), Column("编号", 16), Column("subject", 32), Column("applicant", 20), Column("provider", 20),
    Column("答复意见", 40), Column("提请意见", 32), Column("争议数据项", 40), Column("其他数据项", 28),
    *(Column(title, 12) for title in DATES), Column("本环节至", 12), Column("灯", 10),
)  # fmt: skip


def export(found: Sequence[Matter], agenda: str, today: date, path: Path, roles: Mapping[str, str]) -> int:
    """Writes the agenda to a spreadsheet; returns how many cases are on it.

    ``roles``: what the rulebook calls the parties.
    """
    titles = (f"{title_of(agenda)}议程", f"截至 {today}　{len(found)} 件")
    rows = (_row(n, matter) for n, matter in enumerate(found, 1))
    columns = [Column(roles.get(each.title, each.title), each.width) for each in _COLUMNS]
    return write_table(path, Sheet("议程", titles, columns, rows))


def _row(n: int, matter: Matter) -> list[Any]:
    case = matter.case
    return [
        n, case["no"], case["subject"], case["applicant"], case["provider"], matter.disputed.in_words,
        matter.referral.in_words if matter.referral else "", in_words(each for each in matter.items if each.disputed),
        in_words(each for each in matter.items if not each.disputed), *matter.dates.values(),
        matter.due["due"] if matter.due else None, DEADLINE_STATUS_TITLES[DeadlineStatus(case["light"])],
    ]  # fmt: skip
