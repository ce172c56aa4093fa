"""The demonstration: a city with its history, and the desk of its office to try it at.

``people``: who works there; ``scenarios``: how their cases go; ``history`` and ``today`` live through them;
``resources``: the catalogue; ``mail_server``: the server that keeps the mails; ``processes``: desk and worker.
"""

import shutil
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from negotiation.core.errors import UsageError
from negotiation.core.settings import Settings
from negotiation.demo import history, processes
from negotiation.demo.history import City, Days
from negotiation.demo.mail_server import LOOPBACK, demand_installed, serve_mail
from negotiation.demo.people import MAIL_DOMAIN, OFFICE_NAME, REFUSED, RULEBOOKS

PORT_FILE = "port"


def build(settings: Settings, at: datetime, days: Days) -> City:
    """Builds the city as it stands at an instant in its own home, HOME/demo; ``days`` as in ``history.build``."""
    home = _emptied(settings)
    with serve_mail(home / "mail", REFUSED) as smtp_url:
        return history.build(_own(settings, home, smtp_url, settings.base_url), at, days)


def run(settings: Settings, at: datetime, port: int, days: Days, welcome: Callable[[str, Path], None]) -> None:
    """Builds it and runs desk, worker and mail server on this machine, on that port or the next free one.

    As soon as the desk answers, ``welcome`` is given its address and its home; ends on SIGTERM or Ctrl-C.
    """
    home, port = _emptied(settings), processes.free_port(port)
    address = f"http://{LOOPBACK}:{port}"
    with serve_mail(home / "mail", REFUSED) as smtp_url:
        settings = _own(settings, home, smtp_url, address)
        history.build(settings, at, days).database.close()
        (home / PORT_FILE).write_text(str(port))
        try:
            processes.run(settings, port, lambda: welcome(address, home))
        finally:
            (home / PORT_FILE).unlink()


def _emptied(settings: Settings) -> Path:
    """The home of the demonstration, without the last one; a running one is not pulled from under its desk."""
    demand_installed()
    home = settings.home / "demo"
    known = home / PORT_FILE
    if known.exists() and processes.answers(int(known.read_text())):
        raise UsageError(
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
                "office_name": OFFICE_NAME, "office_code": "京政数",
                "office_mail": f"office@{MAIL_DOMAIN}", "office_phone": "010-55550000",
                "mail_from": f"noreply@{MAIL_DOMAIN}"}
    )  # fmt: skip
