"""The filters of the case list: read from texts, and put in words."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from negotiation.core.enums import DeadlineStatus
from negotiation.core.errors import FieldError
from negotiation.core.labels import DEADLINE_STATUS_TITLES
from negotiation.core.texts import searched
from negotiation.domain import forms
from negotiation.domain.rulebook import Procedure, StateRule
from negotiation.services.context import Context
from negotiation.store.case_list.conditions import Sort, Wanted

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


_YES, _NO = frozenset({"1", "on", "true", "是"}), frozenset({"", "0", "off", "false", "否"})


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
