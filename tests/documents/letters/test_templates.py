"""What an office does to a template: its own copy wins, a wrong name is told with its paragraph, nothing gets out."""

import shutil
import zipfile
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from docx import Document

from negotiation.core.errors import NegotiationError, RulebookErrors
from negotiation.core.settings import Settings
from negotiation.documents.letters import faults_of_file, faults_of_rulebook, template_file
from negotiation.domain.rulebook import load, parse, shipped
from negotiation.services.context import Context
from negotiation.store.database import Database
from tests.conftest import CIVIL, POLICE, Story, settle_in
from tests.documents.letters.making import LETTERS
from tests.documents.letters.steps import lines, opened, overdue, written

BOOKS = {name: load(folder) for name, folder in shipped().items()}


def own_copy(settings: Settings, text: str, name: str = "chase") -> Path:
    """The office's own template, whose second paragraph of the body it has changed."""
    folder = settings.home / "letters"
    folder.mkdir(parents=True, exist_ok=True)
    document = Document(str(template_file(name, settings.home)))
    paragraph = next(each for each in document.paragraphs if each.text.startswith("截至"))
    paragraph.runs[0].text = text
    for run in paragraph.runs[1:]:
        run.text = ""
    path = folder / f"{name}.docx"
    document.save(str(path))
    return path


def faults(settings: Settings, text: str) -> list[str]:
    return faults_of_file(own_copy(settings, text), BOOKS.values())


def test_no_shipped_template_asks_for_what_its_procedures_do_not_have(tmp_path: Path) -> None:
    for book in BOOKS.values():
        assert faults_of_rulebook(book, tmp_path) == []


def test_every_kind_of_letter_is_used_by_every_rulebook_that_has_its_procedure() -> None:
    kinds = set(LETTERS)
    for book in BOOKS.values():
        without = set() if "disposal" in book.procedures else {"disposal"}  # 条例第二十七条
        assert {letter.template for rules in book.procedures.values() for letter in rules.letters} == kinds - without


def test_the_offices_own_copy_wins(story: Story, settings: Settings) -> None:
    own_copy(settings, "我办已于{{ case.received }}转去申请，盼复。")
    assert "我办已于2026年9月18日转去申请，盼复。" in lines(written(overdue(story), "chase", "2026-10-12"))


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("{{ case.sujbect }}一事，盼复。", "case.sujbect"),
        ("{{ subjekt }}一事，盼复。", "subjekt"),
        ("{{ field.no_such_field }}一事，盼复。", "field.no_such_field"),
        ("{% for item in case.items %}{{ item.nmae }}{% endfor %}一事，盼复。", "item.nmae"),
        ("{% if false %}{{ case.term.colour }}{% endif %}一事，盼复。", "case.term.colour"),
        ("{% set it = case.term %}{{ it.colour }}一事，盼复。", "it.colour"),
        ('{{ case["sujbect"] }}一事，盼复。', "case.sujbect"),
    ],
)
def test_a_wrong_variable_is_named_with_its_paragraph(settings: Settings, text: str, named: str) -> None:
    (fault,) = faults(settings, text)
    assert fault.startswith(f"没有变量“{named}”：")
    assert "一事，盼复。" in fault


@pytest.mark.parametrize(
    "text",
    [
        "{{ case.subject 一事，盼复。",
        "{{ case.subject }一事，盼复。",
        "case.subject }}一事，盼复。",
        "{% if case.items 一事，盼复。",
    ],
)
def test_a_tag_that_is_not_closed_is_named_with_its_paragraph(settings: Settings, text: str) -> None:
    (fault,) = faults(settings, text)
    assert fault.startswith("标记没有写完整：")
    assert "一事，盼复。" in fault


@pytest.mark.parametrize("text", ["{{ case subject }}一事，盼复。", "{{ case.subject | shout }}一事，盼复。"])
def test_a_tag_that_means_nothing_is_named_with_its_paragraph(settings: Settings, text: str) -> None:
    (fault,) = faults(settings, text)
    assert fault.startswith("标记有误")
    assert "一事，盼复。" in fault


def test_a_condition_that_does_not_end_is_a_fault(settings: Settings) -> None:
    (fault,) = faults(settings, "{% if case.items %}一事，盼复。")
    assert fault.startswith("标记有误")


def test_a_letter_is_not_written_with_a_template_that_is_wrong(story: Story, settings: Settings) -> None:
    path = own_copy(settings, "{{ case.sujbect }}一事，盼复。")
    with pytest.raises(NegotiationError, match=r"case\.sujbect.*一事，盼复") as caught:
        written(overdue(story), "chase", "2026-10-12")
    assert caught.value.where == str(path)


@pytest.mark.parametrize(
    "text",
    [
        "{{ ''.__class__.__mro__ }}",
        "{{ case.no.__class__ }}",
        "{{ cycler.__init__.__globals__ }}",
        "{{ case.__init__ }}",
    ],
)
def test_a_template_reaches_nothing_but_the_facts(story: Story, settings: Settings, text: str) -> None:
    own_copy(settings, text)
    with pytest.raises(NegotiationError):
        written(overdue(story), "chase", "2026-10-12")


def test_what_cannot_be_worked_out_is_a_sentence(story: Story, settings: Settings) -> None:
    own_copy(settings, "{{ 1 // (case.items | length) }}")
    with pytest.raises(NegotiationError, match="公文模板有1处问题"):
        written(Story(story.database, story.context).submitted("2026-09-18"), "chase", "2026-09-30")


@pytest.mark.parametrize("content", [b"", b"nothing of the kind", b"PK\x05\x06" + bytes(18)])
def test_what_is_no_docx_is_refused_with_a_sentence(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "chase.docx"
    path.write_bytes(content)
    with pytest.raises(NegotiationError, match="文件已损坏"):
        faults_of_file(path, BOOKS.values())


def test_a_docx_whose_text_is_torn_is_refused_with_a_sentence(tmp_path: Path) -> None:
    path, whole = tmp_path / "chase.docx", template_file("chase", tmp_path)
    with zipfile.ZipFile(whole) as read, zipfile.ZipFile(path, "w") as torn:
        for part in read.namelist():
            content = read.read(part)
            torn.writestr(part, content[: len(content) // 2] if part == "word/document.xml" else content)
    with pytest.raises(NegotiationError, match="文件已损坏"):
        faults_of_file(path, BOOKS.values())


def test_what_unpacks_to_a_mountain_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "chase.docx"
    shutil.copy(template_file("chase", tmp_path), path)
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("word/media/image1.png", bytes(11_000_000))
    with pytest.raises(NegotiationError, match="过大"):
        faults_of_file(path, BOOKS.values())


def test_names_with_the_signs_of_xml_arrive_as_they_were_typed(database: Database, settings: Settings) -> None:
    context = settle_in(database, settings)
    story = Story(database, context)
    story.submitted("2026-09-18", resource="R&D <目录> \"甲\"'乙'", items="姓名&住址、<b>{{ no }}</b>")
    draft = written(story, "chase", "2026-09-30", attention="A&B <处>")
    said = "".join(lines(draft))
    assert "关于“R&D <目录> \"甲\"'乙'”的共享申请，" in said
    assert "姓名&住址、<b>{{ no }}</b>" in said
    assert "请转A&B <处>" in said
    assert "R&D <目录> \"甲\"'乙'" in draft.title


def test_several_paragraphs_that_were_typed_are_several_paragraphs(story: Story) -> None:
    story.submitted("2026-09-18").act(
        "refuse", "provider", "2026-09-30", reason="第一，依据不足。\n\n第二，用途不明\x0b"
    )
    draft = written(story, "reply", "2026-09-30")
    assert lines(draft)[5:7] == ["二、理由。第一，依据不足。", "第二，用途不明。"]
    paragraphs = {each.text: each.style for each in Document(BytesIO(draft.content)).paragraphs}
    style = paragraphs["第二，用途不明。"]
    assert style is not None
    assert style.name == "公文正文"


# ------------------------------------------------------------------------------------------- what the rulebook says


def broken(old: str, new: str, name: str = "sharing.toml") -> str:
    """What the checker says of a rulebook in which this stands instead of that."""
    source = dict(BOOKS["beijing-2017"].source)
    assert old in source[name]
    with pytest.raises(RulebookErrors) as caught:
        parse(source | {name: source[name].replace(old, new, 1)})
    return "；".join(caught.value.faults)


REQUEST = "letters（提请审议的请示）"
CHASE = 'template = "chase"\nname = "商请答复函"\nkind = "letter"'


@pytest.mark.parametrize(
    ("old", "new", "key", "what"),
    [
        (CHASE, CHASE.replace("chase", "hurry"), "letters（商请答复函）.template", "hurry"),
        (CHASE, CHASE.replace('"letter"', '"song"'), "letters[1].kind", "song"),
        ('states = ["coordination_failed", "in_deliberation"]', 'states = ["lost"]', f"{REQUEST}.states", "lost"),
        ('to = ["leading_group"]', 'to = ["emperor"]', f"{REQUEST}.to", "emperor"),
        ('to = ["leading_group"]', 'to = ["leading_group", "office"]', f"{REQUEST}.to", "只主送一个机关"),
        ('asks = "审议"\n', "", f"{REQUEST}.asks", "请求的事项"),
        ('meetings = ["deliberation"]', 'meetings = ["party"]', "letters（会议纪要）.meetings", "party"),
        ("关于商请答复{subject}", "关于商请答复{name}", "letters（商请答复函）.title", "{subject}"),
        ('answered = true\n', 'answered = true\nneeds = ["taste"]\n', "letters（答复函）.needs", "taste"),
        ('kind = "minutes"', 'kind = "minutes"\nto = ["provider"]', "letters（会议纪要）.to", "没有主送"),
    ],
)  # fmt: skip
def test_the_checker_names_the_file_the_letter_and_the_key(old: str, new: str, key: str, what: str) -> None:
    said = broken(old, new)
    assert f"sharing.toml · {key}" in said
    assert what in said


def test_two_letters_of_one_template_in_one_state_are_a_fault() -> None:
    letter = BOOKS["beijing-2017"].source["sharing.toml"].partition("[[letters]]")[2].partition("[[letters]]")[0]
    said = broken("[[letters]]" + letter, ("[[letters]]" + letter) * 2)
    assert "“chase”在“awaiting_reply”有两份" in said


def test_a_letter_that_belongs_nowhere_is_a_fault() -> None:
    assert "二者取一" in broken('states = ["awaiting_reply"]\n', "")


def test_a_template_that_asks_for_a_field_of_another_procedure_is_a_fault_of_the_rulebook(tmp_path: Path) -> None:
    book = BOOKS["beijing-2017"]
    source = dict(book.source)
    old = 'template = "chase"'
    changed = parse(source | {"sharing.toml": source["sharing.toml"].replace(old, 'template = "rectify"', 1)})
    said = faults_of_rulebook(changed, tmp_path)
    assert all(fault.startswith("sharing.toml · letters（商请答复函）：没有变量“field.") for fault in said)
    assert {"field.ground", "field.facts", "field.demand"} <= {
        part for fault in said for part in fault.split("”")[0].split("“")
    }


def test_a_letter_is_written_by_the_rulebook_of_its_case(database: Database, settings: Any) -> None:
    """A case keeps the rules under which it was opened: its letters cite those."""
    context: Context = settle_in(database, settings)
    story = Story(database, context)
    opened(story, "correction", "2026-09-18", applicant=CIVIL, provider=POLICE, resource="常住人口基本信息")
    story.act("doubt", "applicant", "2026-09-18", doubt="住址有误")
    story.context = Context(
        settings.model_copy(update={"rulebook": "national-2025"}),
        context.almanac,
        context.rulebooks,
        context.directory,
    )
    assert "京政发〔2017〕37号" in "".join(lines(written(story, "chase", "2026-09-30")))
