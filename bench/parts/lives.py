"""Lives of cases, told step by step, and what each step writes: the work that the durable step is measured with."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from bench.ground import morning
from bench.parts.decide import APPLICATION
from negotiation.services.cases import acting, opening
from negotiation.services.cases.act_request import ActRequest
from negotiation.services.context import Context, UnitOfWork
from negotiation.store import case_writer
from negotiation.store.change_statements import Change
from negotiation.store.database import Database
from negotiation.store.transaction import Transaction

FIRST_DAY = date(2026, 3, 2)
LIVES = (
    ("submit", "agree", "supply"),
    ("submit", "refuse", "refer", "accept_referral", "settle", "supply"),
    ("submit", "ask_supplement", "supplement", "agree_partly", "accept", "supply"),
)
ITEMS = ["姓名", "公民身份号码", "户籍地址"]
ENTERED: dict[str, dict[str, Any]] = {
    "agree": {"conditions": "仅限低保资格核对使用", "doc_no": "京公信函〔2026〕12号"},
    "refuse": {"reason": "涉及个人隐私，暂不具备脱敏条件", "legal_basis": "《个人信息保护法》第十三条"},
    "agree_partly": {"reason": "地址信息不宜共享", "items": ITEMS[:2], "refused_items": ITEMS[2:]},
    "ask_supplement": {"materials": "请补充使用依据的文件全文"},
    "supplement": {"text": "已补充，见附件"},
    "refer": {"opinion": "双方协商未达成一致"},
    "settle": {"opinion": "脱敏后提供"},
    "supply": {"text": "接口已开通"},
}


class Deed(NamedTuple):
    """One step of one case, as it is asked for."""

    no: str
    event: str
    role: str
    on: date
    at: datetime
    raw: dict[str, Any]


class Written(NamedTuple):
    """What a step wrote: the driver's statements with their values, and the same as rows."""

    statements: tuple[tuple[str, Sequence[Any]], ...]
    change: Change


def draft(database: Database, context: Context, count: int) -> list[Deed]:
    """Opens ``count`` cases of each life, and returns all steps that they will take, in order."""
    deeds: list[Deed] = []
    with database.write() as transaction:
        for n in range(count):
            deeds += [deed for life in LIVES for deed in _begin(transaction, context, life, n)]
    return deeds


def _begin(transaction: Transaction, context: Context, life: Sequence[str], n: int) -> Iterator[Deed]:
    names = list(context.directory.by_name)
    raw = APPLICATION | {
        "applicant": names[n % 30],
        "provider": names[30 + n % 29],
        "items": ITEMS if "agree_partly" in life else [],
    }
    file = opening.open_case(UnitOfWork(transaction, context, morning(FIRST_DAY)), "sharing", raw)
    case_writer.save(transaction, file.change())
    for place, event in enumerate(life):
        day = context.calendar.due(FIRST_DAY, place + 1)
        role = next(role for role in file.procedure.events[event].by if role != "clock")
        yield Deed(file.no, event, role, day, morning(day), ENTERED.get(event, {}))


def take_step(database: Database, context: Context, deed: Deed) -> None:
    """The step as the product takes it: load, decide, write, commit."""
    with database.write(single_statement=True) as transaction:
        acting.act(
            UnitOfWork(transaction, context, deed.at),
            deed.no,
            ActRequest(deed.event, role=deed.role, actor="某甲", on=deed.on, fields=deed.raw),
        )


def rehearse(database: Database, context: Context, deeds: Sequence[Deed]) -> list[Written]:
    """Takes all the steps once, and keeps what each of them wrote."""
    with database.write() as transaction:
        recorder = _Recorder(transaction.driver)
        return [_rehearsed(_Recorded(transaction, recorder), context, deed, recorder) for deed in deeds]


def _rehearsed(transaction: Transaction, context: Context, deed: Deed, recorder: "_Recorder") -> Written:
    file = acting.take(UnitOfWork(transaction, context, deed.at), deed.no)
    acting.perform(transaction, file, ActRequest(deed.event, role=deed.role, actor="某甲", on=deed.on, fields=deed.raw))
    change = file.change()
    recorder.statements.clear()
    case_writer.save(transaction, change)
    return Written(tuple(recorder.statements), change)


class _Recorder:
    """A driver's connection that remembers what was executed."""

    def __init__(self, driver: Any) -> None:
        self.driver = driver
        self.statements: list[tuple[str, Sequence[Any]]] = []

    def execute(self, sql: str, values: Sequence[Any] = ()) -> Any:
        self.statements.append((sql, values))
        return self.driver.execute(sql, values)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.driver, name)


class _Recorded(Transaction):
    """A transaction on such a connection; what PostgreSQL is given in one statement is remembered too."""

    def __init__(self, real: Transaction, recorder: _Recorder) -> None:
        self.database, self.param, self.driver, self._real = real.database, real.param, recorder, real

    def execute_numbered(self, sql: str, parameters: Sequence[Any]) -> Any:
        self.driver.statements.append((sql, parameters))
        return self._real.execute_numbered(sql, parameters)
