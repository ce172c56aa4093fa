"""Whole stories through the pages, in a real browser: nothing is found by its markup, only by its words.

Today is what the hand on the clock says; each story names its days.
"""

import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from negotiation.notifications import dispatcher
from tests.browser.pictures import Film, picture
from tests.browser.served import aside
from tests.conftest import CHAOYANG, JUSTICE, POLICE, Story, at

FRIDAY = "2026-09-18"
CALLED = """() => { const {labels, textContent} = document.activeElement;
  return ((labels?.length ? labels[0].textContent : textContent) ?? "").trim(); }"""
SHEET = Path(__file__).parents[1] / "sample" / "ledger-2026.xlsx"
SHEET_DAY, OF_SHEET = "2026-11-20", "GX2026-0001"  # the day up to which it was kept; a case of it that runs
SHEET_NOTICE = "文号：京政办发〔2026〕9号\n停止办公：2026-11-23 暴雪\n"
NOTICE = "放假：2026-09-28 全市重大活动\n上班：2026-10-11 补班\n"
APPLICATION = {
    "资源名称": "常住人口基本信息",
    "使用依据": "《社会救助暂行办法》第五十八条",
    "使用场景": "办理低保资格核对",
    "共享方式": "服务接口",
    "使用期限": "长期",
}


def posted(story, on: str) -> dispatcher.DispatchResult:
    """The post of that morning."""
    return aside(lambda: dispatcher.run(story.database, story.context, at(on)))


def handed_in(sit, fake_clock, *, provider=POLICE, **fields: str) -> str:
    """The head of civil affairs applies to the police on that Friday; the number of the case or of the matter."""
    fake_clock.on(FRIDAY)
    head = sit("civil-head").follow("新申请").follow("共享申请")
    for label, text in {"提供部门": provider, **APPLICATION, **fields}.items():
        head.fill(label, text)
    head.tick("保密审查").press("提出申请")
    head.page.wait_for_url(re.compile(r"/(cases|matters)/"))
    return head.page.url.rpartition("/")[2].partition("?")[0]


@pytest.mark.parametrize("database", ["sqlite", "postgresql"], indirect=True)
def test_an_application_is_refused_referred_accepted_coordinated_failed_reported_up_and_decided(sit, fake_clock):
    no = handed_in(sit, fake_clock)
    fake_clock.on("2026-09-23")
    provider = sit("police-head").go(f"/cases/{no}").reads("待答复", "第10个工作日，至2026年10月9日（星期五）")
    provider.act("答复：不同意共享", 理由="涉及个人敏感信息").reads("状态：不同意共享", "赵局")
    fake_clock.on("2026-09-24")
    sit("civil").go(f"/cases/{no}").reads("涉及个人敏感信息").act("提请协调").reads("状态：提请协调（待受理）")
    fake_clock.on("2026-09-28")
    office = sit("office-head").follow(no).act("受理").reads("状态：协调中")
    fake_clock.on("2026-10-13")
    office = sit("office-head").go(f"/cases/{no}").act("经协调仍未达成一致")
    office.reads("状态：经协调未达成一致（待报审议）").act("报请审议").reads("状态：待领导小组审议", "由领导小组办理")
    fake_clock.on("2026-10-29")
    clerk = sit("office").go("/agenda?of=deliberation").tick("列入会议").press("安排审议会议")
    clerk.fill("日期", "2026-10-29").fill("时间", "09:00").fill("地点", "第三会议室").fill("主持人", "王副市长")
    clerk.tick("保密审查").press("安排会议").reads("HY2026-0001")
    clerk.fill("出席人员", "市民政局 张三").tick("保密审查").press("会议已召开").reads("已召开")
    clerk.go(f"/cases/{no}").follow("登记审议结果").choose("审议结果", "应予共享").choose("会议", "HY2026-0001")
    clerk.tick("保密审查").press("登记审议结果").reads("状态：已审议（待落实）")
    fake_clock.on("2026-11-05")
    sit("police").go(f"/cases/{no}").act("提供数据").reads("状态：已提供（待确认收到）", "由使用部门办理，至2026-11-12")
    fake_clock.on("2026-11-09")
    page = sit("civil").go(f"/cases/{no}").reads("第十七条").act("确认收到").reads("状态：办结")
    assert happened(page) == [
        "2026-11-09 确认收到",
        "2026-11-05 提供数据",
        "2026-10-29 登记审议结果",
        "2026-10-13 报请审议",
        "2026-10-13 经协调仍未达成一致",
        "2026-09-28 受理",
        "2026-09-24 提请协调",
        "2026-09-23 答复：不同意共享",
        "2026-09-18 提出申请",
    ]


def happened(seat) -> list[str]:
    """The days and acts of the case's history, the latest on top."""
    history = seat.page.get_by_role("region", name="办理过程").get_by_role("listitem")
    return [" ".join(line.split()[:2]) for line in history.all_inner_texts()]


def test_a_lapse_overnight_is_undone_by_a_paper_reply_that_was_sent_in_time(sit, fake_clock, story):
    story.submitted(FRIDAY)
    story.sweep("2026-10-10", "00:30")
    fake_clock.on("2026-10-10")
    sit("office").reads("逾期").follow(story.no).reads("答复期限届满（未登记答复）", "请核实是否已书面答复")
    story.sweep("2026-10-10")
    posted(story, "2026-10-10")
    sit("police").go(f"/cases/{story.no}").reads("逾期")
    fake_clock.on("2026-10-14")
    clerk = sit("office").go(f"/cases/{story.no}")
    clerk.act("提供部门：答复：同意共享", 办理日期="2026-10-08", 签批人="赵局", 签批日期="2026-10-08")
    clerk.reads("更正：期限内已答复", "状态：同意共享（待提供）").does_not_read("逾期")
    posted(story, "2026-10-14")
    sit("office").follow("通知").reads("更正")


def test_a_supplement_is_asked_for_once_and_the_term_waits_for_it(sit, fake_clock, story):
    story.submitted(FRIDAY)
    fake_clock.on("2026-09-22")
    provider = sit("police").go(f"/cases/{story.no}").act("一次性告知补充材料", 需补充的材料="数据安全保障方案")
    provider.reads("状态：待补充材料", "暂停计时")
    fake_clock.on("2026-09-28")
    applicant = sit("civil").go(f"/cases/{story.no}").reads("数据安全保障方案")
    applicant.act("补充材料", 办理记录="已补充").reads("状态：待答复", "由提供部门办理")
    provider = sit("police").go(f"/cases/{story.no}")
    assert "一次性告知补充材料" not in provider.offers()
    provider.go(f"/cases/{story.no}/acts/ask_supplement")
    provider.reads("现在不能办理“一次性告知补充材料”", "补充材料只能一次性告知，本案已告知过")


def test_a_sheet_is_dropped_a_case_opened_and_a_date_moves_as_the_documents_show_it(sit, fake_clock):
    fake_clock.on(SHEET_DAY)
    head = sit("office-head").go("/ledger").reads("台账导入")
    film = Film(head, "moving")
    film.take()
    head.page.locator("input[type=file]").set_input_files(SHEET)
    head.tick("保密审查").press("预览").reads("预览（尚未写入）")
    picture(head, "ledger")
    film.take()
    head.press("导入").reads("已导入")
    head.go("/cases").reads("共")
    film.take()
    head.go(f"/cases/{OF_SHEET}").reads("协调中", "逐日依据")
    film.take()
    head.go("/calendar").choose("层级", "市级", part="收录通知").fill("通知正文", SHEET_NOTICE)
    film.take()
    head.press("预演").reads("预演结果（尚未写入）", "变更为", OF_SHEET)
    head.page.get_by_text("期限的变化").scroll_into_view_if_needed()
    film.take()
    head.press("收录").reads("已收录")
    head.go(f"/cases/{OF_SHEET}").reads("停止办公")
    film.take()
    film.keep()


def test_a_notice_is_pasted_rehearsed_and_signed_and_those_whose_date_moves_are_notified(sit, fake_clock, story):
    story.submitted(FRIDAY)
    fake_clock.on("2026-09-21")
    office = sit("office").follow("日历")
    office.choose("层级", "市级", part="收录通知").fill("通知正文", NOTICE).press("预演")
    office.reads("预演结果（尚未写入）", story.no, "2026-10-10")
    sit("police").go(f"/cases/{story.no}").reads("至2026年10月9日")
    office.press("提请签批").reads("由办公室负责人签批，签批之前期限没有变化")
    sit("police").go(f"/cases/{story.no}").reads("至2026年10月9日")
    sit("office-head").follow("签批").follow("查看读到的日期和变动，签批或退回").press("签批，即日生效")
    sit("police").go(f"/cases/{story.no}").reads("至2026年10月10日", "期限随工作日安排变更")
    assert posted(story, "2026-09-21").sent > 0
    mails = sit("office").follow("通知").page.get_by_role("row").filter(has_text="期限变更").filter(has_text=story.no)
    expect(mails.first).to_contain_text("已发")


def test_a_clerk_proposes_and_the_head_returns_it_once_and_then_signs(sit, fake_clock, story):
    story.submitted(FRIDAY)
    clerk = sit("police").go(f"/cases/{story.no}").act("答复：不同意共享", 理由="不便提供")
    clerk.reads("已送签", "待签批：答复：不同意共享", "状态：待答复")
    sit("civil").go(f"/cases/{story.no}").does_not_read("不便提供")
    head = sit("police-head").follow("签批").follow(story.no)
    head.fill("退回意见", "请写明依据的条款").press("退回").reads("已退回")
    clerk.go(f"/cases/{story.no}").reads("请写明依据的条款")
    clerk.act("答复：不同意共享", 理由="涉及个人敏感信息，依据《个人信息保护法》第三十四条").reads("已送签")
    head = sit("police-head").follow("签批").tick(f"选中 {story.no}").press("签批选中的事项，即日生效")
    head.reads("待签批 0 件").go(f"/cases/{story.no}").reads("状态：不同意共享", "签批人：赵局")
    sit("civil").go(f"/cases/{story.no}").reads("第三十四条").does_not_read("请写明依据的条款")


def test_one_letter_to_three_providers_is_a_matter_with_three_cases_each_with_its_own_term(sit, fake_clock):
    matter = handed_in(sit, fake_clock, provider=f"{POLICE}、{JUSTICE}、{CHAOYANG}")
    cases = [f"{matter}-{n}" for n in (1, 2, 3)]
    sit("civil-head").go(f"/matters/{matter}").reads("向3个部门申请", *cases, POLICE, JUSTICE, CHAOYANG)
    sit("justice").reads(cases[1]).does_not_read(cases[0], cases[2]).follow(cases[1]).reads("第10个工作日")
    fake_clock.on("2026-09-22")
    sit("police-head").follow(cases[0]).act("答复：同意共享").reads("状态：同意共享（待提供）")
    seen = sit("civil").go(f"/matters/{matter}").reads("同意共享（待提供）").page.get_by_role("row")
    expect(seen.filter(has_text=cases[1])).to_contain_text("待答复")
    expect(seen.filter(has_text=cases[2])).to_contain_text("待答复")


def test_who_leaves_hands_all_open_work_over_and_the_list_of_it_can_be_printed(sit, fake_clock, story):
    numbers = [story.submitted(FRIDAY).no, Story(story.database, story.context).submitted(FRIDAY).no]
    for no in numbers:
        sit("office").follow("案件").follow(no).choose("经办人", "周经办", part="经办").press("确定经办人").reads(
            "周经办"
        )
    fake_clock.on("2026-09-22")
    head = sit("office-head").follow("移交").choose("移交人", "周经办").choose("接手人", "吴经办")
    head.press("查看移交清单").reads("将要移交（尚未办理）", *numbers).press("确认移交")
    head.reads(*numbers, "周经办", "吴经办", "2026年9月22日")
    head.page.emulate_media(media="print")
    expect(head.page.get_by_role("navigation", name="目录")).to_be_hidden()
    expect(head.page.get_by_text(numbers[0])).to_be_visible()
    sit("office-two").follow("案件").follow("我的").reads(*numbers)
    sit("office").follow("案件").follow("我的").does_not_read(*numbers)


def test_an_answer_is_given_with_the_keyboard_alone(sit, story):
    story.submitted(FRIDAY)
    seat = sit("police-head").reads(story.no)
    tab_to(seat, story.no).press("Enter")
    expect(seat.page).to_have_url(re.compile(f"/cases/{story.no}$"))
    tab_to(seat, "答复：不同意共享").press("Enter")
    tab_to(seat, "理由").type("涉及个人敏感信息")
    tab_to(seat, "本系统为非涉密系统").press("Space")
    tab_to(seat, "答复：不同意共享").press("Enter")
    seat.reads("状态：不同意共享", "涉及个人敏感信息")


def tab_to(seat, name: str):
    """Presses Tab until what has the focus is called so, and gives the keyboard back."""
    heading = seat.page.get_by_role("heading", level=1)
    heading.wait_for()
    for _ in range(150):
        seat.page.keyboard.press("Tab")
        if seat.page.evaluate(CALLED).startswith(name):
            return seat.page.keyboard
    raise AssertionError(f"the keyboard does not come to {name}")
