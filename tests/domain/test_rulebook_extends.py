"""A rulebook that extends another says only in what it differs; what is loaded is the whole of both."""

import difflib
import json
import re
import shutil
from pathlib import Path
from typing import Any

import pytest

from negotiation.core.errors import RulebookErrors
from negotiation.domain import rulebook
from negotiation.domain.rulebook import Procedure, Rulebook, load, shipped

BASES = {"beijing-2025": "beijing-2017", "national-2025": "beijing-2025"}
HEAD = """
id = "chaoyang"
version = "1"
extends = "beijing-2017"
title = "朝阳区政务数据共享办法"
document = "朝政发〔2026〕1号"
in_force_from = 2026-01-01
remove = ["in_force_until"]
[cited_as]
"京政发〔2017〕37号" = "37号"
[documents]
"37号" = { title = "北京市政务信息资源管理办法（试行）", number = "京政发〔2017〕37号" }
"1号" = { title = "朝阳区政务数据共享办法", number = "朝政发〔2026〕1号" }
"""
STREET = 'id = "street"\nversion = "1"\nextends = "chaoyang"\ntitle = "望京街道政务数据共享办法"\n'


@pytest.fixture(autouse=True)
def read_as_by_a_new_process() -> None:
    rulebook.load.cache_clear()


def written(folder: Path, **files: str) -> Path:
    """A folder with these files, each under its name with dashes."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        (folder / f"{name.replace('_', '-')}.toml").write_text(text, "utf-8")
    return folder


def own(tmp_path: Path, sharing: str = "", head: str = HEAD, **files: str) -> Rulebook:
    """The rulebook of a district that says this and no more."""
    said = {"sharing": sharing} if sharing else {}
    return load(written(tmp_path / "chaoyang", rulebook=head, **said, **files))


def sharing_of(book: Rulebook) -> Procedure:
    return book.procedures["sharing"]


def faults_of(tmp_path: Path, sharing: str = "", head: str = HEAD, **files: str) -> tuple[str, ...]:
    with pytest.raises(RulebookErrors) as caught:
        own(tmp_path, sharing, head, **files)
    return caught.value.faults


# ------------------------------------------------------------------------------------------------------ the shipped


def lines(path: Path) -> list[str]:
    """What is said in a file, line by line: neither comments nor gaps."""
    said = [line.strip() for line in path.read_text("utf-8").splitlines()]
    return [line for line in said if line and not line.startswith("#")]


def repeated(path: Path, base: Path) -> int:
    """How many lines of a file stand unchanged, in the same order, in the file of the base."""
    below = lines(base) if base.exists() else []
    blocks = difflib.SequenceMatcher(None, lines(path), below, autojunk=False).get_matching_blocks()
    return sum(block.size for block in blocks)


def test_no_more_than_a_tenth_of_what_is_written_is_written_twice() -> None:
    total = sum(len(lines(path)) for folder in shipped().values() for path in folder.glob("*.toml"))
    twice = 0
    for name, folder in shipped().items():
        for path in folder.glob("*.toml"):
            base, found = BASES.get(name), [0]
            while base:
                found.append(repeated(path, shipped()[base] / path.name))
                base = BASES.get(base)
            twice += max(found)
    assert twice <= 0.1 * total, f"{twice} of {total}"


def grown(home: Path, file: str, old: str, new: str) -> dict[str, Rulebook]:
    """The three shipped rulebooks after a change in one file of beijing-2017, each loaded anew."""
    for name, folder in shipped().items():
        shutil.copytree(folder, home / name, ignore=shutil.ignore_patterns("__pycache__"))
    path = home / "beijing-2017" / file
    text = path.read_text("utf-8") if path.exists() else ""
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")
    return {name: load(home / name) for name in shipped()}


def revised(text: str) -> str:
    """The text of a procedure's file with one revision more than it has."""
    number = re.search(r"^revision = (\d+)$", text, re.MULTILINE)
    if number is None:
        return text.replace('id = "sharing"\n', 'id = "sharing"\nrevision = 1\n', 1)
    return text.replace(number[0], f"revision = {int(number[1]) + 1}", 1)


def joined(version: str, own: str = "", *, revisions: int = 0) -> str:
    """The version of a rulebook that adds its own number and revisions to a base's."""
    number, _, before = version.partition("-")
    total = int(before or 0) + revisions
    return f"{number}{own and '.' + own}" + (f"-{total}" if total else "")


def test_a_field_on_the_form_of_the_base_is_on_the_form_of_all_and_in_a_version_of_its_own(tmp_path: Path) -> None:
    """One file is touched; the versions of all three are new, and so are their digests."""
    path = shipped()["beijing-2017"] / "sharing.toml"
    before = {name: load(folder).version for name, folder in shipped().items()}
    text = revised(path.read_text("utf-8"))
    text = text.replace(
        'contact = { title = "联系人" }', 'contact = { title = "联系人" }\nphone = { title = "电话" }', 1
    )
    text = text.replace('"wished_for", "contact",', '"wished_for", "contact", "phone",', 1)
    books = grown(tmp_path, "sharing.toml", path.read_text("utf-8"), text)
    for book in books.values():
        assert "phone" in sharing_of(book).events["submit"].optional
        assert list(sharing_of(book).fields)[-1] != "phone"
    after = {name: joined(version, revisions=1) for name, version in before.items()}
    assert {name: book.version for name, book in books.items()} == after
    assert not {book.digest for book in books.values()} & {load(folder).digest for folder in shipped().values()}


def test_a_reminder_of_the_base_is_sent_under_all(tmp_path: Path) -> None:
    reminders = 'reminders = [\n  { days_before = 3, notice = "due_soon", to = ["provider"] },'
    five = reminders + '\n  { days_before = 5, notice = "due_soon", to = ["provider"] },'
    books = grown(tmp_path, "sharing.toml", reminders, five)
    for book in books.values():
        assert [each.days_before for each in sharing_of(book).terms["reply"].reminders] == [5, 3, 0]


@pytest.mark.parametrize(("basis", "reached"), [("office", 3), ("第三十条", 2)])
def test_a_procedure_of_the_base_is_one_of_all_whose_law_it_rests_on(tmp_path: Path, basis: str, reached: int) -> None:
    """The nation's rulebook has no place for a procedure of Beijing's Measures; nobody has to tell it so."""
    text = (shipped()["beijing-2017"] / "citation-consent.toml").read_text("utf-8")
    text = text.replace('"citation-consent"', '"inspection"').replace("YY{year}", "JC{year}")
    books = grown(tmp_path, "inspection.toml", "", text.replace("第十九条", basis))
    assert [("inspection" in book.procedures) for book in books.values()].count(True) == reached


# ------------------------------------------------------------------------------------------------------ the merging


def test_a_rulebook_that_says_nothing_of_its_own_is_its_base_under_another_name(tmp_path: Path) -> None:
    book, base = own(tmp_path), load(shipped()["beijing-2017"])
    assert (book.id, book.version, list(book.procedures)) == (
        "chaoyang",
        joined(base.version, "1"),
        list(base.procedures),
    )
    assert book.cited(sharing_of(book).basis) == base.cited(sharing_of(base).basis)
    assert sharing_of(book).events == sharing_of(base).events


def test_what_is_stored_is_the_whole_and_reads_the_same_without_the_base(tmp_path: Path) -> None:
    book = own(tmp_path, "terms.reply.days = 7\nterms.reply.basis = '1号第六条'\n")
    version = joined(load(shipped()["beijing-2017"]).version, "1")
    assert set(json.loads(book.content)) == {path.name for path in shipped()["beijing-2017"].glob("*.toml")}
    again = rulebook.from_content(book.content)
    assert (again.procedures, again.digest, again.version) == (book.procedures, book.digest, version)
    assert "extends" not in book.source["rulebook.toml"]


def test_a_value_is_changed_and_all_that_is_not_said_stays(tmp_path: Path) -> None:
    rules = sharing_of(own(tmp_path, "terms.reply.days = 7\nterms.reply.basis = '1号第六条'\n"))
    before = sharing_of(load(shipped()["beijing-2017"]))
    assert (rules.terms["reply"].days, rules.terms["reply"].basis) == (7, "1号第六条")
    assert rules.terms["reply"].reminders == before.terms["reply"].reminders
    assert rules.terms["supply"] == before.terms["supply"]


def test_a_new_field_stands_after_the_one_it_follows_and_a_new_name_after_the_one_before_it(tmp_path: Path) -> None:
    text = 'fields.phone = { title = "电话", follows = "contact" }\nevents.submit.optional = ["contact", "phone"]\n'
    rules = sharing_of(own(tmp_path, text))
    for names in (list(rules.fields), rules.events["submit"].optional):
        assert names[names.index("contact") + 1] == "phone"


def test_a_row_is_changed_by_its_event_and_its_state(tmp_path: Path) -> None:
    states = '"awaiting_reply", "partly_agreed", "refused", "agreed", "decided"'
    row = f'{{ event = "refer", from = [{states}], by = ["applicant"] }}'
    rules = sharing_of(own(tmp_path, f"transitions = [{row}]\n"))
    assert rules.table["refused", "refer"].by == rules.table["awaiting_reply", "refer"].by == ("applicant",)
    assert rules.table["disclaimed", "refer"].by == ("applicant", "office")


def test_a_new_row_stands_after_those_of_its_event(tmp_path: Path) -> None:
    row = '{ event = "close", from = "agreed", to = "closed", basis = "office" }'
    events = [key for key, _ in groups(own(tmp_path, f"transitions = [{row}]\n"))]
    assert events.count("close") == 1  # all three rows stand together


def groups(book: Rulebook) -> list[tuple[str, int]]:
    """The events of the table, one for each run of rows of the same event."""
    found: list[tuple[str, int]] = []
    for n, (_, event) in enumerate(sharing_of(book).table):
        if not found or found[-1][0] != event:
            found.append((event, n))
    return found


def test_a_reminder_and_a_notice_are_added_and_removed_by_their_key(tmp_path: Path) -> None:
    text = """
remove = ["terms.reply.reminders.0", "terms.reply.lapse_notices.2.applicant", "events.settle.notify.provider"]
terms.reply.reminders = [{ days_before = 5, notice = "due_soon", to = ["provider"] }]
"""
    rules = sharing_of(own(tmp_path, text))
    assert [each.days_before for each in rules.terms["reply"].reminders] == [5, 3]
    assert [each.after for each in rules.terms["reply"].lapse_notices] == [1]
    assert [each.to for each in rules.events["settle"].notify] == ["applicant"]


def test_what_is_removed_and_written_again_is_new_and_stands_where_it_stood(tmp_path: Path) -> None:
    text = 'remove = ["fields.urgency"]\nfields.urgency = { title = "紧急程度" }\n'
    rules, before = sharing_of(own(tmp_path, text)), sharing_of(load(shipped()["beijing-2017"]))
    assert (rules.fields["urgency"].kind, list(rules.fields)) == ("text", list(before.fields))


def test_a_procedure_is_removed_and_another_is_added(tmp_path: Path) -> None:
    text = (shipped()["beijing-2025"] / "disposal.toml").read_text("utf-8").replace("条例第二十", "1号第二十")
    head = HEAD.replace("in_force_until", 'in_force_until", "procedures.opening-plan')
    before = set(load(shipped()["beijing-2017"]).procedures)
    assert set(own(tmp_path, head=head, disposal=text).procedures) == before - {"opening-plan"} | {"disposal"}


# ------------------------------------------------------------------------------------------------------- the faults

WRONG: dict[str, tuple[str, str, str]] = {
    # what is wrong: (the file, the key of the fault, words of its sentence)
    "a value that changes nothing": ("terms.reply.days = 10", "terms.reply.days", "没有改动"),
    "a table that changes nothing": ("terms.reply = {}", "terms.reply", "没有写任何改动"),
    "a row that changes nothing": (
        'transitions = [{ event = "refuse", from = ["awaiting_reply", "disputed"] }]',
        "refuse · awaiting_reply · disputed", "没有写任何改动",
    ),
    "a name that is there": ('events.agree.optional = ["reason"]', "events.agree.optional", "可以删去"),
    "a state removed that is not there": ('remove = ["states.nowhere"]', "remove（states.nowhere）", "没有这一项"),
    "a row removed that is not there": (
        'remove = ["transitions.refer.draft"]', "remove（transitions.refer.draft）", "没有这一项",
    ),
    "a name removed that is not there": (
        'remove = ["events.agree.optional.mood"]', "remove（events.agree.optional.mood）", "没有这一项",
    ),
    "no list of paths": ("remove = 5", "remove", "路径的列表"),
    "a place after what is not there": (
        'fields.phone = { title = "电话", follows = "fax" }', "fields.phone.follows", "fax",
    ),
    "the same row twice": (
        'transitions = [{ event = "defer", from = "in_deliberation", by = ["office"] },'
        ' { event = "defer", from = "in_deliberation", task = "—" }]',
        "transitions", "相同",
    ),
    "a row that is neither whole nor one of the base": (
        'transitions = [{ event = "refuse", from = "refused" }]', "transitions", "缺少",
    ),
    "a state without which rows stand": ('remove = ["states.refused"]', "transitions（refused", "没有状态"),
}  # fmt: skip


@pytest.mark.parametrize("what", WRONG)
def test_the_checker_finds(tmp_path: Path, what: str) -> None:
    text, key, words = WRONG[what]
    faults = faults_of(tmp_path, text + "\n")
    assert any(fault.startswith(f"sharing.toml · {key}") or key in fault for fault in faults), faults
    assert any(key in fault and words in fault for fault in faults), faults


HEADS: dict[str, tuple[str, str, str, str]] = {
    # what is wrong in rulebook.toml: (this text, becomes this, the key, words)
    "a base that is nowhere": ('"beijing-2017"', '"atlantis"', "extends", "没有规则“atlantis”"),
    "no version of its own": ('version = "1"\n', "", "version", "须有自己的"),
    "no id of its own": ('id = "chaoyang"\n', "", "id", "须有自己的"),
    "a document that the base does not cite": ('"京政发〔2017〕37号" =', '"38号" =', "cited_as.38号", "不引用"),
    "a document that is not named": ('= "37号"', '= "39号"', "cited_as", "39号"),
}


@pytest.mark.parametrize("what", HEADS)
def test_the_checker_finds_in_the_head(tmp_path: Path, what: str) -> None:
    old, new, key, words = HEADS[what]
    faults = faults_of(tmp_path, head=HEAD.replace(old, new, 1))
    assert any(fault.startswith(f"rulebook.toml · {key}") and words in fault for fault in faults), faults


def test_rulebooks_that_extend_each_other_are_named_in_a_circle(tmp_path: Path) -> None:
    for name, base in (("a", "b"), ("b", "c"), ("c", "a")):
        written(tmp_path / name, rulebook=HEAD.replace('"chaoyang"', f'"{name}"').replace("beijing-2017", base))
    with pytest.raises(RulebookErrors, match="a → b → c → a"):
        load(tmp_path / "a")


def test_a_base_is_found_beside_in_the_home_and_among_those_shipped(tmp_path: Path) -> None:
    home = tmp_path / "home"
    street = written(tmp_path / "street", rulebook=STREET)
    written(home / "rulebooks" / "chaoyang", rulebook=HEAD, sharing="terms.reply.days = 7\n")
    with pytest.raises(RulebookErrors, match="没有规则“chaoyang”"):
        load(street)
    assert sharing_of(load(street, home)).terms["reply"].days == 7
    written(tmp_path / "chaoyang", rulebook=HEAD, sharing="terms.reply.days = 6\n")
    rulebook.load.cache_clear()
    assert sharing_of(load(street, home)).terms["reply"].days == 6  # what stands beside it comes first


def test_a_fault_of_the_base_is_named_as_the_bases(tmp_path: Path) -> None:
    written(tmp_path / "chaoyang", rulebook=HEAD, sharing='terms.reply.bound = "mayor"\n')
    with pytest.raises(RulebookErrors, match=r"chaoyang/sharing\.toml · terms\.reply\.bound"):
        load(written(tmp_path / "street", rulebook=STREET))


def test_a_fault_in_a_file_of_the_base_names_the_base(tmp_path: Path) -> None:
    head = HEAD.replace("in_force_until", 'in_force_until", "roles.competent_authority')
    assert any(fault.startswith("beijing-2017/open-demand.toml · ") for fault in faults_of(tmp_path, head=head))


def test_a_row_that_rests_on_a_document_that_is_removed_is_a_fault(tmp_path: Path) -> None:
    head = """
id = "nation"
version = "1"
extends = "beijing-2025"
title = "政务数据共享条例"
document = "国务院令第809号"
remove = ["documents"]
[cited_as]
"条例" = "国务院令第809号"
"""
    faults = faults_of(tmp_path, head=head)
    assert any("letters[" in fault and "37号第十七条" in fault and "已从" in fault for fault in faults), faults


def test_all_faults_are_named_at_once(tmp_path: Path) -> None:
    text = 'remove = ["states.nowhere", "fields.nowhere"]\nterms.reply.days = 10\nterms.supply.bound = "mayor"\n'
    faults = faults_of(tmp_path, text, head=HEAD.replace('= "37号"', '= "39号"'))
    for words in ("states.nowhere", "fields.nowhere", "terms.reply.days", "mayor", "39号"):
        assert any(words in fault for fault in faults), words


SHAPES: list[Any] = ["5", '"乱"', "true", "[]", "[1]", '["乱"]', "{}", '{ "乱" = 1 }', '[{ "乱" = 1 }]']


@pytest.mark.parametrize(
    "key", ["remove", "transitions", "terms", "terms.reply", "revision", "basis", "events.agree.by"]
)
def test_a_value_of_any_other_shape_is_a_fault_or_harmless_but_never_a_traceback(tmp_path: Path, key: str) -> None:
    for n, shape in enumerate(SHAPES):
        try:
            own(tmp_path / str(n), f"{key} = {shape}\n")
        except RulebookErrors as faults:
            assert all(" · " in fault for fault in faults.faults)  # noqa: PT017


@pytest.mark.parametrize(
    "key", ["documents", "cited_as", "procedures", "extends", "version", "title", "roles", "remove"]
)
def test_a_value_of_any_other_shape_in_the_head_is_a_fault_and_never_a_traceback(tmp_path: Path, key: str) -> None:
    head = {"id": '"x"', "version": '"1"', "extends": '"beijing-2017"', "title": '"甲"', "document": '"乙"'}
    head |= {"in_force_from": "2026-01-01", "cited_as": '{ "京政发〔2017〕37号" = "丙" }'}
    for n, shape in enumerate([*SHAPES, '{ "京政发〔2017〕37号" = ["丙"] }']):
        lines = [f"{name} = {value}" for name, value in (head | {key: shape}).items()]
        faults = faults_of(tmp_path / str(n), head="\n".join(lines))
        assert all(" · " in fault for fault in faults), shape
