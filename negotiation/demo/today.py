"""The work on the desks today: a letter to three, who handles what, what waits for the heads, meetings."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime

from negotiation.core.local_time import local_date
from negotiation.demo.people import ASKED_TOGETHER, CHAIR, CIVIL, CLERK, HEAD, HELPS, POLICE, ROOM, application
from negotiation.demo.scenarios import SUBMIT, perform
from negotiation.domain import matters
from negotiation.domain.meetings import Meeting
from negotiation.domain.people import Person
from negotiation.services import approvals, assignments, case_list
from negotiation.services.cases import acting, opening
from negotiation.services.cases.act_request import ActRequest
from negotiation.services.context import Context, UnitOfWork
from negotiation.services.meetings import outcomes, planning, view
from negotiation.services.meetings.planning import Plan
from negotiation.store import case_writer
from negotiation.store.case_list.conditions import Sort, Wanted
from negotiation.store.case_queries import CaseLine
from negotiation.store.database import Database
from negotiation.store.transaction import Transaction

# Who proposes what to the head: account, state of the case, role, act.
PROPOSED = (
    ("applicant", "draft", "applicant", "submit"),
    ("provider", "awaiting_reply", "provider", "agree"),
    ("office", "referred", "office", "accept_referral"),
)
OFFICE_PAIRS = (("office", "office-two"), ("office-two", "office"))  # they take the cases in turn


def begin(database: Database, context: Context, people: Mapping[str, Person], at: datetime) -> None:
    """Done before the sweep and the post of the day. ``people``: the accounts by login."""
    with database.write() as transaction:
        _ask_together(transaction, context, at)
    for login, state, role, event in PROPOSED:
        no = _latest(database, context, people[login], state, local_date(at)).no
        with database.write() as transaction:
            file = acting.take(UnitOfWork(transaction, context, at), no)
            approvals.enter(
                transaction,
                file,
                people[login],
                ActRequest(event, role=role, actor=people[login].name, on=local_date(at)),
            )
    _name_handlers(database, context, people, local_date(at))
    _convene(database, context, at)


def _ask_together(transaction: Transaction, context: Context, at: datetime) -> None:
    raw = application(1) | {"applicant": CIVIL, "copied": HELPS}
    key = context.rulebook.main_procedure
    parts = matters.parts_of(context.rulebook.procedure(key), raw | {"provider": list(ASKED_TOGETHER)}, ())
    for file in opening.open_matter(UnitOfWork(transaction, context, at), key, parts):
        case_writer.save(transaction, file.change())
        taken = acting.take(UnitOfWork(transaction, context, at), file.no)
        perform(transaction, context, taken, SUBMIT, local_date(at))


def _latest(database: Database, context: Context, person: Person, state: str, today: date) -> CaseLine:
    """The newest case of that person's side in a state."""
    side = () if person.department_id is None else (person.department_id,)
    wanted = Wanted(state=state, departments=side, sort=Sort.NO)
    with database.read() as transaction:
        found = case_list.every_case(transaction, context, wanted, today)
    return found[-1]


def _convene(database: Database, context: Context, at: datetime) -> None:
    """The office coordinates in three working days; the leading group met today, and its word is yet to be entered."""
    today = local_date(at)
    with database.read() as transaction:
        coordinated, deliberated = (
            [line.no for line in case_list.every_case(transaction, context, Wanted(state=state, sort=Sort.NO), today)]
            for state in ("in_coordination", "in_deliberation")
        )
    with database.write() as transaction:
        ahead = Plan(
            "coordination", context.calendar.estimate(today, 3).day, "14:30", "办公室会议室", HEAD, coordinated
        )
        planning.plan(transaction, context, ahead, author=CLERK, at=at)
        now = Plan("deliberation", today, "09:00", ROOM, CHAIR, deliberated)
        _sit(transaction, context, planning.plan(transaction, context, now, author=CLERK, at=at))


def _sit(transaction: Transaction, context: Context, meeting: Meeting) -> None:
    outcomes.hold(transaction, meeting.no, view.invited(context, meeting), "", today=meeting.on)
    by = context.calendar.estimate(meeting.on, 20).day
    for item in meeting.items:
        outcomes.agree(transaction, meeting.no, item.no, "应予共享，以核验接口方式提供", item.provider, by)


def _name_handlers(database: Database, context: Context, people: Mapping[str, Person], today: date) -> None:
    """Every open case has its handler in the office and a second; the two departments with accounts have theirs."""
    with database.read() as transaction:
        every = case_list.every_case(transaction, context, Wanted(sort=Sort.NO), today)
        running = [line for line in every if line.closed is None]
    with database.write() as transaction:
        for n, line in enumerate(running):
            for pair in _handlers(line, n):
                chosen = {rank: people[login].id for rank, login in enumerate(pair, 1)}
                assignments.assign(transaction, people[pair[0]], line.id, chosen, today)


def _handlers(line: CaseLine, n: int) -> Iterator[tuple[str, ...]]:
    """The logins of the first and the second handler on each side that has accounts."""
    yield OFFICE_PAIRS[n % len(OFFICE_PAIRS)]
    if line.applicant == CIVIL:
        yield ("applicant",)
    if line.provider == POLICE:
        yield ("provider",)
