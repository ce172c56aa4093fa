"""What is done by right after a seal is no fault, and what only looks like it is one."""

import pytest
from sqlalchemy import insert

from negotiation.services.proof import sealing
from negotiation.services.proof.verification import Findings
from negotiation.store import seals
from negotiation.store.registers import REGISTERS
from negotiation.store.transaction import Transaction
from tests.store.test_falsifications import AT, Sealed, falsify, found, run, said
from tests.store.test_falsifications import sealed as sealed  # noqa: PLC0414 - a fixture


def resealed(sealed: Sealed, *statements: str) -> list[Findings]:
    """What is found after acts of that form that the product does by right, and after the next seal."""
    falsify(sealed.database, [run(*statements)])
    before = found(sealed, sealed.note)
    later = sealing.seal(sealed.database, sealed.settings, AT).record
    return [before, found(sealed, later.note)]


BY_RIGHT = {
    "a mail waits to be sent again": ("UPDATE notice SET state = 'waiting', tries = 1 WHERE state = 'sent'",),
    "a mail was sent again": (
        "UPDATE notice SET sent_at = '2030-01-01 00:00:00+00', said = '250' WHERE state = 'sent'",
    ),
    "a mail that was sent fails at the second time": (
        "UPDATE notice SET state = 'failed', said = '550' WHERE state = 'sent'",
    ),
    "a task that was done by mistake is open again": ("UPDATE task SET done_on = NULL",),
    "a topic is taken off a meeting": ("DELETE FROM meeting_case WHERE case_id = :case",),
}  # fmt: skip


@pytest.mark.parametrize("act", BY_RIGHT)
def test_what_is_done_by_right_is_no_fault_and_is_not_named_for_ever(sealed: Sealed, act: str) -> None:
    before, after = resealed(sealed, *BY_RIGHT[act])
    assert [each for each in said(before) + said(after) if "封印" in each] == []
    assert after.changed == []


def test_a_mail_that_was_sent_long_ago_and_is_altered_stays_a_fault(sealed: Sealed) -> None:
    before, after = resealed(sealed, "UPDATE notice SET address = 'other@sharing.gov.cn' WHERE state = 'sent'")
    assert said(before) == said(after) != []


def test_a_leaf_that_no_seal_signed_is_a_fault(sealed: Sealed) -> None:
    falsify(
        sealed.database,
        [run(
            "INSERT INTO seal_leaf (n, kind, key, version, digest) "
            "SELECT n + 1, 'arrangement', '1', 1, digest FROM seal_leaf ORDER BY n DESC LIMIT 1"
        )],
    )  # fmt: skip
    assert any("没有签名" in each for each in said(found(sealed)))


def test_a_second_leaf_of_what_is_sealed_once_changes_nothing(sealed: Sealed) -> None:
    """Even where the next seal signs it."""
    run_altered = run("UPDATE arrangement SET doc_no = '国办发明电〔2025〕8号'")

    def with_leaves(transaction: Transaction) -> None:
        run_altered(transaction)
        register = next(each for each in REGISTERS if each.kind == "arrangement")
        size = seals.all_seals(transaction)[0].size
        rows = transaction.connection.execute(register.rows()).mappings()
        leaves = [seals._leaf(register, row, 1) for row in rows]
        added = [{"n": size + n, **leaf._asdict()} for n, leaf in enumerate(leaves)]
        transaction.connection.execute(insert(seals.LEAF), added)

    falsify(sealed.database, [with_leaves])
    sealing.seal(sealed.database, sealed.settings, AT)
    assert any(each.startswith("放假调休安排") for each in said(found(sealed)))


def test_a_row_that_cannot_be_read_is_a_fault_and_ends_no_verification(sealed: Sealed) -> None:
    if sealed.database.is_sqlite:  # PostgreSQL takes none in
        falsify(sealed.database, [run("UPDATE notice SET facts = '{' WHERE state = 'sent'")])
        assert any(each.startswith("已发通知（有一条无法读取") for each in said(found(sealed)))


def test_an_event_that_cannot_be_read_is_a_fault_and_ends_no_verification(sealed: Sealed) -> None:
    if sealed.database.is_sqlite:
        falsify(sealed.database, [run("UPDATE event SET data = '{' WHERE case_id = :case AND seq = 2")])
        assert any(each.startswith("事件链：有一条无法读取") for each in said(found(sealed)))


def test_a_mail_whose_leaf_lost_its_salt_is_a_fault(sealed: Sealed) -> None:
    falsify(sealed.database, [run("UPDATE seal_leaf SET salt = NULL WHERE kind = 'notice'")])
    assert any(each.startswith("已发通知") for each in said(found(sealed)))


def test_seals_that_were_taken_away_are_a_fault_with_an_anchor_too(sealed: Sealed) -> None:
    falsify(sealed.database, [run("DELETE FROM seal")])
    assert any("没有签名" in each for each in said(found(sealed, sealed.note)))
