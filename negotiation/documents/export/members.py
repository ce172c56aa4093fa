"""The members of an archive that are read by programs: JSON, one row a line, in the form that ``verify.py`` checks.

Dates are ISO dates, instants are UTC with microseconds, bytes are hexadecimal digits, as the chain of events has them.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from calendars.arrangement import marks_of
from calendars.day_line import rows_of
from negotiation.core.enums import RECOUNT, NoticeState
from negotiation.core.json_text import canonical
from negotiation.core.labels import NOTICE_STATE_TITLES, NOTICE_TITLES
from negotiation.documents.export.sources import KeptFile, Sources
from negotiation.documents.export.stages import RECOUNTED, SUSPENDED, Stage
from negotiation.domain import lengths
from negotiation.domain.entered import VALUES
from negotiation.domain.sent_notice import SentNotice
from negotiation.domain.terms import Term
from negotiation.store import calendar_notices
from negotiation.store.audit import Recorded
from negotiation.store.transaction import Transaction

Row = Mapping[str, Any]


def rows_text(rows: Iterable[Row]) -> bytes:
    """Rows as a list in JSON, one in a line."""
    return ("[\n" + ",\n".join(map(_line, rows)) + "\n]\n").encode()


def object_text(row: Row) -> bytes:
    """An object in JSON, each of its keys in lines of its own."""
    return (json.dumps(row, ensure_ascii=False, indent=1, sort_keys=True, default=canonical) + "\n").encode()


def _line(row: Row) -> str:
    return json.dumps(row, ensure_ascii=False, sort_keys=True, default=canonical)


def case_row(sources: Sources) -> Row:
    """The case in short: its number, the head of its chain, the parties and the rules by which it has gone."""
    file = sources.file
    parties = {role: file.context.directory.name(each) for role, each in file.case_state.parties.items()}
    return {
        "no": file.no, "case_id": file.case_id, "subject": file.subject, "procedure": file.procedure.key,
        "state": file.state, "version": file.version, "head": file.base_record.head, "parties": parties,
        "reader": sources.reader, "draft": sources.draft,
        "rulebooks": [
            {"name": book.name, "law": book.law, "member": f"rulebooks/{book.name}.json", "sha256": book.digest}
            for book in sources.books
        ],
    }  # fmt: skip


def event_row(each: Recorded) -> Row:
    """An event with every column that its digest covers, and what was entered with it."""
    columns = each.record._asdict()
    digest = columns.pop("digest")
    return {"columns": columns, "digest": digest, "content": _content(each)}


def _content(each: Recorded) -> Row | None:
    if each.record.content_digest is None:
        return None
    if each.body is None or each.salt is None:
        return {"sealed_at": each.sealed_at} if each.sealed_at else None
    return {"salt": each.salt, "body": each.body}


def file_row(each: KeptFile) -> Row:
    """A file: its name, its digest and the event with which it came."""
    row = each.row
    return {
        "n": row.n, "name": row.name, "media": row.media, "size": row.size, "sha256": row.digest, "author": row.author,
        "added_at": row.added_at, "sealed_at": row.sealed_at, "event": each.seq, "member": each.member,
    }  # fmt: skip


def notice_row(each: SentNotice, member: str, sha256: str) -> Row:
    """A notice with its frozen facts and what became of it; ``member``: its words, "" where none have left."""
    record = each.record
    return {
        "key": record.key, "template": record.template, "title": NOTICE_TITLES.get(record.template, record.template),
        "to": each.reader, "state": NOTICE_STATE_TITLES[NoticeState(record.state)], "address": each.address,
        "created_at": record.created_at, "sent_at": each.sent_at, "message_id": each.message_id,
        "within_digest": each.within, "said": record.said, "facts": each.facts, "member": member, "sha256": sha256,
    }  # fmt: skip


def term_row(sources: Sources, term: Term) -> Row:
    """A term as it stands, and its stages with their days one by one."""
    law = sources.laws.of_term(term)
    rule = law.procedure(sources.file.procedure.key).terms[term.kind]
    names = sources.file.case_state.item_names
    return {
        "n": term.n, "kind": term.kind, "title": rule.title, "law": law.name, "basis": term.basis,
        "cited": law.cited(term.basis), "main": term.main, "items": [names[n] for n in term.items if n in names],
        "started": term.started_on, "due": term.due_on, "official": term.official, "suspended": term.suspended_on,
        "lapsed": term.lapsed_on, "answered": term.answered_on, "ended": term.ended_on, "struck": term.struck_seq,
        "stages": [stage_row(each, sources) for each in sources.stages[term.n]],
    }  # fmt: skip


def stage_row(stage: Stage, sources: Sources) -> Row:
    """A stage: what is counted, with which page of the calendar, and its days (date, number, kind, name, document)."""
    term, counted = stage.term, stage.page is not None
    return {
        "title": stage.title, "event": seq_of(stage, sources.events), "page": stage.page,
        "layer": sources.file.rulebook.day_rule.layer.value,
        "day_choices": list(sources.file.rulebook.day_rule.choices), "from": stage.since,
        "number": lengths.number_of(stage.length) if counted else None,
        "unit": lengths.unit_of(stage.length).value if counted else "", "left_of": stage.left_of,
        "counted_to": term.due_on if counted and stage.left_of is None else None,
        "official": term.official, "span": stage.span, "days": [list(each) for each in stage.days],
        "due": None if stage.title == SUSPENDED else term.due_on,
    }  # fmt: skip


def seq_of(stage: Stage, events: Sequence[Recorded]) -> int | None:
    """The number of the event of a stage; the clock's own recount is found by its term and the day that it came to."""
    if stage.title != RECOUNTED:
        return stage.seq
    due = stage.term.due_on.isoformat()
    for each in (each.record for each in events if each.record.event == RECOUNT):
        if each.term == stage.term.n and each.data[VALUES]["to"] == due:
            return each.seq
    return None


def page_row(transaction: Transaction, sources: Sources, number: int) -> Row:
    """A page of the calendar as it was known from one of its revisions on: what changed it, and the days."""
    known = {each.id: each for each in calendar_notices.read_revisions(transaction)}.get(number)
    days = json.loads(calendar_notices.almanac_at(transaction, number).days)
    stages = [each for stages in sources.stages.values() for each in stages if each.page == number]
    return {
        "revision": number, "what": known.what if known else "随系统首次安装的日历",
        "author": known.author if known else "", "recorded_at": known.recorded_at if known else None,
        "days": with_plans(days, max(each.last_day for each in stages)),
    }  # fmt: skip


def with_plans(days: Row, until: date) -> Row:
    """The days of a calendar with plans for every year without a notice that terms up to a day reach into.

    What is kept has those of two years; the plan of a year may set days of the December before.
    """
    plans = dict(days["plans"])
    for year in range(int(days["through"][:4]) + 1, until.year + 2):
        if str(year) not in plans and year not in days["published"]:
            from calendars.forecast.forecast import plausible  # noqa: PLC0415 - it imports `holidays`, 75-95 ms

            plans[str(year)] = [rows_of(marks_of([plan])) for plan in plausible(year)]
    return {**days, "plans": plans}


def sealed_statement(each: KeptFile) -> str:
    """The text in the place of a file that was sealed: when it was, and what its digest is."""
    row = each.row
    return (
        f"附件“{row.name}”（{row.size} 字节）已于 {canonical(row.sealed_at)} 封存清除，内容不再保存。\n"
        f"原内容的 SHA-256：{row.digest.hex()}\n"
    )
