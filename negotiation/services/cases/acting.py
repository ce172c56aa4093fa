"""Acts on a case, decided and written: everything that changes a case goes through here.

A ``CaseFile`` is a case taken out of the database: acts are decided on it (by ``lifecycle``), and its ``change`` is all
that follows, written in one piece: the case, its events with their chain, contents, terms, items, notices and tasks.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from calendars import Unpublished
from negotiation.core.enums import CLOCK, CONTRADICTS, GOES_ON
from negotiation.core.errors import DateError, InvalidTransition, NegotiationError, NotTheirs, WrongRole, all_at_once
from negotiation.core.local_time import local_date
from negotiation.domain import forms
from negotiation.domain.entered import EnteredBy
from negotiation.domain.fields import Fields, RawFields
from negotiation.domain.machine import lifecycle
from negotiation.domain.machine.values import Act, Step
from negotiation.domain.rulebook import Rulebook
from negotiation.services.cases import (
    agenda_leaving,
    division,
    late_paper,
    meeting_basis,
    own_figures,
    relations,
    succession,
)
from negotiation.services.cases.act_request import ActRequest
from negotiation.services.cases.case_file import CaseFile
from negotiation.services.cases.recorder import SYSTEM
from negotiation.services.context import UnitOfWork
from negotiation.store import case_reader, case_writer, notices_made
from negotiation.store.case_reader import Loaded
from negotiation.store.transaction import Transaction


def demand_past(on: date, at: datetime) -> None:
    """Raises DateError for a day after today: only what has happened is put on record."""
    if on > local_date(at):
        raise DateError(f"日期 {on} 在今天（{local_date(at)}）之后", todo="请核对日期；只能登记已经发生的事")


def demand_living(file: CaseFile, request: ActRequest) -> None:
    """Raises WrongRole for an act of a party since one of the two is another's part; their earlier papers stand."""
    parties = file.case_state.parties
    merged = next(each for id, each in file.context.directory.gone.items() if id in parties.values())
    if request.on >= merged.happened_on:
        todo = f"请由“{merged.name_after}”办理；双方是同一部门的，由办公室办结或划转"
        raise WrongRole(f"{merged.says}，不能再以其名义办理，双方也不再互相答复", todo=todo)


def take(work: UnitOfWork, no: str) -> CaseFile:
    """A case out of the database, to be acted on. Raises NotFound."""
    return file_of(work, case_reader.load(work.transaction, no=no))


def file_of(work: UnitOfWork, loaded: Loaded) -> CaseFile:
    """The file of a case that was loaded already; the calendar is read again if it has changed since."""
    context = work.context
    context.keep_up(work.transaction, loaded.calendar_revision)
    rulebook = context.rulebooks.of(work.transaction, loaded.record.rulebook, loaded.record.edition)
    file = CaseFile(context, rulebook, loaded, at=work.at)
    succession.as_of_today(file)
    return file


def act(work: UnitOfWork, no: str, request: ActRequest) -> CaseFile:
    """One act on one case, decided and written.

    Raises a sentence if the act is not lawful, Conflict if the case has moved on since ``request.seen_version``;
    nothing is written then.
    """
    file = take(work, no)
    if request.seen_version is not None and request.seen_version != file.version:
        raise case_writer.conflict(no)
    act_on(work.transaction, file, request)
    return file


def act_on(transaction: Transaction, file: CaseFile, request: ActRequest) -> None:
    """An act on a case that was taken out already, decided and written. Raises as ``perform`` does."""
    before = file.state
    try:
        steps = perform(transaction, file, request)
    except NegotiationError as error:
        error.where = error.where or f"案件 {file.no}"
        raise
    if file.procedure.states[before].agenda not in ("", file.procedure.states[file.state].agenda):
        agenda_leaving.leave(transaction, file, request, before, steps)
    if file.offspring is None:
        case_writer.save(transaction, file.change())
    else:
        division.save(transaction, file, file.offspring)
    succession.return_proposals(transaction, file)


def perform(transaction: Transaction, file: CaseFile, request: ActRequest, *, clock: bool = True) -> list[Step]:
    """Decides one act on a file without writing it. ``clock=False`` replays history: no lapse, no reminder, no notice.

    Raises a sentence (NegotiationError) if the act is not lawful; the file is of no use then.
    """
    succession.prepare(transaction, file, request, live=clock)
    former = succession.former_law(transaction, file, request) if clock else None
    file.read_draft(transaction)
    faults: list[NegotiationError] = []
    with all_at_once(faults):
        demand_past(request.on, file.at)
        with file.read_under(former):
            raw: RawFields = forms.sound(file.procedure, request.fields)
            resource, raw = relations.of_act(transaction, file, request.event, raw, live=clock)
            form = file.read_form(request.event, raw)
        faults += form.faults
        meeting = meeting_basis.meeting_of(transaction, file, form.fields, request.on)
        fields = file.agreed_at(meeting, request.event, form.fields) if meeting is not None else form.fields
        if clock and file.procedure.report.balances:
            fields, request = own_figures.filled(transaction, file, request, fields)
        steps = _taken(transaction, file, request, fields, form.parties, former, live=clock)
    relations.keep(transaction, file, fields, resource)
    if meeting is not None:
        file.rests_on(meeting, steps[-1].after.version)
    return steps


def _taken(
    transaction: Transaction, file: CaseFile, request: ActRequest, fields: Fields, parties: Mapping[str, int],
    former: Rulebook | None, *, live: bool,
) -> list[Step]:  # fmt: skip
    """The steps of an act, recorded: it is the last of the case, or a paper that has its place before others."""
    if former is not None:
        return [late_paper.enter(transaction, file, request, fields, parties, former=former)]
    state, own, unfit = file.case_state, None, None
    gone = file.context.directory.gone.keys()
    if live and request.role in state.parties and not gone.isdisjoint(state.parties.values()):
        demand_living(file, request)
    if live and state.back_on is not None and state.last_on == state.back_on:  # the last event is a void referral
        own, unfit = late_paper.before_void(transaction, file, request, fields, parties)
    if own is not None:
        return [own]
    try:
        steps = _decided(file, request, fields, parties, clock=live)
    except NegotiationError as refusal:
        if unfit is not None:
            raise unfit from None
        if not live or not isinstance(refusal, DateError | InvalidTransition) or not late_paper.is_late(file, request):
            raise
        return [late_paper.enter(transaction, file, request, fields, parties, refusal)]
    _record(transaction, file, request, steps, fields, parties, live=live)
    return steps


def _decided(
    file: CaseFile, request: ActRequest, fields: Fields, parties: Mapping[str, int], *, clock: bool
) -> list[Step]:
    event = file.procedure.events.get(request.event)
    is_theirs = event is not None and request.role in event.by
    role = request.role if is_theirs else request.role_under(file.rulebook, file.procedure)
    if role == CLOCK and request.actor != SYSTEM:
        raise WrongRole("系统的事件由时钟自己登记，不能由人办理", todo="请以办理该事项的单位的身份登记")
    act = Act(request.event, role, request.on, fields, parties, replayed=not clock)
    try:
        return lifecycle.follow(file.procedure, file.case_state, act, file.calendar, clock=clock)
    except NotTheirs as error:
        raise error.titled(file.role_title) from None
    except (ValueError, Unpublished) as error:  # the calendar knows neither that day nor how to estimate it
        raise DateError(f"日期无法计算：{error}", todo="请核对日期") from None


def _record(
    transaction: Transaction, file: CaseFile, request: ActRequest, steps: Sequence[Step], fields: Fields,
    parties: Mapping[str, int], *, live: bool,
) -> None:  # fmt: skip
    """Puts the steps into the file: those of the clock, then the act itself.

    An answer that does not agree with the catalogue is pointed out; an annulled lapse is corrected. What the act hands
    over goes on in a case of its own.
    """
    *by_clock, own = steps
    before = by_clock[-1].after if by_clock else file.case_state
    for step in by_clock:
        file.record(step, by=EnteredBy(SYSTEM))
    contradicts = relations.contradiction(transaction, file, request.event, fields) if live else {}
    goes_on = division.goes_on(transaction, file, own) if own.transition.hands_over else {}
    entered = {**fields, **contradicts, **goes_on, **request.extra}
    file.record(own, by=request.entered_by, fields=entered, replayed=not live)
    if goes_on:
        division.divide(transaction, file, before, own, goes_on[GOES_ON], parties, request.entered_by)
    if contradicts:
        file.point_out(file.version, contradicts[CONTRADICTS])
    for step in steps:
        if (term := step.annulled) is not None:
            file.correct(step, notices_made.notified_of_lapse(transaction, file.case_id, term.n, term.due_on))
