"""A unit's own figures: the numbers that it hands in of itself, whether they add up, where the office counts otherwise.

37号第二十九条: every unit sums up its year. What it hands in stands beside what the office had counted on that day.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from negotiation.core.enums import COUNTED
from negotiation.core.errors import FieldError
from negotiation.domain.fields import Fields, names_in
from negotiation.domain.rulebook import Balance, Procedure

_BETWEEN = "＝"


class Difference(NamedTuple):
    """A number in which a unit differs from the office's count."""

    field: str
    title: str
    handed_in: int
    counted: int

    @property
    def text(self) -> str:
        """作为提供部门：本年新收 报31，系统30."""
        return f"{self.title} 报{self.handed_in}，系统{self.counted}"


def counted_fields(rules: Procedure) -> dict[str, str]:
    """The numbers of a form that are a unit's own figures: field → the figure."""
    return {key: rule.counted for key, rule in rules.fields.items() if rule.counted}


def own_fields(rules: Procedure, figures: Mapping[str, int]) -> dict[str, int]:
    """The numbers of a form that are figures of a unit, where they are known: field → number."""
    return {key: figures[name] for key, name in counted_fields(rules).items() if name in figures}


def kept(fields: Mapping[str, int]) -> list[str]:
    """The numbers that the office counted, as an event keeps them beside those that were handed in."""
    return [f"{key}{_BETWEEN}{number}" for key, number in fields.items()]


def numbers_in(rules: Procedure, fields: Fields) -> dict[str, int]:
    """The numbers that were handed in, in the order of the form: field → number."""
    found = {key: fields.get(key) for key in counted_fields(rules)}
    return {key: number for key, number in found.items() if isinstance(number, int)}


def differences(rules: Procedure, fields: Fields) -> list[Difference]:
    """The numbers that were handed in and are others than what the office had counted."""
    counted = dict(_counted(names_in(fields.get(COUNTED))))
    handed_in = numbers_in(rules, fields)
    return [
        Difference(key, rules.fields[key].title, number, counted[key])
        for key, number in handed_in.items()
        if key in counted and counted[key] != number
    ]


def _counted(texts: Sequence[str]) -> Iterator[tuple[str, int]]:
    for text in texts:
        key, _, number = text.partition(_BETWEEN)
        if number.isdigit():
            yield key, int(number)


def unbalanced(rules: Procedure, fields: Fields) -> Iterator[FieldError]:
    """The numbers below nothing, and those that do not balance as the rules say."""
    for key, number in numbers_in(rules, fields).items():
        if number < 0:
            yield FieldError(f"“{rules.fields[key].title}”为{number}，件数不能小于0", field=key, todo="请改正")
    for rule in rules.report.balances:
        if any(key in fields for key in (*rule.of, *rule.equals)):
            yield from _unequal(rules, rule, fields)


def _unequal(rules: Procedure, rule: Balance, fields: Fields) -> Iterator[FieldError]:
    sums = [sum(_number(fields, key) for key in keys) for keys in (rule.of, rule.equals)]
    if sums[0] != sums[1]:
        left, right = (_in_words(rules, fields, keys) for keys in (rule.of, rule.equals))
        yield FieldError(
            f"{rule.says}的数字不平衡：{left}＝{sums[0]}，{right}＝{sums[1]}，相差{abs(sums[0] - sums[1])}",
            field=rule.equals[-1],
            todo="请核对后改正，使两边相等",
        )


def _in_words(rules: Procedure, fields: Fields, keys: Sequence[str]) -> str:
    return "＋".join(f"{rules.fields[key].title.rpartition('：')[2]}{_number(fields, key)}" for key in keys)


def _number(fields: Fields, key: str) -> int:
    number = fields.get(key)
    return number if isinstance(number, int) else 0
