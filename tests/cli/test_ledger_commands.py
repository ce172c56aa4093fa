"""The ledger by commands: what differs is said in JSON and in words, and corrected when that is asked."""

from pathlib import Path

from tests.cli.terminal import Terminal
from tests.documents.ledgers import made, refused

WHY = ("--correct", "--reason", "台账误填，依据来文更正")


def told(office: Terminal, tmp_path: Path) -> tuple[str, str]:
    """A ledger that was imported, and the sheet in which a day was mended."""
    first = made(tmp_path / "first.xlsx", [refused()])
    assert office.json("ledger", "import", str(first))["imported"] == 1
    return str(first), str(made(tmp_path / "mended.xlsx", [refused(replied="2026-09-18")]))


def test_the_differences_of_a_rejected_row_are_listed(office: Terminal, tmp_path: Path) -> None:
    _, mended = told(office, tmp_path)
    done = office.json("ledger", "import", mended, status=3)
    assert done["differences"] == [
        {
            "sheet": "Sheet", "row": 4, "no": "GX2026-0001", "column": "答复日期", "event": "refuse", "field": "on",
            "was": "2026-09-17", "now": "2026-09-18",
        }
    ]  # fmt: skip
    assert (done["corrected"], len(done["rejected"])) == (0, 1)
    code, said, _ = office.run("ledger", "import", mended)
    assert code == 3
    assert all(word in said for word in ("与系统不一致之处", "GX2026-0001", "2026-09-17", "2026-09-18"))


def test_a_mended_sheet_is_corrected_with_one_reason(office: Terminal, tmp_path: Path) -> None:
    first, mended = told(office, tmp_path)
    assert office.json("ledger", "import", mended, *WHY, "--dry-run")["corrected"] == 1
    assert office.json("ledger", "import", first)["unchanged"] == 1
    assert office.json("ledger", "import", mended, *WHY)["corrected"] == 1
    case = office.json("case", "show", "GX2026-0001")
    assert case["replied"] == "2026-09-18"
    assert [(each["event"], each["fields"].get("reason")) for each in case["events"]][-1] == ("correct_entry", WHY[-1])
    assert "更正 0 件" in office.run("ledger", "import", mended, *WHY)[1]


def test_corrections_and_their_reason_are_asked_for_together(office: Terminal, tmp_path: Path) -> None:
    first, _ = told(office, tmp_path)
    assert "--correct" in office.error("ledger", "import", first, "--reason", "误填", status=2)["todo"]
    assert "理由" in office.error("ledger", "import", first, "--correct", status=1)["what"]
