"""What the jobs of a desk cost by the keystroke-level model; the same keys do them in a browser of 2020.

``NEGOTIATION_OLD_CHROMIUM`` names such a browser (``make soak``). The bounds are those that the desk is held to.
"""

import os
import re

from tests.browser.keystrokes import H, Hand, K, M, P, strokes
from tests.browser.test_stories import APPLICATION, SHEET, SHEET_DAY
from tests.conftest import CIVIL, JUSTICE, POLICE, TAX

PROVIDERS = {POLICE: "gaj", JUSTICE: "sfj", TAX: "sw"}  # and the letters by which each is found
FROM_A_DAY = 1 if os.environ.get("NEGOTIATION_OLD_CHROMIUM") else 2  # a calendar to open is a stop of newer ones
OF_A_ROW = ("GX2026-0101", "2026-09-18", CIVIL, *APPLICATION.values())  # what the sheet has of each, but the provider


def in_a_sheet() -> float:
    """The seconds of three rows in a spreadsheet: the first typed cell by cell, two copied, each with its provider."""
    typed = sum(M + K * (strokes(each) + 1) for each in OF_A_ROW)
    copied = 2 * (H + M + P + 6 * K)
    providers = sum(H + M + P + K + K * strokes(each) for each in PROVIDERS)
    return H + P + K + typed + copied + providers


def test_a_paper_reply_is_entered_in_twenty_seconds_by_keys(sit, fake_clock, story):
    no = story.submitted("2026-09-18").no
    hand = Hand(sit("office").page).press("g", "p").reads("登记来文")
    # The day stands in the order of an English browser, as the tests have it; a Chinese one takes as many keys.
    hand.typed(no[-2:]).press("Enter").reads("二、来文是什么")
    hand.click("提供部门：答复：同意共享").reads("代录")
    hand.fill("签批人", "王局长").then("09212026").then(" ", tabs=FROM_A_DAY).press("Tab", "Enter").reads(
        "同意共享（待提供）"
    )
    assert story.state == "agreed"
    assert hand.seconds <= 20, hand.done


def test_an_application_to_three_providers_costs_at_most_half_again_of_its_rows_in_a_sheet(sit, fake_clock, story):
    hand = Hand(sit("civil-head").page).press("g", "n").reads("共享申请")
    hand.click("共享申请").reads("提供部门")
    for label, text in APPLICATION.items():
        hand.fill(label, text)
    hand.fill("提供部门", "、".join(PROVIDERS), keys="".join(letters + "↓↵" for letters in PROVIDERS.values()))
    hand.tick("本系统为非涉密系统").click("提出申请", "main button").reads("来文事项")
    assert len(re.findall(r"GX2026-0001-\d", hand.page.evaluate("document.body.innerText"))) >= len(PROVIDERS)
    assert hand.seconds <= 1.5 * in_a_sheet(), hand.done


def test_the_first_sheet_stands_on_the_screen_within_a_minute(sit, fake_clock):
    fake_clock.on(SHEET_DAY)
    hand = Hand(sit("office-head").page).click("台账").reads("台账导入")
    hand.drop(str(SHEET)).tick("本系统为非涉密系统").click("预览", "main button").reads("预览（尚未写入）")
    hand.reads("逾期")
    assert hand.seconds <= 60, hand.done


def test_whoever_looks_for_what_is_due_does_it_without_the_mouse(sit, fake_clock, story):
    no = story.submitted("2026-09-18").no
    hand = Hand(sit("office").page).press("g", "c").reads(no)
    hand.press("j", "x")
    assert hand.page.evaluate("document.querySelectorAll('tbody input:checked').length") == 1
    hand.press("Enter").reads("逐日依据")
    hand.press("?")
    assert hand.page.evaluate("document.getElementById('keys').open")
