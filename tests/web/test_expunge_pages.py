"""封存清除 in the browser: the office's clerk enters an order, its head reads what goes and confirms it."""

from tests.conftest import POLICE
from tests.web_client import TODAY

ORDER = {"order_no": "京密〔2026〕3号", "order_on": TODAY}


def entered(browser_as, case, login="office", **fields):
    page = browser_as(login).get(f"/cases/{case}/expunge")
    return page.post(f"/cases/{case}/expunge", **{**ORDER, **fields})


def test_the_clerk_sees_what_goes_before_anything_is_entered(browser_as, case, story):
    shown = entered(browser_as, case, do="preview")
    assert shown.status == 200
    for words in ("案件的名称", "摘要值", "系统没有制作过含有本案的备份", "送办公室负责人复核"):
        assert words in shown.page
    assert story.record.subject == "常住人口基本信息"


def test_the_head_confirms_and_the_page_says_on_which_order(browser_as, case, story):
    waiting = entered(browser_as, case, do="enter")
    assert (waiting.status, "已送签" in waiting.page) == (200, True)
    head = browser_as("director").get(f"/cases/{case}")
    assert "清除（不能恢复）" in head.page
    done = head.post(f"/cases/{case}/proposals/1/approve")
    assert done.status == 200
    assert f"内容已依京密〔2026〕3号（{TODAY}）封存清除" in done.page
    assert "常住人口基本信息" not in done.page
    assert "办理低保资格核对" not in done.page
    assert POLICE in done.page
    assert story.record.subject == "（已封存）"


def test_nobody_confirms_an_order_of_their_own(browser_as, case, story):
    entered(browser_as, case, login="director", do="enter")
    own = browser_as("director").get(f"/cases/{case}")
    assert "不能是同一人" in own.page
    assert own.post(f"/cases/{case}/proposals/1/approve").status == 400
    assert story.record.subject == "常住人口基本信息"


def test_half_an_order_is_refused_beside_what_was_typed(browser_as, case):
    for fields, says in (({"order_on": ""}, "没有填写决定的日期"), ({"order_no": ""}, "须有书面决定的文号")):
        refused = entered(browser_as, case, do="enter", **fields)
        assert (refused.status, says in refused.page) == (400, True)
    assert "序号须是数字" in entered(browser_as, case, do="preview", entries="一").page


def test_the_form_is_the_office_s_alone(browser_as, case):
    assert browser_as("police").get(f"/cases/{case}/expunge").status == 404
    assert "封存清除" not in browser_as("police").get(f"/cases/{case}").page
