"""Whose act each one is, and by which article: 国务院令第809号 gives powers that 37号 does not, and to another organ.

Due dates are counted by hand; in 2025 国庆 is 1–8 October, and Sunday 28 September and Saturday 11 October are worked.
"""

import pytest

from negotiation.core.errors import FieldError, InvalidTransition, WrongRole
from negotiation.core.settings import Settings
from negotiation.domain.machine.derivation import Unfit
from negotiation.domain.rulebook import load, shipped
from negotiation.store.database import Database
from tests.acceptance.steps import asked, cited, drafted, heard, open_tasks, refused, stands
from tests.conftest import CIVIL, POLICE, Story, settle_in

REGULATION, MEASURES = (
    "《政务数据共享条例》（国务院令第809号）",
    "《北京市政务信息资源管理办法（试行）》（京政发〔2017〕37号）",
)
BOTH = ("national-2025", "beijing-2025")
AUTHORITY = "competent_authority"


def under(database: Database, settings: Settings, rulebook: str) -> Story:
    return Story(database, settle_in(database, settings.model_copy(update={"rulebook": rulebook})))


@pytest.fixture(params=BOTH)
def story(request: pytest.FixtureRequest, database: Database, settings: Settings) -> Story:
    return under(database, settings, request.param)


@pytest.fixture
def beijing(database: Database, settings: Settings) -> Story:
    return under(database, settings, "beijing-2025")


def applied(story: Story, label: str = "有条件共享", **fields: str) -> Story:
    return story.submitted("2025-09-22", scope="低保审核岗位", **{"class": label} | fields)


def by_whom(story: Story, event: str) -> str:
    return {name: role for name, _, role in story.events()}[event]


# --------------------------------------------------------------------------------- the competent authority's own acts


def test_an_extension_is_the_authority_s_whoever_enters_it__article_21(story: Story) -> None:
    applied(story).act("request_extension", "provider", "2025-09-29", reason="须会商网信部门")
    story.act("grant_extension", "office", "2025-09-30", more_days="5")
    assert by_whom(story, "grant_extension") == AUTHORITY
    assert story.file.rulebook.role_title(AUTHORITY) == "政务数据共享主管部门"
    applied(story).act("request_extension", "provider", "2025-09-29", reason="须会商网信部门")
    story.act("decline_extension", AUTHORITY, "2025-09-30", reason="理由不足")
    assert by_whom(story, "decline_extension") == AUTHORITY


def test_a_dispute_is_coordinated_by_the_authority__article_28(story: Story) -> None:
    applied(story).act("refuse", "provider", "2025-09-26", reason="超出职责").act("refer", "applicant", "2025-09-29")
    assert story.file.procedure.states["referred"].held_by == AUTHORITY
    with refused(story, WrongRole, "政务数据共享主管部门"):
        story.act("accept_referral", "provider", "2025-09-30")
    story.act("accept_referral", "office", "2025-09-30").act("settle", "office", "2025-10-15")
    assert (by_whom(story, "accept_referral"), by_whom(story, "settle")) == (AUTHORITY, AUTHORITY)


@pytest.mark.parametrize("entered_as", ["government", "office"])
def test_what_the_government_decides_is_its_act_whoever_enters_it__article_28(story: Story, entered_as: str) -> None:
    applied(story).act("refuse", "provider", "2025-09-26", reason="超出职责").act("refer", "applicant", "2025-09-29")
    story.act("accept_referral", "office", "2025-09-30").act("fail", "office", "2025-10-15")
    up = "submit_up" if "submit_up" in story.file.procedure.events else "report_up"
    story.act(up, "office", "2025-10-16")
    story.act("decide", entered_as, "2025-11-10", decision="应予共享", doc_no="京政函〔2025〕18号")
    assert (cited(story), by_whom(story, "decide")) == (f"{REGULATION}第二十八条", "government")


@pytest.mark.parametrize("procedure", ["sharing", "catalogue-update", "rectification", "disposal", "wider-use"])
@pytest.mark.parametrize("rulebook", BOTH)
def test_no_act_that_the_regulation_gives_to_the_authority_is_the_office_s__articles_17_21_27_28(
    rulebook: str, procedure: str
) -> None:
    """Coordination under 37号, what the leading group said, what the office only puts on record stay the office's."""
    rules = load(shipped()[rulebook]).procedures[procedure]
    parties_and_clock = {"applicant", "provider", "clock"}
    on_record = {"resolve", "deliberate", "remit", "report_up", "conclude", "transfer"}
    wrong = {
        event
        for (_, event), row in rules.table.items()
        if row.basis.removeprefix("条例") in ("第十七条", "第二十一条", "第二十七条", "第二十八条")
        if event not in on_record and not set(row.by) <= parties_and_clock | {AUTHORITY, "government"}
    }
    assert wrong == set()


def test_the_authority_names_the_source_of_the_data__article_19(story: Story) -> None:
    applied(story).act("disclaim", "provider", "2025-09-24", reason="由市司法局掌握")
    story.act("assign", "office", "2025-09-26", provider=POLICE, binding="是")
    assert (cited(story), by_whom(story, "assign")) == (f"{REGULATION}第十九条", AUTHORITY)
    with refused(story, InvalidTransition, "数源部门已经确定"):
        story.act("disclaim", "provider", "2025-09-28", reason="仍非本部门数据")


def test_a_catalogue_is_audited_and_published_by_the_authority__article_17(story: Story) -> None:
    drafted(story, "catalogue-update", "2026-09-18", resource="户籍目录", cause="国务院决定调整")
    story.act("change", "provider", "2026-09-18").act("update", "provider", "2026-10-09", text="新增一项")
    story.act("pass", "office", "2026-10-12", published_as="2026年第10版")
    assert story.file.procedure.events["pass"].title == "审核通过并发布"
    assert (story.state, by_whom(story, "pass"), cited(story)) == ("closed", AUTHORITY, f"{REGULATION}第十七条")


# ---------------------------------------------------------------------------------------- what the articles speak of


def test_a_local_regulation_stays_with_the_measures_and_fifteen_days__article_9(beijing: Story) -> None:
    drafted(beijing, "catalogue-update", "2026-09-18", resource="户籍目录", cause="地方性法规修改")
    beijing.act("change", "provider", "2026-09-18")
    stands(beijing, "updating", "provider", update="2026-10-15")  # worked Sunday 20, Saturday 10
    term = beijing.term("update")
    assert beijing.file.rulebook.cited(term.basis) == f"{MEASURES}第九条"
    assert cited(beijing) == f"{MEASURES}第九条"
    drafted(beijing, "catalogue-update", "2026-09-18", resource="户籍目录", cause="法律、行政法规调整")
    beijing.act("change", "provider", "2026-09-18")
    stands(beijing, "updating", "provider", update="2026-10-09")
    assert cited(beijing) == f"{REGULATION}第十七条"


def test_the_nation_s_rulebook_knows_no_local_regulation__article_17() -> None:
    cause = load(shipped()["national-2025"]).procedures["catalogue-update"].fields["cause"]
    assert list(cause.choices.values()) == ["法律、行政法规调整", "国务院决定调整", "政府部门职责变化"]


def test_the_days_of_a_correction_run_from_its_receipt_by_the_article_itself__article_26(story: Story) -> None:
    asked(story, "correction", "doubt", "2026-04-28", doubt="同一人有两条记录")
    rule = story.file.procedure.terms["verification"]
    assert rule.start.startswith("自收到")
    assert story.file.rulebook.cited(rule.start_basis) == f"{REGULATION}第二十六条"


@pytest.mark.parametrize(
    ("label", "basis"),
    [
        ("无条件共享", f"{REGULATION}第二十一条"),
        ("有条件共享", f"{REGULATION}第二十一条"),
        ("不予共享", "本办公室规定"),
    ],
)
def test_for_what_is_not_shared_the_regulation_sets_no_term_and_none_is_cited__article_21(
    story: Story, label: str, basis: str
) -> None:
    applied(story, label)
    assert story.file.rulebook.cited(story.term("reply").basis) == basis


def test_who_says_that_data_are_of_the_class_not_shared_names_the_law__article_15(story: Story) -> None:
    applied(story)
    with refused(story, FieldError, "不同意的理由类别", "属不予共享类", "依据"):
        story.act("refuse", "provider", "2025-09-26", reason="不予共享", reason_class="属不予共享类")
    with refused(story, FieldError, "依据"):
        story.act("refuse", "provider", "2025-09-26", reason="不予共享", **{"reason_class[1]": "属不予共享类"})
    law = "《居民身份证法》第六条"
    story.act("refuse", "provider", "2025-09-26", reason="不予共享", reason_class="属不予共享类", legal_basis=law)
    assert story.state == "refused"


def test_refusing_what_the_application_calls_unconditional_is_pointed_out_without_a_catalogue__article_14(
    story: Story,
) -> None:
    applied(story, "无条件共享").act("refuse", "provider", "2025-09-23", reason="要求先签协议")
    said = story.entered(story.record.version)["contradicts"]
    assert said == "申请登记的共享类型为“无条件共享”，答复不同意共享"
    assert [task for task in open_tasks(story) if said in task]
    applied(story, "有条件共享").act("disclaim", "provider", "2025-09-23", reason="由市司法局掌握")
    assert open_tasks(story) == []  # whose data they are the application cannot say


# ------------------------------------------------------------------------------------------------------ 第二十七条


def supplied(story: Story) -> Story:
    applied(story).act("agree", "provider", "2025-09-26").act("supply", "provider", "2025-09-29")
    return story.act("confirm", "applicant", "2025-09-30")


@pytest.mark.parametrize("role", ["provider", "office"])
def test_the_provider_or_the_authority_suspends_first_and_urges_rectification__article_27(
    story: Story, role: str
) -> None:
    supplied(story).act("suspend_access", role, "2025-10-15", reason="日志显示超范围调用")
    assert (story.state, cited(story)) == ("closed", f"{REGULATION}第二十七条")
    assert by_whom(story, "suspend_access") == ("provider" if role == "provider" else AUTHORITY)
    assert heard(story) == {("recorded", CIVIL), ("recorded", POLICE), ("recorded", "office")}
    assert open_tasks(story) == ["已暂停共享：请督促限期整改"]
    with refused(story, InvalidTransition, "已暂停共享"):
        story.act("suspend_access", "provider", "2025-10-16", reason="—")
    story.act("restore_access", role, "2025-11-03", reason="已整改")
    with refused(story, InvalidTransition, "没有暂停共享"):
        story.act("restore_access", role, "2025-11-04")


def test_a_suspension_of_an_earlier_day_stands_before_a_later_one__article_27(story: Story) -> None:
    supplied(story).act("suspend_access", "provider", "2025-10-20", reason="超范围调用")
    with refused(story, Unfit, "“暂停共享”不再成立：不能办理“暂停共享”：已暂停共享"):
        story.act("suspend_access", "provider", "2025-10-13", entered="2025-10-21", reason="超范围调用")


def test_sharing_ends_only_after_it_was_suspended__article_27(story: Story) -> None:
    supplied(story)
    with refused(story, InvalidTransition, "须先暂停共享"):
        story.act("end_sharing", "provider", "2025-10-15", reason="拒不整改")
    with refused(story, WrongRole):
        story.act("suspend_access", "applicant", "2025-10-15", reason="—")
    story.act("suspend_access", "provider", "2025-10-15", reason="超范围调用")
    story.act("end_sharing", "provider", "2025-11-17", reason="拒不整改")
    assert (story.state, cited(story)) == ("closed", f"{REGULATION}第二十七条")
    with refused(story, InvalidTransition, "没有暂停共享"):
        story.act("restore_access", "provider", "2025-11-18")


def ordered(story: Story, ground: str, by: str = "2026-06-30") -> Story:
    facts = {"topic": "扩大使用范围", "facts": "日志显示超范围调用", "demand": "停止超范围使用"}
    drafted(story, "rectification", "2026-06-01", **facts, ground=ground, rectify_by=by)
    return story.act("issue", "office", "2026-06-01")


def test_access_is_suspended_before_the_notice_is_issued_and_sharing_ended_after_its_period__article_27(
    story: Story,
) -> None:
    facts = {"topic": "扩大使用范围", "facts": "日志显示超范围调用", "demand": "停止超范围使用"}
    drafted(story, "rectification", "2026-06-01", **facts, ground="beyond", rectify_by="2026-06-30")
    story.act("suspend_access", "office", "2026-06-01", reason="防止扩散").act("issue", "office", "2026-06-02")
    with refused(story, InvalidTransition, "2026-06-30"):
        story.act("end_sharing", "office", "2026-06-30", reason="拒不整改")
    story.act("end_sharing", "office", "2026-07-01", reason="拒不整改")
    assert (story.state, by_whom(story, "end_sharing")) == ("closed", AUTHORITY)


def test_a_change_of_service_is_filed_by_the_day_on_which_it_takes_effect__article_27(story: Story) -> None:
    notice = {"resource": "人口查询接口", "change": "终止服务", "reason": "系统下线"}
    drafted(story, "service-change", "2026-03-02", applicant=CIVIL, **notice, effective_on="2026-04-01")
    story.act("propose", "provider", "2026-03-02")
    with refused(story, FieldError, "早于"):
        story.act("agree", "applicant", "2026-03-06", effective_on="2026-03-05")
    story.act("agree", "applicant", "2026-03-06", effective_on="2026-04-01")
    stands(story, "change_agreed", "provider", filing="2026-04-01")


# ---------------------------------------------------------------------------------------- 第三十九、四十条, 第三十三条

ITEMS = "一二三四五六七八九"


@pytest.mark.parametrize("rulebook", BOTH)
def test_sixteen_grounds_each_have_their_own_item__articles_39_and_40(rulebook: str) -> None:
    book = load(shipped()[rulebook])
    ground = book.procedures["rectification"].fields["ground"]
    own = {book.cited(basis) for basis in ground.bases.values()}
    expected = {f"{REGULATION}第三十九条第{n}项" for n in ITEMS} | {f"{REGULATION}第四十条第{n}项" for n in ITEMS[:7]}
    assert own == expected
    assert len(ground.bases) == 16
    assert set(ground.bases) <= set(ground.choices)
    assert all(word in ground.choices[key] for key, word in (("records", "记录"), ("return_flow", "回流")))  # 24, 29(2)


@pytest.mark.parametrize(
    ("ground", "article"),
    [("late", "第三十九条第四项"), ("obstruction", "第三十九条第二项"), ("records", "第四十条第五项")],
)
def test_a_notice_rests_on_its_own_ground_and_is_the_authority_s__articles_39_and_40(
    story: Story, ground: str, article: str
) -> None:
    ordered(story, ground)
    assert cited(story) == f"{REGULATION}{article}"
    assert story.file.rulebook.cited(story.term("rectification").basis) == f"{REGULATION}{article}"
    story.act("finish", "provider", "2026-06-20", text="已停止").act("accept", AUTHORITY, "2026-06-23")
    assert (cited(story), by_whom(story, "accept")) == (f"{REGULATION}{article}", AUTHORITY)


def test_a_ground_of_the_measures_still_rests_on_the_measures__article_33(beijing: Story) -> None:
    ordered(beijing, "quality")
    assert (cited(beijing), by_whom(beijing, "issue")) == (f"{MEASURES}第三十三条", "office")


@pytest.mark.parametrize("by", ["2026-06-01", "2026-06-05"])
def test_a_notice_leaves_days_in_which_something_can_be_put_right(story: Story, by: str) -> None:
    with pytest.raises(FieldError, match="不足5个工作日"):
        ordered(story, "late", by)
