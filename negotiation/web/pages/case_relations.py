"""The relations of a case on its page: the resource, answers that did not agree, the case behind it, and what
the office may prepare from it, which is shown to nobody else."""

from collections.abc import Mapping
from typing import Any

from negotiation.core.enums import CONTRADICTS
from negotiation.core.errors import NegotiationError, NotFound
from negotiation.core.labels import SHARING_CLASS_TITLES
from negotiation.domain import catalogue
from negotiation.domain.catalogue import Advised, Resource
from negotiation.domain.rulebook import Procedure
from negotiation.services import prefill
from negotiation.services.case_json import CaseJson, EventJson
from negotiation.services.cases import relations
from negotiation.services.cases.case_file import CaseFile
from negotiation.services.permissions import may_open, visible
from negotiation.store import relations as stored
from negotiation.store import resources
from negotiation.store.transaction import Transaction
from negotiation.web.request_context import RequestContext

Typed = dict[str, str]
STILL = "still"  # the tick 仍要申请


def resource_of(transaction: Transaction, file: CaseFile) -> Resource | None:
    """The resource of the catalogue that a case is about."""
    number = file.resource_id
    return resources.by_id(transaction, number) if number is not None else None


def relations_shown(transaction: Transaction, file: CaseFile, case: CaseJson, ctx: RequestContext) -> dict[str, object]:
    """The facts of ``_ties.html`` besides the resource itself; ``case``: as ``views`` gives it."""
    person = ctx.person
    return {
        "disagreements": [
            (each["on"], each["title"], contradiction)
            for each in case["events"]
            if (contradiction := _contradiction(each))
        ],
        "cause": stored.cause_of(transaction, file.case, person.department_id),
        "prepares": [rules for rules, _ in _prepares(file, ctx)],
        "caused": stored.caused_by(transaction, file.case_id) if person.is_office else [],
        "classes": SHARING_CLASS_TITLES,
    }


def _contradiction(event: EventJson) -> str:
    return str((event["fields"] or {}).get(CONTRADICTS, ""))


def _prepares(file: CaseFile, ctx: RequestContext) -> list[tuple[Procedure, Any]]:
    """The office's alone: the provider sees neither the suggestion nor the draft."""
    app_state, person = ctx.app_state, ctx.person
    if not person.is_office:
        return []
    found = prefill.offered(app_state.context.rulebook_on(app_state.today()), file, app_state.today())
    return [(rules, row) for rules, row in found if may_open(person, rules)]


# ------------------------------------------------------------------------------------------ how a form begins


def begun_with(ctx: RequestContext, rules: Procedure, no: str, code: str) -> Typed:
    """The fields of a blank form that are filled: prepared from a late case, about a resource.

    Raises NotFound for no such case.
    """
    with ctx.app_state.read() as transaction:
        prepared = _prepared(transaction, ctx, no, rules) if no else {}
        return prepared | (_about(transaction, ctx, code, rules) if code else {})


def _prepared(transaction: Transaction, ctx: RequestContext, no: str, rules: Procedure) -> Typed:
    file = visible(transaction, ctx.app_state.context, ctx.person, no, ctx.app_state.clock())
    for offered, row in _prepares(file, ctx):
        if offered.key == rules.key:
            return prefill.form_of(row, file, ctx.app_state.today())
    raise NotFound("没有这一页", todo="请从案件页进入")


def _about(transaction: Transaction, ctx: RequestContext, code: str, rules: Procedure) -> Typed:
    found = resources.by_code(transaction, code) if rules.tie else None
    return catalogue.filled(rules, {}, found, ctx.app_state.context.directory) if found is not None else {}


# ------------------------------------------------------------------- advised against, and applied all the same


def heeded(rules: Procedure, raw: Typed, typed: Mapping[str, str]) -> Typed:
    """The fields as entered; a reason for applying all the same counts with its tick only."""
    return raw if typed.get(STILL) else _without_reasons(rules, raw)


def advice_shown(ctx: RequestContext, rules: Procedure, raw: Typed, typed: Mapping[str, str]) -> dict[str, object]:
    """The advice on a form that would be sent as it stands without a reason, and whether it asks for one."""
    advised, ticked = _advised(ctx, rules, _without_reasons(rules, raw)), bool(typed.get(STILL))
    return {
        "advice": advised.what if advised else "",
        "advice_basis": ctx.app_state.context.rulebook_on(ctx.app_state.today()).cited(advised.basis)
        if advised
        else "",
        "advised": advised is not None or ticked,
        "reasons": rules.tie.reasons if rules.tie else frozenset(),
        "still": STILL,
        "ticked_still": ticked,
    }


def _advised(ctx: RequestContext, rules: Procedure, raw: Typed) -> Advised | None:
    if rules.tie is None or not rules.tie.advise:
        return None
    with ctx.app_state.read() as transaction:
        try:
            relations.of_draft(transaction, rules, raw, ctx.app_state.context.directory)
        except Advised as advised:
            return advised
        except NegotiationError:
            return None  # what is wrong with the form is shown when it is sent
    return None


def _without_reasons(rules: Procedure, raw: Typed) -> Typed:
    reasons = rules.tie.reasons if rules.tie else frozenset()
    return {key: text for key, text in raw.items() if key not in reasons}
