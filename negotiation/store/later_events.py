"""The cases to which something happened, or of which something was recorded, after a day."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import and_, or_, select

from negotiation.core.batches import batches
from negotiation.core.enums import CLOCK
from negotiation.core.labels import AMENDMENT_TITLES
from negotiation.domain.entered import DAY, NOW, TARGET, readable
from negotiation.domain.then import Then, end_of
from negotiation.store.case_queries import of_scope
from negotiation.store.codec import codec
from negotiation.store.columns import CASE, EVENT, IDS_ASKED_AT_ONCE
from negotiation.store.past_tables import stored_in
from negotiation.store.schema.cases import Event
from negotiation.store.transaction import Transaction


def changed_since(transaction: Transaction, then: Then, no: str = "") -> set[int]:
    """The ids of the cases with an event that is later than ``then``, by its day or by when it was recorded.

    Cases of which nothing was recorded yet count by when they were opened. ``no``: of this case alone.
    """
    later, opened = [], then.known_before or end_of(then.day)
    if then.as_of is not None:
        later.append(EVENT.c.happened_on > then.as_of)
        opened = min(opened, end_of(then.as_of))
    if then.known_before is not None:
        later.append(EVENT.c.recorded_at >= then.known_before)
    blank = select(CASE.c.id).where(and_(CASE.c.version == 0, CASE.c.opened_at >= opened))
    events = select(EVENT.c.case_id).where(or_(*later))
    if no:
        own = select(CASE.c.id).where(CASE.c.no == no)
        blank, events = blank.where(CASE.c.no == no), events.where(EVENT.c.case_id.in_(own))
    return {case_id for (case_id,) in transaction.connection.execute(events.union(blank))}


def seen_by(transaction: Transaction, scope: int | None) -> set[int]:
    """The ids of the cases that a department sees today."""
    return {case_id for (case_id,) in transaction.connection.execute(select(CASE.c.id).where(*of_scope(scope)))}


def any_case(transaction: Transaction) -> bool:
    """True if there is any case at all."""
    return transaction.connection.execute(select(CASE.c.id).limit(1)).first() is not None


def touched(transaction: Transaction, since: datetime, day: date) -> dict[int, str]:
    """The numbers, by id, of the cases of which something was recorded from an instant on of the time until a day.

    A correction or a strike counts whatever its own day. Read from what is stored, also where the transaction looks
    back.
    """
    event, param, schema = codec(Event, transaction.database.dialect), transaction.param, stored_in(transaction)
    names = ", ".join([param] * len(AMENDMENT_TITLES))
    query = (
        f'SELECT DISTINCT c.id, c.no FROM {schema}.event e JOIN {schema}."case" c ON c.id = e.case_id '
        f"WHERE e.recorded_at >= {param} AND (e.happened_on <= {param} OR e.event IN ({names}))"
    )
    days = event.bind_value("recorded_at", since), event.bind_value("happened_on", day)
    return dict(transaction.rows(query, [*days, *AMENDMENT_TITLES]))


class LaterEntry(NamedTuple):
    """An entry that was recorded later, of a day that was past by then; ``fields``: as people read them.

    ``target``: the event and the day of the entry that it corrects or strikes; None for a late paper.
    """

    case_id: int
    event: str
    on: date
    recorded_at: datetime
    fields: Mapping[str, Any]
    target: tuple[str, date] | None


def entered_since(transaction: Transaction, ids: Sequence[int], since: datetime, day: date) -> list[LaterEntry]:
    """Late papers, corrections and strikes that people recorded from an instant on, of the time until the end of a day.

    Read from what is stored, also where the transaction looks back.
    """
    found = [row for some in batches(ids, IDS_ASKED_AT_ONCE) for row in _rows(transaction, some, since, day)]
    targets = _targets(transaction, {(each.case_id, each.fields[TARGET]) for each in found if TARGET in each.fields})
    named = [each._replace(target=targets.get((each.case_id, each.fields.get(TARGET, 0)))) for each in found]
    return [each for each in named if each.target is None or min(each.target[1], _right_day(each)) <= day]


def _right_day(entry: LaterEntry) -> date:
    days = entry.fields.get(NOW, {})
    return date.fromisoformat(days[DAY]) if DAY in days else date.max


def _rows(transaction: Transaction, ids: Sequence[int], since: datetime, day: date) -> Iterator[LaterEntry]:
    event, param, schema = codec(Event, transaction.database.dialect), transaction.param, stored_in(transaction)
    names = ", ".join([param] * len(AMENDMENT_TITLES))
    query = (
        "SELECT e.case_id, e.event, e.happened_on, e.recorded_at, e.data, c.body "
        f"FROM {schema}.event e LEFT JOIN {schema}.content c ON c.case_id = e.case_id AND c.seq = e.seq "
        f"WHERE e.case_id IN ({', '.join([param] * len(ids))}) AND e.recorded_at >= {param} AND e.role <> {param} "
        f"AND (e.happened_on <= {param} OR e.event IN ({names})) ORDER BY e.case_id, e.seq"
    )
    days = event.bind_value("recorded_at", since), CLOCK, event.bind_value("happened_on", day)
    for case_id, name, *rest, body in transaction.rows(query, [*ids, *days, *AMENDMENT_TITLES]):
        on, at, data = map(event.read_value, ("happened_on", "recorded_at", "data"), rest)
        yield LaterEntry(case_id, name, on, at, readable(data, body), None)


def _targets(transaction: Transaction, wanted: Collection[tuple[int, int]]) -> dict[tuple[int, int], tuple[str, date]]:
    """The events of these numbers (case, number), with their days."""
    event, param = codec(Event, transaction.database.dialect), transaction.param
    query = f"SELECT event, happened_on FROM {stored_in(transaction)}.event WHERE case_id = {param} AND seq = {param}"
    found = {key: transaction.rows(query, key)[0] for key in wanted}
    return {key: (name, event.read_value("happened_on", on)) for key, (name, on) in found.items()}
