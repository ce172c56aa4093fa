"""Commands start at once: each imports only what it needs, and the table of commands repeats their helps truly."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from typer.main import get_command

from negotiation.cli.main import app

RUN = """
import sys
from negotiation.cli.main import main
try:
    main()
finally:
    sys.stderr.write("\\n".join(sys.modules))
"""
SETTINGS = {"negotiation.core.settings"}
THE_LAW = {"negotiation.domain.rulebook"}
ACTS = {"negotiation.services.approvals", "negotiation.services.cases.acting"}
ANOTHER_DATABASE = {"sqlalchemy.dialects.postgresql", "psycopg"}
DATABASE = {"sqlalchemy", "sqlmodel", "negotiation.store", "negotiation.services"}
WORKBOOKS_AND_LETTERS = {"openpyxl", "xlsxwriter", "docx", "jinja2"}
NETWORK = {"aiosmtplib", "starlette", "uvicorn"}
OTHERS = {"alembic", "negotiation.worker", "negotiation.web", "negotiation.demo", "negotiation.documents"}


def imported(home: Path, *words: str) -> set[str]:
    """The modules that a command has imported when it ends, in a process of its own."""
    outside = {name: value for name, value in os.environ.items() if not name.upper().startswith("NEGOTIATION_")}
    done = subprocess.run(
        [sys.executable, "-c", RUN, *words],
        capture_output=True,
        encoding="utf-8",
        env=outside | {"NEGOTIATION_HOME": str(home)},
        check=False,
    )
    assert done.returncode == 0, done.stdout
    return set(done.stderr.splitlines())


@pytest.mark.parametrize("words", ["--help", "calendar --help", "case --help", "calendar due 2026-09-18 5"])
def test_help_and_counting_days_need_neither_settings_nor_a_database(tmp_path: Path, words: str) -> None:
    found = imported(tmp_path / "none", *words.split())
    assert not found & (SETTINGS | DATABASE | WORKBOOKS_AND_LETTERS | NETWORK | OTHERS | THE_LAW)
    assert not (tmp_path / "none").exists()


@pytest.mark.parametrize("words", ["cases", "calendar due 2026-09-18 5", "desk", "tasks"])
def test_a_look_at_the_database_needs_neither_migrations_nor_documents_nor_mail(tmp_path: Path, words: str) -> None:
    imported(tmp_path, "migrate")
    found = imported(tmp_path, *words.split())
    assert "sqlalchemy" in found
    assert not found & (WORKBOOKS_AND_LETTERS | NETWORK | OTHERS | ANOTHER_DATABASE)


def test_the_table_of_commands_needs_no_library_that_checks_values(tmp_path: Path) -> None:
    assert "pydantic" not in imported(tmp_path, "--help")


def test_counting_days_by_the_notices_of_a_database_needs_no_services(tmp_path: Path) -> None:
    imported(tmp_path, "migrate")
    assert not imported(tmp_path, "calendar", "due", "2026-09-18", "5") & ({"negotiation.services"} | THE_LAW)


def test_a_list_of_cases_needs_none_of_their_acts(tmp_path: Path) -> None:
    imported(tmp_path, "migrate")
    assert not imported(tmp_path, "cases") & ACTS


def test_a_wrong_setting_is_named_though_the_command_does_not_need_it(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "negotiation", "calendar", "due", "2026-09-18", "5"],
        capture_output=True,
        encoding="utf-8",
        env=os.environ | {"NEGOTIATION_HOME": str(tmp_path), "negotiation_session_hours": "0"},
        check=False,
    )
    assert done.returncode == 2
    assert "NEGOTIATION_SESSION_HOURS" in done.stderr


def test_the_table_gives_each_command_the_first_sentence_of_its_own_help() -> None:
    root = get_command(app)
    groups = [root, *(each for each in root.commands.values() if hasattr(each, "commands"))]  # type: ignore[attr-defined]
    for group in groups:
        own = {name: (each.help or "").partition("\n")[0] for name, each in group.commands.items()}
        assert group.helps() == own


def test_every_command_of_a_module_stands_in_the_table() -> None:
    root = get_command(app)
    listed = {
        each.callback.__module__ + each.name
        for top in root.commands.values()  # type: ignore[attr-defined]
        for each in getattr(top, "commands", {"": top}).values()
    }
    written = {
        module.__name__ + str(command.name)
        for name, module in list(sys.modules.items())
        if name.startswith("negotiation.cli.") and name != "negotiation.cli.main" and hasattr(module, "app")
        for command in module.app.registered_commands
    }
    assert listed == written
