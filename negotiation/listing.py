"""The desk's list: what is wanted read from text, lines as people see them, and what is shown as a spreadsheet."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from negotiation import forms, views
from negotiation.casework import Practice
from negotiation.errors import WrongUse
from negotiation.ledger_sheet import Column, Sheet, write_table
from negotiation.rulebook import Procedure, StateRule
from negotiation.store import handling
from negotiation.store import listing as stored
from negotiation.store.database import Database, Transaction
from negotiation.store.listing import Counts, Cursor, Page, Sort, Wanted
from negotiation.store.queries import CaseLine
from negotiation.vocabulary import DUE_SOON_WORKING_DAYS, LIGHT_TITLES, OFFICE_ID, Light

LINES_OF_A_PAGE = 50
LINES_READ_AT_ONCE = 500
LONGEST_TEXT = 100
SHEET, TITLE = "案件", "政务数据共享协商案件清单"
SORT_TITLES = {
    Sort.NEXT_DUE: "本环节至",
    Sort.NO: "编号",
    Sort.RECEIVED: "收到",
    Sort.DUE: "答复期限",
    Sort.SUBJECT: "资源名称",
}
Line = dict[str, Any]  # as ``views`` gives it, with its handler and version
_YES, _NO = frozenset({"1", "on", "true", "是"}), frozenset({"", "0", "off", "false", "否"})
_COLUMNS = {
    Column("编号", 16): "no",
    Column("状态", 22): "state_title",
    Column("灯", 10): "light_title",
    Column("使用部门", 20): "applicant",
    Column("提供部门", 20): "provider",
    Column("资源名称", 32): "subject",
    Column("收到", 12): "received",
    Column("答复期限", 12): "due",
    Column("本环节至", 12): "next_due",
    Column("经办人", 12): "handler",
    Column("办结", 12): "closed",
    Column("暂定说明", 48): "awaits",
}


# -------------------------------------------------------------------------------------------------- what is wanted


def read_wanted(practice: Practice, given: Mapping[str, str], *, scope: int | None) -> Wanted:
    """What a person asked for, from the texts of a form or an address; ``scope``: whose cases the person may see.

    Keys: procedure, state, department, holder, handler, light, provisional, since, until, text, open, sort,
    descending; others are passed over. Raises a sentence for a value that is none.
    """
    asked = {key: _plain(value) for key, value in given.items()}.get
    holder = _choice("办理方", asked("holder"), practice.roles)
    since, until = _day("收到（自）", asked("since")), _day("收到（至）", asked("until"))
    if since and until and since > until:
        raise WrongUse("收到日期的起止颠倒", where=f"{since} 至 {until}", todo="请交换两个日期")
    return Wanted(
        procedure=_choice("事项", asked("procedure"), _procedures(practice)),
        state=_choice("状态", asked("state"), state_titles(practice)),
        department_id=_department(practice, asked("department")),
        held=held_by(practice, holder) if holder else None,
        handler_id=_number("经办人", asked("handler")),
        light=Light(chosen) if (chosen := _choice("灯", asked("light"), _lights())) else None,
        provisional=_flag("暂定期限", asked("provisional")),
        since=since,
        until=until,
        text=asked("text") or "",
        open_only=_flag("未办结", asked("open")),
        scope=scope,
        sort=Sort(_choice("排序", asked("sort"), SORT_TITLES) or Sort.NEXT_DUE),
        descending=_flag("倒序", asked("descending")),
    )


def state_titles(practice: Practice) -> dict[str, str]:
    """The states of all procedures, for a person to choose from; the newest rulebook's word where they differ."""
    return {key: state.title for _, key, state in _states(practice)}


def held_by(practice: Practice, role: str) -> tuple[tuple[str, str], ...]:
    """The states (procedure, state) that a role holds, in any of the office's rulebooks."""
    return tuple(dict.fromkeys((rules.key, key) for rules, key, state in _states(practice) if state.held_by == role))


def _states(practice: Practice) -> Iterator[tuple[Procedure, str, StateRule]]:
    """Every state of every procedure, the oldest rulebook first."""
    for book in reversed(practice.books):
        for rules in book.procedures.values():
            yield from ((rules, key, state) for key, state in rules.states.items())


def _procedures(practice: Practice) -> dict[str, str]:
    return {key: rules.title for key, rules in practice.procedures.items()}


def _lights() -> dict[str, str]:
    return {light.value: title for light, title in LIGHT_TITLES.items()}


def _plain(text: str) -> str:
    """What a database can be asked for: no halves of characters, no zero bytes, no more than a person types."""
    return text.encode(errors="ignore").decode().replace("\0", "").strip()[:LONGEST_TEXT]


def _choice(what: str, text: str | None, titles: Mapping[Any, str]) -> str:
    """One of several, by its identifier or its title; nothing if nothing was given."""
    if not text:
        return ""
    for key, title in titles.items():
        if text in (key, title):
            return str(key)
    raise WrongUse(f"{what}中没有“{text}”", where=what, todo="可用：" + "、".join(titles.values()))


def _department(practice: Practice, text: str | None) -> int | None:
    """A department by its id or its name."""
    if not text:
        return None
    number = forms.read_number(text)
    return number if number in practice.directory.by_id else practice.directory.find(text).id


def _number(what: str, text: str | None) -> int | None:
    if not text:
        return None
    number = forms.read_number(text)
    if number is None:
        raise WrongUse(f"“{text}”不是账户的编号", where=what, todo="请重新选择")
    return number


def _day(what: str, text: str | None) -> date | None:
    try:
        return forms.read_date(text) if text else None
    except ValueError as error:
        raise WrongUse(str(error), where=what, todo="日期写成 2026-09-18 或 2026年9月18日") from None


def _flag(what: str, text: str | None) -> bool:
    if (text or "") in _NO:
        return False
    if text in _YES:
        return True
    raise WrongUse(f"“{text}”应为“是”或“否”", where=what, todo="请重新选择")


# ------------------------------------------------------------------------------------------------- what is shown


def last_day_soon(practice: Practice, as_of: date) -> date:
    """The last day that is 临期 as of a day: a term that ends later has more working days left."""
    calendar = practice.calendar_of(practice.rulebook)
    return calendar.estimate(as_of, DUE_SOON_WORKING_DAYS + 1).day - timedelta(days=1)


def lines(
    database: Database,
    practice: Practice,
    wanted: Wanted,
    as_of: date,
    after: str = "",
    limit: int = LINES_OF_A_PAGE,
) -> dict[str, Any]:
    """A page of the list: {"as_of", "cases": lines as ``views`` gives them with their handler, "cursor"}.

    ``after``: the cursor that came with the page before; "cursor" is None on the last page.
    """
    cursor = Cursor.read(after, wanted) if after else None
    with database.reading() as connection:
        page = stored.page(connection, wanted, as_of, last_day_soon(practice, as_of), cursor, limit)
    return {
        "as_of": as_of,
        "cases": _shown(database, practice, page.lines, as_of, wanted.scope),
        "cursor": page.next.text if page.next else None,
    }


def places(transaction: Transaction, practice: Practice, wanted: Wanted, as_of: date, after: str = "") -> stored.Places:
    """Which cases stand on a page of the list, in its order; ``after`` as in ``lines``."""
    cursor = Cursor.read(after, wanted) if after else None
    soon = last_day_soon(practice, as_of)
    dialect = transaction.database.dialect
    return stored.places(transaction.rows, dialect, wanted, as_of, soon, cursor, LINES_OF_A_PAGE)


def lines_of(database: Database, practice: Practice, ids: Sequence[int], as_of: date, scope: int | None) -> list[Line]:
    """The lines of these cases, in the order of their ids as given."""
    with database.reading() as connection:
        found = stored.lines_of(connection, ids, as_of)
    return _shown(database, practice, found, as_of, scope)


def lines_numbered(
    database: Database, practice: Practice, nos: Sequence[str], as_of: date, scope: int | None
) -> list[Line]:
    """The lines of the cases with these numbers that ``scope`` sees, in the order of the numbers as given."""
    with database.reading() as connection:
        found = stored.lines_numbered(connection, nos, as_of, scope)
    return _shown(database, practice, found, as_of, scope)


def counts(database: Database, practice: Practice, scope: int | None, as_of: date) -> Counts:
    """The figures above the list: of the office (None) or of a department's own cases."""
    with database.reading() as connection:
        return stored.counts(connection, scope, as_of, last_day_soon(practice, as_of))


def export(database: Database, practice: Practice, wanted: Wanted, as_of: date, path: Path) -> int:
    """Writes all pages of what is shown to a spreadsheet; returns how many cases there are in it."""
    titles = (TITLE, f"截至 {as_of}　{in_words(practice, wanted)}")
    with database.reading() as connection:
        pages = _pages(connection, wanted, as_of, last_day_soon(practice, as_of))
        rows = (_row(line) for page in pages for line in _shown(database, practice, page.lines, as_of, wanted.scope))
        return write_table(path, Sheet(SHEET, titles, list(_COLUMNS), rows))


def _pages(connection: Connection, wanted: Wanted, as_of: date, soon: date) -> Iterator[Page]:
    """One page after another, as the database stood when the connection began to read."""
    page = stored.page(connection, wanted, as_of, soon, limit=LINES_READ_AT_ONCE)
    yield page
    while page.next is not None:
        page = stored.page(connection, wanted, as_of, soon, page.next, LINES_READ_AT_ONCE)
        yield page


def _shown(
    database: Database, practice: Practice, found: Sequence[CaseLine], as_of: date, scope: int | None
) -> list[dict[str, Any]]:
    """Lines as people see them, with who handles each on the side of who looks (``scope`` None: the office)."""
    told = views.lines_json(database, practice, found, as_of)
    with database.looking() as transaction:
        handled = handling.names_of(transaction, [line.id for line in found], scope or OFFICE_ID)
    return [
        row | {"handler": handled.get(line.id, ""), "version": line.version}
        for line, row in zip(found, told, strict=True)
    ]


def _row(line: dict[str, Any]) -> list[Any]:
    waits = line["awaits"] or ("" if line["next_official"] else "本环节期限暂定")
    line = line | {"light_title": LIGHT_TITLES[Light(line["light"])], "awaits": waits}
    return [line[key] for key in _COLUMNS.values()]


def in_words(practice: Practice, wanted: Wanted) -> str:
    """What a list was narrowed to and how it is ordered, for who reads it on paper."""
    holders = (title for role, title in practice.roles.items() if wanted.held == held_by(practice, role))
    said = {
        "范围": practice.directory.name(wanted.scope),
        "事项": _procedures(practice).get(wanted.procedure, wanted.procedure),
        "状态": state_titles(practice).get(wanted.state, wanted.state),
        "部门": practice.directory.name(wanted.department_id),
        "办理方": next(holders, "") if wanted.held else "",
        "经办人": "指定的一人" if wanted.handler_id is not None else "",
        "灯": LIGHT_TITLES[wanted.light] if wanted.light else "",
        "收到": f"{wanted.since or ''} 至 {wanted.until or ''}" if wanted.since or wanted.until else "",
        "查找": wanted.text,
        "期限": "暂定" if wanted.provisional else "",
        "办理情况": "未办结" if wanted.open_only else "",
        "排序": SORT_TITLES[wanted.sort] + ("（倒序）" if wanted.descending else ""),
    }
    return "　".join(f"{title}：{text}" for title, text in said.items() if text)
