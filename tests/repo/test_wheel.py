"""What is installed elsewhere is whole: code, calendars, rulebooks, migrations, templates."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_the_wheel_installed_elsewhere_runs_the_demonstration(tmp_path: Path) -> None:
    wheels, site, elsewhere = tmp_path / "wheels", tmp_path / "site", tmp_path / "elsewhere"
    elsewhere.mkdir()
    pip = [sys.executable, "-m", "pip", "-qq", "--disable-pip-version-check"]
    subprocess.run([*pip, "wheel", "--no-deps", "--no-build-isolation", "-w", wheels, ROOT], check=True)
    subprocess.run([*pip, "install", "--no-deps", "--target", site, next(wheels.glob("*.whl"))], check=True)
    environment = os.environ | {"PYTHONPATH": str(site), "NEGOTIATION_HOME": str(elsewhere / "home")}
    run = [sys.executable, "-c", "import negotiation, calendars; print(negotiation.__file__)"]
    where = subprocess.run(run, cwd=elsewhere, env=environment, capture_output=True, encoding="utf-8", check=True)
    assert where.stdout.startswith(str(site))
    shown = subprocess.run(
        [sys.executable, "-m", "negotiation", "demo", "--build-only"],
        cwd=elsewhere, env=environment, capture_output=True, encoding="utf-8", check=True,
    ).stdout  # fmt: skip
    for section in ("逾期", "临期", "申请协调处理（待受理）", "协调中", "待领导小组审议", "待办", "主题："):
        assert section in shown
    assert list((elsewhere / "home" / "demo" / "mail").glob("*.eml"))
