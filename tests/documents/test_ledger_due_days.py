"""The office's own due dates beside those of the law: 37号第十二条, ten working days from the day after receipt."""

import pytest

from tests.conftest import day
from tests.documents.ledgers import COLUMNS, brought_in, made, refused, row


@pytest.fixture
def checked(database, context, tmp_path):
    """Looks at a sheet that has a column of its own behind those of the form."""

    def look(*rows, heading="应答复日期", as_of="2026-10-14"):
        path = made(tmp_path / "own.xlsx", rows, columns=(*COLUMNS, heading))
        return brought_in(database, context, path, as_of=as_of, dry_run=True)

    return look


def dated(no, received, written, heading="应答复日期"):
    return row(no, received, resource=no, **{heading: written})


def test_a_date_behind_the_make_up_saturday_of_october_is_a_day_late(checked):
    (wrong,) = checked(dated("GX2026-0001", "2026-09-24", "2026-10-16")).due_days.wrong
    assert (wrong.row, wrong.no, wrong.column) == (4, "GX2026-0001", "应答复日期")
    assert (wrong.written, wrong.due, wrong.days_late, wrong.says) == (
        day("2026-10-16"),
        day("2026-10-15"),
        1,
        "晚 1 天",
    )
    assert "第10个工作日，至2026年10月15日（星期四）" in wrong.ruler.says
    assert [each.ordinal for each in wrong.ruler.days if each.date == day("2026-10-10")] == [6]


def test_a_date_that_forgot_the_national_day_is_early_and_harms_nobody(checked):
    found = checked(dated("GX2026-0001", "2026-09-18", "2026-10-02")).due_days
    assert [(each.days_late, each.says) for each in found.wrong] == [(-7, "早 7 天")]
    assert (found.compared, found.late) == (1, 0)


def test_a_right_date_is_compared_and_not_listed(checked):
    found = checked(dated("GX2026-0001", "2026-09-24", "2026-10-15"), dated("GX2026-0002", "2026-09-24", None)).due_days
    assert (found.compared, found.wrong) == (1, [])


@pytest.mark.parametrize(
    "heading", ["应答复日期", "答复期限", "到期日", "截止日期", "应于答复日期", "最迟答复时间", "办理时限"]
)
def test_the_column_is_known_by_its_heading(checked, heading):
    done = checked(dated("GX2026-0001", "2026-09-24", "2026-10-16", heading), heading=heading)
    assert (len(done.due_days.wrong), done.columns_not_read) == (1, {})


@pytest.mark.parametrize("heading", ["使用截止日期", "经办人", "有效期限", "发文日期"])
def test_another_column_is_no_due_date(checked, heading):
    done = checked(dated("GX2026-0001", "2026-09-24", "2026-10-16", heading), heading=heading)
    assert (done.due_days.compared, done.columns_not_read) == (0, {"Sheet": [heading]})


def test_words_in_the_column_are_counted_as_unread(checked):
    found = checked(dated("GX2026-0001", "2026-09-24", "10个工作日")).due_days
    assert (found.compared, found.unread, found.wrong) == (0, 1, [])


def test_a_ledger_keeps_the_day_of_the_reply_while_the_case_is_coordinated(checked):
    heading = "到期日"
    case = refused("GX2026-0001", "2026-09-10", referred="2026-09-21", **{heading: "2026-09-23"})
    assert checked(case, heading=heading).due_days.compared == 1
    assert checked(case, heading=heading).due_days.wrong == []


def test_the_preview_says_how_the_cases_stand_on_the_day(checked):
    answered = {"replied": "2026-09-16", "answer": "同意", "closed": "2026-09-18"}
    done = checked(
        dated("GX2026-0001", "2026-09-10", None),
        dated("GX2026-0002", "2026-09-24", None),
        dated("GX2026-0003", "2026-10-13", None),
        row("GX2026-0004", "2026-09-10", **answered),
    )
    assert done.rejected == []
    assert done.standing.says == "4 件，逾期 1，三日内到期 1，在期限内 1，已办结 1"
