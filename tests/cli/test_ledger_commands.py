"""The ledger by commands: what differs is said in JSON and in words, and corrected when that is asked."""

from pathlib import Path

from tests.cli.terminal import Terminal
from tests.documents.ledgers import COLUMNS, made, refused, row

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


def test_an_import_is_listed_and_taken_back_whole(office: Terminal, tmp_path: Path) -> None:
    _, mended = told(office, tmp_path)
    (batch,) = office.json("ledger", "batches")["batches"]
    assert (batch["id"], batch["file"], batch["imported"], batch["taken_back_at"]) == (1, "first.xlsx", 1, None)
    take_back = ("ledger", "take-back", "1", "--reason", "导入了旧台账")
    dry = office.json(*take_back, "--dry-run")
    assert [(each["no"], each["struck"], each["empty"]) for each in dry["cases"]] == [("GX2026-0001", 2, True)]
    assert office.json("cases")["cases"] != []
    code, said, _ = office.run(*take_back)
    assert (code, "1 件案件的 2 项登记" in said) == (0, True)
    assert office.json("cases")["cases"] == []
    assert office.json("case", "show", "GX2026-0001")["state_title"] == "登记已撤回"
    assert office.json("ledger", "batches")["batches"][0]["reason"] == "导入了旧台账"
    assert "导入了旧台账" in office.run("ledger", "batches")[1]
    assert office.json("ledger", "import", mended)["imported"] == 1
    assert office.json("case", "show", "GX2026-0001")["replied"] == "2026-09-18"
    assert office.json("audit", "verify")["broken"] == []


def test_what_cannot_be_taken_back_is_a_sentence(office: Terminal, tmp_path: Path) -> None:
    told(office, tmp_path)
    assert "没有第9次导入" in office.error("ledger", "take-back", "9", "--reason", "误", status=1)["what"]
    assert "应为整数" in office.error("ledger", "take-back", "一", "--reason", "误", status=2)["what"]
    office.json("case", "act", "GX2026-0001", "refer", "--by", "applicant", "--on", "2026-11-26")
    error = office.error("ledger", "take-back", "1", "--reason", "误", status=1)
    assert "GX2026-0001" in error["what"]
    assert office.json("case", "show", "GX2026-0001")["state"] == "referred"


def test_the_sheets_own_due_dates_are_checked_and_counted(office: Terminal, tmp_path: Path) -> None:
    wrong = row("GX2026-0001", "2026-09-24", 应答复日期="2026-10-16")
    right = row("GX2026-0002", "2026-09-24", resource="婚姻登记信息", 应答复日期="2026-10-15")
    path = made(tmp_path / "own.xlsx", [wrong, right], columns=(*COLUMNS, "应答复日期"))
    asked = ("ledger", "import", str(path), "--as-of", "2026-10-12", "--dry-run")
    done = office.json(*asked)
    assert done["standing"]["cases"] == done["standing"]["due_soon"] == 2
    assert (done["due_days"]["compared"], done["due_days"]["late"]) == (2, 1)
    (told,) = done["due_days"]["wrong"]
    assert (told["no"], told["written"], told["due"], told["days_late"]) == (
        "GX2026-0001", "2026-10-16", "2026-10-15", 1,
    )  # fmt: skip
    said = office.run(*asked)[1]
    assert "2 件，三日内到期 2。" in said
    assert "您表中有 1 个到期日算错了，晚的 1 个，照表办会误期；其余 1 个一致。" in said
