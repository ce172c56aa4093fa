"""The commands as scripts use them: one JSON object on stdout, sentences on stderr, the exit status of the design."""

import json
import sqlite3
from pathlib import Path

import pytest

from negotiation.services.context import Context
from negotiation.store import triggers
from negotiation.store.database import Database
from tests.cli.terminal import Terminal, by

APPLICATION = (
    "applicant=市民政局", "provider=市公安局", "resource=常住人口基本信息", "use_basis=《社会救助暂行办法》第五十八条",
    "scenario=办理低保资格核对", "mode=服务接口", "period=长期", "items=姓名、证件号码",
)  # fmt: skip


def opened(office: Terminal) -> str:
    fields = [word for field in APPLICATION for word in ("--field", field)]
    no: str = office.json("case", "open", "sharing", "--on", "2026-09-18", *fields)["no"]
    return no


def submitted(office: Terminal) -> str:
    no = opened(office)
    office.json("case", "act", no, "submit", *by("applicant", "2026-09-18"))
    return no


# ------------------------------------------------------------------------------------------------------ calendar


def test_the_tenth_working_day_is_proved_day_by_day_with_document_numbers(terminal: Terminal) -> None:
    answer = terminal.json("calendar", "due", "2026-09-18", "10")
    assert (answer["due"], answer["official"]) == ("2026-10-09", True)
    assert answer["earliest"] == answer["latest"] == "2026-10-09"
    counted = [each for each in answer["days"] if each["ordinal"]]
    assert [each["ordinal"] for each in counted] == list(range(1, 11))
    national_day = next(each for each in answer["days"] if each["date"] == "2026-10-01")
    assert (national_day["kind"], national_day["name"]) == ("holiday", "国庆节")
    assert national_day["source"] == "国办发明电〔2025〕7号"


def test_a_date_in_the_unpublished_year_is_provisional_and_says_so(terminal: Terminal) -> None:
    assert terminal.json("calendar", "due", "2026-12-18", "10")["official"] is False
    _, out, _ = terminal.run("calendar", "due", "2026-12-18", "10")
    assert "暂定，待国务院办公厅公布2027年节假日安排后确定" in out


def test_counting_leaves_out_the_first_day_and_takes_the_last(terminal: Terminal) -> None:
    assert terminal.json("calendar", "count", "2026-09-18", "2026-10-09") == {"count": 10}


def test_counting_into_the_unpublished_year_is_refused_with_a_sentence(terminal: Terminal) -> None:
    assert "2027" in terminal.error("calendar", "count", "2026-12-18", "2027-01-15", status=1)["what"]


def test_a_negative_number_counts_back(terminal: Terminal) -> None:
    assert terminal.json("calendar", "due", "2026-10-09", "-10")["due"] == "2026-09-18"


def test_a_date_that_does_not_exist_is_wrong_use(terminal: Terminal) -> None:
    assert "2026-02-30" in terminal.error("calendar", "due", "2026-02-30", "10", status=2)["what"]


def test_zero_days_are_refused_with_a_sentence(terminal: Terminal) -> None:
    terminal.error("calendar", "due", "2026-02-03", "0", status=1)


# --------------------------------------------------------------------------------------------------------- cases


def test_a_case_goes_from_draft_to_closed_by_commands_alone(office: Terminal) -> None:
    no = opened(office)
    assert no == "GX2026-0001"
    assert office.json("case", "show", no)["state"] == "draft"
    case = office.json("case", "act", no, "submit", *by("applicant", "2026-09-18"))
    assert (case["state"], case["due"], case["received"]) == ("awaiting_reply", "2026-10-09", "2026-09-18")
    assert [item["name"] for item in case["items"]] == ["姓名", "证件号码"]
    office.json("case", "act", no, "agree", *by("提供部门", "2026-10-08"))
    case = office.json("case", "act", no, "supply", "--by", "provider", "--on", "2026-10-12")
    assert (case["state"], case["closed"]) == ("supplied", None)
    case = office.json("case", "act", no, "confirm", *by("applicant", "2026-10-13"))
    assert (case["state"], case["closed"], case["overdue"]) == ("closed", "2026-10-13", False)
    assert [event["event"] for event in case["events"]] == ["submit", "agree", "supply", "confirm"]
    assert {item["answer"] for item in case["items"]} == {"agreed"}
    assert {term["title"] for term in case["terms"]} == {"答复期限", "提供期限", "确认收到期限"}


PARTLY = ("--field", "items=姓名", "--field", "refused_items=证件号码", "--field", "reason=涉及个人隐私")


def partly_supplied(office: Terminal) -> str:
    no = submitted(office)
    office.json("case", "act", no, "agree_partly", *by("provider", "2026-10-08"), *PARTLY)
    office.json("case", "act", no, "supply", "--by", "provider", "--on", "2026-10-12")
    return no


def test_a_case_is_shown_by_the_names_that_scripts_rely_on(office: Terminal) -> None:
    case = office.json("case", "show", partly_supplied(office))
    keys: tuple[str, ...] = ("n", "name", "answer", "condition", "answered", "due", "supplied", "confirmed")
    assert [[item[key] for key in keys] for item in case["items"]] == [
        [1, "姓名", "agreed", "", "2026-10-08", "2026-11-18", "2026-10-12", None],
        [2, "证件号码", "refused", "", "2026-10-08", "2026-10-09", None, None],
    ]
    assert case["items"][1]["reason"] == "涉及个人隐私"
    keys = ("n", "kind", "items", "started", "days", "due", "official", "ended", "lapsed")
    assert [[term[key] for key in keys] for term in case["terms"]] == [
        [8, "reply", ["姓名", "证件号码"], "2026-09-18", 10, "2026-10-09", True, "2026-10-08", None],
        [16, "supply", ["姓名"], "2026-10-08", 30, "2026-11-18", True, "2026-10-12", None],
        [17, "consideration", [], "2026-10-08", 10, "2026-10-21", True, None, None],
    ]
    keys = ("seq", "event", "role", "on", "basis", "corrected")
    assert [[event[key] for key in keys] for event in case["events"]] == [
        [1, "submit", "applicant", "2026-09-18", "第十七条", False],
        [2, "agree_partly", "provider", "2026-10-08", "office", False],
        [3, "supply", "provider", "2026-10-12", "office", False],
    ]
    assert not [key for part in (*case["terms"], *case["events"]) for key in part if key.endswith("_on")]


def test_people_are_shown_the_matrix_of_the_items(office: Terminal) -> None:
    _, out, _ = office.run("case", "show", partly_supplied(office))
    rows = [line.split() for line in out.splitlines()]
    place = rows.index(["序号", "名称", "答复", "期限", "提供", "确认收到"])
    assert rows[place + 2 : place + 4] == [
        ["1", "姓名", "同意提供", "2026-11-18", "2026-10-12"], ["2", "证件号码", "未同意", "2026-10-09"],
    ]  # fmt: skip


def test_cases_are_listed_with_the_keys_that_scripts_rely_on(office: Terminal) -> None:
    no = submitted(office)
    (line,) = office.json("cases", "--as-of", "2026-10-09")["cases"]
    assert line == {
        "no": no, "procedure": "sharing", "state": "awaiting_reply", "state_title": "待答复", "held_by": "provider",
        "light": "due_soon", "applicant": "市民政局", "provider": "市公安局", "subject": "常住人口基本信息",
        "received": "2026-09-18", "due": "2026-10-09", "official": True, "overdue": False, "next_due": "2026-10-09",
        "replied": None, "closed": None, "awaits": "", "earliest": None, "latest": None,
        "next_official": True,
    }  # fmt: skip
    (line,) = office.json("cases", "--as-of", "2026-10-10", "--overdue")["cases"]
    assert (line["light"], line["overdue"]) == ("overdue", True)


def test_cases_are_filtered_by_state_and_department(office: Terminal) -> None:
    submitted(office)
    assert len(office.json("cases", "--state", "待答复")["cases"]) == 1
    assert office.json("cases", "--state", "closed")["cases"] == []
    assert len(office.json("cases", "--filter", "holder=提供部门", "--filter", "department=公安局")["cases"]) == 1
    assert office.json("cases", "--filter", "holder=office")["cases"] == []
    assert "可用的条件：procedure" in office.error("cases", "--filter", "colour=red", status=2)["todo"]
    assert len(office.json("cases", "--department", "市公安局")["cases"]) == 1
    assert "市公安局" in office.error("cases", "--department", "市公安居", status=1)["todo"]
    assert "待答复" in office.error("cases", "--state", "等待", status=2)["todo"]


def test_departments_that_nobody_knows_yet_are_registered_and_listed(terminal: Terminal) -> None:
    fields = [word for field in APPLICATION for word in ("--field", field)]
    assert terminal.json("case", "open", "sharing", *fields)["departments_created"] == ["市民政局", "市公安局"]
    assert "departments_created" not in terminal.json("case", "open", "sharing", *fields)
    levels = {each["name"]: each["level"] for each in terminal.json("department", "list")["departments"]}
    assert levels == {"市民政局": "municipal", "市公安局": "municipal"}


def test_an_address_that_the_page_refuses_is_refused_by_the_command_too(terminal: Terminal) -> None:
    person = ("--duty", "A", "--person", "张三")
    assert (
        "邮箱地址" in terminal.error("department", "set", "市公安局", *person, "--email", "不是地址", status=1)["what"]
    )
    assert terminal.json("department", "list")["departments"] == []


def test_a_place_that_the_page_refuses_is_refused_by_the_command_too(terminal: Terminal) -> None:
    assert "次序" in terminal.error("department", "set", "市公安局", "--order", "1000000", status=1)["what"]


def test_a_name_that_looks_like_a_slip_is_not_registered(office: Terminal) -> None:
    fields = [word for field in APPLICATION[2:] for word in ("--field", field)]
    parties = ("--field", "applicant=市民政局", "--field", "provider=市公安")
    assert "市公安局" in office.error("case", "open", "sharing", *parties, *fields, status=1)["todo"]


def test_the_desk_calls_each_state_as_the_rulebook_of_its_own_case_does(
    office: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    submitted(office)
    district = office.home / "rulebooks" / "district"
    office.json("rulebook", "copy", "beijing-2017", str(district))
    for path in district.glob("*.toml"):
        text = path.read_text(encoding="utf-8").replace('"beijing-2017"', '"district"')
        path.write_text(text.replace("awaiting_reply", "waiting").replace("待答复", "等待"), "utf-8")
    monkeypatch.setenv("NEGOTIATION_RULEBOOK", "district")
    assert office.json("desk", "--as-of", "2026-10-10")["sections"]["逾期"][0]["state_title"] == "待答复"
    submitted(office)
    assert [each["state_title"] for each in office.json("cases")["cases"]] == ["待答复", "等待"]


def test_an_unknown_case_is_named(office: Terminal) -> None:
    assert "GX2026-0999" in office.error("case", "show", "GX2026-0999", status=1)["what"]


def test_an_event_out_of_place_says_what_may_be_done_instead(office: Terminal) -> None:
    error = office.error("case", "act", submitted(office), "confirm", *by("applicant"), status=1)
    assert "待答复" in error["what"]
    assert "答复：同意共享" in error["todo"]


def test_the_wrong_role_is_told_whose_act_it_is(office: Terminal) -> None:
    error = office.error("case", "act", submitted(office), "agree", *by("applicant"), status=1)
    assert "提供部门" in error["todo"]
    assert "applicant" not in error["what"] + error["todo"]
    assert office.error("case", "act", "GX2026-0001", "agree", "--by", "nobody", status=2)["todo"]


def test_a_missing_field_is_named_with_its_title(office: Terminal) -> None:
    error = office.error("case", "act", submitted(office), "refuse", *by("provider"), status=1)
    assert "理由" in error["what"]
    assert "reason" in error["todo"]


def test_an_unknown_field_and_a_pair_without_sign_are_refused(office: Terminal) -> None:
    no = submitted(office)
    office.error("case", "act", no, "agree", *by("provider"), "--field", "colour=red", status=1)
    office.error("case", "act", no, "agree", *by("provider"), "--field", "reason", status=2)


def test_a_stale_version_changes_nothing(office: Terminal) -> None:
    no = submitted(office)
    error = office.error("case", "act", no, "agree", *by("provider", "2026-10-08"), "--version", "0", status=1)
    assert "未写入" in error["what"]
    assert office.json("case", "show", no)["version"] == 1


@pytest.mark.parametrize("on", ["2026-09-17", "2999-01-01"])
def test_a_date_before_the_last_event_or_after_today_is_refused(office: Terminal, on: str) -> None:
    no = submitted(office)
    assert on in office.error("case", "act", no, "agree", *by("provider", on), status=1)["what"]
    assert office.json("case", "show", no)["version"] == 1


def test_a_case_is_shown_to_people_with_its_days_counted(office: Terminal) -> None:
    code, out, _ = office.run("case", "show", submitted(office))
    assert code == 0
    for word in ("待答复", "第十七条", "国办发明电〔2025〕7号", "2026-10-09", "现在可以办理"):
        assert word in out


# ------------------------------------------------------------------------------------------------ terms and mail


def test_a_sweep_records_the_lapse_and_the_post_sends_the_hint(office: Terminal) -> None:
    no = submitted(office)
    assert office.json("sweep", "--at", "2026-10-10T10:00") == {"acted": 1, "reminded": 0, "parked": 0}
    case = office.json("case", "show", no)
    assert [(event["event"], event["on"]) for event in case["events"]][-1] == ("lapse", "2026-10-09")
    assert len(office.json("tasks")["tasks"]) == 1
    # The hint of the day after may leave from the moment it was written; by hand the moment is now, here it is given.
    posted = office.json("post", "--at", "2030-01-07T10:00")
    assert posted["sent"] >= 1
    assert posted["failed"] == 0
    assert list((office.home / "mail").glob("*.eml"))


def test_outside_office_hours_nothing_leaves(office: Terminal) -> None:
    submitted(office)
    assert office.json("post", "--at", "2030-01-07T18:00")["sent"] == 0


# -------------------------------------------------------------------------------------------------------- report


def test_the_report_has_the_agreed_keys_and_balances(office: Terminal) -> None:
    submitted(office)
    report = office.json("report", "2026", "--as-of", "2026-11-20")
    assert (report["from"], report["to"]) == ("2026-01-01", "2026-11-20")
    assert (report["carried_over"], report["received"], report["closed"], report["carried_forward"]) == (0, 1, 0, 1)
    assert (report["replies_due"], report["replies_on_time"]) == (1, 0)
    assert report["mean_reply_working_days"] == [0, 0]
    assert list(report["by_department"]) == ["市公安局"]
    assert len(report["procedures"]) == 8  # the other procedures of the Measures, in which nothing happened
    assert {each["received"] for each in report["procedures"].values()} == {0}


def test_an_auditor_has_it_counted_from_the_cases_and_not_from_what_was_kept(office: Terminal) -> None:
    submitted(office)
    asked = ("report", "2026", "--as-of", "2026-11-20")
    office.json(*asked)
    with sqlite3.connect(office.home / "negotiation.db") as raw:
        raw.execute("""UPDATE report_sum SET body = replace(body, '"received":1', '"received":7')""")
    assert "不平衡" in office.error(*asked, status=1)["what"]
    assert office.json(*asked, "--recount")["received"] == 1


def test_a_year_that_has_not_begun_is_refused(office: Terminal) -> None:
    assert "2027" in office.error("report", "2027", "--as-of", "2026-11-20", status=2)["what"]


def test_a_year_is_published_once_and_again_only_with_a_reason(office: Terminal) -> None:
    first = office.json("report", "2025", "--publish", "--author", "办公室主任")
    assert (first["published"]["edition"], first["published"]["published_by"], first["differences"]) == (
        1, "办公室主任", [],
    )  # fmt: skip
    assert "第1版" in office.error("report", "2025", "--publish", status=2)["what"]
    assert office.json("report", "2025", "--publish", "--reason", "补登")["published"]["edition"] == 2
    assert "尚未结束" in office.error("report", "2099", "--publish", status=2)["what"]
    assert "--from" in office.error("report", "2025", "--publish", "--from", "2025-03-01", status=2)["todo"]


def test_what_no_case_tells_is_entered_with_its_source(office: Terminal) -> None:
    told = office.json("report-data", "2025", "目录数=1234", "open_datasets=85", "--source", "目录系统")
    assert told["entered"]["catalogue_entries"] == {"value": "1234", "source": "目录系统"}
    assert office.json("report", "2025")["entered"]["open_datasets"]["value"] == "85"
    assert "得分" in office.error("report-data", "2025", "得分=99", "--source", "无", status=2)["what"]


def test_a_report_is_kept_where_it_is_wanted(office: Terminal, tmp_path: Path) -> None:
    office.json("report", "2026", "--as-of", "2026-11-20", "--out", str(tmp_path / "out"))
    assert json.loads((tmp_path / "out" / "report-2026.json").read_text(encoding="utf-8"))["from"] == "2026-01-01"
    assert {path.suffix for path in (tmp_path / "out").iterdir()} == {".json", ".xlsx", ".docx", ".svg"}


# ----------------------------------------------------------------------------------------------------- rulebooks


def test_rulebooks_are_listed_shown_drawn_and_copied(terminal: Terminal, tmp_path: Path) -> None:
    books = {book["id"]: book["procedures"] for book in terminal.json("rulebook", "list")["rulebooks"]}
    assert set(books) == {"beijing-2017", "beijing-2025", "national-2025"}
    assert {procedures[0] for procedures in books.values()} == {"sharing"}  # what heads the report stands first
    shown = terminal.json("rulebook", "show", "beijing-2017")
    assert shown["procedures"]["sharing"]["terms"]["reply"]["days"] == 10
    assert "awaiting_reply --> agreed" in terminal.json("rulebook", "diagram", "beijing-2017", "sharing")["diagram"]
    words = terminal.run("rulebook", "show", "beijing-2025")[1]
    assert all(f" {word} " not in words for word in ("stay", "back", "items"))  # where a row leads is said in words
    assert all(word in words for word in ("状态不变", "按数据项的办理情况", "整改单位"))
    copy = tmp_path / "district"
    terminal.json("rulebook", "copy", "beijing-2017", str(copy))
    assert terminal.json("rulebook", "check", str(copy))["ok"] is True
    terminal.error("rulebook", "copy", "beijing-2017", str(copy), status=2)


def test_a_faulty_rulebook_is_found_wanting_with_every_fault(terminal: Terminal, tmp_path: Path) -> None:
    copy = tmp_path / "district"
    terminal.json("rulebook", "copy", "beijing-2017", str(copy))
    path = copy / "sharing.toml"
    text = path.read_text(encoding="utf-8")
    path.write_text(
        text.replace('term = "reply"', 'term = "answer"', 1).replace("days_before = 3", "days_before = 12", 1), "utf-8"
    )
    answer = terminal.json("rulebook", "check", str(copy), status=1)
    assert len(answer["faults"]) >= 2
    assert all("sharing.toml" in fault for fault in answer["faults"])


def test_an_unknown_rulebook_is_named(terminal: Terminal) -> None:
    assert "beijing-2017" in terminal.error("rulebook", "show", "beijing-1949", status=1)["todo"]


# ------------------------------------------------------------------------------------------------------- keeping


PROVED = {"events": 1, "broken": [], "seals": 0, "sealed": 0, "derived": 1, "changed": [], "gaps": [], "remarks": []}


def falsified(office: Terminal, *statements: str) -> None:
    with sqlite3.connect(office.home / "negotiation.db") as raw:
        for statement in (*triggers.dropping(is_sqlite=True), *statements, *triggers.making(is_sqlite=True)):
            raw.execute(statement)


def test_an_altered_event_is_found_by_the_audit(office: Terminal) -> None:
    no = submitted(office)
    assert office.json("audit", "verify") == PROVED
    falsified(office, "UPDATE event SET happened_on = '2026-09-25'")
    broken = office.json("audit", "verify", status=1)["broken"]
    assert (broken[0]["no"], broken[0]["seq"]) == (no, 1)
    assert {each["no"] for each in broken} == {no}


def test_an_act_by_command_is_of_the_side_in_whose_role_it_is_done(office: Terminal) -> None:
    no = submitted(office)
    office.json("case", "act", no, "agree", *by("provider", "2026-10-08"))
    office.json("case", "act", no, "note", "--by", "office", "--on", "2026-10-08", "--field", "text=已电话核实")
    with sqlite3.connect(office.home / "negotiation.db") as raw:
        sides = raw.execute("SELECT side, account_id, token FROM event ORDER BY seq").fetchall()
        ((applicant, provider),) = raw.execute('SELECT applicant_id, provider_id FROM "case"').fetchall()
    assert sides == [(applicant, None, None), (provider, None, None), (0, None, None)]


def test_a_cut_off_event_and_an_altered_content_are_found_too(office: Terminal) -> None:
    no = submitted(office)
    office.json("case", "act", no, "agree", *by("provider", "2026-10-08"))
    falsified(
        office,
        "UPDATE content SET body = replace(body, '低保', '其他') WHERE seq = 1",
        "DELETE FROM event WHERE seq = 2",
        "DELETE FROM content WHERE seq = 2",
    )
    told = [each["what"] for each in office.json("audit", "verify", status=1)["broken"]]
    assert "所填内容与其摘要不符" in told[0]
    assert "案件登记有2个事件，事件链止于第1个" in told[1]


def test_a_state_that_its_history_does_not_lead_to_is_found(office: Terminal) -> None:
    submitted(office)
    with sqlite3.connect(office.home / "negotiation.db") as raw:
        raw.execute("UPDATE \"case\" SET state = 'closed'")
    assert "closed" in office.json("audit", "verify", status=1)["broken"][0]["what"]


def test_a_record_on_postgresql_is_verified_too(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch, database: Database, context: Context
) -> None:
    monkeypatch.setenv("NEGOTIATION_DATABASE_URL", database.engine.url.render_as_string(hide_password=False))
    submitted(terminal)
    assert terminal.json("audit", "verify") == PROVED


def test_a_database_of_a_revision_nobody_knows_is_not_migrated(office: Terminal) -> None:
    submitted(office)
    with sqlite3.connect(office.home / "negotiation.db") as raw:
        raw.execute("UPDATE alembic_version SET version_num = '9999'")
    assert "9999" in office.error("migrate", status=1)["what"]


def test_a_home_of_a_trial_version_is_named_with_what_to_do(office: Terminal) -> None:
    with sqlite3.connect(office.home / "negotiation.db") as raw:
        raw.execute("UPDATE alembic_version SET version_num = '0013'")
    for command in (("cases",), ("migrate",), ("serve", "--port", "0"), ("worker",)):
        code, _, said = office.run(*command)
        assert code == 1, command
        assert "0.2.0 以前的试用版建立（数据库版本 0013）" in said
        assert "重新导入台账" in said
        assert "negotiation ledger import" in said
    assert office.json("doctor", status=1)["ok"] is False


def test_a_mail_server_that_is_down_is_said_so_and_nothing_is_lost(
    office: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    submitted(office)
    monkeypatch.setenv("NEGOTIATION_SMTP_URL", "smtp://127.0.0.1:1")
    code, out, err = office.run("post", "--at", "2030-01-07T10:00", "--json")
    assert (code, json.loads(out)["sent"], json.loads(out)["failed"]) == (3, 0, 0)
    assert json.loads(out)["deferred"] >= 1
    assert "NEGOTIATION_SMTP_URL" in err


def test_doctor_finds_a_new_home_in_order_and_says_what_to_set(terminal: Terminal) -> None:
    answer = terminal.json("doctor")
    assert answer["ok"] is True
    assert any("NEGOTIATION_SMTP_URL" in finding["todo"] for finding in answer["findings"])


def test_a_database_of_another_revision_is_refused_with_what_to_do(office: Terminal) -> None:
    with sqlite3.connect(office.home / "negotiation.db") as raw:
        raw.execute("UPDATE alembic_version SET version_num = '0000'")
    assert "migrate" in office.error("cases", status=1)["todo"]
    assert office.json("doctor", status=1)["ok"] is False


def test_a_file_that_is_no_database_is_refused_with_a_sentence(terminal: Terminal) -> None:
    terminal.home.mkdir()
    (terminal.home / "negotiation.db").write_bytes(b"this is no database" * 100)
    assert terminal.error("cases", status=1)["what"] == "文件不是数据库"


def test_a_home_that_is_a_file_is_refused_with_a_sentence(terminal: Terminal) -> None:
    terminal.home.write_text("in the way", encoding="utf-8")
    assert "文件夹" in terminal.error("cases", status=1)["what"]


def test_a_database_url_of_another_kind_is_wrong_use(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NEGOTIATION_DATABASE_URL", "mysql://localhost/x")
    terminal.error("cases", status=2)


def test_a_database_that_is_not_there_is_said_so(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NEGOTIATION_DATABASE_URL", "postgresql://nobody:secret@127.0.0.1:1/none")
    error = terminal.error("cases", status=1)
    assert error["what"] == "连接不上数据库"
    assert "secret" not in json.dumps(error)


def test_settings_that_cannot_be_read_are_named(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NEGOTIATION_OFFICE_HOURS_FROM", "morning")
    assert "NEGOTIATION_OFFICE_HOURS_FROM" in terminal.error("cases", status=2)["where"]


# --------------------------------------------------------------------------------------------------------- usage


def test_wrong_use_ends_with_two_and_a_hint(terminal: Terminal) -> None:
    assert "--help" in terminal.error("cases", "--colour", status=2)["todo"]
    terminal.error("case", "open", status=2)
    terminal.error("report", "soon", status=2)


def test_every_command_explains_itself_in_chinese(terminal: Terminal) -> None:
    code, out, _ = terminal.run("--help")
    assert code == 0
    assert "期限" in out


def test_the_version_is_told(terminal: Terminal) -> None:
    code, out, _ = terminal.run("--version")
    assert (code, out.strip()) == (0, "0.2.0")
