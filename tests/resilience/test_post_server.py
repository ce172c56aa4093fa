"""Mail servers as they are: busy, choosy, hanging up, down. Real SMTP on 127.0.0.1; nothing is lost."""

import asyncio
import email
import email.policy
import socket
import threading
from collections.abc import Callable, Iterator
from email.message import EmailMessage
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword

from negotiation.core.errors import DatabaseUnavailable, UsageError
from negotiation.notifications import dispatcher
from negotiation.notifications.channels import smtp
from negotiation.notifications.dispatcher import DispatchResult
from negotiation.services.context import Context
from negotiation.store.database import Database
from tests.conftest import JUSTICE, Story, at
from tests.installed import PATIENCE

FRIDAY = "2026-09-18"


class Server:
    """A mail server whose temper a test sets: what it answers to a recipient and to a message."""

    def __init__(self) -> None:
        self.taken: list[EmailMessage] = []
        self.connections = 0
        self.data_seen = 0
        self.on_recipient: Callable[[str], str] = lambda _address: "250 OK"
        self.on_data: Callable[[], str] = lambda: "250 OK"
        self.hang_up = 0
        self._lock = threading.Lock()

    async def handle_EHLO(  # noqa: N802 - aiosmtpd's names
        self, _server: Any, session: Any, _envelope: Any, name: str, lines: list[str]
    ) -> list[str]:
        session.host_name = name
        self.connections += 1
        return lines

    async def handle_RCPT(self, _server: Any, _session: Any, envelope: Envelope, address: str, _options: Any) -> str:  # noqa: N802
        answer = self.on_recipient(address)
        if answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server: SMTP, _session: Any, envelope: Envelope) -> str:  # noqa: N802
        self.data_seen += 1
        answer = self.on_data()
        if self.hang_up:
            self.hang_up -= 1
            self._take(envelope)
            assert isinstance(server.transport, asyncio.Transport)
            server.transport.abort()
        elif answer.startswith("250"):
            self._take(envelope)
        return answer

    def _take(self, envelope: Envelope) -> None:
        content = envelope.original_content
        assert content is not None
        mail = email.message_from_bytes(content, policy=email.policy.default)
        assert isinstance(mail, EmailMessage)
        with self._lock:
            self.taken.append(mail)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@pytest.fixture
def server() -> Server:
    return Server()


@pytest.fixture
def port(server: Server) -> Iterator[int]:
    controller = Controller(server, hostname="127.0.0.1", port=free_port(), ready_timeout=PATIENCE)
    controller.start()
    yield controller.port
    controller.stop()


@pytest.fixture
def sent(database: Database, context: Context, port: int) -> Callable[..., DispatchResult]:
    _use(context, f"smtp://127.0.0.1:{port}")

    def run(hour: str = "10:30", on: str = FRIDAY) -> DispatchResult:
        return dispatcher.run(database, context, at(on, hour))

    return run


def _use(context: Context, url: str, connections: int = 2) -> None:
    context.settings = context.settings.model_copy(update={"smtp_url": url, "smtp_connections": connections})


def outcomes(database: Database) -> list[tuple[str, str, int]]:
    """State, the server's words, tries."""
    with database.read() as transaction:
        rows = transaction.connection.exec_driver_sql("SELECT state, said, tries FROM notice ORDER BY case_id, key")
        return [tuple(row) for row in rows]


def tasks(database: Database) -> list[str]:
    with database.read() as transaction:
        return [
            row[0] for row in transaction.connection.exec_driver_sql("SELECT title FROM task ORDER BY case_id, key")
        ]


def test_letters_arrive_whole_over_kept_connections(
    story: Story, sent: Callable[..., DispatchResult], server: Server, context: Context
) -> None:
    numbers = {story.submitted(FRIDAY).no for _ in range(12)}
    assert sent() == DispatchResult(12, 0, 0)
    assert {str(mail["Subject"]) for mail in server.taken} == {f"〔来件〕{number} 请办理" for number in numbers}
    assert server.connections <= context.settings.smtp_connections
    for mail in server.taken:
        text = mail.get_body(("plain",))
        assert text is not None
        assert "市民政局关于“常住人口基本信息”的共享申请" in text.get_content()
    assert not context.settings.mail_folder.exists()


def test_after_4xx_it_goes_later_with_growing_waits_as_the_same_message(
    story: Story, sent: Callable[..., DispatchResult], server: Server, database: Database
) -> None:
    story.submitted(FRIDAY)
    server.on_recipient = lambda _address: "451 4.7.1 greylisted, try again"
    assert sent("10:00") == DispatchResult(0, 1, 0)
    assert outcomes(database) == [("waiting", "邮件服务器按其规定暂不接收：暂时不能送达，稍后自动重试", 1)]
    assert sent("10:00") == DispatchResult(0, 0, 0)  # not before its minute is over
    assert sent("10:01") == DispatchResult(0, 1, 0)
    assert sent("10:02") == DispatchResult(0, 0, 0)  # two minutes now
    server.on_recipient = lambda _address: "250 OK"
    assert sent("10:03") == DispatchResult(1, 0, 0)
    assert [(state, tries) for state, _, tries in outcomes(database)] == [("sent", 3)]


def test_waits_double_up_to_four_hours() -> None:
    minutes = [dispatcher.wait(tries).total_seconds() / 60 for tries in range(1, 12)]
    assert minutes == [1, 2, 4, 8, 16, 32, 64, 128, 240, 240, 240]


def test_a_busy_answer_to_the_message_itself_goes_later_too(
    story: Story, sent: Callable[..., DispatchResult], server: Server, database: Database
) -> None:
    story.submitted(FRIDAY)
    server.on_data = lambda: "452 4.3.1 mail system full"
    assert sent("10:00") == DispatchResult(0, 1, 0)
    server.on_data = lambda: "250 OK"
    assert sent("10:01") == DispatchResult(1, 0, 0)


def test_an_address_refused_for_good_is_a_task_with_the_servers_words_and_the_others_arrive(
    story: Story, sent: Callable[..., DispatchResult], server: Server, database: Database
) -> None:
    story.submitted(FRIDAY)
    story.submitted(FRIDAY, provider=JUSTICE)
    server.on_recipient = lambda address: "550 5.1.1 no such user" if "sfj" in address else "250 OK"
    assert sent() == DispatchResult(1, 0, 1)
    assert [state for state, _, _ in outcomes(database)] == ["sent", "failed"]
    asked = f"请电话或发函联系{JUSTICE}，并更正邮箱a@sfj.gov.cn：退信（邮箱不存在），1封通知没有送达（{story.no}）"
    assert tasks(database) == [asked]
    assert sent("16:00") == DispatchResult(0, 0, 0)


def test_a_message_refused_for_good_is_a_task(
    story: Story, sent: Callable[..., DispatchResult], server: Server, database: Database
) -> None:
    story.submitted(FRIDAY)
    server.on_data = lambda: "554 5.7.1 rejected by policy"
    assert sent() == DispatchResult(0, 0, 1)
    assert "退信（邮件服务器按其规定拒收）" in tasks(database)[0]


def test_a_refused_digest_is_one_task_that_names_each_of_its_cases(
    story: Story, sent: Callable[..., DispatchResult], server: Server, database: Database
) -> None:
    numbers = [story.submitted(FRIDAY).no for _ in range(2)]
    sent()
    story.sweep("2026-09-29")
    server.on_recipient = lambda _address: "550 5.1.1 no such user"
    assert sent(on="2026-09-29") == DispatchResult(0, 0, 1)
    (title,) = tasks(database)
    assert f"2封通知没有送达（{'、'.join(numbers)}）" in title


def test_a_connection_lost_after_the_message_sends_the_same_message_again(
    story: Story, sent: Callable[..., DispatchResult], server: Server, database: Database
) -> None:
    story.submitted(FRIDAY)
    server.hang_up = 1
    assert sent("10:00") == DispatchResult(0, 1, 0)
    assert "连接中断" in outcomes(database)[0][1]
    assert sent("10:01") == DispatchResult(1, 0, 0)
    first, second = server.taken
    assert first["Message-ID"] == second["Message-ID"]


def test_a_lost_connection_is_opened_again_for_the_next_letter(
    story: Story, sent: Callable[..., DispatchResult], server: Server, context: Context
) -> None:
    for _ in range(4):
        story.submitted(FRIDAY)
    _use(context, context.settings.smtp_url, connections=1)
    server.hang_up = 1
    assert sent("10:00") == DispatchResult(3, 1, 0)
    assert server.connections == 2


def test_a_server_that_keeps_hanging_up_is_left_alone(
    story: Story, sent: Callable[..., DispatchResult], server: Server, context: Context
) -> None:
    for _ in range(30):
        story.submitted(FRIDAY)
    _use(context, context.settings.smtp_url, connections=1)
    server.hang_up = 30
    done = sent("10:00")
    assert (done.sent, done.deferred, done.failed) == (0, 30, 0)
    assert server.data_seen == smtp.LOST_IN_A_ROW
    assert "接连中断" in done.trouble


def test_a_server_that_is_down_puts_all_off_with_one_sentence(
    story: Story, database: Database, context: Context
) -> None:
    for _ in range(20):
        story.submitted(FRIDAY)
    port = free_port()
    _use(context, f"smtp://127.0.0.1:{port}")
    done = dispatcher.run(database, context, at(FRIDAY, "10:00"))
    assert (done.sent, done.deferred, done.failed) == (0, 20, 0)
    assert done.trouble.startswith("连接不上邮件服务器")
    assert f"127.0.0.1:{port}" in done.trouble  # told in the terminal and in the log alone
    assert {state for state, _, _ in outcomes(database)} == {"waiting"}
    assert all(done.trouble.startswith(said) for _, said, _ in outcomes(database))
    assert tasks(database) == []


@pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")  # on 127.0.0.1
def test_a_refused_login_is_nobodys_fault_but_the_settings(
    story: Story, database: Database, context: Context, server: Server
) -> None:
    story.submitted(FRIDAY)
    with _guarded(server) as port:
        _use(context, f"smtp://post%40office:wrong@127.0.0.1:{port}")
        done = dispatcher.run(database, context, at(FRIDAY, "10:00"))
        assert (done.sent, done.deferred, done.failed) == (0, 1, 0)
        assert "拒绝登录" in done.trouble
        assert "535" in done.trouble
        assert "wrong" not in done.trouble
        _use(context, f"smtp://post%40office:right@127.0.0.1:{port}")
        assert dispatcher.run(database, context, at(FRIDAY, "10:01")) == DispatchResult(1, 0, 0)


def test_a_sender_that_the_server_refuses_puts_all_off(
    story: Story,
    sent: Callable[..., DispatchResult],
    server: Server,
    database: Database,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def handle_MAIL(*_arguments: Any) -> str:  # noqa: N802
        return "550 5.7.1 sender not allowed"

    monkeypatch.setattr(server, "handle_MAIL", handle_MAIL, raising=False)
    story.submitted(FRIDAY)
    done = sent()
    assert (done.sent, done.deferred, done.failed) == (0, 1, 0)
    assert "不接受本系统的发件人" in done.trouble


@pytest.mark.parametrize("url", ["http://mail", "smtp://", "mail:25", "smtp://host:port", "smtp://host:99999"])
def test_a_server_address_that_is_none_is_said_at_once(
    url: str, story: Story, database: Database, context: Context
) -> None:
    story.submitted(FRIDAY)
    _use(context, url)
    with pytest.raises(UsageError, match="邮件服务器地址无法识别"):
        dispatcher.run(database, context, at(FRIDAY))
    assert [state for state, _, _ in outcomes(database)] == ["waiting"]


def test_a_folder_that_cannot_be_written_puts_all_off(story: Story, database: Database, context: Context) -> None:
    story.submitted(FRIDAY)
    context.settings.home.mkdir(parents=True)
    context.settings.mail_folder.write_text("not a folder")
    done = dispatcher.run(database, context, at(FRIDAY))
    assert (done.sent, done.deferred, done.failed) == (0, 1, 0)
    assert "不能写入邮件文件夹" in done.trouble


def test_what_was_sent_but_not_recorded_goes_again_as_the_same_message_and_is_recorded_once(
    story: Story,
    sent: Callable[..., DispatchResult],
    server: Server,
    database: Database,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for _ in range(5):
        story.submitted(FRIDAY)

    def broken(*_arguments: Any) -> None:
        raise DatabaseUnavailable("数据库正被其他进程占用")

    with monkeypatch.context() as patch:
        patch.setattr(dispatcher.DispatchRun, "_settle", broken)
        with pytest.raises(DatabaseUnavailable):
            sent("10:00")
    assert server.taken
    assert {state for state, _, _ in outcomes(database)} == {"claimed"}
    assert sent("10:11") == DispatchResult(5, 0, 0)
    assert len({mail["Message-ID"] for mail in server.taken}) == 5
    assert {state for state, _, _ in outcomes(database)} == {"sent"}


def test_two_posts_at_once_send_each_notice_once(
    story: Story, sent: Callable[..., DispatchResult], server: Server, database: Database
) -> None:
    for _ in range(30):
        story.submitted(FRIDAY)
    done: list[DispatchResult] = []
    threads = [threading.Thread(target=lambda: done.append(sent())) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(each.sent for each in done) == 30
    assert len({mail["Message-ID"] for mail in server.taken}) == len(server.taken) == 30


# Hands


class _guarded:  # noqa: N801 - reads as a context
    """A server that wants a login."""

    def __init__(self, server: Server) -> None:
        def authenticate(_server: Any, _session: Any, _envelope: Any, _mechanism: str, data: Any) -> AuthResult:
            assert isinstance(data, LoginPassword)
            return AuthResult(success=data.password == b"right", handled=False)

        self._controller = Controller(
            server, hostname="127.0.0.1", port=free_port(), ready_timeout=PATIENCE,
            authenticator=authenticate, auth_require_tls=False, auth_required=True,
        )  # fmt: skip

    def __enter__(self) -> int:
        self._controller.start()
        port: int = self._controller.port
        return port

    def __exit__(self, *_exception: object) -> None:
        self._controller.stop()


def test_nothing_is_said_to_a_server_without_encryption_where_it_is_demanded(
    database: Database, context: Context, port: int, server: Server, story: Story
) -> None:
    story.submitted(FRIDAY)
    _use(context, f"smtp+starttls://127.0.0.1:{port}")
    dispatcher.run(database, context, at(FRIDAY, "10:30"))
    assert (server.taken, server.data_seen) == ([], 0)
    assert {state for state, _, _ in outcomes(database)} == {"waiting"}
