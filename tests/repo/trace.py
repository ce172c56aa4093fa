"""The way from a reply's POST to its mail, in functions: ``python -m tests.repo.trace`` walks it once and counts.

A fresh SQLite database, the real pages, a real mail server on this machine. The head of the provider answers with
``agree``; then the post is worked once. Counted are the functions of ``negotiation`` that are called between the POST
and its answer, and in that pass of the post, and the modules in which they stand. ``--list`` names them. Exit 1 where
they are more than the ceiling.
"""

import sys
import tempfile
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import CodeType, FrameType
from typing import Any

from argon2 import Parameters, Type
from fastapi.testclient import TestClient

import negotiation
from negotiation import demo
from negotiation.core.enums import AccountRole
from negotiation.core.settings import Settings
from negotiation.demo.mail_server import serve_mail
from negotiation.notifications import dispatcher
from negotiation.services.accounts import management, passwords
from negotiation.services.context import Context
from negotiation.store import migrate
from negotiation.store.database import Database
from negotiation.web import create_app
from tests.conftest import MEASURES, POLICE, Story, admin_at, at, settle_in
from tests.web_client import PASSWORD, Browser

PRODUCT = str(Path(negotiation.__file__).parent)
THEIRS = str(Path(demo.__file__).parent)  # the mail server that receives stands for another's
SUBMITTED, ANSWERED = "2026-09-18", "2026-09-21"
CEILING, AIM = 388, 230  # functions on the whole way; whoever shortens it writes the new number here


@dataclass
class Recorder:
    """Counts the calls of the product's functions while it is listening, on every thread that begins after it."""

    listening: bool = False
    calls: Counter[CodeType] = field(default_factory=Counter)

    def __call__(self, frame: FrameType, happened: str, _value: Any) -> None:
        place = frame.f_code.co_filename
        if self.listening and happened == "call" and place.startswith(PRODUCT) and not place.startswith(THEIRS):
            self.calls[frame.f_code] += 1

    @contextmanager
    def recording(self) -> Iterator[Counter[str]]:
        """What is called within: calls by ``module:function``. Lambdas and comprehensions belong to who holds them."""
        self.calls.clear()
        called: Counter[str] = Counter()
        self.listening = True
        yield called
        self.listening = False
        for code, calls in self.calls.items():
            if not code.co_name.startswith("<"):
                called[f"{_module(code)}:{code.co_qualname.replace('.<locals>', '')}"] += calls


def _module(code: CodeType) -> str:
    return Path(code.co_filename).relative_to(PRODUCT).with_suffix("").as_posix().replace("/", ".")


@dataclass(frozen=True)
class Way:
    """Calls by ``module:function`` of the two halves of the way."""

    reply: Counter[str]
    mail: Counter[str]

    @property
    def both(self) -> Counter[str]:
        return self.reply + self.mail


def trace() -> Way:
    """Walks the way once and returns what was called on it."""
    recorder = Recorder()
    threading.setprofile(recorder)
    sys.setprofile(recorder)
    try:
        with tempfile.TemporaryDirectory() as folder, serve_mail(Path(folder) / "mail", "") as smtp_url:
            return _walked(recorder, Path(folder), smtp_url)
    finally:
        sys.setprofile(None)
        threading.setprofile(None)


def _walked(recorder: Recorder, home: Path, smtp_url: str) -> Way:
    settings = Settings(home=home, office_mail="office@sharing.gov.cn", smtp_url=smtp_url, rulebook=MEASURES)
    database = Database(f"sqlite:///{home / 'negotiation.db'}")
    migrate.prepare(database)
    context = settle_in(database, settings)
    story = Story(database, context).submitted(SUBMITTED)
    dispatcher.run(database, context, at(SUBMITTED, "10:30"))  # what is told of the application leaves before
    _open_account(database, context)
    reply = _answered(recorder, settings, database, story.no)
    assert story.state == "agreed", "the reply was not taken"
    with recorder.recording() as mail:
        posted = dispatcher.run(database, context, at(ANSWERED, "10:30"))
    assert posted.sent, "no mail left"
    database.close()
    return Way(reply, mail)


def _open_account(database: Database, context: Context) -> None:
    passwords.PARAMETERS = Parameters(Type.ID, 19, 16, 32, 1, 8, 1)  # nobody guesses this one
    management.create_account(
        database,
        login="chief",
        name="李警",
        roles={AccountRole.HEAD},
        department_id=context.directory.by_name[POLICE].id,
        password=PASSWORD,
        operation=admin_at(at(SUBMITTED)),
    )
    with database.read() as transaction:
        context.refresh(transaction)  # a department that signs in from now on is no part of the way


def _answered(recorder: Recorder, settings: Settings, database: Database, no: str) -> Counter[str]:
    """Signs in, opens the form and sends it; the calls from the POST to its answer, without the page it leads to."""
    app = create_app(settings, database, clock=lambda: at(ANSWERED))
    with TestClient(app, base_url="http://testserver", follow_redirects=True) as client:
        browser = Browser(client)
        browser.post("/signin", login="chief", password=PASSWORD, back="/")
        form = f"/cases/{no}/acts/agree"
        fields = {"version": browser.get(form).hidden("version"), "csrf": browser.csrf, "reviewed": "yes"}
        with recorder.recording() as reply:
            client.post(form, data=fields | {"on": ANSWERED, "signed": "yes"}, follow_redirects=False)
    return reply


def modules(called: Counter[str]) -> set[str]:
    """The modules in which the called functions stand."""
    return {each.partition(":")[0] for each in called}


def main(words: list[str]) -> int:
    """Prints the counts, with ``--list`` the functions too."""
    way = trace()
    for title, called in (("together", way.both), ("reply's POST", way.reply), ("pass of the post", way.mail)):
        print(f"{title:18}{len(called):>5} functions{len(modules(called)):>4} modules{called.total():>6} calls")
        if "--list" in words:
            print(*(f"  {each}  {calls}" for each, calls in sorted(called.items())), sep="\n")
    print(f"ceiling {CEILING}, aim {AIM}" + (": lower the ceiling" if len(way.both) < CEILING else ""))
    return int(len(way.both) > CEILING)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
