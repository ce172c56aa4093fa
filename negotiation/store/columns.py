"""The tables as queries name them, and the columns that many of them read."""

from negotiation.store.schema.accounts import Account, GrantRequest, Token
from negotiation.store.schema.assignments import Handler
from negotiation.store.schema.calendar import CalendarProposal
from negotiation.store.schema.cases import Case, Content, Copied, Event, Item
from negotiation.store.schema.departments import Department
from negotiation.store.schema.notices import Notice
from negotiation.store.schema.proposals import Proposal
from negotiation.store.schema.tasks import Task
from negotiation.store.schema.terms import Term
from negotiation.store.schema.types import table_of

CASE, EVENT, CONTENT, ITEM = table_of(Case), table_of(Event), table_of(Content), table_of(Item)
TERM, NOTICE, TASK, DEPARTMENT = table_of(Term), table_of(Notice), table_of(Task), table_of(Department)
COPIED, HANDLER, PROPOSAL, ACCOUNT = table_of(Copied), table_of(Handler), table_of(Proposal), table_of(Account)
TOKEN, GRANT = table_of(Token), table_of(GrantRequest)
CALENDAR_PROPOSAL = table_of(CalendarProposal)
APPLICANT, PROVIDER = DEPARTMENT.alias("applicant"), DEPARTMENT.alias("provider")
EVENT_COLUMNS = [EVENT.c[name] for name in (
    "seq", "event", "actor", "role", "state", "basis", "term", "happened_on", "recorded_at",
)]  # fmt: skip
IDS_ASKED_AT_ONCE = 1000
