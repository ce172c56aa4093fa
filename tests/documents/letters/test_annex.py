"""The annex of a letter: the ruler of days, or the data items. One that would be empty is not there."""

from negotiation.notifications import dispatcher
from tests.conftest import Story, at
from tests.documents.letters.steps import MEASURES, annex, lines, rectifying, written


def test_the_annex_of_a_chasing_letter_is_the_ruler_of_days_and_no_log_of_mails(story: Story) -> None:
    story.submitted("2026-09-18", items="姓名、住址")
    dispatcher.run(story.database, story.context, at("2026-09-18"))
    for on in ("2026-09-29", "2026-10-09", "2026-10-12"):
        story.sweep(on)
        dispatcher.run(story.database, story.context, at(on, "11:00"))
    letter = written(story, "chase", "2026-10-14")
    assert "附件：期限计算明细" in lines(letter)  # the only annex bears no ordinal
    said = annex(letter)
    assert said[:5] == [
        "附件",
        "期限计算明细",
        "答复期限：2026年9月18日当日不计，自次日起第10个工作日，至2026年10月9日（星期五）届满。"
        f"依据：{MEASURES}第十七条。起算：自提供部门收文（平台送达）之日起，次日起算（本办公室规定）。",
        "第几日｜日期｜说明",
        "不计｜2026年9月19日（星期六）｜周末",
    ]
    assert said[5] == "第1日｜2026年9月20日（星期日）｜国庆节补班（国办发明电〔2025〕7号）"
    assert said[-1] == "第10日｜2026年10月9日（星期五）｜"
    assert "来件" not in "".join(said)


def test_each_item_of_a_reply_stands_with_its_answer_its_reason_and_its_term(story: Story) -> None:
    """条例第二十一条 wants reasons for what is refused; 第二十二条 counts from the agreeing reply."""
    story.submitted("2026-09-18", items="姓名、住址")
    story.act("agree_partly", "provider", "2026-09-30", reason="涉及个人隐私", items="姓名", refused_items="住址")
    letter = written(story, "reply", "2026-10-12")
    assert "附件：数据项情况表" in lines(letter)
    assert annex(letter)[1:] == [
        "数据项情况表",
        "数据项｜答复｜条件、理由和依据｜提供期限",
        "姓名｜同意提供｜｜2026年11月17日",
        "住址｜未同意｜理由：涉及个人隐私｜",
    ]


def test_one_item_needs_no_table_and_no_annex(story: Story) -> None:
    story.submitted("2026-09-18", items="姓名").act("agree", "provider", "2026-09-30")
    letter = written(story, "reply", "2026-09-30")
    assert annex(letter) == []
    assert not [line for line in lines(letter) if line.startswith("附件")]


def test_a_date_that_was_set_has_no_days_to_show_and_so_no_annex(story: Story) -> None:
    letter = written(rectifying(story), "rectify", "2026-10-26")
    assert annex(letter) == []
    assert not [line for line in lines(letter) if line.startswith("附件")]
