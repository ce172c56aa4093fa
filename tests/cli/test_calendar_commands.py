"""The commands of the calendar: a notice pasted into a file, a rehearsal, an import, due dates that go out."""

import io
import json
from pathlib import Path
from typing import Any

import pytest
from icalendar import Calendar

from tests.cli.terminal import Terminal, by
from tests.conftest import at
from tests.services.test_calendar_change import LATER
from tests.services.test_shipped_calendar import ship
from tests.whole_year import REST_TYPED

NOTICE = """国务院办公厅关于2027年部分节假日安排的通知
国办发明电〔2026〕9号
各省、自治区、直辖市人民政府，国务院各部委、各直属机构：
经国务院批准，现将2027年元旦、春节、清明节、劳动节、端午节、中秋节和国庆节放假调休日期的具体安排通知如下。
一、元旦：1月1日（周五）至4日（周一）放假调休，共4天。1月9日（周六）上班。
二、春节：2月5日（农历除夕、周五）至12日（周五）放假调休，共8天。1月31日（周日）、2月13日（周六）上班。
三、清明节：4月3日（周六）至5日（周一）放假，共3天。
四、劳动节：5月1日（周六）至5日（周三）放假调休，共5天。4月25日（周日）、5月8日（周六）上班。
五、端午节：6月9日（周三）放假1天，不调休。
六、中秋节：9月15日（周三）放假1天，不调休。
七、国庆节：10月1日（周五）至7日（周四）放假调休，共7天。9月26日（周日）、10月9日（周六）上班。
国务院办公厅
2026年11月20日
"""
NEW_YEAR = "1月1日（周五）至4日（周一）放假调休，共4天。1月9日（周六）上班。"
FIELDS = (
    "applicant=市民政局", "provider=市公安局", "resource=常住人口基本信息", "use_basis=《社会救助暂行办法》第五十八条",
    "scenario=办理低保资格核对", "mode=服务接口", "period=长期",
)  # fmt: skip


DECEMBER = at("2026-12-18", "11:00")


@pytest.fixture
def notice(tmp_path: Path) -> Path:
    path = tmp_path / "通知.txt"
    path.write_text(NOTICE, encoding="utf-8")
    return path


@pytest.fixture
def waiting(office: Terminal) -> str:
    """A case whose reply is due, by the forecast, on 4 January 2027. Today is 18 December 2026."""
    office.at(DECEMBER)
    words = [word for field in FIELDS for word in ("--field", field)]
    no: str = office.json("case", "open", "sharing", "--on", "2026-12-18", *words)["no"]
    case = office.json("case", "act", no, "submit", *by("applicant", "2026-12-18"))
    assert (case["due"], case["official"]) == ("2027-01-04", False)
    return no


# ------------------------------------------------------------------------------------------------------- what comes in


def test_a_rehearsal_names_each_term_that_moves_and_who_will_be_told(office, waiting, notice):
    done = office.json("calendar", "import", str(notice), "--dry-run")
    assert (done["year"], done["doc_no"], done["dry_run"]) == (2027, "国办发明电〔2026〕9号", True)
    assert (done["off"]["2027-01-04"], done["work"]["2027-01-09"]) == ("元旦", "元旦")
    (moved,) = done["moved"]
    assert (moved["no"], moved["term"], moved["from"], moved["to"]) == (waiting, "答复期限", "2027-01-04", "2027-01-05")
    assert moved["told"] == ["市民政局", "市公安局"]
    assert office.json("case", "show", waiting)["due"] == "2027-01-04"


def test_the_import_moves_the_term_and_the_case_shows_why(office, waiting, notice):
    rehearsed = office.json("calendar", "import", str(notice), "--dry-run")
    done = office.json("calendar", "import", str(notice))
    assert done["moved"] == rehearsed["moved"]
    case = office.json("case", "show", waiting)
    assert (case["due"], case["official"], case["awaits"]) == ("2027-01-05", True, "")
    last = case["events"][-1]
    assert (last["event"], last["title"], last["cited"]) == ("recount", "期限随工作日安排变更", "国办发明电〔2026〕9号")
    assert last["shown"] == {
        "变更": "因国办发明电〔2026〕9号，答复期限由 2027年1月4日（暂定） 变更为 2027年1月5日，天数不变"
    }
    assert office.json("calendar", "due", "2026-12-18", "10")["due"] == "2027-01-05"
    assert office.json("audit", "verify")["broken"] == []


def test_a_provisional_date_says_what_it_waits_for_wherever_a_script_reads_it(office, waiting):
    (line,) = office.json("cases")["cases"]
    assert line["awaits"].startswith("暂定，待国务院办公厅公布2027年节假日安排后确定")
    assert line["earliest"] <= line["due"] <= line["latest"]
    assert office.json("case", "show", waiting)["terms"][0]["awaits"] == line["awaits"]


def test_on_the_screen_it_says_so_too(office, waiting):
    for words in (("cases",), ("case", "show", waiting)):
        _, out, _ = office.run(*words)
        assert "暂定，待国务院办公厅公布2027年节假日安排后确定" in " ".join(out.split()), words


def test_the_same_notice_again_is_shown_as_held_and_not_doubled(office, waiting, notice):
    office.json("calendar", "import", str(notice))
    again = office.json("calendar", "import", str(notice))
    assert (again["held_already"], again["moved"], again["revision"]) == (True, [], None)
    assert len(office.json("calendar", "list")["revisions"]) == 1


def test_a_different_text_for_the_same_year_is_shown_day_by_day(office, waiting, notice):
    office.json("calendar", "import", str(notice))
    notice.write_text(NOTICE.replace(NEW_YEAR, "1月1日（周五）至3日（周日）放假，共3天。"), encoding="utf-8")
    done = office.json("calendar", "import", str(notice), "--dry-run")
    assert done["differences"] == [
        {"day": "2027-01-04", "was": "放假（元旦）", "now": "上班"},
        {"day": "2027-01-09", "was": "上班（元旦）", "now": "放假"},
    ]


def test_a_notice_may_be_typed_by_hand_on_standard_input(office, waiting, monkeypatch):
    typed = (
        "年份：2027\n文号：国办发明电〔2026〕9号\n放假：2027-01-01至2027-01-04 元旦\n"
        f"{REST_TYPED}上班：2027-01-09 元旦\n"
    )
    monkeypatch.setattr("sys.stdin", io.StringIO(typed))
    done = office.json("calendar", "import", "-")
    assert [each["to"] for each in done["moved"]] == ["2027-01-05"]


def test_a_text_in_the_encoding_of_an_older_office_is_read(office, notice):
    for encoding in ("gb18030", "utf-8-sig", "utf-16"):
        notice.write_bytes(NOTICE.encode(encoding))
        assert office.json("calendar", "import", str(notice), "--dry-run")["year"] == 2027


BROKEN = [
    ("今天天气很好，适合出门。", "读不准|不是"),
    (NOTICE.replace("1月9日（周六）", "1月9日（周日）"), "1月9日"),
    (NOTICE.replace("共8天", "共7天"), "共7天"),
    (NOTICE[: NOTICE.index("五、端午节") + 9], ""),
    ("BEGIN:VCALENDAR\nVERSION:2.0\nBEGIN:VEVENT\nDTSTART;VALUE=DATE:20270101\nSUMMARY:元旦 休\n", "END"),
]


@pytest.mark.parametrize(("text", "says"), BROKEN)
def test_what_cannot_be_read_with_certainty_is_refused_with_its_sentence_and_nothing_changes(
    office, waiting, notice, text, says
):
    notice.write_text(text, encoding="utf-8")
    error = office.error("calendar", "import", str(notice), status=1)
    assert error["where"] == "通知.txt"
    assert any(word in error["what"] for word in says.split("|"))
    assert office.json("calendar", "list")["revisions"] == []
    assert office.json("case", "show", waiting)["due"] == "2027-01-04"


def test_a_file_that_is_no_text_is_refused_with_what_to_do_instead(office, notice):
    notice.write_bytes(b"PK\x03\x04\x00\x00\xff\xfe")
    assert "粘贴到文本文件" in office.error("calendar", "import", str(notice), status=1)["todo"]
    assert office.error("calendar", "import", "没有.txt", status=2)["where"] == "没有.txt"
    assert "layer" not in office.error("calendar", "import", str(notice), "--layer", "省级", status=2)["what"]


def test_an_earlier_date_waits_for_a_click(office, waiting, notice):
    earlier = NOTICE.replace(
        NEW_YEAR,
        "1月1日（周五）至3日（周日）放假调休，共3天。2026年12月27日（周日）上班。",
    )
    notice.write_text(earlier, encoding="utf-8")
    (moved,) = office.json("calendar", "import", str(notice))["moved"]
    assert (moved["to"], moved["waits_for_confirmation"]) == ("2026-12-31", True)
    assert ["答复期限" in task["title"] for task in office.json("tasks")["tasks"]] == [True]
    assert office.json("calendar", "tell", waiting) == {"released": 2}
    assert office.json("calendar", "tell") == {"released": 0}
    assert office.json("tasks")["tasks"] == []


# -------------------------------------------------------------------------------------------------------------- layers


def test_a_due_date_is_counted_down_to_the_layer_that_is_asked_for(office, tmp_path):
    path = tmp_path / "市级.txt"
    path.write_text("放假：2026-12-23 会议调休\n上班：2026-12-26 会议调休\n", encoding="utf-8")
    office.json("calendar", "import", str(path), "--layer", "municipal")
    due = {
        layer: office.json("calendar", "due", "2026-12-21", "2", "--layer", layer)["due"]
        for layer in ("national", "municipal", "organ")
    }
    assert due == {"national": "2026-12-23", "municipal": "2026-12-24", "organ": "2026-12-24"}
    assert office.json("calendar", "count", "2026-12-21", "2026-12-27", "--layer", "市级")["count"] == 4
    assert office.json("calendar", "due", "2026-12-21", "2")["due"] == "2026-12-23"


def test_square_brackets_in_a_name_are_letters_and_no_screen_falls_over_them(office, notice):
    fields = [word for field in FIELDS for word in ("--field", field.replace("常住人口", "数据[/x][bold]人口"))]
    office.json("case", "open", "sharing", "--on", "2026-09-18", *fields)
    for words in (("cases",), ("desk",), ("case", "show", "GX2026-0001"), ("calendar", "import", str(notice))):
        code, _, err = office.run(*words)
        assert code == 0, err
    assert "数据[/x][bold]人口" in office.run("cases")[1]


def test_where_nothing_is_set_up_yet_the_shipped_notices_answer_and_nothing_is_made(terminal: Terminal):
    assert terminal.json("calendar", "due", "2026-09-18", "10")["due"] == "2026-10-09"
    assert not (terminal.home / "negotiation.db").exists()


# ------------------------------------------------------------------------------------------------------- what goes out


def test_the_due_dates_of_a_department_go_out_as_a_calendar_and_follow_a_move(office, waiting, notice, tmp_path):
    out = tmp_path / "期限.ics"
    assert office.json("calendar", "feed", str(out), "--department", "市公安局")["events"] == 1
    (before,) = events(out)
    assert (str(before.decoded("dtstart")), before["status"]) == ("2027-01-04", "TENTATIVE")
    assert "暂定，待国务院办公厅公布2027年节假日安排后确定" in before["description"]
    office.json("calendar", "import", str(notice))
    office.json("calendar", "feed", str(out))
    (after,) = events(out)
    assert (str(after.decoded("dtstart")), after["status"]) == ("2027-01-05", "CONFIRMED")
    assert after["uid"] == before["uid"]
    assert after["sequence"] > before["sequence"]


def events(path: Path) -> list[Any]:
    return Calendar.from_ical(path.read_bytes()).walk("VEVENT")


def test_a_department_without_terms_gets_an_empty_calendar_and_a_term_that_ended_is_cancelled(
    office, waiting, tmp_path
):
    out = tmp_path / "期限.ics"
    assert office.json("calendar", "feed", str(out), "--department", "市民政局")["events"] == 0
    office.json("case", "act", waiting, "withdraw", "--by", "applicant", "--on", "2026-12-18")
    office.json("calendar", "feed", str(out))
    (event,) = events(out)
    assert event["status"] == "CANCELLED"


def test_an_unknown_department_or_folder_is_told_in_a_sentence(office, waiting, tmp_path):
    assert (
        "市公安"
        in office.error("calendar", "feed", str(tmp_path / "x.ics"), "--department", "市公安", status=1)["todo"]
    )
    assert office.error("calendar", "feed", str(tmp_path / "没有" / "x.ics"), status=1)["todo"]


def test_doctor_says_that_the_next_year_is_missing_and_how_many_terms_wait(office, waiting):
    found = json.dumps(office.json("doctor"), ensure_ascii=False)
    assert "2027年节假日安排尚未收录，1项在办期限为暂定" in found


# ------------------------------------------------------------------------------------------------- what is taken back


def test_a_revocation_is_rehearsed_and_then_moves_the_terms_back(office, waiting, notice):
    office.json("calendar", "import", str(notice))
    words = ("calendar", "revoke", "国办发明电〔2026〕9号", "--reason", "文件有误")
    rehearsed = office.json(*words, "--dry-run")
    assert (rehearsed["dry_run"], rehearsed["revision"]) == (True, None)
    done = office.json(*words, "--author", "王主任")
    assert done["moved"] == rehearsed["moved"]
    assert [(each["no"], each["from"], each["to"]) for each in done["moved"]] == [(waiting, "2027-01-05", "2027-01-04")]
    assert (done["id"], done["revision"], done["reason"]) == (1, 2, "文件有误")
    assert not office.json("case", "show", waiting)["official"]
    listed = office.json("calendar", "list")["revisions"]
    assert [(each["id"], each["author"], each["revoked_by"]) for each in listed] == [
        (2, "王主任", None),
        (1, "命令行", 2),
    ]


def test_a_revocation_in_words_says_why_and_what_moved(office, waiting, notice):
    office.run("calendar", "import", str(notice))
    _, said, _ = office.run("calendar", "revoke", "1", "--reason", "文件有误")
    assert "理由：文件有误" in said
    assert "期限变更1项" in said


def test_what_is_shipped_or_was_revoked_before_is_not_revoked(office, notice):
    office.at(DECEMBER)
    office.json("calendar", "import", str(notice))
    refused = office.error("calendar", "revoke", "国办发明电〔2025〕7号", "--reason", "误收", status=1)
    assert "随程序提供的安排不能撤销" in refused["todo"]
    office.json("calendar", "revoke", "1", "--reason", "误收")
    assert "已经撤销" in office.error("calendar", "revoke", "1", "--reason", "误收", status=1)["what"]


def test_migrate_takes_over_the_calendar_that_the_program_ships(office, waiting, monkeypatch):
    ship(monkeypatch, LATER)
    assert office.json("migrate")["recounted"] == 1
    assert office.json("migrate")["recounted"] == 0
    (revision,) = office.json("calendar", "list")["revisions"]
    assert revision["what"] == "随程序更新的日历"
