"""Compiles the report of a period: counts added up to lines, lines checked, and all that stands beside them."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from calendars.dates import in_words
from negotiation.core.errors import NegotiationError
from negotiation.documents.report import cache, case_rows, grounds, manual_figures, moves, needs
from negotiation.documents.report.books import Books
from negotiation.documents.report.cache import Counted
from negotiation.documents.report.counting.coordination import MILESTONES
from negotiation.documents.report.days import Days, reading
from negotiation.documents.report.definitions import FINISHED, NEEDS, Ground
from negotiation.documents.report.figures import STEP_TITLES, ProcedureFigures
from negotiation.documents.report.figures import Span as Of
from negotiation.documents.report.grounds import Ruled
from negotiation.documents.report.model import Imbalance, Report, RulebookUsed
from negotiation.documents.report.rows import Moved
from negotiation.documents.report.sources import Gathering
from negotiation.documents.report.totals import BalanceCheck, Lines, Tally
from negotiation.domain.rulebook import Procedure, Rulebook
from negotiation.services.context import Context
from negotiation.store.database import Database
from negotiation.store.report_cache import Sum
from negotiation.store.retention import offline_between
from negotiation.store.transaction import Transaction


def compiled(
    database: Database,
    context: Context,
    year: int,
    days: Days,
    *,
    tables: bool = True,
) -> Report:
    """The report of some days; ``tables=False`` leaves out the tables that list cases one by one.

    Nothing is raised for an imbalance: it stands in the report (``demand_balance``). Only reads: it does not store what
    it counts anew.
    """
    with reading(database, context, days.known) as (transaction, known):
        return compiled_in(transaction, known, year, days, tables=tables)[0]


def compiled_in(
    transaction: Transaction,
    context: Context,
    year: int,
    days: Days,
    *,
    tables: bool = True,
    from_rows: bool = False,
) -> tuple[Report, list[Sum]]:
    """The report as this transaction sees the database, with the sums of what was counted anew (``cache.keep``).

    ``from_rows``: every case is counted from its rows, whatever sums are stored; so it is where it looks back.
    """
    gathering = Gathering(transaction, Books.read(context, transaction), days.span())
    anew = from_rows or days.known is not None
    counted, fresh = (Counted.of(gathering), []) if anew else cache.counted(gathering)
    found = _report(gathering, counted, year, tables=tables)
    return replace(found, known_on=days.known.known_on if days.known else None), fresh


def _report(gathering: Gathering, counted: Counted, year: int, *, tables: bool) -> Report:
    """The figures of what was counted, and all that stands beside them."""
    context, (since, until, as_of, *_) = gathering.books.context, gathering.span
    ruling = _ruling(gathering.books, counted)
    procedures = tuple(_procedures(gathering.books, counted.tally, ruling, since, until))
    moved = moves.moved(context, counted.moves)
    return Report(
        year=year,
        since=since,
        until=until,
        as_of=as_of,
        rulebooks=_rulebooks(gathering.books, counted),
        procedures=procedures,
        tables=case_rows.tables(gathering) if tables else {},
        moved=moved,
        entered=manual_figures.of_year(gathering.transaction, year),
        sources=_sources(context, since, until),
        notes=tuple(_notes(gathering, moved)),
        imbalances=tuple(_imbalances(gathering, counted, procedures)),
        bases=_bases(procedures[0].key, ruling),
    )


def demand_balance(report: Report) -> None:
    """Checks that the report balances. Raises NegotiationError that names the cases."""
    if report.imbalances:
        listed = "；".join(f"{each.where}：{each.what}" for each in report.imbalances)
        cases = "、".join(dict.fromkeys(no for each in report.imbalances for no in each.cases))
        raise NegotiationError(
            f"年度报告的数字不平衡：{listed}", where=f"案件 {cases}" if cases else "", todo=report.imbalances[0].todo
        )


# --------------------------------------------------------------------------------------------------------- the lines


def _procedures(
    books: Books, tally: Tally, ruling: list[Ruled], since: date, until: date
) -> Iterator[ProcedureFigures]:
    """The figures of every procedure of today's rulebook, and of another one those that have cases in the period."""
    today = books.context.procedures
    for key, rules in books.procedures.items():
        if key in today or key in tally.procedures:
            own = [each for each in ruling if each.rules.key == key]
            missing = needs.lacking(NEEDS, (each.rules for each in own))
            lines = Lines(tally, key, books.context, frozenset(missing))
            yield replace(_figures(rules, own, lines, (since, until)), lacking=missing)


def _figures(rules: Procedure, own: list[Ruled], lines: Lines, span: tuple[date, date]) -> ProcedureFigures:
    """The figures of a procedure, in words that are, where they differ, those of the laws of its cases."""
    return ProcedureFigures(
        key=rules.key,
        title=rules.title,
        basis=grounds.cited(Ground.REPLY, own),
        rate=rules.report.rate,
        rate_title=rules.report.rate_title,
        table=rules.report.table,
        section=rules.report.section,
        total=lines.total,
        providers=lines.providers,
        applicants=lines.applicants,
        levels=lines.levels(),
        months=lines.months(*span),
        refusal_classes=_refusal_classes(own),
        step_titles={name: _titles(own, column) or STEP_TITLES[name] for column, name in MILESTONES.items()},
        outcomes=needs.outcomes_of(each.rules for each in own),
        parties=_parties(own),
    )


def _parties(ruling: list[Ruled]) -> dict[str, str]:
    """The titles of the parties, and of what cases are about, in the latest law of the cases."""
    book, rules = max(ruling, key=lambda each: each.book.in_force_from)
    titles = {role: book.role_title(role) if role in book.roles else rules.fields[role].title for role in rules.parties}
    subject = rules.fields.get(rules.subject)
    return titles | ({"subject": subject.title} if subject else {})


def _refusal_classes(ruling: list[Ruled]) -> dict[str, str]:
    """The classes of reasons as the rulebooks of the cases name them."""
    named = [each.rules.fields[key].choices for each in ruling if (key := each.rules.report.refusal_class)]
    return {key: title for choices in named for key, title in choices.items()}


def _titles(ruling: list[Ruled], milestone: str) -> tuple[str, ...]:
    """The titles of the events that set a milestone, the earlier law first."""
    in_order = sorted(ruling, key=lambda each: each.book.in_force_from)
    pairs = ((each.rules, key, column) for each in in_order for key, column in each.rules.milestones.items())
    return tuple(dict.fromkeys(rules.events[key].title for rules, key, column in pairs if column == milestone))


def _rulebooks(books: Books, counted: Counted) -> tuple[RulebookUsed, ...]:
    """The rulebooks of the cases in the period; today's where there are none."""
    used = sorted({(id, edition) for id, edition, _ in counted.books})
    found = [books.by_key[key] for key in used] or [books.context.rulebook]
    return tuple(RulebookUsed(book.id, book.version, book.title, book.law, _short_names(book)) for book in found)


def _short_names(book: Rulebook) -> tuple[tuple[str, str], ...]:
    return tuple((name, document.cited("")) for name, document in book.documents.items())


def _ruling(books: Books, counted: Counted) -> list[Ruled]:
    """Each procedure as it is in the rulebooks of its cases; as in today's where it has none."""
    used = [
        Ruled(books.by_key[id, edition], books.rules(id, edition, key)) for id, edition, key in sorted(counted.books)
    ]
    known = {each.rules.key for each in used}
    today = books.context.rulebook
    return used + [Ruled(today, rules) for key, rules in today.procedures.items() if key not in known]


def _bases(main: str, ruling: list[Ruled]) -> dict[Ground, str]:
    """The articles of the figures: of the main procedure, but for what others are judged by (``FINISHED``)."""
    bases = {ground: grounds.cited(ground, (each for each in ruling if each.rules.key == main)) for ground in Ground}
    finishing = [each for each in ruling if each.rules.report.rate == FINISHED]
    return bases | {Ground.FINISHING: grounds.cited(Ground.FINISHING, finishing)}


# ------------------------------------------------------------------------------------------------------ the balance


def _imbalances(
    gathering: Gathering, counted: Counted, procedures: tuple[ProcedureFigures, ...]
) -> Iterator[Imbalance]:
    if counted.wrong:
        wrong = tuple(sorted(set(counted.wrong)))
        yield Imbalance("案件登记", "收到、办结日期与状态或办理经过相互矛盾", wrong, _AUDIT)
    for each in procedures:
        lines = [line for line in each.lines if line.scope.span is not Of.MONTH and not line.balances]
        if lines:
            names = "、".join(line.scope.title for line in lines)
            cases = _left_over(gathering, each.key)
            yield Imbalance(each.title, f"上年结转＋新收＋划入≠办结＋划出＋结转下年（{names}）", cases, _AUDIT)


_AUDIT = "请核对所列案件的登记和事件链"


def _left_over(gathering: Gathering, procedure: str) -> tuple[str, ...]:
    check = BalanceCheck()
    detailed = Gathering(gathering.transaction, gathering.books, gathering.span._replace(detail=True))
    detailed.count(check, ("closed",))
    return check.cases(procedure)


# ---------------------------------------------------------------------------------------------- what stands beside


def _sources(context: Context, since: date, until: date) -> tuple[str, ...]:
    """The documents that arrange the working days of the years of the period."""
    calendar = context.calendar_of(context.rulebook)
    days = (day for year in range(since.year, until.year + 1) for day in calendar.days_of(year))
    return tuple(dict.fromkeys(day.source for day in days if day.source))


def _notes(gathering: Gathering, moved: tuple[Moved, ...]) -> Iterator[str]:
    """Sentences beside the figures: units that merged or were renamed, and what is not final."""
    span, context = gathering.span, gathering.books.context
    for change in context.directory.changes:
        if span.since <= change.happened_on <= span.until:
            yield change.says
    for each in moved:
        title = gathering.books.procedures[each.procedure].title
        yield f"{title}{len(each.nos)}件的{each.role}由{each.given}变更为{each.taken}，分别计入划出和划入"
    offline = offline_between(gathering.transaction, span.since, span.until)
    if offline:
        yield f"另有{len(offline)}件转线下办理（{'、'.join(offline)}），系统只留编号、双方和日期"
    if span.until >= span.as_of:
        yield f"统计期间的最后一日即统计日（{in_words(span.as_of)}）；当日届满、尚未答复的期限不计入应答复"
    official = context.calendar.official_through
    if span.until > official:
        yield f"{official.year + 1}年节假日安排尚未公布，其后的期限为暂定"
