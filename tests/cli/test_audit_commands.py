"""``audit seal`` and ``audit verify``: what the keeper of the machine sees of the proofs."""

import sqlite3
from pathlib import Path

import pytest

from negotiation.core import log, log_chain
from tests.cli.terminal import Terminal
from tests.cli.test_case_export import opened
from tests.conftest import at


@pytest.fixture
def city(terminal: Terminal) -> Terminal:
    """A home with two departments and what a first command makes."""
    terminal.json("department", "set", "市公安局", "--level", "municipal")
    return terminal


def test_a_seal_is_a_file_that_the_owner_alone_reads_and_names_the_public_key(city: Terminal) -> None:
    made = city.json("audit", "seal")
    file, key = Path(made["file"]), city.home / "keys" / "seal.key"
    assert file.read_text("utf-8") == made["note"]
    assert file.name == "2026-11-27-00001.txt"
    kept = (file, key, file.parent, key.parent)
    assert [each.stat().st_mode & 0o777 for each in kept] == [0o600, 0o600, 0o700, 0o700]
    assert (city.home / "seals" / "seal.pub").read_text("utf-8").strip() == made["public"]
    assert made["public"] not in key.read_text("utf-8")


def test_a_record_that_was_sealed_verifies_against_the_file(city: Terminal) -> None:
    made = city.json("audit", "seal")
    answer = city.json("audit", "verify", "--full", "--anchor", made["file"])
    assert (answer["broken"], answer["changed"], answer["seals"], answer["sealed"]) == ([], [], 1, made["size"])


def test_what_was_changed_by_right_since_is_named_and_no_fault(city: Terminal) -> None:
    city.json("audit", "seal")
    city.json("department", "set", "市水务局", "--level", "municipal")
    city.json("department", "rename", "市公安局", "市公安总局", "--on", "2026-11-27", "--doc-no", "京编办发〔2026〕1号")
    answer = city.json("audit", "verify")
    assert answer["broken"] == []
    assert any(each.startswith("部门 ") for each in answer["changed"])
    assert any(each.endswith("（封印后新增）") for each in answer["changed"])
    assert "上次封印以来有变动" in city.run("audit", "verify")[1]


def test_the_next_seal_goes_on_with_the_key_and_takes_in_what_was_changed(city: Terminal) -> None:
    first = city.json("audit", "seal")
    city.json("department", "set", "市水务局", "--level", "municipal")
    second = city.json("audit", "seal")
    assert (second["n"], second["public"]) == (2, first["public"])
    assert second["size"] > first["size"]
    for each in (first, second):
        assert city.json("audit", "verify", "--anchor", each["file"])["broken"] == []


def test_a_seal_file_that_is_gone_is_written_again_with_the_next(city: Terminal) -> None:
    first = city.json("audit", "seal")
    Path(first["file"]).unlink()
    city.json("audit", "seal")
    assert Path(first["file"]).read_text("utf-8") == first["note"]


def test_the_key_stands_where_the_setting_says(city: Terminal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NEGOTIATION_SEAL_KEY", str(tmp_path / "token" / "office.key"))
    made = city.json("audit", "seal")
    assert (city.home / "seals" / "seal.pub").read_text("utf-8").strip() == made["public"]
    assert not (city.home / "keys").exists()
    assert city.json("audit", "verify", "--anchor", made["file"])["broken"] == []


def test_an_anchor_that_is_none_is_refused_in_a_sentence(city: Terminal, tmp_path: Path) -> None:
    made = city.json("audit", "seal")
    assert "不能读取" in city.error("audit", "verify", "--anchor", str(tmp_path / "none.txt"), status=2)["what"]
    other = tmp_path / "other.txt"
    other.write_text(made["note"].replace("\n\n", "\n改\n\n"), "utf-8")
    assert "签名不符" in city.error("audit", "verify", "--anchor", str(other), status=1)["what"]
    other.write_bytes(b"\xff\xfe\x00")
    assert "不能读取" in city.error("audit", "verify", "--anchor", str(other), status=2)["what"]


def test_an_anchor_without_a_public_key_asks_for_it(city: Terminal) -> None:
    made = city.json("audit", "seal")
    (city.home / "seals" / "seal.pub").unlink()
    assert "--public" in city.error("audit", "verify", "--anchor", made["file"], status=2)["todo"]
    answer = city.json("audit", "verify", "--anchor", made["file"], "--public", made["public"])
    assert answer["broken"] == []


def test_the_files_of_the_home_are_anchors_too(city: Terminal) -> None:
    """Who empties the tables of the seals, or sets the database back, has their files against them."""
    file = Path(city.json("audit", "seal")["file"])
    with sqlite3.connect(city.home / "negotiation.db") as altered:
        altered.executescript("DELETE FROM seal; DELETE FROM seal_leaf;")
    said = [each["what"] for each in city.json("audit", "verify", status=1)["broken"]]
    assert [each.partition("：")[0] for each in said] == [f"封印文件 {file.name}"]


def test_a_file_of_a_seal_that_is_not_as_it_was_written_is_named(city: Terminal) -> None:
    file = Path(city.json("audit", "seal")["file"])
    for content in (file.read_bytes().replace(b"\n\n", b"0\n\n"), b"", b"\xff\xfe"):
        file.write_bytes(content)
        (found,) = city.json("audit", "verify", status=1)["broken"]
        assert found["what"].startswith(f"封印文件 {file.name} 已被改动")


def test_seals_without_their_public_key_are_not_called_good(city: Terminal) -> None:
    public = city.json("audit", "seal")["public"]
    kept = city.home / "seals" / "seal.pub"
    kept.write_bytes(b"\xff\xfe\x00")
    assert "公钥不能读取" in city.error("audit", "verify", status=1)["what"]
    kept.unlink()
    (found,) = city.json("audit", "verify", status=1)["broken"]
    assert "签名没有核验" in found["what"]
    assert city.json("audit", "verify", "--public", public)["broken"] == []


def test_a_key_that_is_lost_is_replaced_only_if_somebody_says_so_and_the_old_seals_still_verify(city: Terminal) -> None:
    first = city.json("audit", "seal")
    (city.home / "keys" / "seal.key").unlink()
    assert "--new-key" in city.error("audit", "seal", status=1)["todo"]
    second = city.json("audit", "seal", "--new-key")
    assert second["public"] != first["public"]
    for each in (first, second):
        assert city.json("audit", "verify", "--anchor", each["file"])["broken"] == []


def test_a_key_that_is_none_is_refused_and_nothing_is_sealed(city: Terminal) -> None:
    city.json("audit", "seal")
    (city.home / "keys" / "seal.key").write_text("改", "utf-8")
    assert "私钥" in city.error("audit", "seal", status=1)["what"]
    assert city.json("audit", "verify")["seals"] == 1


def test_a_file_that_cannot_be_written_is_a_sentence_and_the_seal_is_written_out_later(city: Terminal) -> None:
    city.json("audit", "seal")
    beside = city.home / "seals" / ".2026-11-27-00002.txt.part"
    beside.symlink_to(city.home / "no folder" / "file")
    assert "无法写入" in city.error("audit", "seal", status=1)["what"]
    assert city.json("audit", "seal")["n"] == 3
    kept = sorted(each.name for each in (city.home / "seals").iterdir())
    assert kept == [*(f"2026-11-27-0000{n}.txt" for n in (1, 2, 3)), "seal.pub"]


def test_a_folder_that_cannot_be_made_is_a_sentence_and_nothing_is_sealed(city: Terminal) -> None:
    (city.home / "seals").write_text("a file in the place of the folder", "utf-8")
    assert "不能建立文件夹" in city.error("audit", "seal", status=1)["what"]
    assert city.json("audit", "verify")["seals"] == 0


def test_doctor_misses_the_seal_that_nobody_made_for_days(city: Terminal) -> None:
    city.json("audit", "seal")

    def missed(on: str) -> list[str]:
        city.at(at(on))
        return [each["what"] for each in city.json("doctor")["findings"] if "封印" in each["what"]]

    assert missed("2026-11-29") == []
    assert missed("2026-11-30") == ["最近一次封印是 2026-11-27，其后的登记还没有封印"]


def test_the_log_of_administration_names_the_command_and_the_user_of_the_system(city: Terminal) -> None:
    city.json("account", "add", "li", "--name", "李警", "--department", "市公安局", "--role", "clerk")
    found = city.json("audit", "log", "--kind", "账户")["entries"]
    assert [(each["act"], each["subject"], each["account_id"]) for each in found] == [("建立账户", "li 李警", None)]
    assert found[0]["author"].startswith("命令行（")
    assert "登记部门" in city.run("audit", "log")[1]
    out = city.home / "log.xlsx"
    city.json("audit", "log", "--out", str(out))
    assert out.stat().st_size > 1000


def test_an_entry_of_the_log_that_was_altered_is_a_fault(city: Terminal) -> None:
    city.json("audit", "seal")
    with sqlite3.connect(city.home / "negotiation.db") as connection:
        connection.execute("UPDATE admin_entry SET author = '他人' WHERE n = 1")
    said = [each["what"] for each in city.json("audit", "verify", status=1)["broken"]]
    assert any(each.startswith("管理日志第1条与其摘要不符") for each in said)
    assert any("管理日志 1：与封印时不符" in each for each in said)


def test_a_log_that_was_altered_is_named(city: Terminal) -> None:
    log_chain.extend(city.home, at("2026-03-02"))
    assert city.json("audit", "verify")["broken"] == []
    (day, *_) = sorted((city.home / log.FOLDER).glob(log_chain.DAYS))
    day.write_bytes(day.read_bytes().replace(b"administration", b"administratiom", 1))
    (found,) = city.json("audit", "verify", status=1)["broken"]
    assert f"日志 {day.name} 与留存的摘要不符" in found["what"]


def chain_of(city: Terminal) -> Path:
    """The file of the log's chain, of two lines."""
    log_chain.extend(city.home, at("2026-03-02"))
    city.json("department", "set", "市水务局", "--level", "municipal")
    log_chain.extend(city.home, at("2026-03-03"))
    return city.home / log.FOLDER / log_chain.FILE


def test_a_log_that_was_cut_or_whose_chain_was_made_anew_differs_from_the_seal(city: Terminal) -> None:
    chain = chain_of(city)
    city.json("audit", "seal")
    assert city.json("audit", "verify")["broken"] == []
    whole = chain.read_bytes()
    first, _ = whole.splitlines(keepends=True)
    chain.write_bytes(first)
    lost = "日志的链：封印时的第2行不在，或与封印时不符，其后的日志不能核验"
    assert [each["what"] for each in city.json("audit", "verify", status=1)["broken"]] == [lost]
    chain.unlink()
    (day, *_) = sorted((city.home / log.FOLDER).glob(log_chain.DAYS))
    day.write_bytes(day.read_bytes().splitlines(keepends=True)[0])
    log_chain.extend(city.home, at("2026-03-04"))
    assert [each["what"] for each in city.json("audit", "verify", status=1)["broken"]] == [lost]


def test_a_seal_in_the_text_of_a_kept_mail_is_an_anchor(city: Terminal) -> None:
    """As a mail program saves it: other lines around it, each moved in and ended as it likes."""
    note = city.json("audit", "seal")["note"]
    mail = city.home.parent / "mail.txt"
    lines = ["市数据局：", "", "【每日封印】第1次", *note.splitlines(), "", "--", "自动提示"]
    mail.write_text("".join(f"  {line}\r\n" for line in lines), "utf-8")
    assert city.json("audit", "verify", "--anchor", str(mail))["broken"] == []
    with sqlite3.connect(city.home / "negotiation.db") as connection:
        connection.execute("DELETE FROM seal_leaf WHERE n = 0")
    said = [each["what"] for each in city.json("audit", "verify", "--anchor", str(mail), status=1)["broken"]]
    assert any(each.startswith("所给的封印文件") for each in said)
    mail.write_text("市数据局：没有封印", "utf-8")
    assert "签名不符" in city.error("audit", "verify", "--anchor", str(mail), status=1)["what"]


def test_what_is_under_a_seal_is_derived_anew_only_on_demand(office: Terminal) -> None:
    """A case that went on since the seal is derived at every check; what stands under it, with --full."""
    no = opened(office)
    assert office.json("audit", "verify")["derived"] == 1, "there is no seal yet"
    office.json("audit", "seal")
    assert office.json("audit", "verify")["derived"] == 0
    with sqlite3.connect(office.home / "negotiation.db") as connection:
        connection.execute("UPDATE term SET due_on = '2029-01-01'")
    assert office.json("audit", "verify")["broken"] == []
    assert office.json("audit", "verify", "--full", status=1)["broken"][0]["no"] == no
    office.json("case", "act", no, "withdraw", "--by", "applicant", "--on", "2026-11-23", "--field", "reason=不再需要")
    since = office.json("audit", "verify", status=1)
    assert (since["derived"], since["broken"][0]["no"]) == (1, no)


def test_under_a_seal_that_does_not_hold_everything_is_looked_at(office: Terminal) -> None:
    opened(office)
    made = office.json("audit", "seal")
    Path(made["file"]).write_text(made["note"].replace("\n\n", "0\n\n"), "utf-8")
    assert office.json("audit", "verify", status=1)["derived"] == 1
