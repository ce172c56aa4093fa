"""The annex of a letter: the ruler of days, and the notices that were sent."""

from negotiation.notifications import dispatcher
from tests.conftest import Story, at
from tests.documents.letters.steps import MEASURES, annex, rectifying, written


def test_the_annex_is_the_ruler_of_days_and_what_was_sent_to_the_reader(story: Story) -> None:
    story.submitted("2026-09-18", items="姓名、住址")
    dispatcher.run(story.database, story.context, at("2026-09-18"))
    for on in ("2026-09-29", "2026-10-09", "2026-10-12", "2026-10-13"):
        story.sweep(on)
        dispatcher.run(story.database, story.context, at(on, "11:00"))
    said = annex(written(story, "chase", "2026-10-14"))
    assert said[:9] == [
        "附件1",
        "期限计算明细",
        "GX2026-0001　常住人口基本信息（待答复）",
        "数据项｜答复｜期限｜提供｜确认收到",
        "姓名｜待答复｜2026年10月9日｜｜",
        "住址｜待答复｜2026年10月9日｜｜",
        "答复期限：2026年9月18日当日不计，自次日起第10个工作日，至2026年10月9日（星期五）届满。"
        f"依据：{MEASURES}第十七条。起算：自提供部门收文（平台送达）之日起，次日起算（本办公室规定）。",
        "第几日｜日期｜说明",
        "不计｜2026年9月19日（星期六）｜周末",
    ]
    assert said[9] == "第1日｜2026年9月20日（星期日）｜国庆节补班（国办发明电〔2025〕7号）"
    assert said[said.index("附件2") :] == [
        "附件2",
        "系统通知记录",
        "GX2026-0001　常住人口基本信息",
        "日期｜发往｜通知",
        "2026年9月18日｜市公安局｜来件",
        "2026年9月29日｜市公安局｜到期前提醒",
        "2026年10月9日｜市公安局｜到期当日提醒",
        "2026年10月12日｜市公安局｜届满提示",
    ]  # what the applicant was told on the 13th, the provider is not told


def test_each_item_stands_with_its_answer_its_term_and_what_became_of_it(story: Story) -> None:
    """条例第二十二条 counts from the agreeing reply for what it agreed; under 37号 the office sets the days."""
    story.submitted("2026-09-18", items="姓名、住址")
    story.act("agree_partly", "provider", "2026-09-30", reason="涉及个人隐私", items="姓名", refused_items="住址")
    story.act("supply", "provider", "2026-10-12")
    said = annex(written(story, "reply", "2026-10-12"))
    assert said[3:6] == [
        "数据项｜答复｜期限｜提供｜确认收到",
        "姓名｜同意提供｜2026年11月17日｜2026年10月12日｜",
        "住址｜未同意｜2026年10月9日｜｜",
    ]


def test_one_item_needs_no_table(story: Story) -> None:
    story.submitted("2026-09-18", items="姓名")
    assert "数据项｜答复｜期限｜提供｜确认收到" not in annex(written(story, "chase", "2026-09-30"))


def test_a_date_that_was_set_is_not_said_to_be_counted(story: Story) -> None:
    said = annex(written(rectifying(story), "rectify", "2026-10-26"))
    assert any(line.endswith("该日期由办理时确定，不按工作日推算。") for line in said)
    assert said[-1].endswith("：截至2026年10月26日，没有可列的系统通知。")
