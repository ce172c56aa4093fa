"""One letter that asks for several resources of several departments, by command: entered once, a case for each.

条例第二十条: 政务数据需求部门 applies item by item; 第二十一条: each application has the term of its own class.
"""

from pathlib import Path

from docx import Document

from tests.cli.terminal import Terminal, by
from tests.conftest import CIVIL, JUSTICE, POLICE, at
from tests.documents.ledgers import made, refused

SHARED = [
    f"applicant={CIVIL}", "use_basis=《社会救助暂行办法》第五十八条", "scenario=办理低保资格核对", "mode=服务接口",
    "period=长期", "doc_no=京民函〔2026〕8号",
]  # fmt: skip
RESIDENTS = f"provider={POLICE}；resource=常住人口基本信息；class=conditional；items=姓名、身份证号"
HOUSEHOLDS = f"provider={POLICE};resource=户籍登记信息;class=conditional"
LEGAL_AID = f"provider={JUSTICE};resource=法律援助信息;class=conditional"


def letter(office: Terminal, *asked: str, more: tuple[str, ...] = ("--submit",), status: int = 0):
    fields = [word for field in SHARED for word in ("--field", field)]
    asks = [word for each in asked for word in ("--ask", each)]
    signed = by("applicant")[2:] if "--submit" in more else []
    return office.json("matter", "open", "sharing", *fields, *asks, *more, *signed, status=status)


def test_one_letter_is_entered_once_and_each_resource_and_department_has_its_case(office: Terminal) -> None:
    made = letter(office, RESIDENTS, HOUSEHOLDS, LEGAL_AID)
    assert made["matter"] == "GX2026-0001"
    assert [(each["no"], each["provider"], each["subject"]) for each in made["cases"]] == [
        ("GX2026-0001-1", POLICE, "常住人口基本信息"),
        ("GX2026-0001-2", POLICE, "户籍登记信息"),
        ("GX2026-0001-3", JUSTICE, "法律援助信息"),
    ]
    assert {each["state"] for each in made["cases"]} == {"awaiting_reply"}
    assert [item["name"] for item in office.json("case", "show", "GX2026-0001-1")["items"]] == ["姓名", "身份证号"]
    assert not office.json("case", "show", "GX2026-0001-2")["items"][1:]


def test_each_case_of_a_letter_has_an_answer_and_a_figure_of_its_own(office: Terminal) -> None:
    letter(office, RESIDENTS, HOUSEHOLDS, LEGAL_AID)
    office.json("case", "act", "GX2026-0001-1", "agree", *by("provider"))
    office.json("case", "act", "GX2026-0001-2", "refuse", *by("provider"), "--field", "reason=不掌握该数据")
    states = [each["state"] for each in office.json("matter", "show", "GX2026-1")["cases"]]
    assert states == ["agreed", "refused", "awaiting_reply"]
    office.at(at("2027-01-05"))
    received = office.json("report", "2026")["by_department"]
    assert received[POLICE]["received"] == 2
    assert received[JUSTICE]["received"] == 1


def test_the_list_says_to_which_letter_a_case_belongs(office: Terminal) -> None:
    letter(office, RESIDENTS, LEGAL_AID)
    assert {each["matter"] for each in office.json("cases")["cases"]} == {"GX2026-0001"}
    assert office.json("case", "show", "GX2026-0001-2")["matter"] == "GX2026-0001"


def test_a_letter_may_ask_for_one_resource_and_say_once_what_holds_for_all(office: Terminal) -> None:
    """The class stands beside the fields of the letter here; a letter of one resource is a case of its own."""
    plain = [each.replace(";class=conditional", "") for each in (HOUSEHOLDS, LEGAL_AID)]
    both = letter(office, *plain, more=("--field", "class=conditional", "--submit"))
    assert [each["state"] for each in both["cases"]] == ["awaiting_reply", "awaiting_reply"]
    alone = letter(office, RESIDENTS)
    assert (alone["matter"], [each["no"] for each in alone["cases"]]) == ("GX2026-0002", ["GX2026-0002"])


def test_a_letter_with_one_fault_opens_nothing_and_names_the_resource(office: Terminal) -> None:
    error = letter(office, RESIDENTS, "provider=;resource=户籍登记信息", status=1)["error"]
    assert "第2项" in error["where"]
    assert office.json("cases")["cases"] == []
    strange = letter(office, RESIDENTS, "provider=市公安局;scenario=核对", status=2)["error"]
    assert "scenario" in strange["what"]


def test_the_same_resource_twice_in_one_letter_is_a_slip_and_two_parts_of_it_are_none(office: Terminal) -> None:
    twice = letter(office, RESIDENTS, RESIDENTS, status=1)["error"]
    assert "第1项和第2项" in twice["what"]
    other = f"provider={POLICE};resource=常住人口基本信息;class=conditional;items=户籍地址"
    assert len(letter(office, RESIDENTS, other)["cases"]) == 2


# ---------------------------------------------------------------------------------------------- probable duplicates


def test_the_same_letter_again_is_pointed_out_before_it_is_opened_and_opened_if_that_is_meant(office: Terminal) -> None:
    letter(office, RESIDENTS, LEGAL_AID)
    error = letter(office, RESIDENTS, LEGAL_AID, status=1)["error"]
    assert "GX2026-0001-1" in error["what"]
    assert "GX2026-0001-2" in error["what"]
    assert "--again" in error["todo"]
    assert len(office.json("cases")["cases"]) == 2
    again = letter(office, RESIDENTS, LEGAL_AID, more=("--submit", "--again"))
    assert [each["no"] for each in again["duplicates"]] == ["GX2026-0001-1", "GX2026-0001-2"]


def opened(office: Terminal, *fields: str):
    words = (word for field in (f"applicant={CIVIL}", f"provider={POLICE}", *fields) for word in ("--field", field))
    return office.json("case", "open", "sharing", *words)


def test_a_case_that_asks_for_the_same_is_pointed_out_with_its_number(office: Terminal) -> None:
    first = opened(office, "resource=常住人口基本信息")
    assert first["duplicates"] == []
    second = opened(office, "resource=《常住人口 基本信息》")
    assert [(each["no"], each["state"]) for each in second["duplicates"]] == [(first["no"], "draft")]
    said = office.run("case", "open", "sharing", "--field", f"applicant={CIVIL}", "--field", f"provider={POLICE}",
                      "--field", "resource=常住人口基本信息")[1]  # fmt: skip
    assert f"疑似重复：{first['no']}" in said


def test_other_items_another_department_or_another_resource_are_no_duplicate(office: Terminal) -> None:
    first = opened(office, "resource=常住人口基本信息", "items=姓名、身份证号")
    assert opened(office, "resource=常住人口基本信息", "items=户籍地址")["duplicates"] == []
    assert opened(office, "resource=户籍登记信息")["duplicates"] == []
    overlapping = opened(office, "resource=常住人口基本信息", "items=身份证号、住址")["duplicates"]
    assert [each["no"] for each in overlapping] == [first["no"]]


def test_what_ended_lately_is_pointed_out_what_ended_long_ago_or_was_void_is_not(office: Terminal) -> None:
    no = opened(office, "resource=常住人口基本信息")["no"]
    office.json("case", "act", no, "withdraw", "--by", "applicant")
    assert [each["no"] for each in opened(office, "resource=常住人口基本信息")["duplicates"]] == [no]
    office.json("case", "act", "GX2026-0002", "void", "--by", "office", "--field", "reason=重复登记")
    office.at(at("2027-05-26"))  # the 180th day after 2026-11-27
    assert [each["no"] for each in opened(office, "resource=常住人口基本信息")["duplicates"]] == [no]
    office.json("case", "act", "GX2027-0001", "void", "--by", "office", "--field", "reason=重复登记")
    office.at(at("2027-05-27"))
    assert opened(office, "resource=常住人口基本信息")["duplicates"] == []


def test_a_ledger_is_taken_in_and_its_preview_names_the_rows_that_ask_again(office: Terminal, tmp_path: Path) -> None:
    sheet = made(tmp_path / "ledger.xlsx", [refused(), refused(n=2, no="GX2026-0002")])
    done = office.json("ledger", "import", str(sheet), "--dry-run")
    assert done["imported"] == 2
    assert [(each["row"], each["new"], each["no"]) for each in done["duplicates"]] == [
        (5, "GX2026-0002", "GX2026-0001")
    ]
    assert "第5行（GX2026-0002）疑似重复：GX2026-0001" in office.run("ledger", "import", str(sheet), "--dry-run")[1]


# ---------------------------------------------------------------------------------------------------- the reply letter


def test_the_reply_of_a_department_answers_all_that_the_letter_asks_of_it(office: Terminal, tmp_path: Path) -> None:
    letter(office, RESIDENTS, HOUSEHOLDS, LEGAL_AID)
    office.json("case", "act", "GX2026-0001-1", "agree", *by("provider"))
    alone = written(office, tmp_path)
    assert "户籍登记信息" not in alone, "what is not answered yet is answered in another letter"
    office.json("case", "act", "GX2026-0001-2", "refuse", *by("provider"), "--field", "reason=不掌握该数据")
    office.json("case", "act", "GX2026-0001-3", "agree", *by("provider"))
    both = written(office, tmp_path)
    for words in (
        "常住人口基本信息等2项",
        "姓名、身份证号（同意提供）",
        "关于“户籍登记信息”",
        "不掌握该数据",
    ):
        assert words in both
    assert "法律援助信息" not in both, "another department answers for itself"


def written(office: Terminal, tmp_path: Path) -> str:
    path = tmp_path / "reply.docx"
    path.unlink(missing_ok=True)
    office.json("letter", "write", "GX2026-0001-1", "reply", "--out", str(path))
    return "\n".join(each.text for each in Document(str(path)).paragraphs)
