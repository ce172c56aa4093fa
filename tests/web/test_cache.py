"""The list made of kept pieces shows what a process that has just begun shows, whatever happened in between."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, timedelta

import pytest
from fastapi.testclient import TestClient
from hypothesis import given
from hypothesis import settings as example_settings
from hypothesis import strategies as st
from markupsafe import Markup

from calendars import Arrangement
from negotiation.core.enums import OFFICE_ID, AccountRole, CalendarLayer, Level
from negotiation.core.errors import NegotiationError
from negotiation.core.local_time import local_date
from negotiation.core.settings import Settings
from negotiation.services import unattended
from negotiation.services.accounts import management, sessions
from negotiation.services.accounts.sessions import SignedIn
from negotiation.services.calendar import import_notice
from negotiation.services.cases import timers
from negotiation.store import assignments
from negotiation.store.departments import set_department
from negotiation.web import create_app
from negotiation.web.cache import Fragments
from tests.conftest import JUSTICE, POLICE, Story, admin_at, at
from tests.web_client import PASSWORD, FakeClock

PAGES = ("/cases", "/?all=1&sort=no", "/?state=awaiting_reply&descending=1", "/?provisional=1", "/?text=常住&handler=1")
LOOKERS = {"office": (None, AccountRole.OFFICE_CLERK), "police": (POLICE, AccountRole.CLERK)}


@dataclass
class City:
    """Cases that end in the unpublished year, two people who look at them, and a hand on the clock."""

    settings: Settings
    stories: list[Story]
    fake_clock: FakeClock
    people: dict[str, SignedIn]
    imports: int = 0

    def process(self) -> TestClient:
        """A web process that begins now."""
        return TestClient(create_app(self.settings, self.stories[0].database, clock=lambda: self.fake_clock.now))

    def pages(self, process: TestClient) -> list[str]:
        cookies = [{"Cookie": f"session={each.token}"} for each in self.people.values()]
        return [process.get(path, headers=cookie).text for cookie in cookies for path in PAGES]

    @property
    def today(self) -> str:
        return local_date(self.fake_clock.now).isoformat()


@pytest.fixture
def city(story: Story, settings: Settings, cheap_hashes: None) -> City:
    settings = settings.model_copy(update={"session_idle_minutes": 10**6, "session_hours": 10**5})
    fake_clock = FakeClock(at("2026-12-21"))
    for login, (unit, role) in LOOKERS.items():
        unit_id = story.context.directory.by_name[unit].id if unit else None
        management.create_account(
            story.database,
            login=login,
            name=login,
            roles={role},
            department_id=unit_id,
            password=PASSWORD,
            operation=admin_at(fake_clock.now),
        )
    people = {login: sessions.sign_in(story.database, settings, login, PASSWORD, fake_clock.now) for login in LOOKERS}
    stories = [Story(story.database, story.context).submitted(on) for on in ("2026-12-07", "2026-12-18", "2026-12-21")]
    return City(settings, stories, fake_clock, people)


# -------------------------------------------------------------------------------------------------- what may happen


def a_note_is_taken(city: City, story: Story) -> None:
    story.act("note", "office", city.today, text="已电话联系")


def it_is_refused(city: City, story: Story) -> None:
    story.act("refuse", "provider", city.today, reason="涉及隐私")


def it_is_withdrawn(city: City, story: Story) -> None:
    story.act("withdraw", "applicant", city.today)


def it_is_passed_to_another_department(city: City, story: Story) -> None:
    story.act("transfer", "office", city.today, provider=JUSTICE, reason="职责调整")


def somebody_is_put_in_charge(city: City, story: Story) -> None:
    case, who, today = story.record.id, city.people["office"].person, local_date(city.fake_clock.now)
    with story.database.write() as transaction:
        assignments.assign(transaction, case, OFFICE_ID, 1, who.id, on=today, by="测试")


def who_is_in_charge_changes_their_name(city: City, story: Story) -> None:
    who = city.people["office"].person
    with story.database.write() as transaction:
        management.change_account(
            transaction, who.id, name=f"李{city.fake_clock.now:%d%H%M%S}", operation=admin_at(city.fake_clock.now)
        )


def the_provider_is_bound_by_reference_only(city: City, story: Story) -> None:
    provider = story.record.provider_id
    with story.database.write() as transaction:
        set_department(transaction, provider, level=Level.REFERENCE, sort_no=None, mail_stopped=None)


def a_notice_moves_the_dates(city: City, story: Story) -> None:
    city.imports += 1
    number, freed = f"京政办发〔2026〕{city.imports}号", date(2026, 12, 22 + city.imports % 9)
    notice = Arrangement(2026, number, date(2026, 12, 1), {freed: "会议调休"}, {})
    import_notice.run(
        story.database,
        story.context,
        import_notice.ImportRequest(number, notice, CalendarLayer.MUNICIPAL, "测试", city.fake_clock.now),
    )


def a_night_passes(city: City, story: Story) -> None:
    city.fake_clock.now += timedelta(days=1)
    timers.run(story.database, story.context, city.fake_clock.now)
    for job in unattended.WATCHED:  # a worker was there: else who began yesterday says that it was not
        unattended.beat(story.database, job, city.fake_clock.now)


HAPPENINGS: list[Callable[[City, Story], None]] = [
    a_note_is_taken, it_is_refused, it_is_withdrawn, it_is_passed_to_another_department, somebody_is_put_in_charge,
    who_is_in_charge_changes_their_name, the_provider_is_bound_by_reference_only, a_notice_moves_the_dates,
    a_night_passes,
]  # fmt: skip


@example_settings(max_examples=5)
@given(happened=st.lists(st.tuples(st.sampled_from(HAPPENINGS), st.integers(0, 2)), min_size=4, max_size=6))
def test_the_list_shows_what_a_process_shows_that_has_just_begun(
    city: City, happened: list[tuple[Callable[[City, Story], None], int]]
) -> None:
    with city.process() as old:
        city.pages(old)
        for happening, which in happened:
            with suppress(NegotiationError):  # an act that is out of place changes nothing
                happening(city, city.stories[which])
            city.fake_clock.now += timedelta(seconds=2)  # the figures above the list are good for a second
            with city.process() as new:
                assert city.pages(old) == city.pages(new)


@pytest.mark.parametrize("happening", HAPPENINGS[1:])  # a note is not seen in a list
def test_each_of_the_others_changes_the_list(city: City, happening: Callable[[City, Story], None]) -> None:
    with city.process() as process:
        if happening is who_is_in_charge_changes_their_name:
            somebody_is_put_in_charge(city, city.stories[0])
        before = city.pages(process)
        happening(city, city.stories[0])
        city.fake_clock.now += timedelta(seconds=2)
        assert city.pages(process) != before


def test_who_has_acted_sees_it_in_the_figures_at_once(browser_as, case):
    browser = browser_as("chief").get("/")
    assert "在办</a> <strong>1</strong>" in browser.page
    browser.act(case, "refuse", on="2026-09-21", reason="涉及隐私")
    browser.act(case, "agree", on="2026-09-21")
    assert browser.url == f"/cases/{case}"
    browser.act(case, "supply", on="2026-09-21")
    assert "在办</a> <strong>1</strong>" in browser.get("/").page, "nobody has confirmed its receipt"
    browser = browser_as("civil").get("/")
    assert "在办</a> <strong>1</strong>" in browser.page
    browser.act(case, "confirm", on="2026-09-21")
    assert "在办</a> <strong>0</strong>" in browser.get("/").page


def test_no_more_pieces_are_kept_than_there_is_room_for_and_the_oldest_go_first() -> None:
    kept = Fragments(most=2)
    for name in ("一", "二"):
        kept.keep(name, Markup(name))
    assert kept.get("一") == "一"
    kept.keep("三", Markup("三"))
    assert [kept.get(name) for name in ("一", "二", "三")] == ["一", None, "三"]
