"""The filters of the case list, each declared once: its name, how it is read from text, its words and its choices.

Page, interface for programs, command and spreadsheet take them from here.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from negotiation.core.enums import DeadlineStatus
from negotiation.core.errors import FieldError
from negotiation.core.labels import DEADLINE_STATUS_TITLES
from negotiation.core.texts import searched
from negotiation.domain import forms
from negotiation.domain.rulebook import Procedure, StateRule
from negotiation.services.context import Context
from negotiation.services.moves import GROUPS, group_of
from negotiation.store.case_list.conditions import DeskGroup, DeskSection, Sort, Wanted

SORT_TITLES = {
    Sort.NEXT_DUE: "本环节至",
    Sort.NO: "编号",
    Sort.RECEIVED: "收到",
    Sort.DUE: "答复期限",
    Sort.SUBJECT: "资源名称",
}
_YES, _NO = frozenset({"1", "on", "true", "是"}), frozenset({"", "0", "off", "false", "否"})


@dataclass(frozen=True)
class Filter:
    """A filter of the case list, or its order.

    ``name``: in an address. ``field``: of ``Wanted``. ``title``: in a sentence about a text that it does not take.
    ``read``: the value of the field, from a text that is not empty. ``choices``: identifiers and titles to choose
    from, or to be proposed. ``label``, ``words``: on paper; a filter without words is not named there.
    """

    name: str
    field: str
    title: str
    read: "Callable[[Context, Filter, str], Any]"
    choices: Callable[[Context], Mapping[Any, str]] = lambda _context: {}
    label: str = ""
    words: Callable[[Context, Wanted], str] = lambda _context, _wanted: ""

    @property
    def is_flag(self) -> bool:
        """True for a filter that is on or off and takes no other text."""
        return self.read is _read_flag


def read_wanted(context: Context, given: Mapping[str, str], *, scope: int | None) -> Wanted:
    """The cases wanted and their order, from the texts of a form or an address by the names of ``FILTERS``.

    Other names are passed over. ``scope``: the department whose cases the person may see, None for all.
    Raises FieldError for a text that its filter does not take, UnknownName for a department that nobody knows.
    """
    texts = {each: searched(given.get(each.name, "")) for each in FILTERS}
    values = {each.field: each.read(context, each, text) for each, text in texts.items() if text}
    wanted = Wanted(**values, scope=scope)
    since, until = wanted.since, wanted.until
    if since and until and since > until:
        raise FieldError("收到日期的起止颠倒", field="until", where=f"{since} 至 {until}", todo="请交换两个日期")
    return wanted


def in_words(context: Context, wanted: Wanted) -> str:
    """A line on paper that says what a list was narrowed to and how it is ordered."""
    found = {"范围": context.directory.name(wanted.scope)}
    found |= {each.label: each.words(context, wanted) for each in FILTERS if each.label}
    return "　".join(f"{label}：{words}" for label, words in found.items() if words)


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


def _group_titles() -> dict[str, str]:
    return {section.value: title for section, title in GROUPS.items()}


def _status_titles() -> dict[str, str]:
    return {status.value: title for status, title in DEADLINE_STATUS_TITLES.items()}


# ---------------------------------------------------------------------------------------------------- read from text


def _read_choice(context: Context, of: Filter, text: str) -> str:
    """One of the choices, by its identifier or its title."""
    titles = of.choices(context)
    for each, title in titles.items():
        if text in (each, title):
            return str(each)
    todo = "可用：" + "、".join(titles.values())
    raise FieldError(f"{of.title}中没有“{text}”", field=of.name, where=of.title, todo=todo)


def _read_holder(context: Context, of: Filter, text: str) -> tuple[tuple[str, str], ...]:
    return held_by(context, _read_choice(context, of, text))


def _read_group(context: Context, of: Filter, text: str) -> DeskGroup:
    return group_of(context, DeskSection(_read_choice(context, of, text)))


def _read_status(context: Context, of: Filter, text: str) -> DeadlineStatus:
    return DeadlineStatus(_read_choice(context, of, text))


def _read_sort(context: Context, of: Filter, text: str) -> Sort:
    return Sort(_read_choice(context, of, text))


def _read_departments(context: Context, _of: Filter, text: str) -> tuple[int, ...]:
    """The departments that are meant: by an id, a name that one has or had, or a part of such names."""
    number = forms.read_number(text)
    if number in context.directory.by_id:
        return (number,)
    return tuple(unit.id for unit in context.directory.demand_matching(text))


def _read_account(_context: Context, of: Filter, text: str) -> int:
    number = forms.read_number(text)
    if number is None:
        raise FieldError(f"“{text}”不是账户的编号", field=of.name, where=of.title, todo="请重新选择")
    return number


def _read_day(_context: Context, of: Filter, text: str) -> date | None:
    try:
        return forms.read_date(text)
    except ValueError as error:
        advice = "日期写成 2026-09-18 或 2026年9月18日"
        raise FieldError(str(error), field=of.name, where=of.title, todo=advice) from None


def _read_flag(_context: Context, of: Filter, text: str) -> bool:
    if text in _NO:
        return False
    if text in _YES:
        return True
    raise FieldError(f"“{text}”应为“是”或“否”", field=of.name, where=of.title, todo="请重新选择")


def _read_text(_context: Context, _of: Filter, text: str) -> str:
    return text


# ---------------------------------------------------------------------------------------------------------- in words


def _holder_words(context: Context, wanted: Wanted) -> str:
    holders = (title for role, title in context.roles.items() if wanted.held == held_by(context, role))
    return next(holders, "") if wanted.held else ""


def _received_words(_context: Context, wanted: Wanted) -> str:
    return f"{wanted.since or ''} 至 {wanted.until or ''}" if wanted.since or wanted.until else ""


def sort_titles(context: Context) -> dict[Sort, str]:
    """Titles of the orders of a list, as the office's rules call them."""
    return {**SORT_TITLES, Sort.SUBJECT: context.titles["subject"]}


def _sort_words(context: Context, wanted: Wanted) -> str:
    return sort_titles(context)[wanted.sort] + ("（倒序）" if wanted.descending else "")


# ---------------------------------------------------------------------------------------------------------- the table

# In their order on paper.
FILTERS = (
    Filter(
        "procedure", "procedure", "事项", _read_choice, _procedures,
        "事项", lambda context, wanted: _procedures(context).get(wanted.procedure, wanted.procedure),
    ),
    Filter(
        "state", "state", "状态", _read_choice, state_titles,
        "状态", lambda context, wanted: state_titles(context).get(wanted.state, wanted.state),
    ),
    Filter(
        "department", "departments", "部门", _read_departments,
        lambda context: {unit.name: unit.name for unit in context.directory.in_order()},
        "部门", lambda context, wanted: "、".join(map(context.directory.name, wanted.departments)),
    ),
    Filter("holder", "held", "办理方", _read_holder, lambda context: context.roles, "办理方", _holder_words),
    Filter(
        "handler", "handler_id", "经办人", _read_account,
        label="经办人", words=lambda _, wanted: "指定的一人" if wanted.handler_id is not None else "",
    ),
    Filter(
        "light", "deadline_status", "灯", _read_status, lambda _: _status_titles(),
        "灯", lambda _, wanted: DEADLINE_STATUS_TITLES[wanted.deadline_status] if wanted.deadline_status else "",
    ),
    Filter(
        "group", "group", "工作台", _read_group, lambda _: _group_titles(),
        "工作台", lambda _, wanted: GROUPS[wanted.group.section] if wanted.group else "",
    ),
    Filter("since", "since", "收到（自）", _read_day, label="收到", words=_received_words),
    Filter("until", "until", "收到（至）", _read_day),
    Filter(
        "day", "day", "届满日", _read_day,
        label="届满日", words=lambda _, wanted: wanted.day.isoformat() if wanted.day else "",
    ),
    Filter("text", "text", "查找", _read_text, label="查找", words=lambda _, wanted: wanted.text),
    Filter(
        "provisional", "provisional", "暂定期限", _read_flag,
        label="期限", words=lambda _, wanted: "暂定" if wanted.provisional else "",
    ),
    Filter(
        "open", "open_only", "未办结", _read_flag,
        label="办理情况", words=lambda _, wanted: "未办结" if wanted.open_only else "",
    ),
    Filter(
        "overdue", "overdue", "逾期", _read_flag,
        label="答复", words=lambda _, wanted: "逾期" if wanted.overdue else "",
    ),
    Filter("sort", "sort", "排序", _read_sort, sort_titles, "排序", _sort_words),
    Filter("descending", "descending", "倒序", _read_flag),
)  # fmt: skip
