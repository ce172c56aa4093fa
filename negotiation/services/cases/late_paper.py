"""A paper of an earlier day than what was entered since: it is put in between, and what follows is derived anew."""

from collections.abc import Mapping

from negotiation.core.enums import CONTRADICTS
from negotiation.core.errors import NegotiationError
from negotiation.domain.fields import Fields
from negotiation.domain.machine.derivation import Unfit
from negotiation.domain.machine.entries import Entry
from negotiation.domain.machine.places import is_moving, place_of
from negotiation.domain.machine.values import Step
from negotiation.domain.rulebook import Rulebook
from negotiation.services.cases import amendment_notices, division, relations, rewriting
from negotiation.services.cases.act_request import ActRequest
from negotiation.services.cases.case_file import CaseFile
from negotiation.services.cases.case_history import history_of, standing_in
from negotiation.services.cases.rewriting import Rewritten
from negotiation.store.transaction import Transaction


def is_late(file: CaseFile, request: ActRequest) -> bool:
    """True for an act of the procedure that is of an earlier day than the last one that moved the case."""
    last_on = file.case_state.last_on
    return last_on is not None and request.on < last_on and request.event in file.procedure.events


def before_void(
    transaction: Transaction,
    file: CaseFile,
    request: ActRequest,
    fields: Fields,
    parties: Mapping[str, int],
) -> tuple[Step | None, Unfit | None]:
    """Puts a paper of a day before a referral that is void in front of it; its step, or the entry that does not fit.

    A void referral leaves no day behind, and yet the act came before it. Where it has no place there, it can be taken
    as the last one: the referral was none. Two times None for any other paper, and for one that is not lawful.
    """
    rules = file.procedure
    if not is_moving(rules, request.event, fields):
        return None, None
    given = standing_in(file, history_of(transaction, file))
    if place_of(rules, given, request.on) == given[-1].seq:
        return None, None
    try:
        return enter(transaction, file, request, fields, parties, None), None
    except Unfit as unfit:
        return None, unfit if unfit.entry.seq <= file.version else None


def enter(
    transaction: Transaction,
    file: CaseFile,
    request: ActRequest,
    fields: Fields,
    parties: Mapping[str, int],
    refusal: NegotiationError | None = None,
    *,
    former: Rulebook | None = None,
) -> Step:
    """Puts a paper in its place among the entries of a case, decided but not written; returns its own step.

    ``refusal``: the error by which it was refused as the last act of the case, if it was; it is raised where the paper
    has no place either. ``former``: the law of its day, where the case has gone over to another since. Raises Unfit,
    naming the entry, where a later one would no longer fit.
    """
    with file.read_under(former):
        late = _entry(file, request, fields, parties)
    anew = _rewritten(transaction, file, late, refusal)
    told = amendment_notices.told_otherwise(transaction, file, anew)
    facts = amendment_notices.amended_facts(file, anew, told)
    own = _record(transaction, file, request, anew, fields, former)
    amendment_notices.notify(transaction, file, anew, facts, told)
    return own


def _rewritten(transaction: Transaction, file: CaseFile, late: Entry, refusal: NegotiationError | None) -> Rewritten:
    try:
        return rewriting.rewritten(transaction, file, history_of(transaction, file), [], [late])
    except Unfit as unfit:
        if unfit.entry.seq == late.seq:
            raise refusal or unfit.error from None
        unfit.todo = "请先更正或撤销该项登记，再补登这份来文"
        raise unfit from None


def _entry(file: CaseFile, request: ActRequest, fields: Fields, parties: Mapping[str, int]) -> Entry:
    role = request.role_under(file.rulebook, file.procedure)
    seq, revision = file.version + 1, file.context.almanac.revision
    return Entry(
        seq, request.event, role, request.actor, request.on, fields, parties,
        replayed=False, after_seq=None, recorded_at=file.at, side=request.side, calendar_revision=revision,
        rules=file.procedure,
    )  # fmt: skip


def _record(
    transaction: Transaction,
    file: CaseFile,
    request: ActRequest,
    anew: Rewritten,
    fields: Fields,
    former: Rulebook | None,
) -> Step:
    """The paper's event, with what was entered, then all that changes by it; the paper's own notices go as ever."""
    late = anew.added[0]
    with file.read_under(former):
        contradicts = relations.contradiction(transaction, file, request.event, fields)
    step = anew.anew.derived.step_of(late.seq)
    if step is not None and step.transition.hands_over:
        division.demand_in_order(step)
    step = rewriting.record_added(file, anew, late, request.entered_by, {**contradicts, **request.extra})
    rewriting.record_results(transaction, file, anew)
    file.note_facts(fields)
    file.notify_of(step)
    if contradicts:
        file.point_out(late.seq, contradicts[CONTRADICTS])
    return step
