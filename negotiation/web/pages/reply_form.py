"""Reply item by item: one form for all the answers that are open, in which each data item has its answer and its facts.

What was chosen says which act it is: of one kind, or of both (一并同意和不同意). An item left without an answer waits.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from negotiation.core.enums import ItemAnswer
from negotiation.core.errors import FieldError, NegotiationError
from negotiation.core.labels import ITEM_ANSWER_TITLES
from negotiation.domain import forms
from negotiation.domain.fields import field_of, item_of
from negotiation.domain.items import Item
from negotiation.domain.machine import item_effects
from negotiation.domain.rulebook import EventRule, Procedure, Transition
from negotiation.services.cases.case_file import CaseFile
from negotiation.web.pages.inputs import Input, fields_entered, input_of

ANSWER = "answer"
_AGREE, _CONDITIONAL, _REFUSE = "agree", "conditional", "refuse"
_TITLES = {_AGREE: "同意", _CONDITIONAL: "附条件同意", _REFUSE: "不同意"}
_CONDITION = "condition"  # the fact of an item that an answer may hang on

Replies = Mapping[frozenset[str], Transition]  # what is done to items → the row of the act that does just that


class AnswerRow(NamedTuple):
    """A data item to be answered: how it stands, what was chosen for it, the inputs of its own facts."""

    n: int
    name: str
    stands: str
    chosen: str
    inputs: Sequence[Input]


class ReplyForm(NamedTuple):
    """The form: the acts that it may come to as one, the answers to choose from, the titles of the facts, the rows."""

    event: EventRule
    options: Mapping[str, str]
    columns: Sequence[str]
    rows: Sequence[AnswerRow]


class _Asked(NamedTuple):
    """Facts that every row asks, what is chosen at first, what was typed before and what was wrong with it."""

    facts: Sequence[str]
    first: str
    typed: Mapping[str, str]
    error: NegotiationError | None


def reply_form(
    file: CaseFile, row: Transition | None, typed: Mapping[str, str], error: NegotiationError | None
) -> ReplyForm | None:
    """The form of an act that answers items; None of any other, and where there is but one item to answer."""
    replies = _replies(file, row)
    possible = [item_effects.candidates(each, file.case_state, file.today) for each in replies.values()]
    found = {item.n: item for items in possible for item in items}
    if len(found) < 2 or row is None:
        return None
    rules, merged = file.procedure, _merged(row.event, replies)
    asked = _Asked(_facts(rules, merged), _first_choice(replies, row), typed, error)
    return ReplyForm(
        merged,
        {key: title for key, title in _TITLES.items() if _offered(rules, replies, key)},
        [rules.fields[key].title for key in asked.facts],
        [_row(rules, found[n], asked) for n in sorted(found)],
    )


class Reply(NamedTuple):
    """The act to which the answers on the form come, its fields, and the answers that lack a condition or should."""

    event: str
    fields: dict[str, str]
    faults: list[FieldError]


def reply_entered(file: CaseFile, event: str, typed: Mapping[str, str]) -> Reply:
    """The reply to which the answers on the form come. Raises FieldError where no act answers so."""
    replies = _replies(file, file.procedure.table.get((file.state, event)))
    given = {n: value for key, value in typed.items() if value and field_of(key) == ANSWER and (n := item_of(key))}
    verbs = {n: _AGREE if value == _CONDITIONAL else value for n, value in given.items()}
    row = replies.get(frozenset(verbs.values()))
    if row is None or row.items is None:
        raise _no_such_reply(replies, given)
    fields, faults = fields_entered(file.procedure, typed), list[FieldError]()
    _put_conditions(file, given, fields, faults)
    names = file.case_state.item_names
    named = {
        field: "、".join(names.get(n, str(n)) for n in sorted(verbs) if verbs[n] == verb)
        for verb, field in row.items.verbs.items()
    }
    return Reply(row.event.key, fields | named, faults)


def answers_again(file: CaseFile, event: str, fields: Mapping[str, str]) -> dict[str, str]:
    """The answers on the form from which the fields of a reply came; none of an act that names no items."""
    row, condition = file.procedure.table.get((file.state, event)), _condition(file.procedure)
    numbers = {name: n for n, name in file.case_state.item_names.items()}
    found = {}
    for verb, field in row.items.verbs.items() if row is not None and row.items else ():
        for n in (numbers[name] for name in forms.read_list(fields.get(field)) if name in numbers):
            has_condition = verb == _AGREE and fields.get(f"{condition}[{n}]")
            found[f"{ANSWER}[{n}]"] = _CONDITIONAL if has_condition else verb
    return found


def _replies(file: CaseFile, row: Transition | None) -> Replies:
    """The acts that are one form with that of a row: by the same role, in answer to the same term."""
    if row is None or not row.answers or row.items is None:
        return {}
    answers = [each for each in file.procedure.from_state(file.state) if each.items and each.answers == row.answers]
    beside = {frozenset(each.items.verbs): each for each in answers if each.items and each.by == row.by}
    found = {verbs: each for verbs, each in beside.items() if verbs <= {_AGREE, _REFUSE}}
    return found if row in found.values() else {}


def _merged(event: EventRule, replies: Replies) -> EventRule:
    """The acts as one event: what any of them asks, nothing demanded, for an item may have it of its own."""
    named = {field for row in replies.values() if row.items for field in row.items.verbs.values()}
    asked = dict.fromkeys(field for row in replies.values() for field in row.event.fields if field not in named)
    return replace(event, required=(), one_of=(), optional=tuple(asked))


def _facts(rules: Procedure, merged: EventRule) -> list[str]:
    """The fields that an item can have of its own, those that agree before those that refuse."""
    keeps = rules.item_rules.keeps.values() if rules.item_rules else ()
    return [key for key in keeps if key in merged.optional]


def _offered(rules: Procedure, replies: Replies, option: str) -> bool:
    if option == _CONDITIONAL:
        key = _condition(rules)
        return any(key in row.event.fields for verbs, row in replies.items() if _AGREE in verbs)
    return any(option in verbs for verbs in replies)


def _condition(rules: Procedure) -> str:
    return rules.item_rules.keeps.get(_CONDITION, "") if rules.item_rules else ""


def _first_choice(replies: Replies, row: Transition) -> str:
    """The answer chosen for every item at first: the one thing that the act does by which the form was opened."""
    verbs = next(verbs for verbs, each in replies.items() if each == row)
    return next(iter(verbs)) if len(verbs) == 1 else ""


def _row(rules: Procedure, item: Item, asked: _Asked) -> AnswerRow:
    typed = asked.typed
    keys = [f"{key}[{item.n}]" for key in asked.facts]
    inputs = [input_of(rule, False, typed, asked.error) for key in keys if (rule := rules.rule_of_item(key, item.name))]
    is_first = not any(field_of(key) == ANSWER for key in typed)
    chosen = asked.first if is_first else typed.get(f"{ANSWER}[{item.n}]", "")
    return AnswerRow(item.n, item.name, ITEM_ANSWER_TITLES[ItemAnswer(item.answer)], chosen, inputs)


def _put_conditions(file: CaseFile, given: Mapping[int, str], fields: dict[str, str], faults: list[FieldError]) -> None:
    """Puts a condition for each item agreed on one into the fields: its own, or that of the whole answer."""
    key, names = _condition(file.procedure), file.case_state.item_names
    common = fields.pop(key, "")
    for n, value in given.items():
        own = fields.get(f"{key}[{n}]") or (common if value == _CONDITIONAL else "")
        if value == _CONDITIONAL and not own:
            what = f"附条件同意“{names.get(n)}”，须写明共享条件"
            faults.append(FieldError(what, field=f"{key}[{n}]", todo="请补填该项的共享条件，或填写各项共同的"))
        if value == _AGREE and own:
            what = f"对“{names.get(n)}”写了共享条件，选择的却是“同意”"
            faults.append(FieldError(what, field=f"{key}[{n}]", todo="请改选“附条件同意”，或删去共享条件"))
        if own:
            fields[f"{key}[{n}]"] = own


def _no_such_reply(replies: Replies, given: Mapping[int, str]) -> FieldError:
    if not given:
        return FieldError("没有答复任何数据项", field=ANSWER, todo="请至少对一项选择答复")
    titles = "、".join(row.event.title for row in replies.values())
    return FieldError("现在不能这样答复", field=ANSWER, todo=f"现在可以办理：{titles}")
