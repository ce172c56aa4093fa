"""Archives that are not restored, and places to which none is written: a sentence each, and nothing is changed."""

import errno
import hashlib
import json
import os
import random
import re
import shutil
import stat
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, BinaryIO

import pytest
from sqlalchemy.engine import make_url

from negotiation.services.backup import home_files, making
from negotiation.services.backup.stage import staged
from tests.cli.installations import PROGRAMS, Found, Installation, lived_in, on
from tests.cli.terminal import Terminal
from tests.repo.documents import ROOT

OLD_PROGRAMS = PROGRAMS.parents[1] / "pginstall/bin"  # of a version before the server's


@pytest.fixture
def found(terminal: Terminal, tmp_path: Path) -> Found:
    return on("sqlite", terminal, tmp_path, lambda: "")


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder for what is made but once, as commands take long."""
    return tmp_path_factory.mktemp("kept")


@pytest.fixture
def here(found: Found, kept: Path) -> Installation:
    place = found("here")
    if not (kept / "home").exists():
        lived_in(place)
        shutil.copytree(place.home, kept / "home")
    else:
        shutil.copytree(kept / "home", place.home)
    return place


@pytest.fixture
def archive(here: Installation, kept: Path, tmp_path: Path) -> Path:
    if not (kept / "b.zip").exists():
        here.json("backup", str(kept / "b.zip"))
    return Path(shutil.copy(kept / "b.zip", tmp_path))


def refused(place: Installation, archive: Path, *words: str, status: int = 1) -> dict[str, str]:
    """The sentence with which an archive is refused; the home that was to be filled has nothing in it."""
    error = place.error("restore", str(archive), *words, status=status)
    assert error["todo"]
    assert not place.home.exists() or list(place.home.iterdir()) == []
    return error


# ------------------------------------------------------------------------------------------------- damaged archives


def test_an_archive_that_was_cut_short_is_refused_wherever_it_ends(found: Found, archive: Path) -> None:
    whole = archive.read_bytes()
    for length in (0, 1, 3, 64, 100, len(whole) // 2, len(whole) - 65, len(whole) - 1):
        archive.write_bytes(whole[:length])
        refused(found("there"), archive)


def test_any_byte_that_was_turned_is_found(found: Found, archive: Path) -> None:
    whole = archive.read_bytes()
    places = [0, 1, 5, 10, *random.Random(9).sample(range(len(whole)), 60), len(whole) - 65, len(whole) - 1]
    for place in places:
        archive.write_bytes(whole[:place] + bytes([whole[place] ^ 0x10]) + whole[place + 1 :])
        refused(found("there"), archive)


@pytest.mark.parametrize("text", [b"", b"PK", b"not an archive at all" * 9, b"PK\3\4" + b"-" * 200])
def test_a_file_that_is_no_archive_is_refused(found: Found, tmp_path: Path, text: bytes) -> None:
    (tmp_path / "b.zip").write_bytes(text)
    assert "备份" in refused(found("there"), tmp_path / "b.zip")["what"]


def test_a_file_that_is_not_there_and_a_folder_are_refused(found: Found, tmp_path: Path) -> None:
    assert "没有这个文件" in refused(found("there"), tmp_path / "gone.zip")["what"]
    assert "这是一个文件夹" in refused(found("there"), tmp_path)["what"]


# ------------------------------------------------------------------- archives that somebody made, with right digests


def remade(archive: Path, change: Callable[[dict[str, Any], dict[str, bytes]], None], mode: int = stat.S_IFREG) -> None:
    """Another archive of the same form, whose digest is right; ``change`` has its manifest and its members."""
    with zipfile.ZipFile(archive) as packed:
        members = {each: packed.read(each) for each in packed.namelist()}
    manifest = json.loads(members.pop("manifest.json"))
    change(manifest, members)
    with archive.open("w+b") as out:
        with zipfile.ZipFile(out, "w") as packed:
            for name, content in (*members.items(), ("manifest.json", json.dumps(manifest).encode())):
                entry = zipfile.ZipInfo(name)
                entry.external_attr = ((mode if name.startswith("home/") else stat.S_IFREG) | 0o600) << 16
                packed.writestr(entry, content)
            packed.comment = b"-" * making.SEAL
        making._seal(out)


def listed(manifest: dict[str, Any], members: dict[str, bytes], name: str, content: bytes) -> None:
    """Adds a member, and lists it as an archive lists its own."""
    members[name] = content
    digest = hashlib.sha256(content).hexdigest()
    manifest["members"].append({"name": name, "size": len(content), "sha256": digest})


def test_an_archive_that_is_made_again_unchanged_is_restored(found: Found, archive: Path) -> None:
    remade(archive, lambda *_: None)
    assert found("there").json("restore", str(archive))["files"] == 4


OUTSIDE = [
    "home/../x",
    "../x",
    "/etc/x",
    "home//etc/x",
    "home/a/../../x",
    "home/..",
    "home/",
    "x",
    "home/a\\..\\x",
    "home/C:x",
]


@pytest.mark.parametrize("name", OUTSIDE)
def test_a_member_that_points_outside_is_refused(found: Found, archive: Path, name: str) -> None:
    remade(archive, lambda manifest, members: listed(manifest, members, name, b"1"))
    refused(found("there"), archive)
    assert not (archive.parent / "x").exists()


@pytest.mark.parametrize("kind", [stat.S_IFLNK, stat.S_IFIFO, stat.S_IFDIR])
def test_a_link_in_an_archive_is_refused(found: Found, archive: Path, kind: int) -> None:
    remade(archive, lambda *_: None, kind)
    assert "与清单不符" in refused(found("there"), archive)["what"]


def a_stranger(manifest: dict[str, Any], members: dict[str, bytes]) -> None:
    members["home/more"] = b"1"


def a_loss(manifest: dict[str, Any], members: dict[str, bytes]) -> None:
    del members["home/letters/函.docx"]


def no_database(manifest: dict[str, Any], members: dict[str, bytes]) -> None:
    del members["database"]
    manifest["members"] = [each for each in manifest["members"] if each["name"] != "database"]


def another_text(manifest: dict[str, Any], members: dict[str, bytes]) -> None:
    members["home/letters/函.docx"] = "圅".encode()


def a_row_less(manifest: dict[str, Any], members: dict[str, bytes]) -> None:
    manifest["rows"]["event"] += 1


def twice(manifest: dict[str, Any], members: dict[str, bytes]) -> None:
    manifest["members"].append(manifest["members"][0])


def no_list(manifest: dict[str, Any], members: dict[str, bytes]) -> None:
    del manifest["members"]


@pytest.mark.parametrize("change", [a_stranger, a_loss, no_database, another_text, a_row_less, twice, no_list])
def test_an_archive_that_is_not_what_its_manifest_says_is_refused(
    found: Found, archive: Path, change: Callable[[dict[str, Any], dict[str, bytes]], None]
) -> None:
    remade(archive, change)
    refused(found("there"), archive)


def test_an_archive_of_a_newer_or_a_trial_program_is_refused(found: Found, archive: Path) -> None:
    for revision, words in (("0999_to_come", "升级程序"), ("0007", "重新导入台账")):
        remade(archive, lambda manifest, _, known=revision: manifest.update(revision=known))  # type: ignore[misc]
        error = refused(found("there"), archive)
        assert revision in error["what"]
        assert words in error["todo"]
    remade(archive, lambda manifest, _: manifest.update(format=2))
    assert "升级程序" in refused(found("there"), archive)["todo"]


def test_an_archive_of_the_other_database_is_refused(found: Found, archive: Path) -> None:
    remade(archive, lambda manifest, _: manifest.update(engine="postgresql"))
    assert "PostgreSQL" in refused(found("there"), archive)["what"]


# ---------------------------------------------------------------------------------------------------- encrypted ones


@pytest.fixture
def keys(here: Installation, tmp_path: Path) -> dict[str, str]:
    """The public keys of two key files."""
    return {name: here.json("backup-key", str(tmp_path / name))["public"] for name in ("ours", "theirs")}


def test_only_the_key_opens_an_encrypted_archive(
    found: Found, here: Installation, keys: dict[str, str], tmp_path: Path
) -> None:
    archive, there = tmp_path / "b.age", found("there")
    assert here.json("backup", str(archive), "--recipient", keys["ours"])["encrypted"]
    assert "市公安局".encode() not in archive.read_bytes()
    assert "需要私钥" in refused(there, archive, status=2)["what"]
    assert "打不开" in refused(there, archive, "--key", str(tmp_path / "theirs"))["what"]
    assert "没有私钥" in refused(there, archive, "--key", str(archive), status=2)["what"]
    assert "没有这个文件" in refused(there, archive, "--key", str(tmp_path / "gone"))["what"]
    there.json("restore", str(archive), "--key", str(tmp_path / "ours"))
    assert there.rows() == here.rows()


def test_an_encrypted_archive_that_was_altered_is_refused(
    found: Found, here: Installation, keys: dict[str, str], tmp_path: Path
) -> None:
    archive = tmp_path / "b.age"
    here.json("backup", str(archive), "--recipient", keys["ours"])
    whole = archive.read_bytes()
    altered = [whole[:length] for length in (10, 100, 300, len(whole) // 2, len(whole) - 1)]
    places = random.Random(9).sample(range(len(whole)), 30)
    altered += [whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :] for place in places]
    for text in altered:
        archive.write_bytes(text)
        refused(found("there"), archive, "--key", str(tmp_path / "ours"))


def test_a_secret_key_is_written_for_its_owner_alone_and_never_over_a_file(here: Installation, tmp_path: Path) -> None:
    public = here.json("backup-key", str(tmp_path / "k"))["public"]
    assert (tmp_path / "k").stat().st_mode & 0o777 == 0o600
    before = (tmp_path / "k").read_text("utf-8")
    assert public in before
    assert "已有同名" in here.error("backup-key", str(tmp_path / "k"))["what"]
    assert (tmp_path / "k").read_text("utf-8") == before


def test_what_is_no_public_key_is_refused_as_an_option_and_as_a_setting(here: Installation, tmp_path: Path) -> None:
    for key in ("age1nothing", "age1" + "q" * 58):
        here.error("backup", str(tmp_path / "b"), "--recipient", key, status=2)
        assert not (tmp_path / "b").exists()
    here.terminal.monkeypatch.setenv("NEGOTIATION_BACKUP_RECIPIENTS", "age1nothing")
    assert "NEGOTIATION_BACKUP_RECIPIENTS" in here.error("backup", str(tmp_path / "b"), status=2)["where"]


# ------------------------------------------------------------------------------------------------------- the places


def test_a_home_that_is_not_empty_is_left_as_it_is(found: Found, archive: Path) -> None:
    there = found("there")
    there.home.mkdir()
    (there.home / "letters").mkdir()
    error = there.error("restore", str(archive))
    assert "letters" in error["what"]
    assert [each.name for each in there.home.iterdir()] == ["letters"]


def test_settings_that_were_there_stay_and_those_of_the_archive_stand_beside(
    found: Found, here: Installation, tmp_path: Path
) -> None:
    there = found("there")
    (here.home / "settings.toml").write_text('office_phone = "010-1"', "utf-8")
    there.home.mkdir()
    (there.home / "settings.toml").write_text('office_phone = "010-2"', "utf-8")
    here.json("backup", str(tmp_path / "b.zip"))
    assert there.json("restore", str(tmp_path / "b.zip"))["settings"] == "settings.restored.toml"
    assert there.files()["settings.toml"] == b'office_phone = "010-2"'
    assert there.files()["settings.restored.toml"] == b'office_phone = "010-1"'


def test_a_home_in_which_only_doctor_was_run_is_empty(found: Found, archive: Path) -> None:
    there = found("there")
    there.json("doctor")
    assert list(there.home.iterdir())
    assert there.json("restore", str(archive))["files"] == 4  # with the log of the day


def test_no_password_leaves_the_house(here: Installation, tmp_path: Path) -> None:
    settings = here.home / "settings.toml"
    settings.write_text('office_name = "甲\\n办"\nsession_hours = 7\nsmtp_url = "smtps://a:pass-word@h"\n'
                        "quiet_dates = [2026-10-08]\noffice_hours_from = 08:30:00\n", "utf-8")  # fmt: skip
    settings.chmod(0o600)
    here.json("backup", str(tmp_path / "b.zip"))
    with zipfile.ZipFile(tmp_path / "b.zip") as packed:
        assert not any(b"pass-word" in packed.read(each) for each in packed.namelist())
        kept = packed.read("home/settings.toml").decode()
    assert kept.splitlines()[1:] == [
        'office_name = "甲\\n办"', "session_hours = 7", "quiet_dates = [2026-10-08]", "office_hours_from = 08:30:00",
    ]  # fmt: skip
    assert "smtp_url" in kept.splitlines()[0]


def test_of_every_part_of_a_home_it_is_said_whether_a_backup_carries_it() -> None:
    table = (ROOT / "docs/deployment.md").read_text("utf-8").partition("## The home directory")[2].partition("##")[0]
    named = {name.strip("/").split("/")[0] for name in re.findall(r"^\| `([^`]+)`", table, re.MULTILINE)}
    assert len(named) > 8
    assert named - {*home_files.CARRIED, *home_files.LEFT} == set()


def test_what_no_backup_knows_is_named(here: Installation, tmp_path: Path) -> None:
    (here.home / "notes.txt").write_text("1")
    assert here.json("backup", str(tmp_path / "b.zip"))["not_carried"] == ["notes.txt"]


def test_a_backup_never_replaces_a_file(here: Installation, archive: Path) -> None:
    before = archive.read_bytes()
    assert "已有同名" in here.error("backup", str(archive))["what"]
    assert archive.read_bytes() == before


def test_a_folder_that_is_not_there_is_named_and_nothing_left(here: Installation, tmp_path: Path) -> None:
    assert "没有这个文件或文件夹" in here.error("backup", str(tmp_path / "gone/b.zip"))["what"]
    assert not (tmp_path / "gone").exists()
    assert not (here.home / ".backup").exists()


@pytest.mark.parametrize("room", [0, 3])
def test_a_full_disk_is_named_and_nothing_is_left_of_the_backup(
    here: Installation, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, room: int
) -> None:
    """``room``: blocks that are copied before the disk is full."""

    def copy(source: BinaryIO, out: BinaryIO, _size: int) -> None:
        out.write(source.read(room))
        full()

    monkeypatch.setattr(shutil, "copyfileobj", copy)
    assert "磁盘已满" in here.error("backup", str(tmp_path / "out.zip"))["what"]
    assert [each.name for each in tmp_path.iterdir()] == ["here"]
    assert not (here.home / ".backup").exists()


def full() -> None:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def test_a_full_disk_ends_a_restoration_and_nothing_is_left_of_it(
    found: Found, archive: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("negotiation.services.backup.reading._copy", lambda *_: full())
    assert "磁盘已满" in refused(found("there"), archive)["what"]


def test_a_damaged_database_is_not_backed_up_as_if_it_were_whole(here: Installation, tmp_path: Path) -> None:
    path = here.home / "negotiation.db"
    content = bytearray(path.read_bytes())
    for page in range(40, len(content) // 4096):
        content[page * 4096 : page * 4096 + 200] = b"\xff" * 200
    path.write_bytes(content)
    assert "损坏" in here.error("backup", str(tmp_path / "b.zip"))["what"]
    assert not (tmp_path / "b.zip").exists()


def test_only_one_backup_is_made_at_a_time(here: Installation, tmp_path: Path) -> None:
    with staged(here.home):
        assert "正在进行" in here.error("backup", str(tmp_path / "b.zip"))["what"]
    (here.home / ".backup").mkdir()
    (here.home / ".backup" / "database").write_text("of one that was killed")
    here.json("backup", str(tmp_path / "b.zip"))
    assert not (here.home / ".backup").exists()


# ------------------------------------------------------------------------------------------------ PostgreSQL's programs


def test_programs_that_are_older_than_the_server_are_named(terminal: Terminal, postgres: str, tmp_path: Path) -> None:
    here = on("postgresql", terminal, tmp_path, lambda: postgres)("here")
    here.json("migrate")
    terminal.monkeypatch.setenv("NEGOTIATION_POSTGRES_BIN", str(OLD_PROGRAMS))
    error = here.error("backup", str(tmp_path / "b.zip"))
    assert "版本是 18" in error["what"]
    assert "只找到版本 16" in error["what"]
    terminal.monkeypatch.setenv("NEGOTIATION_POSTGRES_BIN", str(tmp_path))
    error = here.error("backup", str(tmp_path / "b.zip"))
    assert "pg_dump，没有找到" in error["what"]
    assert "NEGOTIATION_POSTGRES_BIN" in error["todo"]
    assert not (tmp_path / "b.zip").exists()


def test_the_password_of_the_server_is_on_no_command_line(terminal: Terminal, postgres: str, tmp_path: Path) -> None:
    here = on("postgresql", terminal, tmp_path, lambda: postgres)("here")
    here.json("migrate")
    secret = make_url(here.url).set(password="pass-word").render_as_string(hide_password=False)
    program = tmp_path / "pg_dump"
    program.write_text('#!/bin/sh\nif [ "$1" = --version ]; then echo "pg_dump (PostgreSQL) 99.1"; exit; fi\n'
                       f'echo "$@" >{tmp_path}/words\necho "$PGPASSWORD" >{tmp_path}/password\n'
                       "echo 'pg_dump: error: no more' >&2; exit 1\n")  # fmt: skip
    program.chmod(0o755)
    terminal.monkeypatch.setenv("NEGOTIATION_POSTGRES_BIN", str(tmp_path))
    error = Installation(terminal, here.home, secret).error("backup", str(tmp_path / "b.zip"))
    assert "no more" in error["what"]
    assert "pass-word" not in (tmp_path / "words").read_text()
    assert (tmp_path / "password").read_text().strip() == "pass-word"
    assert not (tmp_path / "b.zip").exists()
