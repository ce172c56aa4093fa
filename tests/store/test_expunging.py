"""Destruction on an order (封存清除) of cases in which each kind of event happened: what is left proves itself."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from negotiation.core.enums import AccountRole
from negotiation.domain.expunging import Order
from negotiation.domain.people import Person
from negotiation.services.cases import expunging
from negotiation.services.context import Context, UnitOfWork
from negotiation.services.proof import sealing
from negotiation.store.columns import EVENT
from negotiation.store.transaction import Transaction
from tests.store.test_falsifications import AT, Sealed, case_id, falsify, found, run, said
from tests.store.test_falsifications import sealed as sealed  # noqa: PLC0414 - a fixture

HEAD = Person(2, "head", "周颖", None, frozenset({AccountRole.OFFICE_HEAD}), False)
NO, ON = "京密〔2026〕3号", date(2026, 11, 20)


def expunged(sealed: Sealed, no: str, *, entries: tuple[int, ...] = (), files: tuple[int, ...] = ()) -> None:
    with sealed.database.write() as transaction:
        work = UnitOfWork(transaction, Context.of(transaction, sealed.settings), AT)
        expunging.expunge(work, no, Order(NO, ON, entries, files), "张三", HEAD)


def of_all(sealed: Sealed, sql: str) -> list[tuple[object, ...]]:
    with sealed.database.read() as transaction:
        return [tuple(row) for row in transaction.rows(sql)]


def test_cases_without_their_texts_prove_themselves_before_and_after_the_next_seal(sealed: Sealed) -> None:
    numbers = [str(no) for (no,) in of_all(sealed, 'SELECT no FROM "case" ORDER BY id')]
    for no in numbers:
        expunged(sealed, no)
    assert said(found(sealed, sealed.note)) == []
    later = found(sealed, sealing.seal(sealed.database, sealed.settings, AT).record.note)
    assert (later.broken, later.changed) == ([], [])
    assert of_all(sealed, "SELECT count(*) FROM content WHERE body IS NOT NULL OR salt IS NOT NULL") == [(0,)]
    assert {subject for (subject,) in of_all(sealed, 'SELECT subject FROM "case"')} == {"（已封存）"}
    assert of_all(sealed, "SELECT count(*) FROM seal_leaf WHERE salt IS NOT NULL AND kind = 'draft'") == [(0,)]


def test_each_entry_alone_can_be_destroyed_and_its_case_follows_from_the_rest(sealed: Sealed) -> None:
    whose = 'content b JOIN "case" c ON c.id = b.case_id JOIN event e ON e.case_id = b.case_id AND e.seq = b.seq'
    rows = of_all(sealed, f"SELECT c.no, max(b.seq) FROM {whose} GROUP BY c.no, e.event ORDER BY c.no")
    for no, seq in rows:
        left = f"c.no = '{no}' AND b.seq = {seq} AND b.body IS NOT NULL"
        if of_all(sealed, f"SELECT 1 FROM {whose} WHERE {left}"):
            expunged(sealed, str(no), entries=(int(str(seq)),))
    assert said(found(sealed, sealed.note)) == []


CASE = "GX2026-0002"
AGAINST = {
    "a text that was destroyed is there again": (
        "UPDATE content SET body = '{}', salt = digest FROM event e "
        "WHERE content.case_id = :case AND content.seq = 2 AND e.case_id = :case AND e.seq = 2"
    ),
    "a text that was destroyed is not marked so": (
        "UPDATE content SET sealed_at = NULL WHERE case_id = :case AND seq = 2"
    ),
    "a file that was destroyed is there again": "UPDATE attachment SET body = digest WHERE case_id = :case",
    "a file that was destroyed is not marked so": "UPDATE attachment SET sealed_at = NULL WHERE case_id = :case",
    "a mail of another case is emptied": (
        "UPDATE notice SET facts = '{\"sealed\":\"GX2026-0001\"}' WHERE case_id <> :case AND state = 'sent'"
    ),
}


@pytest.mark.parametrize("act", AGAINST)
def test_what_stands_against_an_order_or_without_one_is_found(sealed: Sealed, act: str) -> None:
    expunged(sealed, CASE)
    assert said(found(sealed, sealed.note)) == []
    falsify(sealed.database, [run(AGAINST[act])])
    assert said(found(sealed, sealed.note)) != []


def test_a_file_alone_is_destroyed_and_stays_named(sealed: Sealed) -> None:
    expunged(sealed, CASE, files=(1,))
    own = case_number(sealed)
    rows = of_all(sealed, f"SELECT name, body, sealed_at IS NOT NULL FROM attachment WHERE case_id = {own}")
    assert [(name, body, bool(gone)) for name, body, gone in rows] == [("来函.pdf", None, True)]
    assert of_all(sealed, "SELECT count(*) FROM content WHERE sealed_at IS NOT NULL") == [(0,)]
    assert said(found(sealed, sealed.note)) == []


def case_number(sealed: Sealed) -> int:
    with sealed.database.read() as transaction:
        return case_id(transaction)


def test_the_data_of_an_order_name_what_is_gone_and_who_entered_it(sealed: Sealed) -> None:
    expunged(sealed, CASE)
    with sealed.database.read() as transaction:
        (row,) = _orders(transaction)
    assert (row.actor, row.basis, row.account_id, row.side) == ("周颖", "京密〔2026〕3号（2026-11-20）", 2, 0)
    assert row.data["values"] == {"order_no": NO, "order_on": "2026-11-20", "entered_by": "张三"}
    assert row.data["expunged"]["whole"] is True
    assert row.data["expunged"]["files"] == [1]


def _orders(transaction: Transaction) -> list[Any]:
    return list(transaction.connection.execute(select(EVENT).where(EVENT.c.event == "expunge")))
