"""Settings stand in ``settings.toml`` of the home too: the environment wins, and what cannot be used is named."""

import json
import os
from datetime import date, time
from pathlib import Path

import pytest

from negotiation.core.environment import only_home_is_set
from negotiation.core.errors import UsageError
from negotiation.core.settings import Settings, read_settings
from tests.cli.terminal import Terminal

SECRET = "geheim"


def written(home: Path, text: str, mode: int = 0o600) -> Path:
    home.mkdir(parents=True, exist_ok=True)
    path = home / "settings.toml"
    path.write_text(text, encoding="utf-8")
    path.chmod(mode)
    return path


def read(home: Path, **variables: str) -> Settings:
    """The settings of a home, with these variables set and no others."""
    return read_settings({"NEGOTIATION_HOME": str(home)} | {f"NEGOTIATION_{k}": v for k, v in variables.items()})


def refused(home: Path, **variables: str) -> UsageError:
    with pytest.raises(UsageError) as caught:
        read(home, **variables)
    return caught.value


def test_a_file_sets_what_the_environment_does_not(tmp_path: Path) -> None:
    written(tmp_path, 'office_name = "市数据局"\nsession_hours = 10\n')
    found = read(tmp_path, SESSION_HOURS="8")
    assert (found.home, found.office_name, found.session_hours) == (tmp_path, "市数据局", 8)


def test_without_a_file_the_environment_and_the_defaults_hold(tmp_path: Path) -> None:
    assert read(tmp_path, OFFICE_PHONE="010") == Settings(home=tmp_path, office_phone="010")


@pytest.mark.parametrize(
    "dates", ['["2026-10-08", "2026-10-09"]', "[2026-10-08, 2026-10-09]", '"2026-10-08，2026-10-09"']
)
@pytest.mark.parametrize("domains", ['["gov.cn", "example.cn"]', '"gov.cn, example.cn"'])
@pytest.mark.parametrize("books", ['["beijing-2017", "beijing-2025"]', '"beijing-2017,beijing-2025"'])
def test_a_list_is_an_array_or_a_text_with_commas(tmp_path: Path, dates: str, domains: str, books: str) -> None:
    written(tmp_path, f"quiet_dates = {dates}\nmail_domains = {domains}\nrulebook = {books}\n")
    found = read(tmp_path)
    assert found.quiet_dates == [date(2026, 10, 8), date(2026, 10, 9)]
    assert found.mail_domains == ["gov.cn", "example.cn"]
    assert found.rulebook_ids == ["beijing-2017", "beijing-2025"]


@pytest.mark.parametrize("hours", ['"8:30"', "08:30:00"])
def test_a_time_is_a_text_or_a_time(tmp_path: Path, hours: str) -> None:
    written(tmp_path, f"office_hours_from = {hours}\n")
    assert read(tmp_path).office_hours_from == time(8, 30)


def test_a_file_may_begin_with_a_byte_order_mark(tmp_path: Path) -> None:
    written(tmp_path, '\ufeffoffice_name = "市数据局"\n')
    assert read(tmp_path).office_name == "市数据局"


@pytest.mark.parametrize(
    ("line", "what", "todo"),
    [
        ('smpt_url = "smtp://a"', "没有这项设置", "smtp_url"),
        ('NEGOTIATION_SMTP_URL = "smtp://a"', "没有这项设置", "smtp_url"),
        ('zz = "1"', "没有这项设置", "docs/deployment.md"),
        ('[mail]\nfrom = "a@gov.cn"', "没有这项设置", "mail_from"),
        ('home = "/srv"', "不能写在这里", "NEGOTIATION_HOME"),
        ("session_hours = 0", "“0”不得小于 1", ""),
        ('session_hours = "x"', "“x”应为整数", ""),
        ("session_hours = 1.5", "应为整数", ""),
        ("session_hours = true", "true", ""),
        ("office_name = 5", "应为文字", ""),
        ("smtp_url = 5", "应为文字", "smtp://"),
        ("mail_domains = 5", "应为列表", "逗号"),
        ("quiet_dates = [2026-10-08, 5]", "不是日期", "逗号"),
        ("office_hours_from = 9", "不是时间", "09:00"),
        ('office_hours_to = "08:00"', "不早于", "17:30"),
        ('base_url = "sharing.gov.cn"', "https://", "https://"),
    ],
)
def test_what_cannot_be_used_is_named_by_its_file_and_key(tmp_path: Path, line: str, what: str, todo: str) -> None:
    path = written(tmp_path, line)
    fault = refused(tmp_path)
    assert fault.where == f"{path} · {line.strip('[').split(' ')[0].split(']')[0]}"
    assert what in fault.what
    assert fault.todo
    assert todo in fault.todo


def test_all_that_cannot_be_used_is_named_at_once_each_at_its_place(tmp_path: Path) -> None:
    path = written(tmp_path, 'zz = 1\nsession_hours = 0\nsmtp_url = "x"\n')
    told = str(refused(tmp_path, OFFICE_MAIL="nobody"))
    for place in (f"{path} · zz", f"{path} · session_hours", f"{path} · smtp_url", "NEGOTIATION_OFFICE_MAIL"):
        assert place in told


def test_a_variable_takes_the_place_of_a_wrong_value_in_the_file(tmp_path: Path) -> None:
    written(tmp_path, "session_hours = 0\n")
    assert read(tmp_path, SESSION_HOURS="9").session_hours == 9


@pytest.mark.parametrize(
    ("text", "what"),
    [
        (f'office_name = "a"\nsmtp_url = smtp://{SECRET}\n', "第 2 行"),
        (f'smtp_url = "{SECRET}', "TOML"),
        ("session_hours = 1\nsession_hours = 2\n", "TOML"),
    ],
)
def test_a_file_that_is_no_toml_is_named_by_its_line_and_not_by_what_stands_there(
    tmp_path: Path, text: str, what: str
) -> None:
    path = written(tmp_path, text)
    fault = refused(tmp_path)
    assert fault.where == str(path)
    assert what in fault.what
    assert SECRET not in str(fault)


def test_a_file_in_another_encoding_is_refused(tmp_path: Path) -> None:
    written(tmp_path, "").write_bytes('office_name = "市数据局"'.encode("gb18030"))
    assert "UTF-8" in refused(tmp_path).todo


def test_a_folder_of_that_name_is_refused(tmp_path: Path) -> None:
    (tmp_path / "settings.toml").mkdir()
    assert "文件夹" in refused(tmp_path).what


WITH_A_PASSWORD = f'smtp_url = "smtps://noreply:{SECRET}@mail.gov.cn"\n'


@pytest.mark.skipif(os.name != "posix", reason="rights as POSIX has them")
@pytest.mark.parametrize("mode", [0o644, 0o604, 0o602])
def test_a_password_that_everybody_may_read_or_change_is_refused(tmp_path: Path, mode: int) -> None:
    path = written(tmp_path, WITH_A_PASSWORD, mode)
    fault = refused(tmp_path)
    assert fault.where == str(path)
    assert "chmod" in fault.todo
    assert SECRET not in str(fault)


@pytest.mark.parametrize("mode", [0o600, 0o640])
def test_a_password_that_its_owner_or_its_group_reads_is_taken(tmp_path: Path, mode: int) -> None:
    written(tmp_path, WITH_A_PASSWORD, mode)
    assert SECRET in read(tmp_path).smtp_url


def test_a_file_without_a_password_may_be_read_by_all(tmp_path: Path) -> None:
    written(tmp_path, 'smtp_url = "smtp://mail.gov.cn"\n', 0o644)
    assert read(tmp_path).smtp_url == "smtp://mail.gov.cn"


def test_a_home_with_a_file_has_more_set_than_the_home(tmp_path: Path) -> None:
    here = {"NEGOTIATION_HOME": str(tmp_path)}
    assert only_home_is_set(here)
    written(tmp_path, "")
    assert not only_home_is_set(here)


@pytest.mark.parametrize("command", ["doctor", "cases", "calendar due 2026-09-18 5"])
def test_a_wrong_file_is_named_at_every_start(terminal: Terminal, command: str) -> None:
    path = written(terminal.home, "session_hours = 0\n")
    status, out, err = terminal.run(*command.split())
    assert (status, out) == (2, "")
    assert f"{path} · session_hours" in err


def test_the_doctor_says_which_file_was_read(terminal: Terminal) -> None:
    assert "没有" in terminal.json("doctor")["facts"]["settings_file"]
    path = written(terminal.home, 'office_mail = "office@sharing.gov.cn"\n')
    found = terminal.json("doctor")
    assert found["facts"]["settings_file"] == str(path)
    assert "办公室的邮箱" not in json.dumps(found["findings"], ensure_ascii=False)
