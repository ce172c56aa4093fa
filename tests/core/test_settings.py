"""Settings are read whole at every start: what cannot be used is named, with how it is written, and never a secret."""

import socket
import threading
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from negotiation.core.settings import Settings
from tests.cli.terminal import Terminal

SECRET = "geheim"
WRONG = [
    ("SMTP_URL", f"smtp://noreply@sharing.gov.cn:{SECRET}#ss@127.0.0.1:2525", "%23"),
    ("SMTP_URL", f"smtp://noreply:{SECRET}/ss@127.0.0.1:2525", "%2F"),
    ("SMTP_URL", f"smtp://noreply:{SECRET}?ss@127.0.0.1:2525", "%3F"),
    ("SMTP_URL", f"smtp://noreply:{SECRET}%ss@127.0.0.1:2525", "%25"),
    ("SMTP_URL", f"smtp://noreply:12/{SECRET}@127.0.0.1", "%2F"),
    ("SMTP_URL", "mail.sharing.gov.cn:25", "缺少 smtp://"),
    ("SMTP_URL", "http://mail.sharing.gov.cn", "http:// 不能用"),
    ("SMTP_URL", f"smtp://noreply:{SECRET}@mail.sharing.gov.cn:25a", "端口"),
    ("SMTP_URL", "smtp://mail.sharing.gov.cn:99999", "端口"),
    ("SMTP_URL", "smtp://mail.sharing.gov.cn:0", "端口"),
    ("SMTP_URL", f"smtp://noreply:{SECRET}@", "没有写主机"),
    ("DATABASE_URL", f"mysql://office:{SECRET}@127.0.0.1/office", "mysql:// 不能用"),
    ("DATABASE_URL", f"postgresql://office:{SECRET}@ss@127.0.0.1/office", "%40"),
    ("DATABASE_URL", f"postgresql://office:{SECRET}@127.0.0.1:x/office", "端口"),
    ("DATABASE_URL", f"office:{SECRET}@127.0.0.1/office", "缺少 postgresql://"),
    ("DATABASE_URL", "sqlite://office.db", "三条斜线"),
    ("MAIL_FROM", "办公室", "不是邮箱地址"),
    ("OFFICE_MAIL", "office at sharing.gov.cn", "不是邮箱地址"),
    ("MAIL_DOMAINS", "@gov.cn", "不是域名"),
    ("MAIL_DOMAINS", '["gov.cn"', "方括号"),
    ("QUIET_DATES", "2026-02-30", "不是日期"),
    ("QUIET_DATES", "2026-10-08,明天", "不是日期"),
    ("SECOND_FACTOR_ROLES", "office_clerk,boss", "“boss”不是角色"),
    ("OFFICE_HOURS_FROM", "18:00", "不早于"),
    ("OFFICE_HOURS_FROM", "9", "不是时间"),
    ("OFFICE_HOURS_TO", "25:00", "不是时间"),
    ("BASE_URL", "sharing.gov.cn", "缺少 https://"),
    ("SESSION_HOURS", "abc", "应为整数"),
    ("SESSION_HOURS", "0", "不得小于 1"),
    ("SESSION_IDLE_MINUTES", "9" * 12, "不得大于"),
    ("ATTACHMENT_MEGABYTES", "201", "不得大于 200"),
    ("OFFICE_NAME", "张\ue123三办公室", "请改用标准汉字"),
    ("OFFICE_NAME", "办公室\n二", "只能写一行"),
    ("OFFICE_NAME", "办公室".encode("gbk").decode(errors="surrogateescape"), "不是 UTF-8"),
]


@pytest.mark.parametrize(("name", "value", "told"), WRONG)
@pytest.mark.parametrize(
    "command", [("doctor",), ("desk",), ("rulebook", "list"), ("serve",), ("worker",)], ids=" ".join
)
def test_a_wrong_setting_is_named_at_every_start(
    terminal: Terminal, monkeypatch: Any, name: str, value: str, told: str, command: tuple[str, ...]
) -> None:
    monkeypatch.setenv(f"NEGOTIATION_{name}", value)
    monkeypatch.setattr("negotiation.cli.serve._demand_free", lambda *_: pytest.fail("it started"))
    status, out, said = terminal.run(*command)
    assert (status, out) == (2, "")
    assert f"NEGOTIATION_{name}" in said
    assert told in said
    assert SECRET not in said


def test_all_that_is_wrong_is_said_at_once(terminal: Terminal, monkeypatch: Any) -> None:
    monkeypatch.setenv("NEGOTIATION_SMTP_URL", f"smtp://a:{SECRET}#@b")
    monkeypatch.setenv("NEGOTIATION_SESSION_HOURS", "x")
    said = terminal.run("doctor")[2]
    assert "NEGOTIATION_SMTP_URL" in said
    assert "NEGOTIATION_SESSION_HOURS" in said
    assert SECRET not in said


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("MAIL_DOMAINS", "gov.cn"),
        ("MAIL_DOMAINS", "gov.cn，example.cn、 other.cn"),
        ("MAIL_DOMAINS", '["gov.cn", "example.cn"]'),
        ("QUIET_DATES", "2026-10-08, 2026年10月9日，2026/10/12"),
        ("QUIET_DATES", '["2026-10-08"]'),
        ("RULEBOOK", "beijing-2017，beijing-2025"),
        ("RULEBOOK", '["beijing-2017", "beijing-2025"]'),
        ("OFFICE_HOURS_FROM", "8：30"),
        ("BASE_URL", "https://sharing.gov.cn/desk/"),
    ],
)
def test_a_list_is_written_with_commas_or_as_before(
    terminal: Terminal, monkeypatch: Any, name: str, value: str
) -> None:
    monkeypatch.setenv(f"NEGOTIATION_{name}", value)
    status, _, said = terminal.run("desk")
    assert (status, said) == (0, "")


@pytest.mark.parametrize(
    ("name", "near"),
    [("SMPT_URL", "NEGOTIATION_SMTP_URL"), ("MAIL_DOMAIN", "NEGOTIATION_MAIL_DOMAINS"), ("ZZ", "README")],
)
def test_the_doctor_remarks_a_name_that_is_no_setting(
    terminal: Terminal, monkeypatch: Any, name: str, near: str
) -> None:
    monkeypatch.setenv(f"NEGOTIATION_{name}", SECRET)
    found = [each for each in terminal.json("doctor")["findings"] if f"NEGOTIATION_{name} " in each["what"]]
    assert [each["serious"] for each in found] == [False]
    assert near in found[0]["todo"]
    assert SECRET not in str(found)


def of_the_mail(terminal: Terminal) -> list[str]:
    return [each["what"] for each in terminal.json("doctor")["findings"] if "没有应答" in each["what"]]


def test_the_doctor_says_when_the_mail_server_does_not_answer(terminal: Terminal, monkeypatch: Any) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    monkeypatch.setenv("NEGOTIATION_SMTP_URL", f"smtp://a:{SECRET}%23@127.0.0.1:{port}")
    assert of_the_mail(terminal) == ["邮件服务器没有应答（端口拒绝连接）"]


def test_a_mail_server_that_greets_is_no_finding(terminal: Terminal, monkeypatch: Any) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:

        def greet() -> None:
            connection, _ = server.accept()
            connection.sendall(b"220 ready\r\n")
            connection.recv(100)
            connection.close()

        threading.Thread(target=greet, daemon=True).start()
        monkeypatch.setenv("NEGOTIATION_SMTP_URL", f"smtp://127.0.0.1:{server.getsockname()[1]}")
        assert of_the_mail(terminal) == []


def test_the_doctor_says_when_the_database_does_not_answer(terminal: Terminal, monkeypatch: Any) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    monkeypatch.setenv("NEGOTIATION_DATABASE_URL", f"postgresql://office:{SECRET}@127.0.0.1:{port}/office")
    status, out, said = terminal.run("doctor")
    assert status == 1
    assert "数据库" in out
    assert SECRET not in out + said


def test_a_program_may_set_dates_as_dates(tmp_path: Path) -> None:
    rest = [date(2026, 10, 8), date(2026, 10, 9)]
    assert Settings(home=tmp_path, quiet_dates=rest).quiet_dates == rest
