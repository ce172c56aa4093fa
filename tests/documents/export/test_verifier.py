"""verify.py as a stranger runs it: nothing but Python, an empty folder, no network; one turned byte is found."""

import ast
import hashlib
import io
import json
import os
import re
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random
from typing import Any

import pytest

from negotiation.core.settings import Settings
from negotiation.store.database import Database
from tests.conftest import Story, settle_in
from tests.documents.export.archives import VERIFIER, exported, forged, lived, loaded, unpacked

FLIPS = 200  # in each member, and in what stands between them
verify = loaded(VERIFIER)


def run(folder: Path, *words: str) -> tuple[int, str]:
    """Its exit status and what it says; alone, in that folder."""
    bare = {"PATH": os.defpath, "PYTHONIOENCODING": "utf-8"}
    command = [sys.executable, "-I", "-W", "error", *words]
    ran = subprocess.run(command, cwd=folder, env=bare, capture_output=True, encoding="utf-8", check=False)
    assert ran.stderr == ""
    return ran.returncode, ran.stdout


@pytest.fixture
def archive(story: Story) -> bytes:
    return exported(lived(story)).content


@pytest.fixture
def kept(sqlite: Database, settings: Settings) -> bytes:
    """An archive for what is asked of bytes, which differ in no way between the databases."""
    return exported(lived(Story(sqlite, settle_in(sqlite, settings)))).content


@pytest.fixture
def empty(tmp_path: Path) -> Path:
    folder = tmp_path / "empty"
    folder.mkdir()
    return folder


def test_it_needs_nothing_but_the_standard_library_of_an_old_python() -> None:
    tree = ast.parse(VERIFIER.read_text("utf-8"), feature_version=(3, 8))
    imported = {name.name for node in ast.walk(tree) if isinstance(node, ast.Import) for name in node.names}
    imported |= {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert {name.partition(".")[0] for name in imported} <= sys.stdlib_module_names
    assert not {"socket", "urllib", "http", "subprocess", "ssl"} & imported


def test_an_archive_holds_for_a_stranger_who_has_nothing_but_it(archive: bytes, empty: Path, story: Story) -> None:
    (empty / "case.zip").write_bytes(archive)
    (empty / "verify.py").write_bytes(unpacked(archive)["verify.py"])
    status, said = run(empty, "verify.py", "case.zip")
    assert status == 0, said
    assert story.no in said
    assert hashlib.sha256(archive).hexdigest() in said
    assert "全部相符" in said


def test_an_archive_that_was_unpacked_holds_in_its_folder(archive: bytes, empty: Path) -> None:
    with zipfile.ZipFile(io.BytesIO(archive)) as package:
        package.extractall(empty)
    status, said = run(empty, "verify.py")
    assert status == 0, said
    (empty / "notices/001.txt").write_text("别的话", "utf-8")
    (empty / "more.txt").write_text("另放的", "utf-8")
    (empty / "files/1.txt").unlink()
    status, said = run(empty, "verify.py")
    assert status == 1
    for fault in ("notices/001.txt 的内容被改动", "more.txt 不在 manifest.json 上", "缺少成员 files/1.txt"):
        assert fault in said


def test_a_file_that_is_no_archive_or_is_not_there_is_said_to_be_so(empty: Path) -> None:
    (empty / "verify.py").write_bytes(VERIFIER.read_bytes())
    (empty / "letter.zip").write_bytes(b"no archive")
    (empty / "nothing.zip").write_bytes(b"")
    for name, said in (("letter.zip", "缺少 manifest.json"), ("nothing.zip", "缺少"), ("gone.zip", "不能读取")):
        status, words = run(empty, "verify.py", name)
        assert (status, said in words) == (1, True), words


def test_a_cut_archive_and_one_with_more_behind_it_are_found(kept: bytes) -> None:
    for cut in (kept[:-1], kept[: len(kept) // 2], kept[22:], kept + b"\0"):
        assert faults(cut)


# ------------------------------------------------------------------------------------------------------ a turned byte


def faults(content: bytes) -> list[str]:
    """All that is found in a file of this content."""
    return list(verify.archive_faults(content))


def faults_of_digests(content: bytes) -> list[str]:
    """The same, without the days of the terms, which take their time."""
    members = verify.members_of_zip(content)
    return [*verify.zip_faults(content, members), *verify.faults_of(members, verify.CHECKS[:1])]


def parts(content: bytes) -> Iterator[tuple[str, int, int]]:
    """Where the bytes of each member lie, by another reader; then what stands between and behind them."""
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        at = 0
        for info in package.infolist():
            start = info.header_offset + 30 + len(info.filename)
            yield f"{info.filename} 的文件头", at, start
            yield info.filename, start, start + info.file_size
            at = start + info.file_size
    yield "压缩包目录", at, len(content)


def test_a_byte_turned_at_any_place_of_any_member_is_found_and_its_member_named(kept: bytes) -> None:
    random, tried, members = Random(20261128), 0, unpacked(kept)
    for name, start, end in parts(kept):
        for place in _places(random, start, end):
            turned = bytearray(kept)
            turned[place] ^= random.randrange(1, 256)
            found = " ".join(faults_of_digests(bytes(turned)))
            if name in members:
                assert f"成员 {name} 的内容被改动" in found or f"{name} " in found, (name, place, found)
            else:  # nothing behind a header that lies can be told: it says at which byte that begins, or whose it is
                at = int(re.findall(r"自第 (\d+) 字节起", found)[0])
                missing = re.search(rf"缺少(成员)? {re.escape(name.partition(' ')[0])}", found)
                assert start < at <= end or missing, (name, place, found)
            tried += 1
    assert tried > FLIPS * len(members) // 2


def _places(random: Random, start: int, end: int) -> list[int]:
    """As many as are asked for; all of what has fewer."""
    return random.sample(range(start, end), min(FLIPS, end - start))


def test_a_byte_turned_in_a_folder_is_found(kept: bytes) -> None:
    """Unpacked, there is no ZIP to tell: the list of digests alone does."""
    random, members = Random(20261129), unpacked(kept)
    for name, body in members.items():
        for place in _places(random, 0, len(body))[:20]:
            turned = bytearray(body)
            turned[place] ^= random.randrange(1, 256)
            assert list(verify.faults_of({**members, name: bytes(turned)})), (name, place)


def test_the_sentence_of_a_turned_byte_reaches_the_stranger(archive: bytes, empty: Path) -> None:
    (empty / "verify.py").write_bytes(VERIFIER.read_bytes())
    for name, start, end in parts(archive):
        turned = bytearray(archive)
        turned[(start + end) // 2] ^= 1
        (empty / "case.zip").write_bytes(turned)
        status, said = run(empty, "verify.py", "case.zip")
        assert (status, said.startswith("不符：")) == (1, True)
        assert name.partition(" ")[0] in said


# ------------------------------------------------------- somebody who knows how the list of digests is made


def _actor(events: Any) -> None:
    events[1]["columns"]["actor"] = "别人"


def _day(events: Any) -> None:
    events[3]["columns"]["happened_on"] = "2026-10-08"


def _words(events: Any) -> None:
    events[3]["content"]["body"] = events[3]["content"]["body"].replace("涉及个人信息", "没有理由")


def _cut(events: Any) -> None:
    del events[-1]


def _middle(events: Any) -> None:
    del events[1]


def _sealed(events: Any) -> None:
    events[3]["content"]["sealed_at"] = "2026-10-12T00:00:00+00:00"


def _due(terms: Any) -> None:
    terms[0]["due"] = terms[0]["stages"][-1]["due"] = terms[0]["stages"][-1]["counted_to"] = "2026-10-14"


def _start(terms: Any) -> None:
    terms[0]["stages"][0]["from"] = "2026-09-17"


def _answered(terms: Any) -> None:
    terms[0]["answered"] = "2026-10-07"


def _skipped(terms: Any) -> None:
    terms[0]["stages"][0]["days"][1][1] = None


def _rest(terms: Any) -> None:
    terms[0]["stages"][1]["number"] = 7


def _page(page: Any) -> None:
    page["days"]["layers"]["national"][-1][1][0] = ["元旦", "20260101+3 20260930", "20260104"]


def _file(files: Any) -> None:
    files[0]["sha256"] = hashlib.sha256(b"").hexdigest()


def _gone(files: Any) -> None:
    files.clear()


def _byte(body: Any) -> None:
    body[0] ^= 1


def _rulebook(case: Any) -> None:
    case["rulebooks"][0]["sha256"] = "00" * 32


def _version(case: Any) -> None:
    case["version"] = 3


FORGERIES: list[tuple[str, Callable[[Any], None], str]] = [
    ("events.json", _actor, "第2项：事件内容与其摘要不符"),
    ("events.json", _day, "第4项：事件内容与其摘要不符"),
    ("events.json", _words, "第4项：所填内容与其摘要不符"),
    ("events.json", _sealed, "第4项：所填内容已封存清除，案卷中却还有内容"),
    ("events.json", _cut, "事件链止于第3项"),
    ("events.json", _middle, "第2项：编号应为2，实为3"),
    ("terms.json", _due, "第3段（恢复计时）：登记的末日是 2026-10-14，逐日数得 2026-10-13"),
    ("terms.json", _start, "自 2026-09-17 起算，而办理记录里没有这一天"),
    ("terms.json", _answered, "期限 8“答复期限”：答复日期 2026-10-07 不在办理记录里"),
    ("terms.json", _skipped, "第1段（起算）：逐日依据自第2天起与日历页不符"),
    ("terms.json", _rest, "第2段（暂停计时）：尚余登记为 7，逐日数得 6"),
    ("calendar/0.json", _page, "逐日数得 2026-10-10"),
    ("files.json", _file, "附件“答复函.txt”不在其中，或名称、摘要不符"),
    ("files.json", _gone, "附件“答复函.txt”不在其中"),
    ("files/1.txt", _byte, "附件“答复函.txt”（files/1.txt）与登记的 SHA-256 不符"),
    ("notices/001.txt", _byte, "（notices/001.txt）与登记的 SHA-256 不符"),
    ("case.json", _rulebook, "规则 beijing-2017@"),
    ("case.json", _version, "案件登记有3项，事件链止于第4项"),
]


@pytest.mark.parametrize(("name", "change", "said"), FORGERIES, ids=[change.__name__ for _, change, _ in FORGERIES])
def test_who_makes_the_list_of_digests_anew_is_found_by_what_the_rest_says(
    kept: bytes, name: str, change: Callable[[Any], None], said: str
) -> None:
    members = unpacked(kept)
    assert list(verify.faults_of(members)) == []
    found = list(verify.faults_of(forged(members, name, change)))
    assert any(said in each for each in found), found
    assert not any("manifest.json 本身" in each for each in found)


def test_data_that_are_not_as_written_are_a_fault_and_no_traceback(kept: bytes) -> None:
    members = unpacked(kept)
    for name in ("case.json", "events.json", "terms.json", "files.json", "notices.json", "manifest.json"):
        for body in (b"", b"[]", b"{}", b"[{}]", b"null", b"\xff", json.dumps([[1]]).encode()):
            assert list(verify.faults_of({**members, name: body})), (name, body)
