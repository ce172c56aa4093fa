"""The desk's list: what is wanted read from text, and lines as people see them."""

from collections.abc import Generator, Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import Any, NamedTuple

from negotiation.core.enums import DUE_SOON_WORKING_DAYS, OFFICE_ID, DeadlineStatus
from negotiation.core.errors import FieldError
from negotiation.core.labels import DEADLINE_STATUS_TITLES
from negotiation.core.texts import searched
from negotiation.domain import forms
from negotiation.domain.rulebook import Procedure, StateRule
from negotiation.services import case_view
from negotiation.services.context import Context
from negotiation.store import assignments
from negotiation.store.case_list import counts as case_counts
from negotiation.store.case_list import query
from negotiation.store.case_list.conditions import Sort, Wanted
from negotiation.store.case_list.counts import Counts
from negotiation.store.case_list.paging import Cursor, Page, Place, Places
from negotiation.store.case_queries import CaseLine
from negotiation.store.database import Database
from negotiation.store.transaction import Transaction

LINES_OF_A_PAGE = 50
LINES_READ_AT_ONCE = 500
SORT_TITLES = {
    Sort.NEXT_DUE: "本环节至",
    Sort.NO: "编号",
    Sort.RECEIVED: "收到",
    Sort.DUE: "答复期限",
    Sort.SUBJECT: "资源名称",
}
FILTER_TITLES = {
    "procedure": "事项",
    "state": "状态",
    "department": "部门",
    "holder": "办理方",
    "handler": "经办人",
    "light": "灯",
    "provisional": "暂定期限",
    "since": "收到（自）",
    "until": "收到（至）",
    "open": "未办结",
    "sort": "排序",
    "descending": "倒序",
}
Line = dict[str, Any]  # as ``views`` gives it, with its handler and version
_YES, _NO = frozenset({"1", "on", "true", "是"}), frozenset({"", "0", "off", "false", "否"})


# -------------------------------------------------------------------------------------------------- what is wanted


def read_wanted(context: Context, given: Mapping[str, str], *, scope: int | None) -> Wanted:
    """The request of a person, from the texts of a form or an address; ``scope``: whose cases the person may see.

    Keys: those of ``FILTER_TITLES``, and text; others are passed over. Raises FieldError, a sentence for the filter
    whose value is none.
    """
    asked = {key: searched(value) for key, value in given.items()}
    holder = _choice(asked, "holder", context.roles)
    since, until = _day(asked, "since"), _day(asked, "until")
    if since and until and since > until:
        raise FieldError("收到日期的起止颠倒", field="until", where=f"{since} 至 {until}", todo="请交换两个日期")
    return Wanted(
        procedure=_choice(asked, "procedure", _procedures(context)),
        state=_choice(asked, "state", state_titles(context)),
        departments=_departments(context, asked.get("department", "")),
        held=held_by(context, holder) if holder else None,
        handler_id=_number(asked, "handler"),
        light=DeadlineStatus(chosen) if (chosen := _choice(asked, "light", _lights())) else None,
        provisional=_flag(asked, "provisional"),
        since=since,
        until=until,
        text=asked.get("text", ""),
        open_only=_flag(asked, "open"),
        scope=scope,
        sort=Sort(_choice(asked, "sort", SORT_TITLES) or Sort.NEXT_DUE),
        descending=_flag(asked, "descending"),
    )


def state_titles(context: Context) -> dict[str, str]:
    """The states of all procedures, for a person to choose from; the newest rulebook's word where they differ."""
    return {key: state.title for _, key, state in _states(context)}


def held_by(context: Context, role: str) -> tuple[tuple[str, str], ...]:
    """The states (procedure, state) that a role holds, in any of the office's rulebooks."""
    return tuple(dict.fromkeys((rules.key, key) for rules, key, state in _states(context) if state.held_by == role))


def _states(context: Context) -> Iterator[tuple[Procedure, str, StateRule]]:
    """Every state of every procedure, the oldest rulebook first."""
    for book in reversed(context.books):
        for rules in book.procedures.values():
            yield from ((rules, key, state) for key, state in rules.states.items())


def _procedures(context: Context) -> dict[str, str]:
    return {key: rules.title for key, rules in context.procedures.items()}


def _lights() -> dict[str, str]:
    return {light.value: title for light, title in DEADLINE_STATUS_TITLES.items()}


Asked = Mapping[str, str]  # what was typed into each filter


def _choice(asked: Asked, key: str, titles: Mapping[Any, str]) -> str:
    """One of several, by its identifier or its title; nothing if nothing was given."""
    text, what = asked.get(key, ""), FILTER_TITLES[key]
    if not text:
        return ""
    for each, title in titles.items():
        if text in (each, title):
            return str(each)
    raise FieldError(f"{what}中没有“{text}”", field=key, where=what, todo="可用：" + "、".join(titles.values()))


def _departments(context: Context, text: str) -> tuple[int, ...]:
    """The departments that are meant: by an id, a name that one has or had, or a part of such names."""
    if not text:
        return ()
    number = forms.read_number(text)
    if number in context.directory.by_id:
        return (number,)
    return tuple(unit.id for unit in context.directory.demand_matching(text))


def _number(asked: Asked, key: str) -> int | None:
    text, what = asked.get(key, ""), FILTER_TITLES[key]
    if not text:
        return None
    number = forms.read_number(text)
    if number is None:
        raise FieldError(f"“{text}”不是账户的编号", field=key, where=what, todo="请重新选择")
    return number


def _day(asked: Asked, key: str) -> date | None:
    try:
        return forms.read_date(asked.get(key, ""))
    except ValueError as error:
        advice = "日期写成 2026-09-18 或 2026年9月18日"
        raise FieldError(str(error), field=key, where=FILTER_TITLES[key], todo=advice) from None


def _flag(asked: Asked, key: str) -> bool:
    text, what = asked.get(key, ""), FILTER_TITLES[key]
    if text in _NO:
        return False
    if text in _YES:
        return True
    raise FieldError(f"“{text}”应为“是”或“否”", field=key, where=what, todo="请重新选择")


# ------------------------------------------------------------------------------------------------- what is shown


def last_day_soon(context: Context, as_of: date) -> date:
    """The last day that is 临期 as of a day: a term that ends later has more working days left."""
    calendar = context.calendar_of(context.rulebook)
    return calendar.estimate(as_of, DUE_SOON_WORKING_DAYS + 1).day - timedelta(days=1)


def lines(
    transaction: Transaction,
    context: Context,
    wanted: Wanted,
    as_of: date,
    after: str = "",
    limit: int = LINES_OF_A_PAGE,
) -> dict[str, Any]:
    """A page of the list: {"as_of", "cases": lines as ``views`` gives them with their handler, "cursor"}.

    ``after``: the cursor that came with the page before; "cursor" is None on the last page.
    """
    cursor = Cursor.read(after, wanted) if after else None
    page = query.page(transaction, wanted, as_of, last_day_soon(context, as_of), cursor, limit)
    return {
        "as_of": as_of,
        "cases": _shown(transaction, context, page.lines, as_of, wanted.scope),
        "cursor": page.next.text if page.next else None,
    }


def places(transaction: Transaction, context: Context, wanted: Wanted, as_of: date, after: str = "") -> Places:
    """Which cases stand on a page of the list, in its order; ``after`` as in ``lines``."""
    cursor = Cursor.read(after, wanted) if after else None
    soon = last_day_soon(context, as_of)
    dialect = transaction.database.dialect
    return query.places(transaction.rows, dialect, wanted, as_of, soon, cursor, LINES_OF_A_PAGE)


def lines_of(
    transaction: Transaction, context: Context, ids: Sequence[int], as_of: date, scope: int | None
) -> list[Line]:
    """The lines of these cases, in the order of their ids as given."""
    found = query.lines_of(transaction, ids, as_of)
    return _shown(transaction, context, found, as_of, scope)


def lines_numbered(
    transaction: Transaction, context: Context, nos: Sequence[str], as_of: date, scope: int | None
) -> list[Line]:
    """The lines of the cases with these numbers that ``scope`` sees, in the order of the numbers as given."""
    found = query.lines_numbered(transaction, nos, as_of, scope)
    return _shown(transaction, context, found, as_of, scope)


class Beside(NamedTuple):
    """What a search does not show: how many closed cases match where no open one does, and the lines of the cases
    whose number was typed whole, whatever their state and the other filters."""

    closed: int
    named: Sequence[Line]


def beside(transaction: Transaction, context: Context, wanted: Wanted, as_of: date, shown: Sequence[Place]) -> Beside:
    """What to say beside the first page of a list, on which the cases ``shown`` stand."""
    here = {place.id for place in shown}
    named = [each.id for each in query.spelt_so(transaction, wanted.text, wanted.scope) if each.id not in here]
    closed = 0
    if wanted.open_only and not shown:
        closed = case_counts.count_closed(transaction, wanted, as_of, last_day_soon(context, as_of))
    return Beside(closed, lines_of(transaction, context, named, as_of, wanted.scope) if named else [])


def counts(transaction: Transaction, context: Context, scope: int | None, as_of: date) -> Counts:
    """The figures above the list: of the office (None) or of a department's own cases."""
    return case_counts.counts(transaction, scope, as_of, last_day_soon(context, as_of))


def every_line(database: Database, context: Context, wanted: Wanted, as_of: date) -> Generator[Line, None, None]:
    """The lines of all pages, as the database stood when the first was read; close it to read no further."""
    with database.read() as transaction:
        for page in _pages(transaction, wanted, as_of, last_day_soon(context, as_of)):
            yield from _shown(transaction, context, page.lines, as_of, wanted.scope)


def _pages(transaction: Transaction, wanted: Wanted, as_of: date, soon: date) -> Iterator[Page]:
    """One page after another, as the database stood when the connection began to read."""
    page = query.page(transaction, wanted, as_of, soon, limit=LINES_READ_AT_ONCE)
    yield page
    while page.next is not None:
        page = query.page(transaction, wanted, as_of, soon, page.next, LINES_READ_AT_ONCE)
        yield page


def _shown(
    transaction: Transaction, context: Context, found: Sequence[CaseLine], as_of: date, scope: int | None
) -> list[dict[str, Any]]:
    """Lines as people see them, with who handles each on the side of who looks (``scope`` None: the office)."""
    shown = case_view.lines_json(transaction, context, found, as_of)
    handled = assignments.names_of(transaction, [line.id for line in found], scope or OFFICE_ID)
    return [
        row | {"handler": handled.get(line.id, ""), "version": line.version}
        for line, row in zip(found, shown, strict=True)
    ]


def in_words(context: Context, wanted: Wanted) -> str:
    """What a list was narrowed to and how it is ordered, for who reads it on paper."""
    holders = (title for role, title in context.roles.items() if wanted.held == held_by(context, role))
    said = {
        "范围": context.directory.name(wanted.scope),
        "事项": _procedures(context).get(wanted.procedure, wanted.procedure),
        "状态": state_titles(context).get(wanted.state, wanted.state),
        "部门": "、".join(map(context.directory.name, wanted.departments)),
        "办理方": next(holders, "") if wanted.held else "",
        "经办人": "指定的一人" if wanted.handler_id is not None else "",
        "灯": DEADLINE_STATUS_TITLES[wanted.light] if wanted.light else "",
        "收到": f"{wanted.since or ''} 至 {wanted.until or ''}" if wanted.since or wanted.until else "",
        "查找": wanted.text,
        "期限": "暂定" if wanted.provisional else "",
        "办理情况": "未办结" if wanted.open_only else "",
        "排序": SORT_TITLES[wanted.sort] + ("（倒序）" if wanted.descending else ""),
    }
    return "　".join(f"{title}：{text}" for title, text in said.items() if text)
