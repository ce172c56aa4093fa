"""What the stories of the law share: how a case gets into a state, how it stands, who was told, what was refused."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from negotiation.core.errors import NegotiationError
from negotiation.services import case_view
from negotiation.services.cases import opening
from negotiation.services.context import UnitOfWork
from negotiation.store import case_writer
from tests.acceptance.plain_items import SUPPLYING
from tests.conftest import CHAOYANG, CIVIL, JUSTICE, POLICE, TAX, Story, at, day, everything

# By hand: the states of `sharing`.
OPEN = (
    "draft", "awaiting_reply", "disclaimed", "supplementing", "partly_agreed", "refused", "referred",
    "in_coordination", "coordination_failed", "in_deliberation", "agreed", "decided", "supplied",
)  # fmt: skip
ENDED = ("closed", "withdrawn", "void")
SUBMITTED = OPEN[1:]
UNSUPPLIED = OPEN[:-1]
NAMES = {0: "office", 1: CIVIL, 2: POLICE, 3: JUSTICE, 4: CHAOYANG, 5: TAX}

# How a case comes into each state: the state before, the act, its role, its day (a working day) and its fields.
WAYS: dict[str, tuple[str, str, str, str, dict[str, str]]] = {
    "awaiting_reply": ("draft", "submit", "applicant", "2026-03-02", {}),
    "disclaimed": ("awaiting_reply", "disclaim", "provider", "2026-03-05", {"reason": "该数据由市司法局掌握"}),
    "supplementing": ("awaiting_reply", "ask_supplement", "provider", "2026-03-05", {"materials": "使用范围说明"}),
    "partly_agreed": ("awaiting_reply", "agree_partly", "provider", "2026-03-10", {"reason": "部分字段涉密"}),
    "refused": ("awaiting_reply", "refuse", "provider", "2026-03-10", {"reason": "依法不予提供"}),
    "agreed": ("awaiting_reply", "agree", "provider", "2026-03-10", {}),
    "referred": ("refused", "refer", "applicant", "2026-03-12", {}),
    "in_coordination": ("referred", "accept_referral", "office", "2026-03-13", {}),
    "coordination_failed": ("in_coordination", "fail", "office", "2026-03-20", {}),
    "in_deliberation": ("coordination_failed", "report_up", "office", "2026-03-24", {}),
    "decided": ("in_deliberation", "decide", "office", "2026-04-02", {"decision": "share"}),
    "supplied": ("agreed", "supply", "provider", "2026-04-01", {}),
    "closed": ("supplied", "confirm", "applicant", "2026-04-02", {}),
    "withdrawn": ("awaiting_reply", "withdraw", "applicant", "2026-03-10", {}),
    "void": ("awaiting_reply", "void", "office", "2026-03-10", {"reason": "重复登记"}),
}
MET = ("decide", "remit", "defer")  # in the leading group's name: nothing without its meeting
LATER = "2026-04-03"  # a working day after all of these

TOLD: dict[tuple[str, str], list[str]] = {}


def notice_requests(event: str, *states: str) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Marks the story of one event in one or more states; `test_table.py` asks for a story of every row."""

    def register(story: Callable[..., None]) -> Callable[..., None]:
        for state in states:
            TOLD.setdefault((state, event), []).append(story.__name__)
        return story

    return register


def reach(story: Story, state: str, **fields: Any) -> Story:
    """Leads a case into a state by lawful acts; ``fields`` go into its application."""
    if state == "draft":
        return story.open("2026-03-02", **fields)
    before, event, role, on, own = WAYS[state]
    reach(story, before, **fields)
    if event == "agree_partly" and fields.get("items"):
        own = own | parted(fields["items"])
    return story.act(event, role, on, **own, **(said_at_a_meeting(story, on) if event in MET else {}))


def parted(names: str) -> dict[str, str]:
    """All items but the last are agreed, and the last is not."""
    *agreed, rest = names.split("、")
    return {"items": "、".join(agreed), "refused_items": rest}


def said_at_a_meeting(story: Story, on: str) -> dict[str, str]:
    """The leading group met on this case on that day: the field that its acts need."""
    return {"meeting": story.met(on)}


def stands(story: Story, state: str, held_by: str, **running: str) -> None:
    """The case is in this state, this role holds it, and exactly these terms run, to these days."""
    file = story.file
    assert file.state == state
    assert file.procedure.states[state].held_by == held_by
    assert {term.kind: str(term.due_on) for term in file.case_state.terms if term.runs} == running
    assert len(story.events()) == file.version


def supplies(story: Story) -> dict[str, str]:
    """The running terms of supply: the names of the items of each, and its due date."""
    names = {item.n: item.name for item in story.file.case_state.items}
    terms = [term for term in story.file.case_state.terms if term.runs and term.kind in SUPPLYING]
    return {"、".join(names[n] for n in term.items): str(term.due_on) for term in terms}


def heard(story: Story, seq: int | None = None) -> set[tuple[str, str]]:
    """Who was told by an event (default: the last one), with which template."""
    seq = story.record.version if seq is None else seq
    rows = story.rows("notice", "key, template, department_id", "key")
    return {(template, NAMES[unit]) for key, template, unit in rows if key.startswith(f"event:{seq}/")}


def open_tasks(story: Story) -> list[str]:
    """The titles of the tasks that wait for a person."""
    return [title for title, done in story.tasks() if done is None]


def items(story: Story) -> dict[str, str]:
    """Each data item with its answer."""
    return dict(tuple(row) for row in story.rows("item", "name, answer", "n"))


@contextmanager
def refused(story: Story, error: type[NegotiationError], *words: str) -> Iterator[pytest.ExceptionInfo[Any]]:
    """The act is refused with a sentence in which these words stand, and nothing whatsoever has changed."""
    before = everything(story.database)
    with pytest.raises(error) as caught:
        yield caught
    assert everything(story.database) == before
    assert error in (type(caught.value), type(caught.value).__base__)  # and no other kind of refusal
    assert all(word in str(caught.value) for word in words), str(caught.value)
    assert story.no in caught.value.where


# ------------------------------------------------------------------------------------------------ any procedure


def drafted(story: Story, procedure: str, on: str, **raw: Any) -> Story:
    """A draft of any procedure with these fields and no others; unless they say so, it concerns the police."""
    with story.database.write() as transaction:
        fields = {"provider": POLICE} | raw
        file = opening.open_case(UnitOfWork(transaction, story.context, at(on)), procedure, fields)
        case_writer.save(transaction, file.change())
    story.no = file.no
    return story


def asked(story: Story, procedure: str, event: str, on: str, **raw: Any) -> Story:
    """The same between two departments, handed in by the civil affairs bureau on that day."""
    drafted(story, procedure, on, applicant=CIVIL, **{"resource": "常住人口基本信息"} | raw)
    return story.act(event, "applicant", on)


def past(story: Story) -> list[tuple[str, str]]:
    """Event and day, without what the clock reminded of."""
    return [(event, on) for event, on, _ in story.events() if event != "remind"]


def light(story: Story, on: str) -> str:
    """The light of the case at the end of a day."""
    with story.database.read() as transaction:
        return str(case_view.case_json(transaction, story.file, story.context, day(on))["light"])


def cited(story: Story) -> str:
    """The article by which the last event happened, as it is printed."""
    basis = story.rows("event", "basis", "seq")[-1][0]
    return story.file.rulebook.cited(basis)
