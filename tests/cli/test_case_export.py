"""A case is exported by command: one file, whose SHA-256 goes onto the paper with which it is handed over."""

import hashlib
import subprocess
import sys
import zipfile
from pathlib import Path

from tests.cli.terminal import Terminal, by


def opened(office: Terminal) -> str:
    words = ("--field", "applicant=市民政局", "--field", "provider=市公安局", "--field", "resource=常住人口基本信息")
    more = ("--field", "scenario=办理低保", "--field", "use_basis=《社会救助暂行办法》第五十八条")
    last = ("--field", "mode=服务接口", "--field", "period=长期")
    no: str = office.json("case", "open", "sharing", *words, *more, *last)["no"]
    office.json("case", "act", no, "submit", *by("applicant", "2026-11-20"))
    return no


def test_the_command_writes_the_archive_and_names_its_digest(office: Terminal, tmp_path: Path) -> None:
    no, out = opened(office), tmp_path / "case.zip"
    answer = office.json("case", "export", no, str(out))
    assert answer["no"] == no
    assert answer["file"] == str(out)
    assert answer["sha256"] == hashlib.sha256(out.read_bytes()).hexdigest()
    with zipfile.ZipFile(out) as package:
        assert answer["members"] == len(package.namelist())
        (tmp_path / "verify.py").write_bytes(package.read("verify.py"))
    command = [sys.executable, "-I", "verify.py", "case.zip"]
    ran = subprocess.run(command, cwd=tmp_path, capture_output=True, encoding="utf-8", check=True)
    assert answer["sha256"] in ran.stdout


def test_people_are_told_to_write_the_digest_down(office: Terminal, tmp_path: Path) -> None:
    no, out = opened(office), tmp_path / "case.zip"
    status, words, _ = office.run("case", "export", no, str(out))
    assert (status, out.exists()) == (0, True)
    assert hashlib.sha256(out.read_bytes()).hexdigest() in words
    assert "移交的书面材料" in words


def test_no_such_case_and_no_such_folder_are_sentences(office: Terminal, tmp_path: Path) -> None:
    assert "没有编号为" in office.error("case", "export", "GX2026-9999", str(tmp_path / "x.zip"), status=1)["what"]
    error = office.error("case", "export", opened(office), str(tmp_path / "gone" / "x.zip"), status=1)
    assert "无法写入" in error["what"]
    assert not (tmp_path / "gone").exists()
