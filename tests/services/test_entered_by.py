"""Who entered an event: with which account, on which side, with which token."""

from pathlib import Path
from typing import Any

import pytest

from negotiation.core.enums import AccountRole
from negotiation.domain.people import Person
from negotiation.services import approvals, departments
from negotiation.services.cases import acting
from negotiation.services.cases.act_request import ActRequest
from negotiation.services.context import UnitOfWork
from negotiation.services.departments import Order
from negotiation.services.signatures import Signature
from negotiation.store.accounts import AccountRow, add_account
from tests.conftest import JUSTICE, POLICE, Story, at, day
from tests.documents.ledgers import brought_in, made, row

OFFICE_CLERK = AccountRole.OFFICE_CLERK
NOBODY = (None, None, None)
BY = "account_id, side, token"


@pytest.fixture
def asked(story: Story) -> Story:
    return story.submitted("2026-03-02")


def people(story: Story) -> dict[str, Person]:
    """A clerk and a head of the police, a clerk of the office, with accounts 1 to 3."""
    unit = story.context.directory.find(POLICE).id
    roles = (("clerk", unit, AccountRole.CLERK), ("head", unit, AccountRole.HEAD), ("office", None, OFFICE_CLERK))
    found = {}
    with story.database.write() as transaction:
        for number, (login, department, role) in enumerate(roles, 1):
            found[login] = Person(number, login, login, department, frozenset({role}), must_change=False)
            account = AccountRow(number, login, login, department, [role.value], "", False, True, at("2026-01-05"))
            add_account(transaction, account)
    return found


def enter(story: Story, person: Person, on: str, event: str = "agree", **given: Any) -> None:
    signature = given.pop("signature", None)
    with story.database.write() as transaction:
        file = acting.take(UnitOfWork(transaction, story.context, at(on)), story.no)
        request = ActRequest(event, role="provider", actor=person.name, on=day(on), **given)
        approvals.enter(transaction, file, person, request, signature)


def by(story: Story) -> list[tuple[Any, ...]]:
    """Account, side and token of each event."""
    return [tuple(each) for each in story.rows("event", BY, "seq")]


def test_an_act_bears_the_account_the_side_and_the_token_with_which_it_was_entered(asked: Story) -> None:
    clerk = people(asked)["clerk"]
    enter(asked, clerk, "2026-03-03", event="note", fields={"text": "已转业务处室"}, token=5)
    assert by(asked)[-1] == (1, asked.record.provider_id, 5)


def test_a_paper_that_the_office_enters_is_of_the_office_s_side(asked: Story) -> None:
    enter(asked, people(asked)["office"], "2026-03-03", signature=Signature("王局长", day("2026-03-03")))
    assert by(asked)[-1] == (3, 0, None)


def test_a_proposal_that_was_approved_is_its_author_s(asked: Story) -> None:
    cast = people(asked)
    enter(asked, cast["clerk"], "2026-03-03", token=5)
    with asked.database.write() as transaction:
        work = UnitOfWork(transaction, asked.context, at("2026-03-04"))
        approvals.approve(work, cast["head"], asked.no, 1)
    assert by(asked)[-1] == (1, asked.record.provider_id, 5)


def test_the_clock_is_nobody(asked: Story) -> None:
    asked.sweep("2026-03-20")
    assert by(asked)[-1] == NOBODY


def test_what_a_merger_hands_over_is_of_the_office_s_side(asked: Story) -> None:
    units = asked.context.directory
    order = Order(day("2026-03-10"), "京编发〔2026〕3号", "周颖", at("2026-03-10"), account_id=8)
    with asked.database.write() as transaction:
        departments.merge(transaction, asked.context, units.find(POLICE), units.find(JUSTICE), order)
    assert by(asked)[-1] == (8, 0, None)


def test_history_of_a_ledger_is_of_the_office_s_side_and_says_that_it_is_history(
    database: Any, context: Any, tmp_path: Path
) -> None:
    assert brought_in(database, context, made(tmp_path / "台账.xlsx", [row("GX2026-0001")])).imported == 1
    with database.read() as transaction:
        events = transaction.connection.exec_driver_sql(f"SELECT {BY}, data FROM event").all()
    assert events
    assert {tuple(event[:3]) for event in events} == {(None, 0, None)}
    assert all('"replayed"' in str(event[3]).replace("'", '"') for event in events)
