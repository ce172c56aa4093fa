"""The documents are true: their links lead somewhere, their commands exist, both READMEs say the same."""

import re
import shutil
from pathlib import Path

import pytest

from negotiation.core.environment import PREFIX
from negotiation.core.settings import Settings
from tests.cli.terminal import Terminal
from tests.repo.documents import ROOT, anchors, commands, dead_links, documents, headings, known_commands, wrong

MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")
READMES = (ROOT / "README.md", ROOT / "README.zh-CN.md")
GUIDES = [*READMES, *(path for path in documents() if path.parent.name == "docs" or path.name == "CONTRIBUTING.md")]
# What is harmless in a home of its own, and how it may end there: 1 is an empty home found wanting.
HARMLESS = {
    ("calendar", "due"): {0}, ("calendar", "count"): {0}, ("calendar", "list"): {0}, ("rulebook", "list"): {0},
    ("rulebook", "show"): {0}, ("rulebook", "diagram"): {0}, ("rulebook", "copy"): {0}, ("rulebook", "check"): {0},
    ("rulebook", "coverage"): {0}, ("rulebook", "new"): {0}, ("rulebook", "keys"): {0},
    ("cases", "--overdue", "--as-of"): {1}, ("report", "2026", "--known-on"): {1},  # there was no case then
    ("report", "2026", "--as-of"): {0, 1}, ("desk",): {0}, ("cases",): {0}, ("tasks",): {0}, ("doctor",): {0, 1},
    ("audit", "verify"): {0}, ("audit", "seal"): {0}, ("audit", "log"): {0}, ("retention",): {0},
    ("department", "list"): {0}, ("account", "list"): {0}, ("meeting", "list"): {0}, ("letter", "check"): {0},
    ("ledger", "import"): {0, 3}, ("ledger", "export"): {0}, ("resources", "export"): {0}, ("report", "2026"): {0},
    ("ledger", "batches"): {0}, ("ledger", "take-back"): {0},
    ("report-data", "2026"): {0}, ("migrate",): {0}, ("sweep",): {0}, ("post",): {0}, ("yearly",): {0},
    ("backup",): {0}, ("backup-key",): {0},
    ("case", "open"): {0}, ("department", "set"): {0}, ("account", "add"): {0},
}  # fmt: skip

# What an empty home has not: a year, a department, a rulebook, a key, a seal.
NEEDS_MORE = {"--publish", "--department", "--diff", "--recipient", "--anchor"}


@pytest.fixture
def terminal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Terminal:
    """A terminal in a folder that has the ledger of the examples."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("NEGOTIATION_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("NEGOTIATION_RULEBOOK", Settings.model_fields["rulebook"].default)
    shutil.copy(ROOT / "tests/sample/ledger-2026.xlsx", tmp_path / "台账.xlsx")
    return Terminal(tmp_path / "home", monkeypatch, capsys)


@pytest.fixture
def page(tmp_path: Path) -> Path:
    return tmp_path / "page.md"


# Links


def test_every_link_of_every_document_leads_somewhere():
    assert len(documents()) > 5
    assert [dead for path in documents() for dead in dead_links(path)] == []


def test_a_link_to_no_file_and_one_to_no_heading_are_found(page):
    page.write_text("# A page\n[1](gone.md) [2](#a-page) [3](#gone) ![4](gone.png) [![5](no.png)](page.md)\n", "utf-8")
    assert [dead.split(": ")[1] for dead in dead_links(page)] == ["gone.md", "#gone", "gone.png"]


def test_what_a_block_or_a_piece_of_code_shows_is_no_link(page):
    page.write_text("`[1](gone.md)`\n```\n[2](gone.md)\n# no heading\n```\n", "utf-8")
    assert (dead_links(page), anchors(page.read_text("utf-8"))) == ([], set())


def test_anchors_are_those_of_the_place_where_the_documents_are_read():
    text = "# SQLite or PostgreSQL\n## `serve`, and more\n## 第一天\n## Next year's notice\n## 第一天\n"
    assert anchors(text) == {"sqlite-or-postgresql", "serve-and-more", "第一天", "next-years-notice", "第一天-1"}


# Commands


@pytest.mark.parametrize("guide", GUIDES, ids=lambda path: path.name)
def test_every_command_that_a_document_shows_is_known(guide):
    known = [
        (f"{each.file}:{each.line}: {' '.join(each.words)}", wrong(each.words, MAKEFILE)) for each in commands(guide)
    ]
    assert [each for each in known if each[1]] == []


@pytest.mark.parametrize(
    "line",
    [
        "negotiation dsk",
        "negotiation desk --tomorrow",
        "negotiation calendar due 2026-09-18",
        "negotiation calendar due 2026-09-18 ten",
        "NEGOTIATION_HOME=x .venv/bin/negotiation case act \\\n  GX2026-0001 agree",
        "make tset",
        "make demo tset",
    ],
)
def test_a_command_that_does_not_exist_is_found(page, line):
    page.write_text(f"```sh\n{line}   # a word\n```\n", "utf-8")
    (shown,) = commands(page)
    assert wrong(shown.words, MAKEFILE)


def test_commands_are_read_with_settings_before_them_and_words_behind_them(page):
    page.write_text(
        "```sh\nNEGOTIATION_HOME=x negotiation \\\n  desk --json # now\nmake test ONLY=x\nls\n```\n", "utf-8"
    )
    assert [each.words for each in commands(page)] == [("negotiation", "desk", "--json"), ("make", "test", "ONLY=x")]
    assert not any(wrong(each.words, MAKEFILE) for each in commands(page))


def test_the_page_of_commands_shows_every_command():
    shown = {each.words[1:] for each in commands(ROOT / "docs/commands.md")}
    assert {name for name in known_commands() if not any(words[: len(name)] == name for words in shown)} == set()


@pytest.mark.parametrize("guide", GUIDES, ids=lambda path: path.name)
def test_what_is_harmless_of_a_document_really_runs(terminal, guide):
    assert failures(terminal, guide) == []


def test_most_commands_of_the_page_of_commands_are_run():
    shown = commands(ROOT / "docs/commands.md")
    assert len([each for each in shown if harmless(each.words)]) > len(shown) / 2


def test_a_command_that_is_known_and_does_not_run_is_found(terminal, page):
    page.write_text("```sh\nnegotiation rulebook show gone\nnegotiation desk\n```\n", "utf-8")
    (failure,) = failures(terminal, page)
    assert failure.startswith("page.md:2: negotiation rulebook show gone: 1")


def harmless(words: tuple[str, ...]) -> set[int]:
    """The statuses with which a command may end where it is run; none if it is not."""
    found = (may_end for name, may_end in HARMLESS.items() if words[1 : len(name) + 1] == name)
    return next(found, set()) if words[0] == "negotiation" and not NEEDS_MORE & {*words} else set()


def failures(terminal: Terminal, guide: Path) -> list[str]:
    """The harmless commands of a document that end otherwise than they may, run in its order."""
    failed = []
    for each in commands(guide):
        may_end = harmless(each.words)
        if may_end:
            status, out, err = terminal.run(*each.words[1:])
            said = f"{each.file}:{each.line}: {' '.join(each.words)}: {status} {out}{err}"
            failed += [said] if status not in may_end else []
    return failed


# Both READMEs, and the settings


def test_both_readmes_are_linked_in_their_first_line_and_are_built_alike():
    english, chinese = (path.read_text(encoding="utf-8") for path in READMES)
    assert "README.zh-CN.md" in english.splitlines()[0]
    assert "README.md" in chinese.splitlines()[0]
    assert [level for level, _ in headings(english)] == [level for level, _ in headings(chinese)]


def test_both_readmes_show_the_same_commands():
    english, chinese = ([each.words for each in commands(path)] for path in READMES)
    assert english == chinese
    assert english[:2] == [("make", "demo"), ("make", "test")]


def test_every_setting_stands_in_the_table_of_the_deployment_and_no_other():
    text = (ROOT / "docs/deployment.md").read_text(encoding="utf-8")
    rows = re.findall(rf"^\| `{PREFIX}(\w+)` \|", text, re.MULTILINE)
    assert sorted(rows) == sorted(key.upper() for key in Settings.model_fields)


def test_every_route_of_the_interface_stands_in_its_table():
    from negotiation.web.api.app import create_api  # noqa: PLC0415 - the pages are loaded for this test alone

    text = (ROOT / "docs/api.md").read_text(encoding="utf-8")
    rows = set(re.findall(r"^\| `(GET|POST) (/\S+)` \|", text, re.MULTILINE))
    paths = create_api().openapi()["paths"]
    assert rows == {(method.upper(), path) for path, methods in paths.items() for method in methods}
