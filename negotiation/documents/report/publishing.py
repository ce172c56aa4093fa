"""A published year is frozen: a snapshot with its digest; a later run shows every difference, never silently others.

What a year carried forward, the next one carries over: the snapshot keeps the cases that were open at its end.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from negotiation.core.errors import UsageError
from negotiation.core.local_time import local_date
from negotiation.documents.report import cache
from negotiation.documents.report.books import Books
from negotiation.documents.report.compiler import compiled_in, demand_balance
from negotiation.documents.report.definitions import DEFINITIONS, ENTERED_TITLES, REFUSED
from negotiation.documents.report.json_output import Content, as_json, cells
from negotiation.documents.report.model import Difference, Imbalance, Published, Report
from negotiation.documents.report.sources import Gathering
from negotiation.documents.report.totals import ProviderCollector
from negotiation.services.context import Context
from negotiation.store import report_editions
from negotiation.store.database import Database
from negotiation.store.report_parts import Span
from negotiation.store.transaction import Transaction

OPEN_AT_THE_END = "open_at_the_end"
LONGEST_REASON = 500


def report_of(
    database: Database,
    context: Context,
    year: int,
    days: tuple[date, date, date],
    *,
    tables: bool = True,
    from_rows: bool = False,
) -> Report:
    """The report of a period, compared with what was published of that year and of the year before.

    ``days``: since, until, as of. Stores the sums that it counted anew; ``from_rows``: no stored sum is read.
    """
    with database.read() as transaction:
        report, fresh = compiled_in(transaction, context, year, days, tables=tables, from_rows=from_rows)
        report = _compared(database, context, report, transaction)
    cache.keep(database, fresh)
    return report


def publish(
    database: Database, context: Context, year: int, *, author: str, at: datetime, reason: str = ""
) -> Published:
    """Freezes the figures of a year that is over, as they are known now. Another edition needs a reason.

    What is frozen is counted from the cases themselves, not from stored sums.
    Raises UsageError, or NegotiationError with the cases named where the figures do not balance.
    """
    today = local_date(at)
    if today <= date(year, 12, 31):
        raise UsageError(f"{year}年尚未结束，不能发布年度报告", todo="请在年度结束后发布；此前可选起止日期查看")
    days = date(year, 1, 1), date(year, 12, 31), today
    report = report_of(database, context, year, days, from_rows=True)
    demand_balance(report)
    _demand_reason(report, reason)
    content = as_json(replace(report, published=None, differences=()))
    content[OPEN_AT_THE_END] = _cases_behind(database, context, report, "carried_forward")
    body = json.dumps(content, ensure_ascii=False, sort_keys=True)
    with database.write() as transaction:
        edition = report_editions.keep(transaction, year, body, _digest(body), author, at, reason.strip())
    return Published(year, edition, _digest(body), author, at, reason.strip())


def _demand_reason(report: Report, reason: str) -> None:
    if report.published is not None and not reason.strip():
        raise UsageError(
            f"{report.year}年度报告已于{local_date(report.published.published_at)}发布（第{report.published.edition}版）",
            todo="再次发布须写明理由；原版本保留",
            command="--reason 理由",
        )
    if len(reason) > LONGEST_REASON:
        raise UsageError(f"理由超过{LONGEST_REASON}个字", todo="请缩短理由")


def editions_of(database: Database, year: int) -> list[Published]:
    """Every edition of a year, the first one first."""
    with database.read() as transaction:
        return [_published(row) for row in report_editions.all_of(transaction, year)]


# ------------------------------------------------------------------------------------------------------- compared


@dataclass(frozen=True)
class _Frozen:
    """An edition as it is stored."""

    published: Published
    content: Content
    intact: bool


def _compared(database: Database, context: Context, report: Report, transaction: Transaction) -> Report:
    this, last = _newest(transaction, report.year), _newest(transaction, report.year - 1)
    imbalances = [_torn(each) for each in (this, last) if each is not None and not each.intact]
    if last is not None and report.since == date(report.year, 1, 1):
        imbalances += _carried_otherwise(database, context, report, last)
    if this is None or (str(report.since), str(report.until)) != (this.content["from"], this.content["to"]):
        return replace(report, imbalances=(*report.imbalances, *imbalances))
    return replace(
        report,
        imbalances=(*report.imbalances, *imbalances),
        published=this.published,
        differences=tuple(_differences(this.content, as_json(report))),
    )


def _newest(transaction: Transaction, year: int) -> _Frozen | None:
    row = report_editions.newest(transaction, year)
    return row and _Frozen(_published(row), json.loads(row.body), _digest(row.body) == row.digest)


def _published(row: Any) -> Published:
    return Published(row.year, row.edition, row.digest, row.published_by, row.published_at, row.reason)


def _digest(body: str) -> str:
    return hashlib.sha256(body.encode()).hexdigest()


def _torn(frozen: _Frozen) -> Imbalance:
    what = f"第{frozen.published.edition}版的内容与其摘要不符，已被改动"
    return Imbalance(f"已发布的{frozen.published.year}年度报告", what, (), "请从备份恢复该版本")


def _carried_otherwise(database: Database, context: Context, report: Report, last: _Frozen) -> Iterator[Imbalance]:
    """This year's 上年结转 is last year's 结转下年, department by department; if not, the cases are named."""
    frozen: Mapping[str, Mapping[str, int]] = last.content[OPEN_AT_THE_END]
    then = {key: _by_department(cases) for key, cases in frozen.items() if cases}
    now = {
        each.key: {int(line.scope.key): n for line in each.providers if (n := line.counts.get("carried_over", 0))}
        for each in report.procedures
    }
    if then == {key: counts for key, counts in now.items() if counts}:
        return
    found = _cases_behind(database, context, report, "carried_over")
    for key in sorted({*frozen, *found}):
        before, after = frozen.get(key, {}), found.get(key, {})
        cases = sorted(no for no in {*before, *after} if before.get(no) != after.get(no))
        if cases:
            rules = report.procedure(key)
            what = f"上年结转与已发布的{report.year - 1}年度结转下年不一致"
            todo = f"请核对所列案件；确因补登或作废的，请写明理由重新发布{report.year - 1}年度报告"
            yield Imbalance(rules.title if rules else key, what, tuple(cases), todo)


def _by_department(cases: Mapping[str, int]) -> dict[int, int]:
    found: dict[int, int] = {}
    for department in cases.values():
        found[department] = found.get(department, 0) + 1
    return found


def _cases_behind(database: Database, context: Context, report: Report, name: str) -> dict[str, dict[str, int]]:
    """The cases behind 上年结转 or 结转下年 with the ids of their providers, for each procedure."""
    collector = ProviderCollector(name)
    with database.read() as transaction:
        span = Span(report.since, report.until, report.as_of, detail=True)
        Gathering(transaction, Books.read(context, transaction), span).count(collector, (name,))
    return dict(collector.cases)


# ------------------------------------------------------------------------------------------------------- differences


def _differences(published: Content, now: Content) -> Iterator[Difference]:
    """Cell by cell: every count of every line, and every figure that was entered."""
    then, today = dict(cells(published)), dict(cells(now))
    counted = _counted_then(published)
    for cell in sorted({*then, *(cell for cell in today if cell[-1] in counted or cell[-1].startswith(REFUSED))}):
        before, after = then.get(cell, 0), today.get(cell, 0)
        if before != after:
            yield Difference(_place(cell, published, now), str(before), str(after))
    for key, (title, _) in ENTERED_TITLES.items():
        values = [each["entered"].get(key, {}).get("value", "") for each in (published, now)]
        if values[0] != values[1]:
            yield Difference(f"填报 · {title}", *values)


def _counted_then(published: Content) -> set[str]:
    """The counts that there were when it was published: what is counted since then was not nothing before."""
    return {name for each in published["definitions"] for name in (*each["numerator"], *(each["denominator"] or ()))}


def _place(cell: tuple[str, str, str], *contents: Content) -> str:
    """A cell in words: procedure, line, count."""
    procedure, scope, name = cell
    figures = [each["figures"][procedure] for each in contents if procedure in each["figures"]]
    lines = [each["lines"][scope]["title"] for each in figures if scope in each["lines"]]
    return f"{figures[0]['title']} · {lines[0]} · {_count_title(name)}"


def _count_title(name: str) -> str:
    if name in DEFINITIONS:
        return DEFINITIONS[name].title
    return next((f"{each.title}（{name}）" for each in DEFINITIONS.values() if name in each.numerator), name)
