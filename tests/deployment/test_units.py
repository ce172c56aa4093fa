"""The units of systemd: without a fault, and open to the world by no more than they need."""

import re
import subprocess
from pathlib import Path

import pytest

from tests.installed import needed

UNITS = Path(__file__).parents[2] / "deployment" / "systemd"
NAMES = ("negotiation.service", "negotiation-worker.service")
EXPOSURE = 1.5  # of 10; systemd calls up to 2 safe


@pytest.mark.parametrize("name", NAMES)
def test_systemd_finds_no_fault_in_the_unit(name: str, tmp_path: Path) -> None:
    needed("systemd-analyze")
    unit = tmp_path / name
    program = "/srv/negotiation/negotiation"  # not there on the machine of a test
    unit.write_text((UNITS / name).read_text("utf-8").replace(program, "/bin/true"), "utf-8")
    told = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", str(unit)], capture_output=True, text=True, check=False
    )
    assert (told.returncode, told.stderr) == (0, "")


@pytest.mark.parametrize("name", NAMES)
def test_the_unit_is_hardened(name: str) -> None:
    needed("systemd-analyze")
    command = ["systemd-analyze", "security", "--offline=true", str(UNITS / name)]
    told = subprocess.run(command, capture_output=True, text=True, check=False).stdout
    found = re.search(r"exposure level for \S+: ([\d.]+)", told)
    assert found, told
    assert float(found[1]) <= EXPOSURE
