"""工作台: what it counts is what it shows and what its links list; who is to move is offered what moves the case on.

The cases of civil affairs ask the police. Ten working days to reply, over the National Day of 2026 (1 to 7 October off,
Saturday the 10th worked): received on 17 September due on 8 October, on the 18th due on the 9th, on the 21st due on
Monday the 12th. It is the 9th, and within three days is what ends by the 13th.
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from html import unescape
from typing import Any

import pytest

from negotiation.core.settings import Settings
from negotiation.domain.rulebook import Procedure, Rulebook
from negotiation.services.context import Context
from negotiation.services.moves import is_negotiation, office_moves
from negotiation.store.rulebooks import Rulebooks
from negotiation.web.lines import Look, Move, whose_move
from tests.conftest import CHAOYANG, CIVIL, JUSTICE, POLICE, Story, at
from tests.foreign import every_rulebook
from tests.web_client import Browser

OVERDUE, TODAY, SOON, HELD = "overdue", "today", "soon", "held"


def in_coordination(story: Story) -> None:
    """The provider refused, the applicant referred it, the office took it up: fifteen working days are its own."""
    story.act("refuse", "provider", "2026-10-08", reason="涉及个人信息").act("refer", "applicant", "2026-10-08")
    story.act("accept_referral", "office", "2026-10-09")


@pytest.fixture
def numbers(story, fake_clock) -> dict[str, list[str]]:
    """The cases of each group; one more is due later."""
    received = {OVERDUE: ["2026-09-16", "2026-09-17"], TODAY: ["2026-09-18"], SOON: ["2026-09-21", "2026-09-22"]}
    found = {key: [story.submitted(on, resource=f"资源{on}").no for on in days] for key, days in received.items()}
    late = story.submitted("2026-09-28").no
    in_coordination(story.submitted("2026-09-28", provider=JUSTICE))
    fake_clock.now = at("2026-10-09")
    return found | {HELD: [story.no], "later": [late]}


def group(browser: Browser, key: str) -> str:
    found = re.search(rf'<section class="panel group" id="{key}".*?</section>', browser.page, re.DOTALL)
    return found[0] if found else ""


def rows(browser: Browser, key: str) -> list[str]:
    return re.findall(r'<a class="nb" href="/cases/([^"]+)">', group(browser, key))


def tally(browser: Browser) -> dict[str, int]:
    return {key: int(many) for key, many in re.findall(r'href="#(\w+)"><strong>(\d+)</strong>', browser.page)}


def listed(browser: Browser) -> list[str]:
    return re.findall(r'<td class="number"><a href="/cases/([^"]+)">', browser.page)


def offered(browser: Browser, no: str) -> tuple[str, str]:
    """The act offered in the row of a case: its words, its address."""
    found = re.search(rf'<a class="button second" href="([^"]+)" aria-label="(\S+) {no}"', browser.page)
    assert found, no
    return found[2], unescape(found[1])


@pytest.mark.parametrize("key", [OVERDUE, TODAY, SOON, HELD])
def test_the_tally_is_the_rows_and_the_list_of_its_group(browser_as, numbers, key):
    desk = browser_as("office").get("/")
    assert tally(desk)[key] == len(numbers[key])
    assert sorted(rows(desk, key)) == sorted(numbers[key])
    assert sorted(listed(desk.get(f"/cases?group={key}"))) == sorted(numbers[key])


def test_what_does_not_fit_in_a_group_is_behind_a_link_that_lists_all_of_it(browser_as, story, fake_clock):
    every = [story.submitted("2026-09-18", resource=f"资源{n}").no for n in range(60)]
    fake_clock.now = at("2026-10-09")
    desk = browser_as("office").get("/")
    assert tally(desk)[TODAY] == 60
    rest = re.search(r'<p class="rest"><a href="([^"]+)">其余 (\d+) 件', group(desk, TODAY))
    assert rest
    assert len(rows(desk, TODAY)) + int(rest[2]) == 60
    first = listed(desk.get(unescape(rest[1])))
    second = re.search(r'<a href="([^"]*after=[^"]+)"[^>]*>2</a>', desk.page)
    assert second
    both = first + listed(desk.get(unescape(second[1])))
    assert sorted(both) == sorted(every)


def test_all_that_waits_for_the_office_is_counted_and_not_only_a_page(browser_as, story, fake_clock):
    for n in range(52):
        in_coordination(story.submitted("2026-09-28", resource=f"资源{n}"))
    fake_clock.now = at("2026-10-09")
    assert tally(browser_as("office").get("/"))[HELD] == 52


def test_a_department_counts_what_waits_for_it_and_not_what_it_waits_for(browser_as, numbers):
    assert rows(browser_as("police").get("/"), HELD) == numbers["later"]
    assert rows(browser_as("civil").get("/"), HELD) == []


def test_for_what_waits_on_a_department_the_office_is_offered_to_remind_it(browser_as, numbers):
    desk = browser_as("office").get("/")
    (no,) = numbers[TODAY]
    assert offered(desk, no) == ("催办", f"/bulk?act=remind&no={no}")
    assert desk.get(f"/bulk?act=remind&no={no}").status == 200


def test_who_is_to_move_is_offered_the_act_that_leads_on(browser_as, numbers):
    (today,), (held,) = numbers[TODAY], numbers[HELD]
    assert offered(browser_as("police").get("/"), today)[0] == "答复：同意共享"
    assert offered(browser_as("office").get("/"), held)[0] == "协调一致"


def test_an_address_of_the_old_list_leads_to_the_list(browser_as, numbers):
    found = browser_as("office").get(f"/?text={numbers[TODAY][0]}")
    assert found.url == "/cases"
    assert listed(found) == numbers[TODAY]


def test_a_case_that_was_withdrawn_or_void_does_not_look_done(browser_as, story):
    withdrawn = story.submitted("2026-09-17").act("withdraw", "applicant", "2026-09-18", reason="不再需要").no
    void = story.submitted("2026-09-17", provider=CHAOYANG).act("void", "office", "2026-09-18", reason="重复登记").no
    for no in (withdrawn, void):
        page = browser_as("office").get(f"/cases/{no}").page
        assert "chip-void" in page
        assert "chip-closed" not in page


def test_a_returned_proposal_waits_for_its_author_with_what_the_head_said(browser_as, numbers):
    (no,) = numbers[TODAY]
    browser_as("police").act(no, "refuse", on="2026-10-09", reason="涉及个人信息", legal_basis="个人信息保护法")
    chief = browser_as("chief").get(f"/cases/{no}")
    (where,) = re.findall(r'action="([^"]+/return)"', chief.page)
    chief.post(unescape(where), said="请写明条款")
    desk = browser_as("police").get("/")
    assert rows(desk, "returned") == [no]
    assert "请写明条款" in group(desk, "returned")
    assert rows(browser_as("civil").get("/"), "returned") == []


def test_the_office_reads_whom_to_telephone_and_a_department_its_own_number_alone(browser_as, numbers):
    (no,) = numbers[TODAY]

    def contacts(login: str) -> str:
        page = browser_as(login).get(f"/cases/{no}").page
        found = re.search(r'aria-labelledby="h-contacts".*?</section>', page, re.DOTALL)
        assert found
        return found[0]

    assert contacts("office").count("010-1") == 2
    assert contacts("police").count("010-1") == 1
    assert POLICE in contacts("civil")


def test_a_list_narrowed_further_stays_within_its_group(browser_as, numbers):
    page = browser_as("office").get("/cases?group=today").page
    assert '<input type="hidden" name="group" value="today">' in page
    assert "工作台中没有“昨天”" in browser_as("office").get("/cases?group=昨天").page


def test_a_paper_of_a_department_is_one_click_from_its_case(browser_as, numbers):
    (no,) = numbers[TODAY]
    page = browser_as("office").get(f"/cases/{no}").page
    found = re.search(r'<section class="papers".*?</section>', page, re.DOTALL)
    assert found
    assert f'href="/cases/{no}/acts/agree?as=provider"' in found[0]
    assert "代录单位来文" not in browser_as("police").get(f"/cases/{no}").page


class Only(Rulebooks):
    """The rulebooks of an office that has but one."""

    def __init__(self, book: Rulebook) -> None:
        self.book = book

    def installed(self, ids: Sequence[str]) -> tuple[Rulebook, ...]:  # noqa: ARG002 - its base asks
        return (self.book,)


@pytest.mark.parametrize("book", every_rulebook(), ids=lambda book: book.id)
def test_the_chip_is_the_offices_where_the_group_of_the_office_counts(book: Rulebook, context: Context) -> None:
    """As much where a department fills a role of its own: what it holds is its move."""
    context = replace(context, rulebooks=Only(book))
    look = Look.of(context, None, at("2026-09-21").date())
    ours = {
        (rules.key, key)
        for rules in book.procedures.values()
        if is_negotiation(rules)
        for key in rules.open_states
        if whose_move(line_in(rules, key), look) is Move.OURS
    }
    assert ours == set(office_moves(context))


def line_in(rules: Procedure, state: str) -> Any:
    """A line of a case in a state, as far as it says whose move it is."""
    parties = {"applicant": CIVIL, "provider": POLICE}
    return {"procedure": rules.key, "state": state, "held_by": rules.states[state].held_by, **parties}


class TestUnderTheRegulation:
    @pytest.fixture
    def settings(self, settings: Settings) -> Settings:
        return settings.model_copy(update={"rulebook": "beijing-2025"})

    def test_of_a_case_that_was_supplied_no_act_that_undoes_is_the_filled_one(self, browser_as, story):
        """An agreed and supplied case waits for its receipt; 暂停共享 is lawful then, and no advice."""
        story.submitted("2026-09-18", **{"class": "conditional"}, scope="本部门").act(
            "agree", "provider", "2026-09-21"
        ).act("supply", "provider", "2026-09-21")
        page = browser_as("office").get(f"/cases/{story.no}").page
        acts = page.partition('aria-label="现在可以办理"')[2].partition("</nav>")[0]
        assert 'class="button"' not in acts
        assert "暂停共享" in acts
