"""Every page of the desk, before every role: for who sees badly, who uses no mouse, who has no network.

The city of the demonstration as it stands on Monday, 23 November 2026: a case in every state, proposals, a matter.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from playwright.sync_api import Browser, Request, expect

from negotiation.core.enums import CalendarLayer
from negotiation.core.settings import Settings
from negotiation.demo import history, people
from negotiation.demo.mail_server import serve_mail
from negotiation.services.accounts import passwords
from negotiation.store import meetings
from negotiation.web import create_app
from tests.browser.conftest import CHEAP
from tests.browser.pictures import picture
from tests.browser.served import PHONE, SCREEN, Seat, aside, seated, served
from tests.browser.walking import kind, missed_by_keyboard, shapes, violations, walk
from tests.case_lines import every_line
from tests.conftest import at, day

# One for each role, first who sees and does most.
LOGINS = ("office-head", *(each.login for each in people.ACCOUNTS if not each.login.startswith("office-")))
MONDAY = "2026-11-23"


@dataclass(frozen=True)
class Desk:
    """A served desk; the numbers of a case in each state, of one that waits for the police, of one whose term runs over
    a day off, of one whose term ran over two holidays; of a meeting that was held; the kinds of pages that were walked,
    and what they were made of."""

    address: str
    cases: dict[str, str]
    police: str
    ruled: str
    over_holidays: str
    met: str
    walked: set[str] = field(default_factory=set)
    shapes: set[str] = field(default_factory=set)


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    home = tmp_path_factory.mktemp("home")
    settings = Settings(
        home=home, office_mail="office@demo.gov.cn", office_phone="010-55550000", rulebook=people.RULEBOOKS
    )
    with pytest.MonkeyPatch.context() as patched, serve_mail(home / "mail", people.REFUSED) as smtp_url:
        patched.setattr(passwords, "PARAMETERS", CHEAP)
        own = settings.model_copy(update={"smtp_url": smtp_url})
        built = aside(lambda: history.build(own, at(MONDAY, "11:00")))
        with built.database.read() as transaction:
            lines = every_line(transaction, built.today)
        with built.database.read() as transaction:
            met = meetings.listed(transaction, state="held")[0].no
        waiting = [line for line in lines if line.state == "awaiting_reply" and not line.overdue]
        police = [line.no for line in waiting if line.provider == people.POLICE]  # of the last an answer waits already
        count = built.context.calendar_down_to(CalendarLayer.MUNICIPAL).count_estimated
        begun = [(line.no, line.received, line.due) for line in waiting if line.received and line.due]
        ruled = [no for no, since, due in begun if since < day("2026-11-13") and count(since, due) == 10]
        over = [line.no for line in lines if line.received == day("2026-09-28") and line.state == "closed"]
        with served(create_app(settings, built.database, clock=lambda: at(MONDAY, "11:05"))) as address:
            yield Desk(address, {line.state: line.no for line in lines}, police[0], ruled[-1], over[0], met)
        built.database.close()


@pytest.fixture
def seat(chromium: Browser, desk: Desk) -> Iterator[Seat]:
    with seated(chromium, desk.address) as empty:
        yield empty


@dataclass
class Walk:
    """What was opened; what was found where: by axe, by the keyboard; and whom the pages asked for anything."""

    opened: list[str] = field(default_factory=list)
    violations: dict[str, list[str]] = field(default_factory=dict)
    missed: dict[str, list[str]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)


@pytest.fixture(scope="module", params=LOGINS)
def walked(request: pytest.FixtureRequest, chromium: Browser, desk: Desk) -> Iterator[Walk]:
    """Every kind of page that one role has, and cases. Forms that another role had too are opened once; and what has
    nothing in it that no page of its kind had before is not looked at again."""
    made = Walk()
    with seated(chromium, desk.address) as seat:
        seat.page.on("request", lambda asking: made.asked.append(asking.url))
        seat.sign_in(request.param, people.PASSWORD)
        for path in walk(seat, _first(seat, desk), {each for each in desk.walked if "/acts/" in each}):
            made.opened.append(path)
            new = shapes(seat) - desk.shapes
            if new:
                made.violations[path], made.missed[path] = violations(seat), missed_by_keyboard(seat)
            desk.walked.add(kind(path))
            desk.shapes.update(new)
        yield made


def _first(seat: Seat, desk: Desk) -> list[str]:
    """Where the walk begins: both kinds of tables; a case in every state for who is first, a few for the others."""
    states = list(desk.cases) if not desk.walked else ["awaiting_reply", "in_coordination", "decided", "closed"]
    cases = [f"/cases/{desk.cases[state]}" for state in states]
    paths = ["/report?by=overall", "/report", *cases, f"/meetings/{desk.met}"]
    return ["/help", "/password", *(path for path in paths if seat.page.request.get(desk.address + path).ok)]


def test_axe_finds_no_violation_on_any_page(walked):
    assert len(walked.opened) > 10
    assert {path: found for path, found in walked.violations.items() if found} == {}


def test_everything_that_can_be_used_is_reached_and_seen_with_the_keyboard_alone(walked):
    assert {path: found for path, found in walked.missed.items() if found} == {}


def test_no_page_asks_another_host_for_anything(walked, desk):
    assert len(walked.asked) > len(walked.opened)
    assert [url for url in walked.asked if not url.startswith(f"{desk.address}/")] == []


def test_the_first_tab_leads_past_the_menu(seat, desk):
    seat.sign_in("office", people.PASSWORD)
    seat.page.keyboard.press("Tab")
    expect(seat.page.get_by_role("link", name="跳到正文")).to_be_in_viewport()
    seat.page.keyboard.press("Enter")
    expect(seat.page.get_by_role("main")).to_be_focused()


def test_signing_in_and_the_first_page_weigh_no_more_than_a_hundred_kilobytes(seat, desk):
    finished: list[Request] = []
    seat.page.on("requestfinished", lambda request: finished.append(request))  # noqa: PLW0108 - Playwright marks it
    seat.sign_in("office", people.PASSWORD).reads("今年第219个工作日")
    seat.page.wait_for_load_state("networkidle")
    weights = {each.url: each.sizes()["responseBodySize"] for each in finished}
    assert weights[desk.address + "/"] > 10_000
    assert sum(weights.values()) <= 100_000, weights


@pytest.mark.parametrize(
    ("form", "button"),
    [
        ("/cases/{}/acts/refuse", "提交答复"),
        ("/cases/{}/acts/agree_partly", "提交答复"),
        ("/apply/sharing", "提出申请"),
    ],
)
def test_a_form_that_comes_back_says_what_is_wrong_to_everybody(seat, desk, form, button):
    seat.sign_in("provider", people.PASSWORD).go(form.format(desk.police)).press(button)
    expect(seat.page.get_by_role("alert")).to_be_focused()
    assert violations(seat) == []
    assert missed_by_keyboard(seat) == []


LONG_CHOICE = "/apply/rectification"  # the grounds of 第三十三条 are sentences


@pytest.mark.parametrize("screen", [SCREEN, PHONE], ids=["screen", "phone"])
def test_what_is_read_most_fits_a_screen_and_a_phone(seat, desk, screen):
    seat.page.set_viewport_size(screen)
    seat.sign_in("office", people.PASSWORD)
    case = f"/cases/{desk.ruled}"
    of_the_case = (case, f"{case}/acts/refuse?as=provider", f"/print?no={desk.ruled}")
    for path in ("/", *of_the_case, "/calendar", "/outbox", LONG_CHOICE):
        seat.go(path)
        assert seat.page.evaluate("document.documentElement.scrollWidth") <= screen["width"], path


def test_the_desk_a_case_a_ruler_and_a_rehearsal_are_as_the_documents_show_them(seat, desk):
    seat.sign_in("office", people.PASSWORD).reads("今年第219个工作日")
    picture(seat, "desk")
    seat.go(f"/cases/{desk.ruled}").reads("第10个工作日", "放假", "今日", "届满")
    picture(seat, "case")
    seat.go(f"/cases/{desk.over_holidays}").reads("自次日起第10个工作日", "补班", "放假", "末日")
    picture(seat, "ruler", seat.page.get_by_role("region", name="答复期限"))
    seat.go("/calendar").choose("层级", "市级", part="收录通知").fill("通知正文", "放假：2026-12-04 全市重大活动")
    seat.press("预演").reads("预演结果（尚未写入）", "由", "变更为", "告知")
    picture(seat, "rehearsal")


def test_the_pages_of_a_morning_are_as_the_documents_show_them(seat, desk):
    seat.sign_in("office", people.PASSWORD).go("/due").reads("本月届满")
    picture(seat, "due")
    seat.go("/papers").reads("登记来文")
    picture(seat, "papers")
