"""Reads what people enter: dates as they type them, choices by their label, lists, departments. Knows no case."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from negotiation.core import texts
from negotiation.core.enums import PARTY_ROLES
from negotiation.core.errors import FieldError, NotFound, refuse
from negotiation.core.texts import Kind
from negotiation.domain.fields import FieldValue, RawFields, Reading, field_of
from negotiation.domain.secrecy import SPEAKS, mark_in

if TYPE_CHECKING:  # a command that reads a date starts without the law
    from negotiation.domain.departments import Directory
    from negotiation.domain.rulebook import EventRule, FieldRule, Procedure

_DATE = re.compile(r"(\d{4})\s*[年./-]\s*(\d{1,2})\s*[月./-]\s*(\d{1,2})\s*日?(?:[ T]+00:00(?::00)?(?:\.0+)?)?$")
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})$")
_SEVERAL = ("list", "departments")  # the kinds of fields that take several values
_LIST = re.compile(r"[、,，;；\n]+")
_LAW = re.compile(r"《[^《》]+》(?:第[〇零一二三四五六七八九十百千\d]+[条款项](?:之[一二三四五六七八九十])?)+")
# Excel counts days from here (its leap-year error of 1900 included); only recent numbers can be dates.
_EXCEL_ZERO = date(1899, 12, 30)
_EXCEL_DATES = range(36526, 73051)  # 2000-01-01 to 2100-01-01


def read_number(text: str, most: int = 999_999_999) -> int | None:
    """A whole number from 0 to ``most``; None for anything else, however many digits it has."""
    if not (text.isascii() and text.isdigit() and len(text) <= len(str(most))):
        return None
    return number if (number := int(text)) <= most else None


def read_date(value: Any) -> date | None:
    """A date from a cell or a text: 2026年9月18日, 2026.9.18, 2026/9/18, 2026-09-18, full-width digits; None if empty.

    Raises ValueError with a sentence for what is no date.
    """
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    if isinstance(value, (int, float)) and not isinstance(value, bool) and int(value) in _EXCEL_DATES:
        return _EXCEL_ZERO + timedelta(days=int(value))
    text = tidy(value)
    if not text:
        return None
    match = _DATE.match(text) or _COMPACT.match(text)
    if match is None:
        raise ValueError(f"“{text}”不是日期，请写成 2026-09-18 或 2026年9月18日")
    try:
        return date(*(int(part) for part in match.groups()))
    except ValueError:
        raise ValueError(f"“{text}”不是一个存在的日期") from None


def tidy(value: Any) -> str:
    """A text as it is compared and read: dates and numbers in half width; "" for an empty cell. Not to be kept.

    Prose keeps its punctuation.
    """
    text = as_entered(value)
    folded = unicodedata.normalize("NFKC", text)
    return folded.strip() if all(char.isascii() or char in "年月日" for char in folded) else text


def as_entered(value: Any) -> str:
    """A text as it is kept: without the spaces around it, and a whole number without ".0"; "" for an empty cell."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return str(value).strip()


def read_list(value: Any) -> list[str]:
    """The parts of a list as it is typed (、 ， ； or lines between them), each once."""
    parts = value if isinstance(value, list) else _LIST.split(as_entered(value))
    return list(dict.fromkeys(as_entered(part) for part in parts if as_entered(part)))


def laws_in(text: str) -> str:
    """The laws cited as 《…》第…条 in a text, joined; "" if nothing is."""
    return "；".join(match.group(0) for match in _LAW.finditer(text))


def read_form(procedure: Procedure, event: EventRule | None, raw: RawFields, directory: Directory) -> Reading:
    """The fields of a form as the rulebook has them; ``event`` None reads a draft: any field of the procedure, and both
    parties. What cannot be read is a fault, and the rest is read all the same."""
    reading = Reading({}, {}, [])
    for key, value in raw.items():
        try:
            rule = _rule(procedure, event, key)
            demand_clean("\n".join(map(str, value)) if isinstance(value, list) else str(value), key)
            read = _value(rule, value, directory)
        except FieldError as fault:
            reading.faults.append(fault)
            continue
        if read in (None, "", []):
            continue
        reading.fields[key] = read
        if rule.kind == "department" and key in PARTY_ROLES:
            reading.parties[key] = directory.find(read).id
    return reading


def read_fields(
    procedure: Procedure, event: EventRule | None, raw: RawFields, directory: Directory
) -> tuple[dict[str, FieldValue], dict[str, int]]:
    """The values and the departments of a form, as of ``read_form``. Raises its faults, all at once."""
    fields, parties, faults = read_form(procedure, event, raw, directory)
    refuse(faults)
    return fields, parties


def sound(procedure: Procedure, raw: Mapping[str, object]) -> dict[str, object]:
    """The values entered for the fields of a form, each text as it is kept; a field that is none stays as it is.

    Raises TextError with the field's title. What stands on record already is not asked for it.
    """
    rules = procedure.fields
    known = {key: rules.get(key) or procedure.rule_of_item(key) for key in raw}
    return {key: value if (rule := known[key]) is None else _sound(rule, value) for key, value in raw.items()}


def _sound(rule: FieldRule, value: Any) -> Any:
    if isinstance(value, list) and rule.kind in _SEVERAL:
        return [_sound(rule, each) for each in value]
    if isinstance(value, list):
        return _sound(rule, _only(rule, value))
    return texts.read(value, kind_of(rule), rule.key, rule.title) if isinstance(value, str) else value


def _only(rule: FieldRule, values: list[Any]) -> Any:
    if len(values) > 1:
        raise FieldError(f"“{rule.title}”只能填一项，给出了{len(values)}项", field=rule.key, todo="请只保留一项")
    return values[0] if values else ""


def kind_of(rule: FieldRule) -> Kind:
    """The length that a field's text may have, and whether it may have several lines."""
    return texts.kind_of(rule.key, texts.in_case(rule.kind))


def demand_clean(text: str, field: str) -> None:
    """Raises FieldError for a text that bears a mark of secrecy, however it is spaced."""
    if SPEAKS.search(text) and (mark := mark_in(text)):
        raise FieldError(
            f"所填内容含有“{mark}”字样，不得录入本系统",
            field=field,
            todo="请线下办理，并在系统中只登记编号、单位和日期",
        )


def _rule(procedure: Procedure, event: EventRule | None, key: str) -> FieldRule:
    rule = procedure.fields.get(key) or procedure.rule_of_item(key)
    allowed = procedure.fields if event is None else event.fields
    if rule is None or field_of(key) not in allowed or (event is None and key not in allowed):
        titles = "、".join(procedure.fields[name].title for name in allowed)
        named = "、".join(f"{name}（{procedure.fields[name].title}）" for name in allowed)
        form, title = procedure.title if event is None else event.title, rule.title if rule else key
        raise FieldError(f"“{form}”不填“{title}”", field=key, todo=f"可填：{titles}", command=f"字段：{named}")
    return rule


def _value(rule: FieldRule, value: Any, directory: Directory) -> Any:
    try:
        return _READERS[rule.kind](rule, value, directory)
    except ValueError as error:
        raise FieldError(f"“{rule.title}”：{error}", field=rule.key, todo="请改正后重试") from None
    except NotFound as error:
        raise FieldError(
            f"“{rule.title}”：{error.what}", field=rule.key, todo=error.todo, command=error.command
        ) from None


def _choice(rule: FieldRule, value: Any, _directory: Directory) -> str:
    text = tidy(value)
    for key, label in rule.choices.items():
        if text in (key, label):
            return key
    if not text:
        return ""
    raise ValueError(f"“{text}”不在可选范围内（{'、'.join(rule.choices.values())}）")


def _list(_rule: FieldRule, value: Any, _directory: Directory) -> list[str]:
    return read_list(value)


def _number(_rule: FieldRule, value: Any, _directory: Directory) -> int | None:
    text = tidy(value)
    if not text:
        return None
    if not re.fullmatch(r"-?\d+", text):
        raise ValueError(f"“{text}”不是整数")
    return int(text)


def _yes_no(_rule: FieldRule, value: Any, _directory: Directory) -> bool | None:
    text = str(value).strip().lower()
    known = {"是": True, "true": True, "yes": True, "1": True, "否": False, "false": False, "no": False, "0": False}
    if not text:
        return None
    if text not in known:
        raise ValueError(f"“{text}”应为“是”或“否”")
    return known[text]


def _department(_rule: FieldRule, value: Any, directory: Directory) -> str:
    text = tidy(value)
    return directory.find(text).name if text else ""


def _departments(rule: FieldRule, value: Any, directory: Directory) -> list[str]:
    return [_department(rule, name, directory) for name in _list(rule, value, directory)]


def _text(_rule: FieldRule, value: Any, _directory: Directory) -> str:
    return as_entered(value)


def _code(_rule: FieldRule, value: Any, _directory: Directory) -> str:
    """The name of something else, a case or a resource, in half width: typed in full width it is the same."""
    return texts.half_width(as_entered(value))


_READERS = {
    "text": _text,
    "resource": _code,
    "case": _code,
    "meeting": lambda _rule, value, _directory: tidy(value).upper(),
    "date": lambda _rule, value, _directory: read_date(value),
    "list": _list,
    "choice": _choice,
    "number": _number,
    "yes_no": _yes_no,
    "department": _department,
    "departments": _departments,
}
