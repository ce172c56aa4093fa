"""Scenarios of the cases of the demonstration: each act so many working days after the one before."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from negotiation.core.enums import SIGNED_BY, SIGNED_ON, Duty
from negotiation.demo.people import CHAIR, CIVIL, CLERK, HEAD, POLICE, ROOM
from negotiation.domain.fields import Fields
from negotiation.domain.rulebook import AGENDAS, MEETING
from negotiation.services.cases import acting
from negotiation.services.cases.act_request import ActRequest
from negotiation.services.cases.case_file import CaseFile
from negotiation.services.context import Context
from negotiation.services.meetings import outcomes, planning, view
from negotiation.services.meetings.planning import Plan
from negotiation.services.offers import side_of
from negotiation.store.transaction import Transaction


@dataclass(frozen=True)
class Move:
    """One act of a course: so many working days after the one before; entered ``late`` working days afterwards."""

    after: int
    event: str
    role: str
    fields: dict[str, Any]
    late: int = 0


def _move(after: int, event: str, role: str, late: int = 0, **fields: Any) -> Move:
    return Move(after, event, role, fields, late)


SUBMIT = _move(0, "submit", "applicant")
REASON = "涉及个人敏感信息，依据《个人信息保护法》第三十四条"
# The courses that the cases of three months take in turn.
SCENARIOS: tuple[tuple[Move, ...], ...] = (
    (_move(4, "agree", "provider"), _move(9, "supply", "provider")),
    (_move(7, "agree", "provider"), _move(15, "supply", "provider"), _move(2, "confirm", "applicant")),
    (_move(10, "agree", "provider"),),
    (_move(13, "agree", "provider"), _move(6, "supply", "provider")),
    (),
    (_move(9, "agree", "provider", late=4), _move(8, "supply", "provider")),
    (
        _move(
            6,
            "agree_partly",
            "provider",
            reason="仅提供核验结果，不提供原始数据项",
            items="姓名",
            refused_items="证件号码、状态",
        ),
        _move(4, "accept", "applicant"),
        _move(12, "supply", "provider"),
        _move(3, "confirm", "applicant"),
    ),
    (
        _move(5, "agree_partly", "provider", reason="其余数据项尚在核实", items="姓名"),
        _move(3, "refuse", "provider", reason=REASON),
        _move(4, "supply", "provider"),
        _move(2, "refer", "applicant"),
        _move(1, "accept_referral", "office"),
    ),
    (_move(5, "refuse", "provider", reason=REASON), _move(3, "accept", "applicant")),
    (
        _move(6, "refuse", "provider", reason=REASON),
        _move(2, "refer", "applicant"),
        _move(1, "accept_referral", "office"),
        _move(9, "settle", "office"),
    ),
    (
        _move(12, "refer", "applicant"),
        _move(2, "accept_referral", "office"),
        _move(11, "fail", "office"),
        _move(3, "report_up", "office"),
        _move(5, "deliberate", "office", opinion="建议共享"),
        _move(1, "submit_up", "office"),
        _move(9, "decide", "office", decision="应予共享", doc_no="京政批〔2026〕8号"),
    ),
    (_move(11, "refer", "applicant"),),
    (
        _move(8, "request_extension", "provider", reason="涉及多个处室，需要逐项核对"),
        _move(1, "grant_extension", "office", more_days=5),
        _move(5, "agree", "provider"),
    ),
    (_move(13, "refer", "applicant"), _move(2, "accept_referral", "office")),
    (
        _move(3, "ask_supplement", "provider", materials="请补充数据安全保障方案"),
        _move(4, "supplement", "applicant", text="已补充数据安全保障方案"),
        _move(5, "agree", "provider"),
    ),
    (
        _move(3, "disclaim", "provider", reason="该数据由其他部门采集"),
        _move(2, "assign", "office", provider="市政务服务和数据管理局"),
    ),
    (
        _move(5, "refuse", "provider", reason=REASON),
        _move(2, "refer", "applicant"),
        _move(1, "accept_referral", "office"),
        _move(6, "fail", "office"),
        _move(2, "report_up", "office"),
    ),
    (_move(2, "withdraw", "applicant", reason="已从其他渠道取得"),),
)


@dataclass(frozen=True)
class CaseInState:
    """A case that stands in a state today: begun so many working days ago, and gone so far. No course: a draft."""

    state: str
    begun: int
    moves: tuple[Move, ...] = ()
    parties: tuple[tuple[str, str], ...] = ()


_REFUSED = _move(3, "refuse", "provider", reason=REASON)
_REFERRED = (_REFUSED, _move(1, "refer", "applicant"))
_COORDINATED = (*_REFERRED, _move(1, "accept_referral", "office"))
_FAILED = (*_COORDINATED, _move(6, "fail", "office"))
_REPORTED = (*_FAILED, _move(2, "report_up", "office"))
_DELIBERATED = (*_REPORTED, _move(3, "deliberate", "office", opinion="建议共享"))
_SUBMITTED_UP = (*_DELIBERATED, _move(1, "submit_up", "office"))
# One case for every state in which a case can stand, whatever the day on which the city is built.
CASES_IN_STATES = (
    CaseInState("draft", 2, parties=(("applicant", CIVIL),)),
    CaseInState("awaiting_reply", 1),
    CaseInState("awaiting_reply", 2, parties=(("provider", POLICE),)),
    CaseInState("disclaimed", 4, (_move(3, "disclaim", "provider", reason="该数据由其他部门采集"),)),
    CaseInState("supplementing", 5, (_move(3, "ask_supplement", "provider", materials="请补充数据安全保障方案"),)),
    CaseInState(
        "partly_agreed",
        8,
        (_move(6, "agree_partly", "provider", reason="仅提供核验结果", items="姓名", refused_items="证件号码、状态"),),
    ),
    CaseInState("refused", 6, (_REFUSED,)),
    CaseInState("referred", 5, _REFERRED),
    CaseInState("in_coordination", 7, _COORDINATED),
    CaseInState("coordination_failed", 12, _FAILED),
    CaseInState("in_deliberation", 13, _REPORTED),
    CaseInState("deliberated", 17, _DELIBERATED),
    CaseInState("awaiting_decision", 20, _SUBMITTED_UP),
    CaseInState(
        "decided", 26, (*_SUBMITTED_UP, _move(7, "decide", "office", decision="应予共享", doc_no="京政批〔2026〕8号"))
    ),
    CaseInState("agreed", 9, (_move(7, "agree", "provider"),)),
    CaseInState("supplied", 17, (_move(7, "agree", "provider"), _move(8, "supply", "provider"))),
    CaseInState(
        "closed",
        20,
        (_move(6, "agree", "provider"), _move(9, "supply", "provider"), _move(3, "confirm", "applicant")),
    ),
    CaseInState("withdrawn", 6, (_move(2, "withdraw", "applicant", reason="已从其他渠道取得"),)),
    CaseInState("void", 4, (_move(2, "void", "office", reason="重复登记"),)),
)


def perform(transaction: Transaction, context: Context, file: CaseFile, move: Move, on: date) -> None:
    """By the clerk of the side that acts; where the rulebook wants it, with its head's signature."""
    unit = context.directory.by_id.get(file.case_state.parties.get(move.role, 0))
    actor = unit.people[Duty.A].name if unit else CLERK
    head = unit.people[Duty.DEPARTMENT_HEAD].name if unit else HEAD
    signed: Fields = {SIGNED_BY: head, SIGNED_ON: on} if file.procedure.events[move.event].approval else {}
    raw = move.fields | _met(transaction, context, file, move, on)
    acting.act_on(
        transaction,
        file,
        ActRequest(
            move.event, role=move.role, actor=actor, on=on, fields=raw, extra=signed, side=side_of(file, move.role)
        ),
    )


def _met(transaction: Transaction, context: Context, file: CaseFile, move: Move, on: date) -> dict[str, str]:
    """The meeting field of an act, with a meeting that took place on that day; empty where none is wanted."""
    rules = file.procedure
    row = rules.table[file.state, move.event]
    wanted = [key for key in row.event.required if rules.fields[key].kind == MEETING]
    if not wanted:
        return {}
    kind = rules.states[row.source].agenda or next(iter(AGENDAS))
    plan = Plan(kind, on, "09:00", ROOM, CHAIR, [file.no])
    meeting = planning.plan(transaction, context, plan, author=CLERK, at=file.at)
    outcomes.hold(transaction, meeting.no, view.invited(context, meeting), "", today=on)
    return dict.fromkeys(wanted, meeting.no)
