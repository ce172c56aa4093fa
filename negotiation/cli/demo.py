"""The demonstration on the terminal: how far its history is, where its desk is, what became of it."""

import email
import email.policy
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from email.message import EmailMessage
from pathlib import Path

from rich.panel import Panel
from rich.text import Text

from negotiation import demo
from negotiation.cli import console
from negotiation.cli.desk import print_desk
from negotiation.core.json_text import as_text
from negotiation.core.labels import ACCOUNT_ROLE_TITLES
from negotiation.core.settings import Settings
from negotiation.demo.history import City
from negotiation.demo.people import ACCOUNTS, PASSWORD, DemoAccount
from negotiation.services.desk import desk


def build(settings: Settings, at: datetime) -> None:
    """Builds the city as it stands at an instant; shows the office's desk and a mail."""
    built = demo.build(settings, at, _days)
    _print_city(built)
    built.database.close()


def run(settings: Settings, at: datetime, port: int, *, as_json: bool) -> None:
    """Runs the demonstration on that port or the next free one; prints where, and with which accounts."""
    demo.run(settings, at, port, _days, _welcome_in_json if as_json else _welcome)


def _days(history: Sequence[date]) -> Iterator[date]:
    """The days of the history one by one, with a bar on stderr."""
    with console.progress("演示城市的九十天", len(history)) as advance:
        for day in history:
            yield day
            advance()


def _welcome(address: str, home: Path) -> None:
    rows = [(each.login, ACCOUNT_ROLE_TITLES[each.role], each.department) for each in ACCOUNTS]
    screen = console.console()
    screen.print(console.table(f"账号（密码都是 {PASSWORD}）", ("账号", "角色", "部门"), rows))
    screen.print(f"邮件存于 {home / 'mail'}（不外发）；按 Ctrl-C 停止。请在浏览器中打开：")
    screen.print(address, style="bold")


def _welcome_in_json(address: str, _home: Path) -> None:
    answer = {"address": address, "password": PASSWORD, "accounts": list(map(_as_json, ACCOUNTS))}
    print(as_text(answer), flush=True)


def _as_json(account: DemoAccount) -> dict[str, object]:
    return {"login": account.login, "role": account.role.value, "department": account.department}


def _print_city(built: City) -> None:
    screen = console.console()
    print_desk(desk(built.database, built.context, built.today), built.today, built.context)
    home = built.context.settings.home
    mails = sorted((home / "mail").glob("*.eml"))
    screen.print(f"邮件共 {len(mails)} 封，存于 {home / 'mail'}（不外发）。其中一封：")
    screen.print(Panel(Text(_one_reminder(mails)), width=100))
    screen.print(f"接着看：NEGOTIATION_HOME={home} negotiation cases")


def _one_reminder(mails: list[Path]) -> str:
    """The last mail that reminds of one term: it shows the ruler of days."""
    for path in reversed(mails):
        message = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
        assert isinstance(message, EmailMessage)
        if "届满" in message["Subject"]:
            body = message.get_body(("plain",))
            text = body.get_content() if body is not None else ""
            return f"收件人：{message['To']}\n主题：{message['Subject']}\n\n{text}"
    return ""
