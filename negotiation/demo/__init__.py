"""The demonstration: a city with its history, and the desk of its office to try it at.

``cast`` who plays, ``courses`` how their cases go, ``city`` and ``morning`` live through them, ``postbox`` is the mail
server of the play, ``running`` the processes.
"""

import email
import email.policy
import shutil
from datetime import datetime
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from rich.panel import Panel
from rich.text import Text

from negotiation import desk, show
from negotiation.demo import city, running
from negotiation.demo.cast import ACCOUNTS, MAIL_DOMAIN, PASSWORD, REFUSED, RULEBOOKS, Played
from negotiation.demo.city import City
from negotiation.demo.postbox import LOOPBACK, postbox
from negotiation.errors import WrongUse
from negotiation.settings import Settings
from negotiation.views import as_text
from negotiation.vocabulary import ACCOUNT_ROLE_TITLES

PORT_FILE = "port"


def build(settings: Settings, at: datetime) -> None:
    """Builds the city as it stands at an instant in its own home, HOME/demo; shows the office's desk and a mail."""
    home = _emptied(settings)
    with postbox(home / "mail", REFUSED) as smtp_url:
        built = city.build(_own(settings, home, smtp_url, settings.base_url), at)
    _show(built)
    built.database.close()


def run(settings: Settings, at: datetime, port: int, *, as_json: bool) -> None:
    """Builds it and runs desk, worker and mail server on this machine, on that port or the next free one.

    Says where, and with which accounts, as soon as the desk answers; ends on SIGTERM or Ctrl-C.
    """
    home, port = _emptied(settings), running.free_port(port)
    address = f"http://{LOOPBACK}:{port}"
    with postbox(home / "mail", REFUSED) as smtp_url:
        settings = _own(settings, home, smtp_url, address)
        city.build(settings, at).database.close()
        (home / PORT_FILE).write_text(str(port))
        try:
            running.run(settings, port, lambda: _welcome(address, home, as_json))
        finally:
            (home / PORT_FILE).unlink()


def _emptied(settings: Settings) -> Path:
    """The home of the demonstration, without the last one; a running one is not pulled from under its desk."""
    home = settings.home / "demo"
    known = home / PORT_FILE
    if known.exists() and running.answers(int(known.read_text())):
        raise WrongUse(
            f"演示正在运行：http://{LOOPBACK}:{known.read_text()}",
            where=str(home),
            todo="请先停止它（Ctrl-C），或设 NEGOTIATION_HOME 另用一个目录",
        )
    shutil.rmtree(home, ignore_errors=True)
    return home


def _own(settings: Settings, home: Path, smtp_url: str, address: str) -> Settings:
    return settings.model_copy(
        update={"home": home, "database_url": "", "rulebook": RULEBOOKS,
                "smtp_url": smtp_url, "base_url": address,
                "office_mail": f"office@{MAIL_DOMAIN}", "office_phone": "010-55550000",
                "mail_from": f"noreply@{MAIL_DOMAIN}"}
    )  # fmt: skip


# ------------------------------------------------------------------------------------------------------ what is said


def _welcome(address: str, home: Path, as_json: bool) -> None:
    if as_json:
        print(
            as_text({"address": address, "password": PASSWORD, "accounts": list(map(_as_json, ACCOUNTS))}), flush=True
        )
        return
    rows = [(each.login, ACCOUNT_ROLE_TITLES[each.role], each.department) for each in ACCOUNTS]
    screen = show.console()
    screen.print(show.table(f"账号（密码都是 {PASSWORD}）", ("账号", "角色", "部门"), rows))
    screen.print(f"邮件存于 {home / 'mail'}（不外发）；按 Ctrl-C 停止。请在浏览器中打开：")
    screen.print(address, style="bold")


def _as_json(played: Played) -> dict[str, Any]:
    return {"login": played.login, "role": played.role.value, "department": played.department}


def _show(built: City) -> None:
    screen = show.console()
    desk.tell(desk.desk(built.database, built.practice, built.today), built.today)
    home = built.practice.settings.home
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
