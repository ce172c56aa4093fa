"""The inputs of the forms of acts: how they are shown, and what was entered in them."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import NamedTuple

from negotiation.core.enums import SIGNED_BY, SIGNED_ON
from negotiation.core.errors import FieldError, NegotiationError, refuse
from negotiation.domain import forms
from negotiation.domain.rulebook import EventRule, FieldRule, Procedure
from negotiation.services.permissions import OpenAct
from negotiation.services.signatures import Signature, signature_of
from negotiation.web.request_context import RequestContext

DAY, TICK, VERSION, ROLE, FILES = "on", "reviewed", "version", "as", "files"


class Input(NamedTuple):
    """A field of a form: what it is called, how it is asked, what was typed, what is wrong with it.

    ``one_of``: the note on a field of which, or of the others with it, at least one is to be filled.
    """

    key: str
    title: str
    kind: str
    choices: Mapping[str, str]
    required: bool
    value: str
    error: str
    one_of: str = ""


def demand_reviewed(typed: Mapping[str, str]) -> None:
    """Raises FieldError for a form whose secrecy review was not ticked, or a text that bears a mark of secrecy."""
    refuse(unreviewed(typed))


def unreviewed(typed: Mapping[str, str]) -> Iterator[FieldError]:
    """The texts of a form that bear a mark of secrecy, and the tick of its secrecy review if it is wanting."""
    for key, text in typed.items():
        try:
            forms.demand_clean(text, key)
        except FieldError as fault:
            yield fault
    if not typed.get(TICK):
        yield FieldError("须确认已进行保密审查", field=TICK, todo="请勾选保密审查的确认")


class Entry(NamedTuple):
    """The part of every form of an act beside the rulebook's fields: the day, the signature on the paper, and
    what is wrong with it so far: a form with a fault is refused, but its other fields are looked at first."""

    on: date
    signature: Signature | None
    faults: list[NegotiationError]


def entry_of(typed: Mapping[str, str], today: date) -> Entry:
    """The day of a form (``today`` where none stands), its signature and its faults."""
    faults: list[NegotiationError] = list(unreviewed(typed))
    on = day_in(typed, DAY, faults) or today
    by, signed_on = typed.get(SIGNED_BY, ""), day_in(typed, SIGNED_ON, faults)
    try:
        signature = signature_of(by, signed_on) if by or signed_on else None
    except FieldError as half:
        faults.append(half)
        signature = Signature(by, signed_on or on)  # what else is wrong is told with it
    return Entry(on, signature, faults)


def day_in(typed: Mapping[str, str], key: str, faults: list[NegotiationError]) -> date | None:
    """The day in a field, None if it is empty; a text that is no day is a fault."""
    try:
        return forms.read_date(typed.get(key, ""))
    except ValueError as error:
        faults.append(FieldError(str(error), field=key, todo="请改正后重试"))
        return None


def read_day(typed: Mapping[str, str], key: str) -> date | None:
    """The day in a field, None if it is empty. Raises FieldError for a text that is no day."""
    faults: list[NegotiationError] = []
    day = day_in(typed, key, faults)
    refuse(faults)
    return day


def fields_entered(procedure: Procedure, typed: Mapping[str, str]) -> dict[str, str]:
    """The fields of a form that were filled in: of the act, and of its single data items (``reason[2]``)."""
    return {key: text for key, text in typed.items() if key.partition("[")[0] in procedure.fields and text.strip()}


def signing_inputs(act: OpenAct, typed: Mapping[str, str], error: NegotiationError | None) -> list[Input]:
    """On paper, the signer and the date are entered; nothing is asked where nothing needs a signature."""
    if not act.to_sign:
        return []
    kinds = ((SIGNED_BY, "签批人", "line"), (SIGNED_ON, "签批日期", "date"))
    return [
        Input(key, title, kind, {}, act.paper, typed.get(key, ""), fault_in(error, key)) for key, title, kind in kinds
    ]


def entry_shown(ctx: RequestContext, typed: Mapping[str, str], error: NegotiationError | None) -> dict[str, object]:
    """The day of a form, today's where none was typed, and whether its secrecy review is ticked; what is wrong."""
    on = typed.get(DAY) or ctx.app_state.today().isoformat()
    return {"on": on, "on_error": fault_in(error, DAY), "ticked": bool(typed.get(TICK)), "error": error}


def department_names(ctx: RequestContext) -> list[str]:
    return [unit.name for unit in ctx.app_state.context.directory.active()]


def inputs_of(
    procedure: Procedure,
    event: EventRule,
    typed: Mapping[str, str],
    error: NegotiationError | None,
    parties: Sequence[str] = (),
    apart: Sequence[str] = (),
) -> list[Input]:
    """The fields that an event asks for, after the ``parties`` of a new application; ``apart``: asked elsewhere."""
    required = (*parties, *event.required)
    keys = [key for key in (*required, *event.optional) if key not in apart]
    found = [input_of(procedure.fields[key], key in required, typed, error) for key in keys]
    return [each._replace(one_of=_one_of(procedure, event, each.key)) for each in found]


def _one_of(procedure: Procedure, event: EventRule, key: str) -> str:
    """The note that of a field and others of its event at least one must be filled; "" where none need be."""
    others = "、".join(procedure.fields[each].title for each in event.one_of if each != key)
    return f"与“{others}”至少填一项" if key in event.one_of else ""


def input_of(rule: FieldRule, required: bool, typed: Mapping[str, str], error: NegotiationError | None) -> Input:
    """A field as it is asked, with what was typed and what is wrong with it."""
    return Input(
        rule.key, rule.title, rule.kind, rule.choices, required, typed.get(rule.key, ""), fault_in(error, rule.key)
    )


def fault_in(error: NegotiationError | None, key: str) -> str:
    """The fault of a field in words, "" for none."""
    return next((each.what for each in error.by_field if each.field == key), "") if error is not None else ""
