"""A past day in the browser: the case and the list as they were, by either clock, and why the two differ.

Received on 2026-09-18, so that the reply is due on 2026-10-09; refused by a paper that was entered as of 21 September
and corrected on the 22nd to 18 September.
"""

import re
from typing import Any

import pytest

from tests.conftest import Story, at
from tests.web_client import TODAY

NEXT_DAY = "2026-09-22"
REASON = "登记人误将收文日期录为办理日期"


@pytest.fixture
def mended(browser_as: Any, case: str, story: Story, fake_clock: Any) -> Story:
    """A refusal entered as of 21 September, and corrected to the 18th one day later."""
    signed = {"signed_by": "王局长", "signed_on": TODAY}
    browser_as("office").act(case, "refuse", **{"as": "provider"}, on=TODAY, reason="涉及隐私", **signed)
    fake_clock.now = at(NEXT_DAY)
    page = browser_as("director").get(f"/cases/{case}/corrections/2")
    typed = {
        "on": "2026-09-18",
        "reason": "涉及隐私",
        "reason_of_correction": REASON,
        "reviewed": "yes",
        "version": "2",
    }
    page.post(f"/cases/{case}/corrections/2", **typed, do="enter")
    assert str(story.record.replied_on) == "2026-09-18"
    return story


def words(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", page))


def test_a_case_is_shown_as_it_was_and_as_it_was_known(browser_as, case, mended):
    now = browser_as("office").get(f"/cases/{case}").page
    assert "返回今天的情况" not in now
    known = words(browser_as("office").get(f"/cases/{case}?known_on={TODAY}").page)
    assert "本页为截至2026年9月21日的情况，按2026年9月21日所知" in known
    assert f"{TODAY} 答复" in known
    was = words(browser_as("office").get(f"/cases/{case}?as_of=2026-09-20").page)
    assert "本页为截至2026年9月20日的情况，按今天所知" in was
    assert "状态：不同意" in was
    before = words(browser_as("office").get(f"/cases/{case}?as_of=2026-09-20&known_on={TODAY}").page)
    assert "状态：待答复" in before
    assert "按2026年9月21日所知" in before


def test_the_page_says_what_was_entered_only_later(browser_as, case, mended):
    page = browser_as("office").get(f"/cases/{case}?known_on={TODAY}").page
    assert f"9月21日“答复：不同意共享”于9月22日更正为9月18日，事由：{REASON}" in page
    assert "此后登记" not in browser_as("office").get(f"/cases/{case}?as_of=2026-09-17&known_on=2026-09-17").page


def test_nothing_can_be_done_on_a_past_day(browser_as, case, mended):
    for login in ("office", "director", "civil", "chief"):
        page = browser_as(login).get(f"/cases/{case}?as_of={TODAY}").page
        assert "只供查阅，不能办理" in page
        main = page[page.index("<main") :]
        assert "/acts/" not in main
        assert "/corrections/" not in main
        assert "/letters/" not in main
        assert 'method="post"' not in main
        assert f'<a href="/cases/{case}">返回今天的情况</a>' in main


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("as_of=2026-09-23", "“截至”的日期 2026-09-23 尚未到来（今天是 2026-09-22）"),
        ("known_on=2027-01-01", "尚未到来"),
        ("as_of=昨天", "“昨天”不是日期"),
        ("known_on=2026-02-30", "不是一个存在的日期"),
        ("as_of=2026-09-01", "2026-09-01 还没有编号为"),
        ("known_on=2001-01-01", "2001-01-01 还没有编号为"),
    ],
)
def test_a_day_that_cannot_be_shown_is_refused_in_a_sentence(browser_as, case, mended, query, sentence):
    shown = browser_as("office").get(f"/cases/{case}?{query}")
    assert shown.status == 400
    assert sentence in shown.page
    assert "返回今天的情况" not in shown.page
    assert f'<h1 id="h-case"><small class="nb">{case}</small>' in shown.page, "the case of today stands below"


def test_who_may_not_see_a_case_does_not_see_its_past_either(browser_as, case, mended):
    for query in ("", "?as_of=2026-09-20", f"?known_on={TODAY}"):
        assert browser_as("justice").get(f"/cases/{case}{query}").status == 404


def rows_of(page: str) -> str:
    return words(page[page.index("<tbody>") : page.index("</tbody>")])


def test_the_list_is_shown_as_it_was_with_what_was_entered_only_later(browser_as, case, mended):
    office = browser_as("office")
    assert "待答复" in rows_of(office.get(f"/?as_of=2026-09-20&known_on={TODAY}").page)
    assert "不同意" in rows_of(office.get("/?as_of=2026-09-20").page)
    page = office.get(f"/?known_on={TODAY}&state=refused").page
    assert "本页为截至2026年9月21日的情况，按2026年9月21日所知" in page
    assert f"于9月22日更正为9月18日，事由：{REASON}" in rows_of(page)
    assert f'href="/cases/{case}?known_on={TODAY}"' in page
    assert '<a href="/cases?state=refused">返回今天的情况</a>' in page
    assert case not in rows_of(office.get(f"/?known_on={TODAY}&state=awaiting_reply").page)


def test_in_the_list_of_a_past_day_nothing_can_be_ticked_or_exported(browser_as, case, mended):
    page = browser_as("director").get(f"/?known_on={TODAY}").page
    assert case in rows_of(page)
    for gone in ('name="no"', "/export", "勾选的案件", 'name="act"', 'class="counts"'):
        assert gone not in page
    assert 'name="no"' in browser_as("director").get("/?all=1").page


def test_the_pages_of_the_list_follow_each_other_on_a_past_day(browser_as, story, fake_clock):
    numbers = {story.submitted("2026-09-18").no for _ in range(53)}
    fake_clock.now = at(NEXT_DAY)
    last = story.submitted(NEXT_DAY).no
    found, address = set(), f"/?known_on={TODAY}&sort=no"
    while address:
        page = browser_as("office").get(address).page
        found |= set(re.findall(r'href="/cases/([^"?]+)\?known_on', page))
        links = re.findall(r'href="([^"]+)">下一页', page)
        address = links[0].replace("&amp;", "&") if links else ""
    assert found == numbers
    assert last not in found


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("as_of=2026-09-23", "尚未到来"),
        ("known_on=昨天", "“昨天”不是日期"),
        ("as_of=2001-01-01", "2001-01-01 还没有任何案件"),
        ("known_on=2001-01-01", "2001-01-01 还没有任何案件"),
    ],
)
def test_a_list_that_cannot_be_shown_says_why(browser_as, case, mended, query, sentence):
    shown = browser_as("office").get(f"/?{query}")
    assert shown.status == 400
    assert sentence in shown.page
    assert case not in rows_of(shown.page)


def test_a_department_finds_in_the_list_of_a_past_day_its_own_cases_alone(browser_as, case, mended):
    assert case in rows_of(browser_as("police").get(f"/?known_on={TODAY}").page)
    shown = browser_as("justice").get(f"/?known_on={TODAY}")
    assert case not in shown.page
