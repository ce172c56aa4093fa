"""Commands for whoever writes a rulebook: its keys, the smallest that runs, what stands on the shelf."""

import shutil

import pytest

from negotiation.domain.rulebook import load
from tests.cli.terminal import by
from tests.foreign import FOREIGN

FIELDS = ("applicant=区民政局", "provider=区公安分局", "resource=人口", "purpose=核对")


def given(*fields):
    return [word for field in fields for word in ("--field", field)]


def test_the_smallest_rulebook_runs_as_it_is_written(terminal, monkeypatch):
    folder = terminal.json("rulebook", "new", "my-town")["folder"]
    assert terminal.json("rulebook", "check", folder)["ok"] is True
    monkeypatch.setenv("NEGOTIATION_RULEBOOK", "my-town")
    no = terminal.json("case", "open", "sharing", *given(*FIELDS))["no"]
    terminal.json("case", "act", no, "submit", *by("applicant"))
    (line,) = terminal.json("cases")["cases"]
    assert (line["no"], line["state"]) == (no, "awaiting_reply")
    assert terminal.json("case", "act", no, "agree", *by("provider"))["state"] == "closed"


def test_the_smallest_rulebook_is_written_over_nothing(terminal):
    terminal.json("rulebook", "new", "my-town")
    assert "不为空" in terminal.error("rulebook", "new", "my-town", status=2)["what"]


def test_no_rulebook_is_written_under_a_name_that_none_can_have(terminal):
    assert "小写字母" in terminal.error("rulebook", "new", "My Town", status=1)["what"]
    assert not (terminal.home / "rulebooks" / "My Town").exists()


def test_the_keys_are_printed_with_their_types_values_and_meanings(terminal):
    keys = {each["shape"]: each for each in terminal.json("rulebook", "keys")["keys"]}
    assert keys["terms.*.unit"]["values"] == ["working_days", "calendar_days", "months"]
    assert (keys["states.*.title"]["kind"], keys["states.*.title"]["needed"]) == ("text", True)
    assert all(each["meaning"] for each in keys.values())
    assert {each["shape"].split(".")[0] for each in terminal.json("rulebook", "keys", "terms")["keys"]} == {"terms"}
    assert "没有“trems”" in terminal.error("rulebook", "keys", "trems", status=2)["what"]


@pytest.fixture
def shelf(terminal):
    """A good rulebook, a copy that kept its id, one that is no TOML."""
    for name in ("yunzhou", "copied", "broken"):
        shutil.copytree(FOREIGN["yunzhou"], terminal.home / "rulebooks" / name)
    (terminal.home / "rulebooks" / "broken" / "application.toml").write_text("id = ", "utf-8")
    load.cache_clear()
    return terminal


def test_faulty_folders_and_a_copy_with_an_old_id_are_named_and_end_no_list(shelf):
    found = shelf.json("rulebook", "list", status=3)
    assert "yunzhou" in {each["id"] for each in found["rulebooks"]}
    assert len({each["id"] for each in found["rulebooks"]}) == len(found["rulebooks"])
    faulty = {each["folder"].rsplit("/", 1)[-1]: each["faults"] for each in found["faulty"]}
    assert set(faulty) == {"copied", "broken"}
    assert "“yunzhou”与文件夹名“copied”不同" in faulty["copied"][0]
    assert faulty["broken"][0].startswith("application.toml · TOML：文件末尾不符合 TOML 的写法")


def test_a_copy_that_kept_its_id_is_not_used(shelf, monkeypatch):
    monkeypatch.setenv("NEGOTIATION_RULEBOOK", "copied")
    assert "不同" in shelf.error("cases", status=1)["what"]


def test_a_desk_bears_the_name_of_its_own_office(shelf, monkeypatch):
    monkeypatch.setenv("NEGOTIATION_RULEBOOK", "yunzhou")
    monkeypatch.delenv("NEGOTIATION_OFFICE_NAME", raising=False)
    assert shelf.run("desk")[1].startswith("市数据局")
