"""A bundle is replaced by a newer one and taken back, whatever cuts it; nothing that was entered goes."""

import io
import json
import os
import shutil
import tarfile
from pathlib import Path

import pytest

from tests.deployment.stand_in import StandIn, packed

HERE = os.uname().machine


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The files of two versions, and of one for another machine."""
    folder = tmp_path_factory.mktemp("files")
    return {"old": packed(folder, 1, HERE), "new": packed(folder, 2, HERE), "foreign": packed(folder, 3, "riscv64")}


@pytest.fixture
def bundle(files: dict[str, Path], tmp_path: Path) -> StandIn:
    """The old version, unpacked, with one entry."""
    with tarfile.open(files["old"]) as archive:
        archive.extractall(tmp_path, filter="data")
    unpacked = StandIn(tmp_path / f"negotiation-0.1-{HERE}")
    unpacked.said("enter", "一")
    return unpacked


def test_without_a_word_the_desk_starts_with_its_home_beside_it(bundle: StandIn) -> None:
    assert bundle.said() == f"desk {bundle.top}/home 1\n"


def test_what_it_writes_is_its_users_alone(bundle: StandIn) -> None:
    assert (bundle.top / "home").stat().st_mode & 0o077 == 0


def test_an_upgrade_backs_up_migrates_and_takes_the_new_program(bundle: StandIn, files: dict[str, Path]) -> None:
    said = bundle.said("upgrade", str(files["new"]))
    assert "0.1 → 0.2" in said
    assert bundle.said() == f"desk {bundle.top}/home 2\n"
    assert json.loads(bundle.database) == {"revision": 2, "entries": ["一"]}
    (backup,) = (bundle.top / "home/backups").iterdir()
    assert json.loads(backup.read_text("utf-8")) == {"revision": 1, "entries": ["一"]}


CUTS = ("backup before", "backup after", "migrate before", "migrate after", "--version before")


@pytest.mark.parametrize("when", CUTS)
def test_an_upgrade_that_is_cut_leaves_the_old_program_and_is_ended_by_the_same_command(
    bundle: StandIn, files: dict[str, Path], when: str
) -> None:
    bundle.cut(when)
    assert bundle.run("upgrade", str(files["new"])).returncode == -9
    assert bundle.said("--version") == "1\n"
    bundle.said("upgrade", str(files["new"]))
    assert json.loads(bundle.database) == {"revision": 2, "entries": ["一"]}
    assert "0.2 → 0.1" in bundle.said("upgrade", "--back")
    assert json.loads(bundle.database) == {"revision": 1, "entries": ["一"]}


def test_the_way_back_puts_program_and_data_in_place_and_keeps_what_was_entered_since(
    bundle: StandIn, files: dict[str, Path]
) -> None:
    (bundle.top / "home/settings.toml").write_text("smtp_url = 'secret'", "utf-8")
    bundle.said("upgrade", str(files["new"]))
    bundle.said("enter", "二")
    bundle.said("upgrade", "--back")
    assert bundle.said() == f"desk {bundle.top}/home 1\n"
    assert json.loads(bundle.database) == {"revision": 1, "entries": ["一"]}
    assert (bundle.top / "home/settings.toml").read_text("utf-8") == "smtp_url = 'secret'"
    since = json.loads((bundle.top / "home.0.2/negotiation.db").read_text("utf-8"))
    assert since == {"revision": 2, "entries": ["一", "二"]}


@pytest.mark.parametrize("when", ["restore before", "restore after"])
def test_a_way_back_that_is_cut_is_gone_to_its_end_by_the_same_command(
    bundle: StandIn, files: dict[str, Path], when: str
) -> None:
    bundle.said("upgrade", str(files["new"]))
    bundle.cut(when)
    assert bundle.run("upgrade", "--back").returncode == -9
    assert bundle.said("--version") == "2\n"
    bundle.said("upgrade", "--back")
    assert json.loads(bundle.database) == {"revision": 1, "entries": ["一"]}


@pytest.mark.parametrize("moved", [("home", "home.0.2"), ("home.restored", "home")])
def test_a_way_back_that_is_cut_between_its_moves_is_gone_to_its_end(
    bundle: StandIn, files: dict[str, Path], moved: tuple[str, str]
) -> None:
    bundle.said("upgrade", str(files["new"]))
    shutil.copytree(bundle.top / "home", bundle.top / "home.restored")
    (bundle.top / "home.restored/negotiation.db").write_text('{"revision": 1, "entries": ["一"]}', "utf-8")
    for source, place in (("home", "home.0.2"), ("home.restored", "home")):
        (bundle.top / source).rename(bundle.top / place)
        if (source, place) == moved:
            break
    bundle.said("upgrade", "--back")
    assert bundle.said("--version") == "1\n"
    assert json.loads(bundle.database) == {"revision": 1, "entries": ["一"]}


def test_what_cannot_be_taken_is_refused_in_a_sentence_and_changes_nothing(
    bundle: StandIn, files: dict[str, Path], tmp_path: Path
) -> None:
    short, altered = tmp_path / "short.tar.gz", tmp_path / "altered.tar.gz"
    short.write_bytes(files["new"].read_bytes()[:-200])
    _altered(files["new"], altered)
    wrong = {
        short: "不是完整的安装文件",
        altered: "已损坏",
        files["foreign"]: "riscv64",
        tmp_path / "none": "No such file",
    }
    for file, words in wrong.items():
        before = bundle.state
        refused = bundle.run("upgrade", str(file))
        assert refused.returncode == 1
        assert words in refused.stderr
        assert "怎么办" in refused.stderr
        assert bundle.state == before
        assert bundle.said("--version") == "1\n"


def test_a_migration_that_fails_leaves_program_and_data_as_they_were(bundle: StandIn, files: dict[str, Path]) -> None:
    bundle.said("enter", "broken")
    before = bundle.database
    refused = bundle.run("upgrade", str(files["new"]))
    assert refused.returncode == 1
    assert "数据库未能更新" in refused.stderr
    assert bundle.database == before
    assert bundle.said("--version") == "1\n"


def test_a_bundle_that_this_machine_cannot_run_says_what_it_needs(bundle: StandIn) -> None:
    (bundle.top / "programs/0.1/python/bin/python3.11").write_bytes(b"\x7fELF of another machine")
    refused = bundle.run()
    assert refused.returncode == 1
    assert f"它要求 {HERE} 处理器和 glibc 2.28" in refused.stderr


def test_the_same_contents_make_the_same_file(tmp_path: Path) -> None:
    once, again = (packed(tmp_path / name, 1, HERE).read_bytes() for name in ("once", "again"))
    assert once == again


def _altered(file: Path, into: Path) -> None:
    """A copy of an archive in which one file of the program says something else, of the same length."""
    with tarfile.open(file) as archive, tarfile.open(into, "w:gz") as out:
        for member in archive:
            content = archive.extractfile(member)
            if content is not None and member.name.endswith("program.py"):
                content = io.BytesIO(content.read().replace(b"revision", b"Revision"))
            out.addfile(member, content)
