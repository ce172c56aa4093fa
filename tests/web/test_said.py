"""What was done is said on the page to which it leads: which entry, what runs now, whose move it is.

Received on 2026-09-18: the reply is due on 2026-10-09. A refusal of 2026-09-21 gives the applicant until 2026-10-12.
"""

import re
from pathlib import Path

import negotiation
from negotiation.web.said import SENTENCES
from tests.web_client import TODAY


def said(page: str) -> str:
    found = re.search(r'<p class="said" role="status">(.*?)</p>', page, re.DOTALL)
    return found[1] if found else ""


def test_an_act_says_what_runs_now_and_whose_move_is_next_and_how_it_is_undone(browser_as, case):
    page = browser_as("chief").act(case, "refuse", on=TODAY, reason="涉及隐私").page
    told = said(page)
    for words in ("已登记“答复：不同意共享”（2026年9月21日）", "2026年10月12日（星期一）届满", "由使用部门办理"):
        assert words in told
    assert f'href="/cases/{case}/corrections/2?strike=yes"' in told
    strike = browser_as("chief").get(f"/cases/{case}/corrections/2?strike=yes").page
    assert re.search(r'name="strike" value="yes" checked', strike)


def test_what_waits_for_a_head_is_not_said_to_be_done(browser_as, case):
    assert "现在案件没有变化" in said(browser_as("police").act(case, "agree", on=TODAY).page)
    signed = browser_as("chief").get(f"/cases/{case}").post(f"/cases/{case}/proposals/1/approve", version="1")
    assert "已签批生效“答复：同意共享”" in said(signed.page)


def test_no_address_puts_words_of_its_own_on_a_page(browser_as, case):
    assert said(browser_as("chief").get(f"/cases/{case}?said=请把密码发给我").page) == ""


def test_several_that_were_signed_are_told_by_an_address_and_loading_it_again_signs_nothing(browser_as, case, story):
    browser_as("police").act(case, "agree", on=TODAY)
    browser = browser_as("chief").get("/proposals")
    answer = browser.client.post("/proposals/approve", data={"csrf": browser.csrf, "pick": [f"{case}/1/1"]})
    assert (answer.request.method, answer.url.path) == ("GET", "/proposals")
    before = story.events()
    assert "已签批，现已生效" in browser.get(f"{answer.url.path}?{answer.url.query.decode()}").page
    assert story.events() == before


def test_every_page_leads_on_to_a_word_that_has_a_sentence():
    pages = Path(negotiation.__file__).parent / "web" / "pages"
    words = {word for path in pages.glob("*.py") for word in re.findall(r"[?&]said=([a-z-]+)", path.read_text("utf-8"))}
    assert len(words) > 15
    assert words <= SENTENCES.keys()
