"""The class in the catalogue decides the way: 37号第十六条 and 第十七条, 条例第十四条 and 第二十一条.

Due dates are counted by hand: Monday 2 March 2026 and ten working days is 16 March, one is 3 March.
"""

from pathlib import Path
from typing import Any

import pytest

from negotiation.core.enums import OFFICE, OFFICE_ID
from negotiation.core.errors import FieldError
from negotiation.core.settings import Settings
from negotiation.domain.catalogue import Advised, cautions
from negotiation.domain.entered import EnteredBy
from negotiation.services.cases import acting, corrections
from negotiation.services.cases.act_request import ActRequest
from negotiation.services.cases.changes import Changes
from negotiation.services.context import UnitOfWork
from negotiation.store import resources
from negotiation.store.database import Database
from tests.acceptance.steps import asked, drafted, open_tasks, stands
from tests.conftest import CIVIL, JUSTICE, POLICE, Story, at, day, everything, settle_in
from tests.documents import ledgers
from tests.documents.catalogues import LAW, catalogued, row

FREE, ON_CONDITION, CLOSED = "11000013/000001", "11000013/000002", "11000013/000003"
ROWS = (
    row(FREE, 资源名称="派出所名录", 共享类型="无条件共享", 共享条件=""),
    row(ON_CONDITION, 资源名称="常住人口基本信息"),
    row(CLOSED, 资源名称="身份证指纹信息", 共享类型="不予共享", 不予共享依据=LAW),
)
WHY = {"despite": "平台上的接口不含历史数据"}


@pytest.fixture
def story(story: Story, tmp_path: Path) -> Story:
    """Under 37号, with three resources of the police in the catalogue: one of each class."""
    catalogued(story.database, story.context, tmp_path, *ROWS)
    return story


@pytest.fixture(params=["national-2025", "beijing-2025"])
def regulated(request: pytest.FixtureRequest, database: Database, settings: Settings, tmp_path: Path) -> Story:
    """The same under the regulation."""
    context = settle_in(database, settings.model_copy(update={"rulebook": request.param}))
    catalogued(database, context, tmp_path, *ROWS)
    return Story(database, context)


def named(story: Story) -> str:
    """The code of the resource that the case is tied to."""
    with story.database.read() as transaction:
        number = story.record.resource_id
        return resources.by_id(transaction, number).code if number else ""


def kept(story: Story, seq: int) -> dict[str, Any]:
    """What an event keeps."""
    return story.entered(seq)


# ------------------------------------------------------------------------------------------ naming a resource


def test_a_code_fills_in_the_name_and_the_provider(story: Story) -> None:
    story.submitted("2026-03-02", resource="", provider="", resource_code=ON_CONDITION)
    assert (story.record.subject, story.record.provider_id) == ("常住人口基本信息", 2)
    assert named(story) == ON_CONDITION
    assert kept(story, 1)["class"] == "conditional"


def test_a_name_does_as_well_as_a_code(story: Story) -> None:
    story.submitted("2026-03-02", resource="", resource_code="常住人口基本信息")
    assert (named(story), kept(story, 1)["resource_code"]) == (ON_CONDITION, ON_CONDITION)


def test_the_name_and_the_provider_on_paper_are_enough_to_find_it(story: Story) -> None:
    story.submitted("2026-03-02", resource="常住人口基本信息", provider=POLICE)
    assert named(story) == ON_CONDITION
    assert named(story.submitted("2026-03-02", resource="常住人口基本信息", provider=JUSTICE)) == ""


def test_what_is_not_catalogued_is_applied_for_all_the_same(story: Story) -> None:
    story.submitted("2026-03-02", resource="户籍档案", resource_code="老系统-17")
    assert (named(story), kept(story, 1)["resource_code"]) == ("", "老系统-17")


def test_a_name_that_two_providers_have_is_asked_for_by_its_code(story: Story, tmp_path: Path) -> None:
    other = row("11000014/000009", 提供部门=JUSTICE, 资源名称="行政处罚信息")
    catalogued(story.database, story.context, tmp_path, row("11000013/000009", 资源名称="行政处罚信息"), other)
    with pytest.raises(FieldError, match="2个名为") as caught:
        story.open("2026-03-02", resource="", provider="", resource_code="行政处罚信息")
    assert "11000014/000009" in caught.value.todo
    assert named(story.submitted("2026-03-02", provider=JUSTICE, resource_code="行政处罚信息")) == other["资源代码"]


def test_a_resource_of_another_department_is_not_applied_for_there(story: Story) -> None:
    before = everything(story.database)
    with pytest.raises(FieldError, match="由市公安局提供") as caught:
        story.open("2026-03-02", provider=JUSTICE, resource_code=ON_CONDITION)
    assert caught.value.field == "resource_code"
    assert everything(story.database) == before


# ----------------------------------------------------------------------------------------- 无条件共享, 37号第十七条


def test_what_is_shared_unconditionally_needs_no_negotiation__article_17(story: Story) -> None:
    before = everything(story.database)
    with pytest.raises(Advised, match="无需协商") as caught:
        story.open("2026-03-02", resource="", resource_code=FREE)
    assert (caught.value.field, "仍要申请的理由" in caught.value.todo) == ("despite", True)
    assert everything(story.database) == before


def test_who_gives_a_reason_applies_all_the_same__article_17(story: Story) -> None:
    story.submitted("2026-03-02", resource="", resource_code=FREE, **WHY)
    stands(story, "awaiting_reply", "provider", reply="2026-03-16")
    assert kept(story, 1)["despite"] == WHY["despite"]


def test_a_draft_is_advised_when_it_is_handed_in_if_the_catalogue_has_changed__article_17(
    story: Story, tmp_path: Path
) -> None:
    story.open("2026-03-02", resource="", resource_code=ON_CONDITION)
    free = row(ON_CONDITION, 资源名称="常住人口基本信息", 共享类型="无条件共享")
    catalogued(story.database, story.context, tmp_path, free)
    with pytest.raises(Advised):
        story.act("submit", "applicant", "2026-03-03")
    story.act("submit", "applicant", "2026-03-03", **WHY)
    assert kept(story, 1)["class"] == "unconditional"


def test_of_a_resource_out_of_use_nothing_follows__article_16(story: Story) -> None:
    with story.database.write() as transaction:
        transaction.execute(f"UPDATE resource SET active = {transaction.param}", [False])
    story.submitted("2026-03-02", resource="", resource_code=FREE).act("refuse", "provider", "2026-03-03", reason="—")
    assert (named(story), open_tasks(story)) == (FREE, [])


# -------------------------------------------------------------------------------------------- 条例第二十一条


def applied(story: Story, code: str, on: str = "2026-03-02", **fields: str) -> Story:
    return story.submitted(on, resource="", scope="低保审核岗位", resource_code=code, **fields)


def test_the_reply_about_what_is_shared_unconditionally_takes_one_working_day__article_21(regulated: Story) -> None:
    stands(applied(regulated, FREE), "awaiting_reply", "provider", reply="2026-03-03")


def test_what_is_shared_on_conditions_takes_ten__article_21(regulated: Story) -> None:
    stands(applied(regulated, ON_CONDITION), "awaiting_reply", "provider", reply="2026-03-16")


def test_the_catalogue_and_not_the_form_says_which_class_it_is__article_21(regulated: Story) -> None:
    stands(applied(regulated, FREE, **{"class": "有条件共享"}), "awaiting_reply", "provider", reply="2026-03-03")


def test_history_is_taken_as_it_stands(story: Story, tmp_path: Path) -> None:
    """A ledger tells what happened: nobody is advised any more, no class is changed and no answer is pointed out."""
    told = ledgers.row(
        code=FREE, resource="派出所名录", kind="有条件共享", replied="2026-10-27", answer="不予共享", reason="不予共享"
    )
    done = ledgers.brought_in(story.database, story.context, ledgers.made(tmp_path / "台账.xlsx", [told]))
    story.no = "GX2026-0001"
    assert (ledgers.counts(done), named(story)) == ((1, 0, 0, 0), FREE)
    assert kept(story, 1)["class"] == "conditional"
    assert "contradicts" not in kept(story, 2)
    assert [task for task in open_tasks(story) if "目录" in task] == []


# ---------------------------------------------------------------- an answer that does not agree, 第十六条, 条例第十四条


def answer(story: Story, code: str, event: str, **fields: str) -> tuple[str, list[str]]:
    """What the event keeps of its disagreement, and what the office is asked to do."""
    why = WHY if code == FREE and "despite" in story.context.rulebook.procedures["sharing"].fields else {}
    applied(story, code, **why).act(event, "provider", "2026-03-03", **fields)
    return kept(story, 2).get("contradicts", ""), open_tasks(story)


DISAGREE = [
    (FREE, "refuse", {"reason": "系统改造中"}, "“无条件共享”，答复不同意共享"),
    (
        ON_CONDITION,
        "refuse",
        {"reason": "敏感", "reason_class": "属不予共享类", "legal_basis": LAW},
        "以属不予共享类为由",
    ),
    (
        ON_CONDITION,
        "refuse",
        {"reason": "敏感", "reason_class[1]": "属不予共享类", "legal_basis": LAW},
        "以属不予共享类为由",
    ),
    (ON_CONDITION, "refuse", {"reason": "该数据不予共享"}, "未写明依据"),
    (CLOSED, "agree", {}, "“不予共享”，答复同意共享"),
    (CLOSED, "agree_partly", {"reason": "仅提供核验结果"}, "“不予共享”，答复同意共享"),
    (ON_CONDITION, "disclaim", {"reason": "由市司法局掌握"}, "告知非本部门数据"),
]
AGREE = [
    (FREE, "agree", {"reason": "已开通"}),
    (ON_CONDITION, "agree", {"reason": "已开通"}),
    (ON_CONDITION, "refuse", {"reason": "超出职责范围", "reason_class": "使用依据或必要性不足"}),
    (CLOSED, "refuse", {"reason": "属不予共享类", "reason_class": "属不予共享类", "legal_basis": LAW}),
]


@pytest.mark.parametrize(("code", "event", "fields", "words"), DISAGREE)
def test_an_answer_that_does_not_agree_with_the_catalogue_stands_and_is_pointed_out__article_16(
    story: Story, code: str, event: str, fields: dict[str, str], words: str
) -> None:
    said, tasks = answer(story, code, event, **fields)
    assert words in said
    assert [task for task in tasks if task.startswith(said)]
    assert story.events()[-1][0] == event  # it is a note and no refusal


@pytest.mark.parametrize("write", [False, True])
def test_what_was_pointed_out_of_an_answer_is_no_task_once_the_answer_is_struck__article_16(
    story: Story, write: bool
) -> None:
    answer(story, CLOSED, "agree")
    changes = Changes("登记有误", EnteredBy("测试", side=OFFICE_ID), OFFICE, strikes=(2,))
    with story.database.write() as transaction:
        corrections.rewrite(UnitOfWork(transaction, story.context, at("2026-03-04")), story.no, changes, write=write)
    assert bool(open_tasks(story)) is not write  # a preview does nothing


@pytest.mark.parametrize(("code", "event", "fields"), AGREE)
def test_an_answer_that_agrees_is_left_in_peace__article_16(
    story: Story, code: str, event: str, fields: dict[str, str]
) -> None:
    assert answer(story, code, event, **fields) == ("", [])


@pytest.mark.parametrize(("code", "event", "fields", "words"), DISAGREE)
def test_the_regulation_points_out_the_same__article_14(
    regulated: Story, code: str, event: str, fields: dict[str, str], words: str
) -> None:
    assert words in answer(regulated, code, event, **fields)[0]


def test_before_an_answer_is_sent_its_form_can_say_what_would_not_agree__article_16(story: Story) -> None:
    applied(story, CLOSED)
    number = story.record.resource_id
    assert number is not None
    with story.database.read() as transaction:
        resource = resources.by_id(transaction, number)
    rules = story.file.procedure
    assert cautions(rules, resource, "agree") == [("资源目录登记为“不予共享”：同意共享的，与目录不一致。", "第十六条")]
    assert cautions(rules, resource, "refuse") == []


def test_what_one_department_catalogued_binds_no_other_s_answer__article_16(story: Story) -> None:
    applied(story, CLOSED).act("disclaim", "provider", "2026-03-03", reason="由市司法局掌握")
    before = open_tasks(story)
    story.act("assign", "office", "2026-03-04", provider=JUSTICE).act("agree", "provider", "2026-03-05")
    assert [seq for seq, body in story.rows("content", "seq, body", "seq") if "contradicts" in body] == [2]
    assert [task for task in open_tasks(story) if "目录" in task] == [task for task in before if "目录" in task]


def test_what_a_clerk_proposed_and_withdrew_is_pointed_out_to_nobody(story: Story) -> None:
    applied(story, CLOSED)
    with story.database.read() as transaction:
        file = acting.take(UnitOfWork(transaction, story.context, at("2026-03-03")), story.no)
        acting.perform(transaction, file, ActRequest("agree", role="provider", actor="测试", on=day("2026-03-03")))
    assert open_tasks(story) == []


# ------------------------------------------------------------- corrections, citations and demands, 第十九条, 第二十条


def test_a_correction_and_a_citation_point_to_the_shared_resource__article_19(story: Story) -> None:
    asked(story, "correction", "doubt", "2026-03-02", resource_code=FREE, resource="", doubt="地址有误")
    assert (named(story), story.record.subject) == (FREE, "派出所名录")
    asked(story, "citation-consent", "ask", "2026-03-02", resource_code=ON_CONDITION, document="规划", purpose="测算")
    assert named(story) == ON_CONDITION


def test_a_demand_to_open_data_points_to_the_resource__article_20(story: Story) -> None:
    drafted(story, "open-demand", "2026-03-02", resource_code=FREE, demand="希望开放派出所名录")
    assert (named(story), story.record.subject) == (FREE, "派出所名录")


def test_an_error_is_reported_to_the_nation_s_provider_too__article_26(regulated: Story) -> None:
    drafted(regulated, "correction", "2026-03-02", applicant=CIVIL, resource_code=FREE, doubt="地址有误")
    assert named(regulated.act("doubt", "applicant", "2026-03-02")) == FREE
