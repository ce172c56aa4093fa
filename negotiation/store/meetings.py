"""Meetings, the cases on their lists and what was agreed for each; the open cases of an agenda. Rows in and out."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import false, select, tuple_

from negotiation.core.enums import MeetingState
from negotiation.core.errors import NotFound
from negotiation.domain.meetings import Agreed, Meeting, Move
from negotiation.store.codec import TableCodec, codec
from negotiation.store.columns import CASE
from negotiation.store.schema.meetings import Meeting as MeetingTable
from negotiation.store.schema.meetings import MeetingCase
from negotiation.store.transaction import Transaction
from negotiation.store.whole_rows import insert

SHOWN = 500
_OPEN = CASE.c.ending == ""
_PLACE = (CASE.c.rulebook, CASE.c.edition, CASE.c.procedure, CASE.c.state)


# ------------------------------------------------------------------------------------------------------- reading


def find(transaction: Transaction, no: str) -> Meeting:
    """A meeting by its number. Raises NotFound."""
    found = known(transaction, no)
    if found is None:
        raise no_such(no)
    return found


def no_such(no: str) -> NotFound:
    """The refusal of a number that no meeting has, or none that its reader may see: the same to the letter."""
    return NotFound(f"没有编号为“{no}”的会议", todo="请核对编号", command="negotiation meeting list 列出全部会议")


def known(transaction: Transaction, no: str) -> Meeting | None:
    """A meeting by its number, if there is one."""
    found = [] if "\0" in no else _read(transaction, f"no = {transaction.param}", [no])  # PostgreSQL holds no NUL
    return found[0] if found else None


def of_case(transaction: Transaction, case_id: int) -> list[Meeting]:
    """The meetings on whose lists a case stands, cancelled ones too, the latest first."""
    listed = f"id IN (SELECT meeting_id FROM meeting_case WHERE case_id = {transaction.param})"
    return _read(transaction, listed, [case_id])


def listed(transaction: Transaction, kind: str = "", state: str = "", year: int | None = None) -> list[Meeting]:
    """The meetings of a kind, in a state, of a year, each if it is given; the latest first, at most ``SHOWN``."""
    param, table = transaction.param, codec(MeetingTable, transaction.database.dialect)
    asked: dict[str, Any] = {f"kind = {param}": kind, f"state = {param}": state}
    if year is not None:
        asked[f"held_on >= {param}"] = table.bind_value("held_on", date(year, 1, 1))
        asked[f"held_on <= {param}"] = table.bind_value("held_on", date(year, 12, 31))
    given = {condition: value for condition, value in asked.items() if value}
    return _read(transaction, " AND ".join(given) or "1 = 1", list(given.values()))


def _read(transaction: Transaction, wanted: str, values: Sequence[Any]) -> list[Meeting]:
    table = codec(MeetingTable, transaction.database.dialect)
    sql = f"SELECT {table.listed} FROM meeting WHERE {wanted} ORDER BY held_on DESC, id DESC LIMIT {SHOWN}"
    rows = [dict(zip(table.columns, table.read(row), strict=True)) for row in transaction.rows(sql, values)]
    items = _items(transaction, [row["id"] for row in rows])
    return [_meeting(row, tuple(items[row["id"]])) for row in rows]


def _meeting(row: dict[str, Any], items: tuple[Agreed, ...]) -> Meeting:
    named = {key: value for key, value in row.items() if key != "held_on"}
    named |= {key: tuple(row[key]) for key in ("present", "absent", "observers")}
    named |= {"state": MeetingState(row["state"]), "moves": tuple(_move(each) for each in row["moves"])}
    return Meeting(on=row["held_on"], items=items, **named)


def _move(kept: Mapping[str, str]) -> Move:
    return Move(date.fromisoformat(kept["on"]), kept["at"], kept["place"], kept["reason"])


def _kept(move: Move) -> dict[str, str]:
    return {"on": move.on.isoformat(), "at": move.at, "place": move.place, "reason": move.reason}


def _items(transaction: Transaction, meetings: Sequence[int]) -> dict[int, list[Agreed]]:
    """The lines of these meetings, by the id of the meeting."""
    found: dict[int, list[Agreed]] = {meeting: [] for meeting in meetings}
    if not meetings:
        return found
    line = codec(MeetingCase, transaction.database.dialect)
    rows = transaction.rows(
        "SELECT m.meeting_id, c.id, c.no, c.subject, coalesce(a.name, ''), p.name, m.agreed, m.who, m.by_on, m.seq, "
        "m.version, coalesce(m.off, '') "
        'FROM meeting_case m JOIN "case" c ON c.id = m.case_id '
        "LEFT JOIN department a ON a.id = c.applicant_id JOIN department p ON p.id = c.provider_id "
        f"WHERE m.meeting_id IN ({', '.join([transaction.param] * len(meetings))}) ORDER BY c.no",
        list(meetings),
    )
    for meeting, *row in rows:
        row[7] = line.read_value("by_on", row[7])
        found[meeting].append(Agreed(*row))
    return found


def event_of(transaction: Transaction, case_id: int, seq: int) -> str:
    """The event of a case by its number there: what a meeting came to."""
    param = transaction.param
    rows = transaction.rows(f"SELECT event FROM event WHERE case_id = {param} AND seq = {param}", [case_id, seq])
    return str(rows[0][0]) if rows else ""


# ------------------------------------------------------------------------------------------------------- writing


def add(transaction: Transaction, new: Meeting) -> None:
    """Writes a new meeting and its list."""
    row = (
        new.id, new.no, new.kind, new.on, new.at, new.place, new.chair, list(new.present), new.minutes_no,
        new.state.value, new.reason, new.author, new.created_at, new.version, list(new.absent), list(new.observers),
        [_kept(each) for each in new.moves],
    )  # fmt: skip
    insert(transaction, MeetingTable, row)
    for item in new.items:
        put_on(transaction, new.id, item.case_id)


def put_on(transaction: Transaction, meeting_id: int, case_id: int) -> None:
    """Puts a case on the list of a meeting."""
    row = (case_id, meeting_id, "", "", None, None, 1, None)
    insert(transaction, MeetingCase, row)


def strike_off(transaction: Transaction, meeting_id: int, case_id: int, reason: str) -> None:
    """Takes a case off the agenda of a meeting: it stays on the list, with the reason ("": it is put back)."""
    param = transaction.param
    sql = (
        f"UPDATE meeting_case SET off = {param}, version = version + 1 WHERE case_id = {param} AND meeting_id = {param}"
    )
    transaction.execute(sql, [reason or None, case_id, meeting_id])


def put_off(transaction: Transaction, meeting: Meeting, on: date, at: str, place: str, reason: str) -> bool:
    """Writes another day, hour and place of a meeting, and keeps those before; False if it was changed meanwhile."""
    moves = [_kept(each) for each in (*meeting.moves, Move(meeting.on, meeting.at, meeting.place, reason))]
    return change(transaction, meeting, held_on=on, at=at, place=place, moves=moves)


def remove(transaction: Transaction, meeting_id: int, case_id: int) -> None:
    """Removes a case from the list of a meeting that is being planned."""
    param = transaction.param
    sql = f"DELETE FROM meeting_case WHERE case_id = {param} AND meeting_id = {param}"
    transaction.execute(sql, [case_id, meeting_id])


def change(transaction: Transaction, meeting: Meeting, **values: Any) -> bool:
    """Writes these columns of a meeting; False, and nothing written, if somebody changed it since it was read."""
    table = codec(MeetingTable, transaction.database.dialect)
    return _change(transaction, table, values, "", {"id": meeting.id, "version": meeting.version})


def agree(transaction: Transaction, meeting: Meeting, item: Agreed, text: str, who: str, by: date | None) -> bool:
    """Writes what was agreed for a case; False if somebody did since it was read, or its act has been recorded."""
    table = codec(MeetingCase, transaction.database.dialect)
    keys = {"case_id": item.case_id, "meeting_id": meeting.id, "version": item.version}
    return _change(transaction, table, {"agreed": text, "who": who, "by_on": by}, " AND seq IS NULL", keys)


def _change(
    transaction: Transaction, table: TableCodec, values: dict[str, Any], also: str, keys: dict[str, int]
) -> bool:
    param = transaction.param
    sets = ", ".join([*(f"{name} = {param}" for name in values), "version = version + 1"])
    where = " AND ".join(f"{name} = {param}" for name in keys)
    sql = f"UPDATE {table.name} SET {sets} WHERE {where}{also}"
    return bool(transaction.execute(sql, [*table.bind_some(values), *keys.values()]).rowcount)


# ------------------------------------------------------------------------------------------------------- agenda


class Place(NamedTuple):
    """A state, by the edition of the rulebook that knows it."""

    rulebook: str
    edition: str
    procedure: str
    state: str


def places(transaction: Transaction) -> list[Place]:
    """The states in which open cases are now."""
    return [Place(*row) for row in transaction.connection.execute(select(*_PLACE).where(_OPEN).distinct())]


def open_in(transaction: Transaction, wanted: Collection[Place]) -> list[int]:
    """The ids of the open cases in these places: the earliest due first, those without a date last."""
    found = tuple_(*_PLACE).in_([tuple(place) for place in wanted]) if wanted else false()
    query = select(CASE.c.id).where(_OPEN, found).order_by(CASE.c.next_due.is_(None), CASE.c.next_due, CASE.c.no)
    return list(transaction.connection.execute(query).scalars())
