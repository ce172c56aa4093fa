"""The idiomatic peer of the desk: ``def`` handlers, a Session as a dependency, SQLModel's select, a Jinja template.

Its list shows the same columns and figures; its act writes rows of the same kinds.
"""

import hashlib
import hmac
import secrets
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Annotated, Any

from fastapi import Depends, FastAPI, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from jinja2 import Environment
from sqlalchemy import event
from sqlmodel import Session, col, create_engine, func, or_, select

from negotiation.core.local_time import local_date
from negotiation.domain.notice_facts import DigestFacts
from negotiation.store.schema.accounts import Account
from negotiation.store.schema.accounts import Session as SessionRow
from negotiation.store.schema.cases import Case, Content, Event
from negotiation.store.schema.departments import Department
from negotiation.store.schema.notices import Notice
from negotiation.store.schema.tasks import Task
from negotiation.store.schema.terms import Term

ROWS = 50
TEMPLATE = """<!DOCTYPE html><html lang="zh-CN"><head><meta charset="utf-8"><title>案件</title></head><body>
<h1>{{ account.name }} {{ today }}</h1>
<ul>{% for title, number in tiles %}<li>{{ title }} {{ number }}</li>{% endfor %}</ul>
<form method="post"><input type="hidden" name="csrf" value="{{ csrf }}"></form>
<table><thead><tr><th>编号</th><th>状态</th><th>灯</th><th>使用部门</th><th>提供部门</th><th>资源名称</th><th>收到</th>
<th>答复期限</th><th>本环节至</th><th>办结</th></tr></thead><tbody>
{% for case in cases %}<tr><td class="number"><a href="/cases/{{ case.no | urlencode }}">{{ case.no }}</a></td>
<td>{{ case.state }}</td>
<td>{% if case.next_due and case.next_due < today %}<span class="light">▲ 逾期</span>{% elif case.next_due %}正常
{% else %}—{% endif %}</td>
<td>{{ names[case.applicant_id] }}</td><td>{{ names[case.provider_id] }}</td><td>{{ case.subject }}</td>
<td>{{ case.received_on or "" }}</td><td>{% if case.due_on %}<time datetime="{{ case.due_on }}">{{ case.due_on }}</time>
{% if not case.official %}暂定{% endif %}{% endif %}</td><td>{{ case.next_due or "" }}</td>
<td>{{ case.closed_on or "" }}</td></tr>
{% endfor %}</tbody></table>{% if next %}<a href="{{ next }}">下一页 →</a>{% endif %}</body></html>"""


def create_app(url: str, now: Any) -> FastAPI:
    """The application over a database that is filled already; ``now`` gives the instant."""
    engine = create_engine(url)
    event.listen(engine, "connect", _durable)
    template = Environment(autoescape=True).from_string(TEMPLATE)
    app = FastAPI()

    def session_of() -> Iterator[Session]:
        with Session(engine) as session:
            yield session

    Opened = Annotated[Session, Depends(session_of)]  # noqa: N806 - a type

    def signed_in(request: Request, session: Opened) -> SessionRow:
        digest = hashlib.sha256(request.cookies.get("session", "").encode()).digest()
        return session.exec(select(SessionRow).where(SessionRow.digest == digest)).one()

    SignedIn = Annotated[SessionRow, Depends(signed_in)]  # noqa: N806 - a type

    @app.get("/")
    def desk(  # the filters of the desk that are measured
        signed: SignedIn, session: Opened, text: str = "", state: str = "", light: str = "", sort: str = "next_due",
        descending: bool = False, all: bool = False, page: int = 0,
    ) -> Response:  # fmt: skip
        today = local_date(now())
        account = session.exec(select(Account).where(Account.id == signed.account_id)).one()
        query = select(Case)
        if not all:
            query = query.where(Case.ending == "")
        if state:
            query = query.where(Case.state == state)
        if light == "overdue":
            query = query.where(col(Case.next_due) < today)
        if light == "due_soon":
            query = query.where(col(Case.next_due).between(today, today + timedelta(days=5)))
        if text:
            query = query.where(or_(col(Case.no).startswith(text), col(Case.subject).contains(text)))
        order = col({"next_due": Case.next_due, "no": Case.no, "received": Case.received_on}[sort])
        query = query.order_by(order.desc() if descending else order, col(Case.id)).offset(page * ROWS).limit(ROWS)
        states = session.exec(select(Case.state, func.count()).where(Case.ending == "").group_by(Case.state)).all()
        overdue = session.exec(
            select(func.count()).select_from(Case).where(Case.ending == "", col(Case.next_due) < today)
        ).one()
        tasks = session.exec(select(func.count()).select_from(Task).where(col(Task.done_on).is_(None))).one()
        kept = request_of(text=text, state=state, light=light, sort=sort, descending=descending, all=all)
        facts = {
            "account": account,
            "csrf": signed.csrf,
            "today": today,
            "tiles": [*states, ("逾期", overdue), ("待办", tasks)],
            "cases": session.exec(query).all(),
            "names": dict(session.exec(select(Department.id, Department.name)).all()),
            "next": f"/?{kept}page={page + 1}",
        }
        return HTMLResponse(template.render(facts))

    @app.post("/cases/{no}/acts/{name}")
    def act(
        no: str, name: str, signed: SignedIn, session: Opened,
        csrf: Annotated[str, Form()], version: Annotated[int, Form()], on: Annotated[date, Form()],
        materials: Annotated[str, Form()],
    ) -> Response:  # fmt: skip
        assert hmac.compare_digest(csrf, signed.csrf)
        case = session.exec(select(Case).where(Case.no == no)).one()
        assert case.version == version
        terms = session.exec(select(Term).where(Term.case_id == case.id)).all()
        account = session.exec(select(Account).where(Account.id == signed.account_id)).one()
        _suspend(session, case, list(terms), account.name, on, now(), materials, name)
        session.commit()
        return RedirectResponse(f"/cases/{no}", status_code=303)

    return app


def request_of(**given: Any) -> str:
    return "".join(f"{key}={value}&" for key, value in given.items() if value)


def _suspend(
    session: Session, case: Case, terms: list[Term], actor: str, on: date, at: datetime, text: str, name: str
) -> None:
    """What the rulebook says of this act, written out by hand: the calendar and the law are not even asked."""
    case.version, case.state, case.suspended, case.last_on = case.version + 1, "supplementing", True, on
    terms[0].suspended_on, terms[0].frozen, terms[0].next_on = on, 5, None
    body, salt = f'{{"materials":"{text}"}}', secrets.token_bytes(16)
    digest = hashlib.sha256(salt + body.encode()).digest()
    case.head = hashlib.sha256(case.head + digest).digest()
    due = on + timedelta(days=14)
    session.add(
        Event(
            case_id=case.id,
            seq=case.version,
            event=name,
            actor=actor,
            role="provider",
            state=case.state,
            basis="",
            term=1,
            happened_on=on,
            recorded_at=at,
            content_digest=digest,
            digest=case.head,
        )
    )
    session.add(Content(case_id=case.id, seq=case.version, salt=salt, body=body))
    session.add(
        Term(
            case_id=case.id,
            n=len(terms) + 1,
            kind="supplement",
            department_id=case.applicant_id,
            main=False,
            started_on=on,
            counts_from=on,
            days=10,
            counted=10,
            due_on=due,
            official=True,
            next_on=due,
        )
    )
    session.add(
        Notice(
            case_id=case.id,
            key=f"case:{case.id}/event:{case.version}",
            kind="act",
            template="recorded",
            department_id=case.applicant_id or 0,
            facts=DigestFacts(text, ()),  # a text is all that the peer writes
            state="waiting",
            created_at=at,
            next_try=at,
        )
    )


def _durable(connection: Any, _record: object) -> None:
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}")
