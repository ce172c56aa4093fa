"""The desks at which the stories are told besides the terminal: the pages of the office, and a program of its own.

At each the case is read as programs read it; what the page of the case says is held against that.
"""

import re
from collections.abc import Callable, Sequence
from datetime import timedelta
from itertools import pairwise
from typing import Any, NamedTuple

from negotiation.core.enums import AccountRole
from negotiation.core.scopes import Scope
from negotiation.services.accounts import management, tokens
from negotiation.services.cases import timers
from negotiation.services.context import Context
from negotiation.store.database import Database
from tests.acceptance.conftest import Office
from tests.acceptance.test_story_items import ROLES, Desk
from tests.conftest import APPLICATION, CIVIL, POLICE, admin_at, at, everything
from tests.web_client import Browser, FakeClock

DEPARTMENTS = ("applicant", "provider")
OF_809 = {"class": "conditional", "scope": "市区两级民政部门"}  # what its application asks besides
TOUCHED = {"session", "account", "token"}  # by whoever signs in
TICKED = ("items", "refused_items", "shared_items")


class Served(NamedTuple):
    """The office's application with its database, the hand on its clock, and a way to sign in."""

    database: Database
    context: Context
    clock: FakeClock
    sign_in: Callable[[str], Browser]

    def kept(self) -> dict[str, list[str]]:
        """All that is to be as it was after something was refused."""
        return {table: rows for table, rows in everything(self.database).items() if table not in TOUCHED}


class ProgramDesk(Desk):
    """A program of the head of the office: it enters what came on paper, and what the office does."""

    def __init__(self, served: Served) -> None:
        self.served, self.database, self.no, self.case = served, served.database, "", {}
        self.client = served.sign_in("").client
        self.headers = {"Authorization": f"Bearer {_token_of_the_office(served)}"}

    def at(self, on: str) -> None:
        self.served.clock.now = at(on)

    def get(self, path: str) -> Any:
        answer = self.client.get(f"/api/v1{path}", headers=self.headers)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def post(self, path: str, body: Any) -> tuple[int, Any]:
        answer = self.client.post(f"/api/v1{path}", json=body, headers=self.headers)
        return answer.status_code, answer.json()

    def asked(self, *items: str, on: str = "2026-09-24") -> "Desk":
        return self.applied(OF_809 | {"items": "、".join(items)}, on)

    def applied(self, fields: dict[str, str], on: str) -> "Desk":
        """The application of a form with these fields, handed in on that day."""
        self.at(on)
        self._hand_in({"applicant": CIVIL, "provider": POLICE} | APPLICATION | fields, on)
        return self.seen(on)

    def _hand_in(self, fields: dict[str, str], on: str) -> None:
        body = {"procedure": "sharing", "fields": fields, "on": on, "signed_by": "王局长", "signed_on": on}
        status, case = self.post("/cases", body)
        assert status == 201, case
        self.no = case["no"]

    def act(self, event: str, on: str, *, entered: str = "", **fields: str) -> "Desk":
        says = self._sent(event, on, entered, fields)
        assert not says, says
        return self.seen(entered or on)

    def refused(self, event: str, on: str, *says: str, entered: str = "", **fields: str) -> None:
        before = self.served.kept()
        told = self._sent(event, on, entered, fields)
        assert told, "it was done"
        assert all(word in told for word in says), told
        assert self.served.kept() == before

    def _sent(self, event: str, on: str, entered: str, fields: dict[str, str]) -> str:
        """The sentence by which an act was refused; "" if it was done."""
        self.at(entered or on)
        role = ROLES.get(event, "office")
        signed = {"signed_by": "王局长", "signed_on": on} if role in DEPARTMENTS else {}
        status, said = self.post(f"/cases/{self.no}/acts/{event}", {"by": role, "on": on, "fields": fields, **signed})
        assert status in (200, 400, 409), said
        return "" if status == 200 else said["title"] + said["todo"]

    def swept(self, on: str) -> "Desk":
        timers.run(self.database, self.served.context, at(on))
        return self.seen(on)

    def seen(self, on: str) -> "Desk":
        self.at(on)
        self.case = self.get(f"/cases/{self.no}")
        return self

    def counted(self, *names: str, of: str = "") -> list[int]:
        self.at("2026-12-31")
        lines = self.get("/report/2026?as_of=2026-12-31")["figures"]["sharing"]["lines"]
        line = next(each for key, each in lines.items() if (of and each["title"] == of) or (not of and key == "total"))
        return [line["counts"].get(name, 0) for name in names]


class PageDesk(ProgramDesk):
    """The head of the office in a browser: the forms are filled in as they are asked, and the pages are read."""

    def _hand_in(self, fields: dict[str, str], on: str) -> None:
        page = self.served.sign_in("director").get("/apply/sharing")
        signed = {"signed_by": "王局长", "signed_on": on}
        page.post("/apply/sharing", **fields, **signed, on=on, submit="submit", reviewed="yes")
        assert page.url.startswith("/cases/"), words(page.page)
        self.no = page.url.rsplit("/", 1)[1]

    def _sent(self, event: str, on: str, entered: str, fields: dict[str, str]) -> str:
        self.at(entered or on)
        page, path = self.served.sign_in("director"), f"/cases/{self.no}/acts/{event}"
        page.get(f"{path}?as={ROLES.get(event, '')}")
        if page.status == 200:
            own = {"as": page.hidden("as"), "version": page.hidden("version"), "on": on, "reviewed": "yes"}
            own |= (
                {"signed_by": "王局长", "signed_on": on} if 'id="f-signed_by"' in page.page and ROLES.get(event) else {}
            )
            page.post(path, **filled_in(page.page, event, fields), **own)
        return "" if page.url == f"/cases/{self.no}" and page.status == 200 else words(page.page)

    def stands(self, state: str, **running: str) -> "Desk":
        """As everywhere; and the page says the same in words."""
        super().stands(state, **running)
        page = words(self.served.sign_in("director").get(f"/cases/{self.no}").page)
        assert f"状态： {self.case['state_title']}" in page
        assert all(due in page for due in running.values()), page
        return self

    def corrected(self, seq: int, do: str, **typed: Any) -> str:
        """The page after the form 更正登记 of an entry was sent on 5 November; what is not typed stays as it stands."""
        self.at("2026-11-05")
        page = self.served.sign_in("director").get(f"/cases/{self.no}/corrections/{seq}")
        stands = dict(re.findall(r'<(?:input|textarea)[^>]* name="(on|reason)"[^>]*?(?: value="|>)([^"<]*)', page.page))
        asked = {"version": page.hidden("version"), "reviewed": "yes", "reason_of_correction": "来文日期登记有误"}
        return words(page.post(f"/cases/{self.no}/corrections/{seq}", **{**stands, **asked, **typed}, do=do).page)


def filled_in(page: str, event: str, fields: dict[str, str]) -> dict[str, Any]:
    """What is typed into a form: item by item where it asks so, otherwise ticked."""
    rows = re.findall(r'name="answer\[(\d+)\]" aria-label="([^：]+)：答复"', page)
    if not rows:
        return {key: text.split("、") if key in TICKED else text for key, text in fields.items()}
    given = {key: fields[key].split("、") for key in TICKED if key in fields}
    refused = given.get("items", []) if event == "refuse" else given.get("refused_items", [])
    verbs = dict.fromkeys(given.get("items", []), "agree") | dict.fromkeys(refused, "refuse")
    answers = {f"answer[{n}]": verbs.get(name, "") if given else event for n, name in rows}
    return {key: text for key, text in fields.items() if key not in TICKED} | answers


def words(page: str) -> str:
    """The words of a page."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


class ProgramOffice(Office):
    """The program of the office tells of one case that is corrected."""

    def __init__(self, served: Served) -> None:
        self.desk, self.no = ProgramDesk(served), ""

    def opened(self, on: str) -> "Office":
        self.no = self.desk.asked(on=on).no
        return self

    def act(self, event: str, role: str, on: str, *fields: str, entered: str = "") -> "Office":
        assert ROLES.get(event, "office") == role
        self.desk.act(event, on, entered=entered, **dict(each.split("=", 1) for each in fields))
        return self

    def correct(self, seq: int, *words: str, on: str = "2026-11-05") -> Any:
        return self._done(on, ("correct", str(seq), *words))

    def strike(self, seqs: str, *words: str, on: str = "2026-11-05") -> Any:
        return self._done(on, ("strike", seqs, *words))

    def _done(self, on: str, words: Sequence[str]) -> Any:
        self.desk.at(on)
        status, answer = self.desk.post(f"/cases/{self.no}/corrections", correction_of(words))
        assert status == 200, answer
        return answer

    def refused(self, *words: str, on: str = "2026-11-05") -> dict[str, str]:
        self.desk.at(on)
        before = self.desk.served.kept()
        status, problem = self.desk.post(f"/cases/{self.no}/corrections", correction_of(words))
        assert status in (400, 404, 409), problem
        assert self.desk.served.kept() == before
        return {"what": problem["title"], "todo": problem["todo"]}

    def shown(self, on: str) -> Any:
        self.desk.at(on)
        return self.then("--as-of", on)

    def then(self, clock: str, day: str) -> Any:
        return self.desk.get(f"/cases/{self.no}?{clock[2:].replace('-', '_')}={day}")


def correction_of(words: Sequence[str]) -> dict[str, Any]:
    """The body of a correction, of the words of the command."""
    act, first, *others = words
    named = dict(pairwise(others))
    body: dict[str, Any] = {"reason": "来文日期登记有误", "dry_run": "--dry-run" in others, "corrections": []}
    if act == "correct":
        fields = dict([named["--field"].split("=", 1)]) if "--field" in named else {}
        body["corrections"] = [{"seq": int(first), "on": named.get("--on"), "fields": fields}]
    strikes = named.get("--strike", "") if act == "correct" else first
    return body | {"strikes": [int(each) for each in strikes.split(",") if each]}


def _token_of_the_office(served: Served) -> str:
    """A token for the head of the office, good for a year."""
    now, role = served.clock.now, AccountRole.OFFICE_HEAD
    made = management.create_account(
        served.database, login="program", name="程序", roles={role}, department_id=None, operation=admin_at(now)
    )
    until = now + timedelta(days=360)
    with served.database.write() as transaction:
        return tokens.create_token(
            transaction, made.person.id, "平台", tuple(Scope), expires_at=until, operation=admin_at(now)
        )
