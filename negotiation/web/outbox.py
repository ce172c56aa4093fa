"""The outbox: each mail and what became of it, as its reader sees it, and sent again or let go by a click."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlencode

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import RedirectResponse

from negotiation import forms, post
from negotiation.errors import NotFound, Overtaken, WrongUse
from negotiation.mail import UNWRITABLE, Words, Writer
from negotiation.sorting import as_written
from negotiation.store import cases, letters, outbox
from negotiation.store.database import Transaction
from negotiation.store.letters import Cursor, Wanted
from negotiation.store.outbox import NoticeRow
from negotiation.vocabulary import ACT_AS_OFFICE, OFFICE_ID, NoticeState
from negotiation.web.render import page
from negotiation.web.visit import Visit, form_of, visit_of

router = APIRouter()
FILTERS = ("state", "department", "text")
HELD_SHOWN = 200
AGAIN = (NoticeState.FAILED, NoticeState.SENT)


@router.get("/outbox")
async def list_page(request: Request, visit: Visit = Depends(visit_of)) -> Response:  # noqa: B008
    """The newest first; those that wait for a click on top."""
    visit.demand_page("outbox")
    asked = {key: request.query_params.get(key, "").replace("\0", "").strip()[:100] for key in FILTERS}
    after = request.query_params.get("after", "")
    with visit.house.looking():
        wanted = _wanted(visit, asked)
    with visit.house.database.reading() as connection:
        found = letters.page(connection, wanted, Cursor.read(after) if after else None)
        held = letters.page(connection, Wanted(NoticeState.HELD.value), limit=HELD_SHOWN).lines
    kept = {key: value for key, value in asked.items() if value}
    facts = visit.facts(
        notices=found.lines,
        held=held,
        asked=asked,
        departments=[unit.name for unit in visit.house.practice.directory.in_order()],
        next=f"/outbox?{urlencode({**kept, 'after': found.next.text})}" if found.next else "",
        first=f"/outbox?{urlencode(kept)}" if after else "",
        may_send=visit.person.acts_as_office,
        may_read=visit.person.sees_all_cases,
        here="outbox",
    )
    return page("outbox.html", facts)


def _wanted(visit: Visit, asked: Mapping[str, str]) -> Wanted:
    """What the address asks for. Raises a sentence for a state or department that there is not."""
    if asked["state"] and asked["state"] not in list(NoticeState):
        raise WrongUse("没有这种通知状态", todo="请从列表中选择")
    return Wanted(asked["state"], _department(visit, asked["department"]), asked["text"])


def _department(visit: Visit, name: str) -> int | None:
    if not name:
        return None
    return OFFICE_ID if name == visit.house.settings.office_name else visit.house.practice.directory.find(name).id


@router.post("/outbox/release")
async def release(request: Request, visit: Visit = Depends(visit_of)) -> Response:  # noqa: B008
    """A person has confirmed what was held."""
    await form_of(request, visit)
    visit.demand(*ACT_AS_OFFICE)
    at = visit.house.clock()
    await visit.write(lambda transaction: outbox.release(transaction, at))
    return RedirectResponse("/outbox", status_code=303)


# ---------------------------------------------------------------------------------------------------------- sent again


@router.get("/outbox/resend")
async def resend_form(visit: Visit = Depends(visit_of), case_id: str = "", key: str = "") -> Response:  # noqa: B008
    """Whoever has a mail already is sent it again only after somebody has said so twice."""
    visit.demand(*ACT_AS_OFFICE)
    return _whole(visit, _notice(visit, case_id, key), confirm=True)


@router.post("/outbox/resend")
async def resend(request: Request, visit: Visit = Depends(visit_of)) -> Response:  # noqa: B008
    """What failed waits again at once; what was sent, once it is confirmed."""
    typed = await form_of(request, visit)
    visit.demand(*ACT_AS_OFFICE)
    row, at = _notice(visit, typed.get("case_id", ""), typed.get("key", "")), visit.house.clock()
    if row["state"] == NoticeState.SENT and not typed.get("confirmed"):
        asked = urlencode({"case_id": row["case_id"], "key": row["key"]})
        return RedirectResponse(f"/outbox/resend?{asked}", status_code=303)

    def waiting(transaction: Transaction) -> None:
        if not post.resend(transaction, row, at):
            raise Overtaken("只有未能发出的和已发的通知可以重发", todo="请返回“通知”页查看现在的状态")

    await visit.write(waiting)
    return RedirectResponse(f"/outbox/{row['case_id']}/{quote(row['key'])}", status_code=303)


# ------------------------------------------------------------------------------------------------------- one of them


@router.get("/outbox/{case_id}/{key:path}")
async def one(case_id: str, key: str, visit: Visit = Depends(visit_of)) -> Response:  # noqa: B008
    """A notice with its words; of a case, so for those who may see every case."""
    visit.demand_page("outbox")
    return _whole(visit, _notice(visit, case_id, key))


def _notice(visit: Visit, case_id: str, key: str) -> NoticeRow:
    number = forms.read_number(case_id, cases.GREATEST_ID)
    if not visit.person.sees_all_cases or number is None:
        raise NotFound("没有这封通知", todo="请从“通知”页进入")
    with visit.house.database.reading() as connection:
        return letters.find(connection, number, key.replace("\0", ""))


def _whole(visit: Visit, row: NoticeRow, *, confirm: bool = False) -> Response:
    reader = visit.house.practice.name_of(row["department_id"])
    words, fault = _words(visit, row, reader)
    facts = visit.facts(
        row=row,
        no=row["facts"].get("no", ""),
        reader=reader,
        words=words,
        fault=fault,
        may_resend=visit.person.acts_as_office and row["state"] in AGAIN,
        confirm=confirm and row["state"] == NoticeState.SENT,
        here="outbox",
    )
    return page("letter.html", facts)


def _words(visit: Visit, row: NoticeRow, reader: str) -> tuple[Words | None, str]:
    """The notice as the post writes it, as of the day of its sending; or why it cannot be written."""
    practice = visit.house.practice
    at = row["sent_at"] or visit.house.clock()
    writer = Writer(practice.settings, practice.calendar, at, practice.calendar_down_to)
    try:
        return writer.words(row["template"], _facts(visit, row), reader), ""
    except UNWRITABLE as error:
        return None, f"通知无法生成：{error}"


def _facts(visit: Visit, row: NoticeRow) -> dict[str, Any]:
    with visit.house.looking() as transaction:
        found = cases.load_many(transaction, [row["case_id"]]) if row["case_id"] else []
    return as_written(row, found[0].terms if found else ())
