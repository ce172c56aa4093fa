"""Who handles a case: named, changed, handed over; both ranks, both sides, and what stays known."""

from typing import Any

import pytest

from negotiation.core.enums import AccountRole
from negotiation.core.errors import FieldError, NotFound
from negotiation.domain.people import Person
from negotiation.services import assignments
from negotiation.services.accounts import management, passwords
from negotiation.services.context import Context
from negotiation.store import assignments as stored
from negotiation.store.database import Database
from tests.conftest import CIVIL, POLICE, Story, admin_at, at, day
from tests.services.test_accounts import CHEAP

OFFICE = 0
PEOPLE = {
    "wang": (POLICE, AccountRole.CLERK),
    "zhao": (POLICE, AccountRole.CLERK),
    "chief": (POLICE, AccountRole.HEAD),
    "civil": (CIVIL, AccountRole.CLERK),
    "office": (None, AccountRole.OFFICE_CLERK),
    "director": (None, AccountRole.OFFICE_HEAD),
    "auditor": (None, AccountRole.AUDITOR),
    "admin": (None, AccountRole.ADMINISTRATOR),
}


class Staff:
    """The people of the cast, and what they do with handlers."""

    def __init__(self, database: Database, context: Context) -> None:
        self.database, self.people = database, dict[str, Person]()
        for login, (unit, role) in PEOPLE.items():
            department = context.directory.by_name[unit].id if unit else None
            made = management.create_account(
                database,
                login=login,
                name=login,
                roles={role},
                department_id=department,
                operation=admin_at(at("2026-09-01")),
            )
            self.people[login] = made.person

    def __getitem__(self, login: str) -> int:
        return self.people[login].id

    def assign(
        self, by: str, story: Story, first: str | None, second: str | None = None, on: str = "2026-09-21"
    ) -> None:
        wanted = {rank: self[login] if login else None for rank, login in ((1, first), (2, second))}
        case_id = story.record.id
        with self.database.write() as transaction:
            assignments.assign(transaction, self.people[by], case_id, wanted, day(on))

    def hand_over(self, by: str, leaver: str, successor: str, on: str = "2026-09-30") -> list[Any]:
        with self.database.write() as transaction:
            return assignments.hand_over(transaction, self.people[by], self[leaver], self[successor], day(on))

    def of(self, story: Story, side: int) -> dict[int, str]:
        """Who handles a case now, by rank."""
        return {rank: name for rank, name, _, until in self.history(story, side) if until is None}

    def history(self, story: Story, side: int) -> list[tuple[int, str, str, str | None]]:
        case_id = story.record.id
        with self.database.read() as transaction:
            known = stored.handlers_of(transaction, case_id, side)
        return [(each.rank, each.name, str(each.since), str(each.until) if each.until else None) for each in known]

    def open_work(self, login: str) -> int:
        with self.database.read() as transaction:
            return len(stored.open_work_of(transaction, self[login]))


@pytest.fixture
def staff(database: Database, context: Context, monkeypatch: pytest.MonkeyPatch) -> Staff:
    monkeypatch.setattr(passwords, "PARAMETERS", CHEAP)
    return Staff(database, context)


@pytest.fixture
def police(context: Context) -> int:
    return context.directory.by_name[POLICE].id


@pytest.fixture
def story(database: Database, context: Context) -> Story:
    return Story(database, context).submitted("2026-09-18")


# ---------------------------------------------------------------------------------------------------------- naming


def test_each_side_names_its_own_two_handlers(staff: Staff, story: Story, police: int) -> None:
    staff.assign("chief", story, "wang", "zhao")
    staff.assign("office", story, "office")
    assert staff.of(story, police) == {1: "wang", 2: "zhao"}
    assert staff.of(story, OFFICE) == {1: "office"}


def test_who_handled_a_case_when_stays_known(staff: Staff, story: Story, police: int) -> None:
    staff.assign("chief", story, "wang", on="2026-09-21")
    staff.assign("chief", story, "zhao", on="2026-09-25")
    staff.assign("chief", story, None, on="2026-09-28")
    assert staff.history(story, police) == [
        (1, "wang", "2026-09-21", "2026-09-25"),
        (1, "zhao", "2026-09-25", "2026-09-28"),
    ]


def test_naming_the_same_again_writes_nothing(staff: Staff, story: Story, police: int) -> None:
    staff.assign("chief", story, "wang", "zhao")
    staff.assign("chief", story, "wang", "zhao", on="2026-09-25")
    assert len(staff.history(story, police)) == 2


def test_the_two_may_change_places(staff: Staff, story: Story, police: int) -> None:
    staff.assign("chief", story, "wang", "zhao")
    staff.assign("wang", story, "zhao", "wang", on="2026-09-25")
    assert staff.of(story, police) == {1: "zhao", 2: "wang"}


@pytest.mark.parametrize("stranger", ["civil", "office", "auditor", "admin"])
def test_only_people_of_the_department_handle_its_side(staff: Staff, story: Story, police: int, stranger: str) -> None:
    with pytest.raises(FieldError, match="不是本单位在用的经办账户"):
        staff.assign("chief", story, stranger)
    assert staff.history(story, police) == []


@pytest.mark.parametrize("stranger", ["wang", "auditor", "admin"])
def test_only_clerks_and_heads_of_the_office_handle_its_side(staff: Staff, story: Story, stranger: str) -> None:
    with pytest.raises(FieldError, match="不是本单位在用的经办账户"):
        staff.assign("office", story, stranger)


def test_who_has_left_is_not_named_but_may_still_stand_there(
    database: Database, staff: Staff, story: Story, police: int
) -> None:
    staff.assign("chief", story, "wang")
    with database.write() as transaction:
        management.deactivate(transaction, staff["wang"], operation=admin_at(at("2026-09-22")))
        management.deactivate(transaction, staff["zhao"], operation=admin_at(at("2026-09-22")))
    with pytest.raises(FieldError, match="不是本单位在用的经办账户"):
        staff.assign("chief", story, "wang", "zhao")
    staff.assign("chief", story, "wang", "chief")  # the first rank was not what the form was opened for
    assert staff.of(story, police) == {1: "wang", 2: "chief"}


def test_one_person_is_not_both(staff: Staff, story: Story) -> None:
    with pytest.raises(FieldError, match="同一人"):
        staff.assign("chief", story, "wang", "wang")


# -------------------------------------------------------------------------------------------------------- hand-over


def test_all_open_work_goes_to_the_successor_and_closed_work_stays(
    database: Database, context: Context, staff: Staff, story: Story, police: int
) -> None:
    second, closed = (Story(database, context).submitted("2026-09-18") for _ in range(2))
    staff.assign("chief", story, "wang")
    staff.assign("chief", second, "chief", "wang")
    staff.assign("chief", closed, "wang")
    closed.act("withdraw", "applicant", "2026-09-22")
    moved = staff.hand_over("chief", "wang", "zhao")
    assert [(each.case_id, each.rank) for each in moved] == [(story.record.id, 1), (second.record.id, 2)]
    assert staff.of(story, police) == {1: "zhao"}
    assert staff.of(second, police) == {1: "chief", 2: "zhao"}
    assert staff.of(closed, police) == {1: "wang"}
    assert staff.open_work("wang") == 0
    assert staff.history(story, police)[0] == (1, "wang", "2026-09-21", "2026-09-30")


def test_a_successor_who_is_the_second_becomes_the_first_and_is_not_named_twice(
    staff: Staff, story: Story, police: int
) -> None:
    staff.assign("chief", story, "wang", "zhao")
    staff.hand_over("chief", "wang", "zhao")
    assert staff.of(story, police) == {1: "zhao"}


def test_a_successor_who_is_the_first_stays_it(staff: Staff, story: Story, police: int) -> None:
    staff.assign("chief", story, "zhao", "wang")
    staff.hand_over("chief", "wang", "zhao")
    assert staff.of(story, police) == {1: "zhao"}
    assert len(staff.history(story, police)) == 2


def test_what_moved_can_be_read_again_later(
    database: Database, context: Context, staff: Staff, story: Story, police: int
) -> None:
    other = Story(database, context).submitted("2026-09-18")
    staff.assign("chief", story, "wang")
    staff.assign("chief", other, "zhao", "wang")  # nothing to name anew, but handed over all the same
    staff.hand_over("chief", "wang", "zhao")
    staff.assign("chief", story, "chief", on="2026-10-09")
    with database.read() as transaction:
        found = stored.handed_over(transaction, staff["wang"], staff["zhao"], day("2026-09-30"))
        on_another_day = stored.handed_over(transaction, staff["wang"], staff["zhao"], day("2026-10-09"))
        recent = stored.recent_handovers(transaction)
    assert [each.case_id for each in found] == [story.record.id, other.record.id]
    assert on_another_day == []
    assert [(each.leaver, each.successor, str(each.on), each.cases, each.by) for each in recent] == [
        (staff["zhao"], staff["chief"], "2026-10-09", 1, "chief"),
        (staff["wang"], staff["zhao"], "2026-09-30", 1, "chief"),
    ]


@pytest.mark.parametrize(
    ("by", "leaver", "successor"),
    [
        ("chief", "civil", "civil"),
        ("chief", "office", "director"),
        ("wang", "wang", "zhao"),
        ("office", "wang", "zhao"),
        ("admin", "wang", "zhao"),
    ],
)
def test_work_of_others_is_not_theirs_to_hand_over(staff: Staff, by: str, leaver: str, successor: str) -> None:
    with pytest.raises(NotFound):
        staff.hand_over(by, leaver, successor)


@pytest.mark.parametrize(
    ("by", "leaver", "successor", "why"),
    [
        ("director", "wang", "wang", "同一人"),
        ("director", "wang", "civil", "不在同一单位"),
        ("director", "wang", "office", "不在同一单位"),
        ("director", "office", "auditor", "不办理案件"),
    ],
)
def test_work_stays_in_its_house_and_with_who_can_do_it(
    staff: Staff, by: str, leaver: str, successor: str, why: str
) -> None:
    with pytest.raises(FieldError, match=why):
        staff.hand_over(by, leaver, successor)


@pytest.mark.parametrize("by", ["chief", "director"])
def test_the_head_and_the_office_head_hand_over(staff: Staff, story: Story, police: int, by: str) -> None:
    staff.assign("chief", story, "wang")
    staff.hand_over(by, "wang", "zhao")
    assert staff.of(story, police) == {1: "zhao"}
