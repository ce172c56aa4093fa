"""A published year is frozen: a snapshot with its digest; a later run shows every difference, never silently others.

What a year carried forward, the next one carries over: the snapshot keeps the cases that were open at its end.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from typing import Any

from negotiation.core.errors import UsageError
from negotiation.core.local_time import local_date
from negotiation.documents.report import cache
from negotiation.documents.report.books import Books
from negotiation.documents.report.comparison import explained, with_changes
from negotiation.documents.report.compiler import compiled_in, demand_balance
from negotiation.documents.report.days import Days, reading
from negotiation.documents.report.json_output import Content, as_json
from negotiation.documents.report.model import Imbalance, Published, Report
from negotiation.documents.report.sources import Gathering
from negotiation.documents.report.totals import ProviderCollector
from negotiation.domain.seal_facts import SealFacts
from negotiation.services.context import Context
from negotiation.store import report_editions, seals
from negotiation.store.database import Database
from negotiation.store.report_editions import digest_of
from negotiation.store.transaction import Transaction

SEAL = "seal"  # the newest one of the instant of its publication
OPEN_AT_THE_END = "open_at_the_end"
LONGEST_REASON = 500


def report_of(
    database: Database,
    context: Context,
    year: int,
    days: Days,
    *,
    tables: bool = True,
    from_rows: bool = False,
) -> Report:
    """The report of a period, compared with what was published of that year and of the year before.

    Where it is what was known on a past day, it is compared with what is known now. Stores the sums that it counted
    anew; ``from_rows``: no stored sum is read.
    """
    with reading(database, context, days.known) as (transaction, known):
        report, fresh = compiled_in(transaction, known, year, days, tables=tables, from_rows=from_rows)
        report, frozen = _compared(transaction, known, report, days)
    cache.keep(database, fresh)
    if days.known is not None:
        return with_changes(database, context, report, days)
    return explained(database, context, report, frozen, days) if frozen is not None else report


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
    days = Days(date(year, 1, 1), date(year, 12, 31), today)
    report = report_of(database, context, year, days, from_rows=True)
    demand_balance(report)
    _demand_reason(report, reason)
    content = as_json(replace(report, published=None, differences=(), entered_later={}))
    with database.read() as transaction:
        content[OPEN_AT_THE_END] = _cases_behind(transaction, context, days, "carried_forward")
        sealed = seals.last_seal(transaction)
    content[SEAL] = sealed and asdict(sealed.facts) | {"sealed_on": sealed.facts.sealed_on.isoformat()}
    body = json.dumps(content, ensure_ascii=False, sort_keys=True)
    with database.write() as transaction:
        edition = report_editions.keep(transaction, year, body, digest_of(body), author, at, reason.strip())
        transaction.log("report_published", year=year, edition=edition)
    return Published(year, edition, digest_of(body), author, at, reason.strip(), sealed and sealed.facts)


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
        return [_published(row, json.loads(row.body)) for row in report_editions.all_of(transaction, year)]


# ------------------------------------------------------------------------------------------------------- compared


@dataclass(frozen=True)
class _Frozen:
    """An edition as it is stored."""

    published: Published
    content: Content
    intact: bool


def _compared(transaction: Transaction, context: Context, report: Report, days: Days) -> tuple[Report, Content | None]:
    """The report beside what was published of the year before, and of its own days: that comes along."""
    this, last = _newest(transaction, report.year), _newest(transaction, report.year - 1)
    imbalances = [_torn(each) for each in (this, last) if each is not None and not each.intact]
    if last is not None and report.since == date(report.year, 1, 1):
        imbalances += _carried_otherwise(transaction, context, report, days, last)
    if this is None or (str(report.since), str(report.until)) != (this.content["from"], this.content["to"]):
        return replace(report, imbalances=(*report.imbalances, *imbalances)), None
    found = replace(report, imbalances=(*report.imbalances, *imbalances), published=this.published)
    return found, this.content


def _newest(transaction: Transaction, year: int) -> _Frozen | None:
    row = report_editions.newest(transaction, year)
    if row is None:
        return None
    content = json.loads(row.body)
    return _Frozen(_published(row, content), content, report_editions.is_intact(row))


def _published(row: Any, content: Content) -> Published:
    kept = content.get(SEAL)  # an earlier program's editions have none
    seal = SealFacts(**kept | {"sealed_on": date.fromisoformat(kept["sealed_on"])}) if kept else None
    return Published(row.year, row.edition, row.digest, row.published_by, row.published_at, row.reason, seal)


def _torn(frozen: _Frozen) -> Imbalance:
    what = f"第{frozen.published.edition}版的内容与其摘要不符，已被改动"
    return Imbalance(f"已发布的{frozen.published.year}年度报告", what, (), "请从备份恢复该版本")


def _carried_otherwise(
    transaction: Transaction, context: Context, report: Report, days: Days, last: _Frozen
) -> Iterator[Imbalance]:
    """This year's 上年结转 is last year's 结转下年, department by department; if not, the cases are named."""
    frozen: Mapping[str, Mapping[str, int]] = last.content[OPEN_AT_THE_END]
    then = {key: _by_department(cases) for key, cases in frozen.items() if cases}
    now = {
        each.key: {int(line.scope.key): n for line in each.providers if (n := line.counts.get("carried_over", 0))}
        for each in report.procedures
    }
    if then == {key: counts for key, counts in now.items() if counts}:
        return
    found = _cases_behind(transaction, context, days, "carried_over")
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


def _cases_behind(transaction: Transaction, context: Context, days: Days, name: str) -> dict[str, dict[str, int]]:
    """The cases behind 上年结转 or 结转下年 with the ids of their providers, for each procedure."""
    collector = ProviderCollector(name)
    Gathering(transaction, Books.read(context, transaction), days.span(detail=True)).count(collector, (name,))
    return dict(collector.cases)
