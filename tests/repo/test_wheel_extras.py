"""What is installed without the extras is a whole product on SQLite, and says what to install for the rest."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

# As where neither extra is installed: importing them fails.
WITHOUT = """
import sys
sys.modules["psycopg"] = sys.modules["aiosmtpd"] = None
from negotiation.cli.main import main
main()
"""


def _negotiation(home: Path, *command: str, database: str = "") -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"NEGOTIATION_HOME": str(home), "NEGOTIATION_DATABASE_URL": database}
    return subprocess.run(
        [sys.executable, "-c", WITHOUT, *command],
        cwd=home, env=environment, capture_output=True, encoding="utf-8", check=False,
    )  # fmt: skip


def test_sqlite_needs_no_extra(tmp_path: Path) -> None:
    for command in ("migrate", "cases", "audit"):
        arguments = (command, "verify") if command == "audit" else (command,)
        done = _negotiation(tmp_path, *arguments)
        assert done.returncode == 0, done.stderr


def test_a_postgresql_without_its_driver_is_told_what_to_install(tmp_path: Path) -> None:
    refused = _negotiation(tmp_path, "migrate", database="postgresql://clerk:secret@127.0.0.1:5432/negotiation")
    assert refused.returncode == 2
    assert "没有安装访问 PostgreSQL 的组件" in refused.stderr
    assert "pip install 'negotiation[postgres]'" in refused.stderr
    assert "secret" not in refused.stderr


@pytest.mark.parametrize("options", [[], ["--build-only"]], ids=["desk", "build only"])
def test_the_demonstration_without_its_mail_server_is_told_what_to_install(tmp_path: Path, options: list[str]) -> None:
    last = tmp_path / "demo" / "kept"
    last.mkdir(parents=True)
    refused = _negotiation(tmp_path, "demo", *options)
    assert refused.returncode == 2
    assert "pip install 'negotiation[demo]'" in refused.stderr
    assert last.is_dir()  # the last one is not thrown away for nothing
