"""Letters by command and from the case page: who may draft which, what comes back, what is never lost."""

import re
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from docx import Document

from negotiation.documents.letters import template_file
from tests.cli.terminal import Terminal, by
from tests.conftest import Story, everything
from tests.documents.letters.steps import disputed, rectifying

APPLICATION = (
    "applicant=市民政局", "provider=市公安局", "resource=常住人口基本信息", "use_basis=《社会救助暂行办法》第五十八条",
    "scenario=办理低保资格核对", "mode=服务接口", "period=长期",
)  # fmt: skip


@pytest.fixture
def waiting(office: Terminal) -> str:
    """The number of a case that waits for the police."""
    fields = [word for field in APPLICATION for word in ("--field", field)]
    no: str = office.json("case", "open", "sharing", "--on", "2026-09-18", *fields)["no"]
    office.json("case", "act", no, "submit", *by("applicant", "2026-09-18"))
    return no


def test_the_command_lists_what_may_be_drafted_now(office: Terminal, waiting: str) -> None:
    answer = office.json("letter", "list", waiting)
    assert answer["no"] == waiting
    assert answer["letters"][0] == {
        "template": "chase",
        "name": "商请答复函",
        "kind": "函",
        "from": "office",
        "to": ["provider"],
        "basis": "《北京市政务信息资源管理办法（试行）》（京政发〔2017〕37号）第十七条",
    }
    assert [each["template"] for each in answer["letters"]] == ["chase", "reply"]
    _, out, _ = office.run("letter", "list", waiting)
    assert "商请答复函" in out


def test_the_command_writes_a_draft_and_overwrites_none(office: Terminal, waiting: str, tmp_path: Path) -> None:
    path = tmp_path / "函.docx"
    words = ("letter", "write", waiting, "商请答复函", "--out", str(path), "--number", "京政数〔2026〕37号")
    answer = office.json(*words, "--on", "2026-05-09")
    assert answer == {
        "no": waiting,
        "template": "chase",
        "title": "关于商请答复常住人口基本信息共享申请的函",
        "file": str(path),
    }
    said = [paragraph.text for paragraph in Document(str(path)).paragraphs]
    assert "京政数〔2026〕37号" in said
    assert "2026年5月9日" in said
    before = path.read_bytes()
    assert "已有同名" in office.error(*words, status=2)["what"]
    assert path.read_bytes() == before


def test_a_draft_without_a_place_is_named_after_its_case(
    office: Terminal,
    waiting: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    assert office.json("letter", "write", waiting, "chase")["file"] == f"{waiting}-商请答复函.docx"
    assert (tmp_path / f"{waiting}-商请答复函.docx").exists()


def test_a_folder_that_is_not_there_is_a_sentence(office: Terminal, waiting: str, tmp_path: Path) -> None:
    error = office.error("letter", "write", waiting, "chase", "--out", str(tmp_path / "no" / "a.docx"), status=1)
    assert "不能写入" in error["what"]


@pytest.mark.parametrize(
    ("words", "what"),
    [
        (("chase", "--number", "京政数[2026]37号"), "发文字号"),
        (("chase", "--signer", "韩主任"), "函不标注签发人"),
        (("request",), "不能起草“提请审议的请示”"),
        (("minutes",), "依据会议起草"),
        (("ode",), "没有公文“ode”"),
        (("reply",), "答复意见"),
    ],
)
def test_what_cannot_be_drafted_is_a_sentence_and_leaves_no_file(
    office: Terminal,
    waiting: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    words: tuple[str, ...],
    what: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    before = set(tmp_path.iterdir())
    assert what in office.error("letter", "write", waiting, *words, status=1)["what"]
    assert set(tmp_path.iterdir()) == before


def test_the_command_finds_no_fault_with_what_is_shipped(terminal: Terminal) -> None:
    answer = terminal.json("letter", "check")
    assert answer["ok"] is True
    assert len(answer["files"]) == 13


def test_the_command_names_what_is_wrong_with_the_offices_own_copy(terminal: Terminal, tmp_path: Path) -> None:
    folder = terminal.home / "letters"
    folder.mkdir(parents=True)
    document = Document(str(template_file("chase", tmp_path)))
    document.add_paragraph("详情见{{ case.sujbect }}。")
    document.save(str(folder / "chase.docx"))
    fault = {"file": str(folder / "chase.docx"), "fault": "没有变量“case.sujbect”：“详情见{{ case.sujbect }}。”"}
    assert terminal.json("letter", "check", status=1)["faults"] == [fault]
    assert terminal.json("letter", "check", fault["file"], status=1)["faults"] == [fault]
    code, out, _ = terminal.run("letter", "check")
    assert (code, "case.sujbect" in out) == (1, True)


def test_a_rulebook_whose_letters_ask_for_too_much_does_not_pass(terminal: Terminal, tmp_path: Path) -> None:
    folder = tmp_path / "district"
    terminal.json("rulebook", "copy", "beijing-2017", str(folder))
    path = folder / "sharing.toml"
    path.write_text(path.read_text("utf-8").replace('template = "chase"', 'template = "rectify"', 1), "utf-8")
    faults = terminal.json("rulebook", "check", str(folder), status=1)["faults"]
    assert faults
    assert all(fault.startswith("sharing.toml · letters（商请答复函）：没有变量“field.") for fault in faults)


def test_a_file_that_is_not_there_is_a_sentence(terminal: Terminal) -> None:
    assert "不能读取" in terminal.error("letter", "check", "nowhere.docx", status=1)["what"]


# ---------------------------------------------------------------------------------------------------- the case page


def test_the_office_drafts_from_the_case_page_and_nothing_is_recorded(browser_as: Any, case: str, story: Story) -> None:
    browser, before = browser_as("office"), everything(story.database)
    assert "起草公文" in browser.get(f"/cases/{case}").page
    browser.get(f"/cases/{case}/letters/chase")
    answer = browser.client.post(
        f"/cases/{case}/letters/chase", data={"csrf": browser.csrf, "attention": "科技信息化处", "on": "2026-09-21"}
    )
    assert answer.status_code == 200
    assert answer.headers["content-disposition"].startswith('attachment; filename="attachment.docx"')
    said = [paragraph.text for paragraph in Document(BytesIO(answer.content)).paragraphs]
    assert "（请转科技信息化处；联系电话：010-12345678）" in said
    assert "2026年9月21日" in said
    after = everything(story.database)
    assert {name for name in after if after[name] != before[name]} <= {"session"}


def test_what_was_typed_is_still_there_when_it_is_refused(browser_as: Any, case: str) -> None:
    browser = browser_as("office").get(f"/cases/{case}/letters/chase")
    browser.post(f"/cases/{case}/letters/chase", number="京政数[2026]37号", attention="科技信息化处", on="明天")
    assert browser.status == 400
    assert "“明天”不是日期" in browser.page
    browser.post(f"/cases/{case}/letters/chase", number="京政数[2026]37号", attention="科技信息化处", on="2026-09-21")
    assert browser.status == 400
    assert "不是公文的发文字号" in browser.page
    assert 'value="京政数[2026]37号"' in browser.page
    assert 'value="科技信息化处"' in browser.page


def test_a_secret_word_is_refused_here_as_everywhere(browser_as: Any, case: str) -> None:
    browser = browser_as("office").get(f"/cases/{case}/letters/chase")
    assert browser.post(f"/cases/{case}/letters/chase", attention="机密★三处").status == 400


def test_the_signer_is_asked_only_for_what_goes_up(browser_as: Any, story: Story, case: str) -> None:
    assert "签发人" not in browser_as("office").get(f"/cases/{case}/letters/chase").page
    disputed(story)
    page = browser_as("director").get(f"/cases/{story.no}/letters/request").page
    assert re.search(r"<label[^>]*>签发人</label>", page), "who must be filled in bears no 可不填"


def test_the_providers_clerk_drafts_the_reply_and_nothing_of_the_offices(
    browser_as: Any, story: Story, case: str
) -> None:
    story.act("refuse", "provider", "2026-09-21", reason="涉及个人信息")
    police = browser_as("police")
    page = police.get(f"/cases/{case}").page
    assert re.findall(rf'href="/cases/{case}/letters/(\w+)"', page) == ["reply"]
    assert police.get(f"/cases/{case}/letters/reply").status == 200
    assert police.get(f"/cases/{case}/letters/chase").status == 404
    assert "letters/" not in browser_as("civil").get(f"/cases/{case}").page
    assert browser_as("civil").get(f"/cases/{case}/letters/reply").status == 404
    assert "letters/reply" not in browser_as("office").get(f"/cases/{case}").page


def test_nobody_but_the_office_learns_that_a_notice_is_being_drafted(browser_as: Any, story: Story, case: str) -> None:
    rectifying(story)
    assert "letters/rectify" in browser_as("office").get(f"/cases/{story.no}").page
    assert "letters/" not in browser_as("police").get(f"/cases/{story.no}").page
    assert browser_as("police").get(f"/cases/{story.no}/letters/rectify").status == 404


# ------------------------------------------------------------------------------------------------------ of a meeting


@pytest.fixture
def met(office: Terminal, waiting: str) -> str:
    """The number of a meeting at which the case was spoken of."""
    office.json("case", "act", waiting, "refuse", *by("provider", "2026-09-21"), "--field", "reason=涉及个人信息")
    office.json("case", "act", waiting, "refer", "--by", "applicant", "--on", "2026-09-22")
    office.json("case", "act", waiting, "accept_referral", "--by", "office", "--on", "2026-09-23")
    where = ("--on", "2026-09-24", "--at", "14:30", "--place", "第三会议室", "--chair", "韩主任")
    no: str = office.json("meeting", "plan", "--kind", "coordination", *where, "--case", waiting)["no"]
    return no


def test_the_minutes_are_drafted_from_the_meeting_with_its_place_and_its_cases(
    office: Terminal,
    met: str,
    waiting: str,
    tmp_path: Path,
) -> None:
    office.json("meeting", "hold", met, "--present", "市民政局 张三", "--minutes-no", "京政数纪〔2026〕3号")
    office.json("meeting", "agree", met, waiting, "--text", "以核验接口方式提供", "--who", "市公安局")
    answer = office.json("letter", "write", met, "minutes", "--out", str(tmp_path / "纪要.docx"))
    assert answer["template"] == "minutes"
    said = "\n".join(paragraph.text for paragraph in Document(str(tmp_path / "纪要.docx")).paragraphs)
    for words in ("第三会议室", "韩主任", "市民政局 张三", "以核验接口方式提供", "京政数纪〔2026〕3号"):
        assert words in said


def test_a_meeting_offers_its_letters_in_the_browser_to_the_office_alone(browser_as: Any, story: Story) -> None:
    story.submitted("2026-09-01").act("refuse", "provider", "2026-09-03", reason="涉及个人信息")
    story.act("refer", "applicant", "2026-09-04").act("accept_referral", "office", "2026-09-07")
    no = story.met("2026-09-18", "coordination")
    page = browser_as("office").get(f"/meetings/{no}").page
    assert "起草会议纪要" in page
    address = f"/meetings/{no}/letters/meeting_notice"
    assert browser_as("office").get(address).post(address).status == 200
    assert "起草" not in browser_as("police").get(f"/meetings/{no}").page
