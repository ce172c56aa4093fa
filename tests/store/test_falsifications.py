"""What somebody who can write the database may do to the record, and by which of the proofs each is found.

The seal that is the anchor was taken after the entry that is falsified. What is computed again is computed as the
program would: no key is needed for a chain.
"""

import hashlib
import json
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import NamedTuple

import pytest
from sqlalchemy import select, update

from negotiation.core.settings import Settings
from negotiation.core.signed_notes import Checkpoint, Ed25519Signer, opened, signed
from negotiation.domain.attachments.upload import Upload
from negotiation.domain.event_chain import GENESIS, EventRecord, event_digest
from negotiation.services.context import Context, UnitOfWork
from negotiation.services.proof import sealing, verification
from negotiation.services.proof.verification import Findings
from negotiation.store import attachments, seals, triggers
from negotiation.store.columns import EVENT
from negotiation.store.database import Database
from negotiation.store.transaction import Transaction

AT = datetime(2030, 1, 1, tzinfo=UTC)
CASE = "GX2026-0002"


class Sealed(NamedTuple):
    database: Database
    settings: Settings
    note: str


@pytest.fixture
def sealed(city: Database, settings: Settings) -> Sealed:
    with city.write() as transaction:
        body = b"%PDF-1.4 the letter"
        upload = Upload("来函.pdf", "application/pdf", len(body), hashlib.sha256(body).digest(), body)
        attachments.add(transaction, case_id(transaction), [upload], "张三", datetime(2026, 9, 1, tzinfo=UTC))
    note = sealing.seal(city, settings, AT).record.note
    return Sealed(city, settings, note)


def case_id(transaction: Transaction) -> int:
    return int(transaction.rows(f"SELECT id FROM \"case\" WHERE no = '{CASE}'")[0][0])


def found(sealed: Sealed, anchor: str = "") -> Findings:
    with sealed.database.read() as transaction:
        work = UnitOfWork(transaction, Context.of(transaction, sealed.settings), AT)
        verifiers = sealing.verifiers_of(sealed.settings)
        return verification.verify(work, verifiers, opened(anchor, verifiers) if anchor else None, full=True)


def run(*statements: str) -> Callable[[Transaction], None]:
    """These statements; ``:case`` is the case's id."""

    def act(transaction: Transaction) -> None:
        own = str(case_id(transaction))
        for statement in statements:
            transaction.execute(statement.replace(":case", own))

    return act


def computed_again(transaction: Transaction) -> None:
    """The chain of the case as it would be, had its events always been what they are now; the head too."""
    own, head = case_id(transaction), GENESIS
    rows = list(transaction.connection.execute(select(*EVENT.c).where(EVENT.c.case_id == own).order_by(EVENT.c.seq)))
    for row in rows:
        record = EventRecord._make(row)
        content = bytes(record.content_digest) if record.content_digest is not None else None
        head = event_digest(head, CASE, record._replace(content_digest=content))
        own_row = (EVENT.c.case_id == own, EVENT.c.seq == record.seq)
        transaction.connection.execute(update(EVENT).where(*own_row).values(digest=head))
    param = transaction.param
    state = f"state = {param}, " if rows else ""
    values = [rows[-1].state, len(rows), head] if rows else [0, head]
    transaction.execute(f'UPDATE "case" SET {state}version = {param}, head = {param} WHERE id = {own}', values)


def set_back(transaction: Transaction) -> None:
    run("DELETE FROM content WHERE case_id = :case AND seq = 8", "DELETE FROM event WHERE case_id = :case AND seq = 8")(
        transaction
    )
    computed_again(transaction)


def rewritten(transaction: Transaction) -> None:
    run("UPDATE event SET happened_on = '2026-09-01' WHERE case_id = :case AND seq = 2")(transaction)
    computed_again(transaction)


def forged(transaction: Transaction) -> None:
    """An event in the middle: those behind it move on by one."""
    columns = [column.name for column in EVENT.c if column.name != "seq"]
    listed = ", ".join(columns)
    own = case_id(transaction)
    for table in ("content", "event"):
        transaction.execute(f"UPDATE {table} SET seq = seq + 100 WHERE case_id = {own} AND seq >= 4")
        transaction.execute(f"UPDATE {table} SET seq = seq - 99 WHERE case_id = {own} AND seq >= 100")
    transaction.execute(
        f"INSERT INTO event (seq, {listed}) SELECT 4, {listed} FROM event WHERE case_id = {own} AND seq = 3"
    )
    transaction.execute(f"UPDATE event SET content_digest = NULL WHERE case_id = {own} AND seq = 4")
    computed_again(transaction)


def content_replaced(transaction: Transaction) -> None:
    body = json.dumps({"reason": "FORGEDTEXT"})
    run(f"UPDATE content SET body = '{body}', sealed_at = '2026-11-01 00:00:00+00' WHERE case_id = :case AND seq = 2")(
        transaction
    )


def exchanged(transaction: Transaction) -> None:
    run(
        "UPDATE event SET seq = 102 WHERE case_id = :case AND seq = 2",
        "UPDATE event SET seq = 2 WHERE case_id = :case AND seq = 3",
        "UPDATE event SET seq = 3 WHERE case_id = :case AND seq = 102",
    )(transaction)


BELOW = ("content", "event", "term", "item", "attachment", "handler", "task", "notice", "moved_party", "meeting_case")
_COLUMNS = "event, actor, role, state, basis, happened_on, recorded_at, data, digest"
ACTS: dict[str, Callable[[Transaction], None]] = {
    "the last event deleted": run("DELETE FROM event WHERE case_id = :case AND seq = 8"),
    "an event in the middle deleted": run("DELETE FROM event WHERE case_id = :case AND seq = 4"),
    "two events exchanged": exchanged,
    "an event appended": run(
        f"INSERT INTO event (case_id, seq, {_COLUMNS}) SELECT case_id, 9, {_COLUMNS} FROM event "
        "WHERE case_id = :case AND seq = 8"
    ),
    "a content deleted": run("DELETE FROM content WHERE case_id = :case AND seq = 2"),
    "the last event deleted, version, head and state set back": set_back,
    "a whole case deleted": run(
        *(f"DELETE FROM {table} WHERE case_id = :case" for table in BELOW), 'DELETE FROM "case" WHERE id = :case'
    ),
    "the case's row alone deleted": run('DELETE FROM "case" WHERE id = :case'),
    "an event altered and the chain computed again": rewritten,
    "an event forged into the middle and the chain computed again": forged,
    "a content replaced and marked as sealed": content_replaced,
    "a content destroyed without an order": run(
        "UPDATE content SET body = NULL, salt = NULL, sealed_at = '2026-11-01 00:00:00+00' "
        "WHERE case_id = :case AND seq = 2"
    ),
    "a content added to an event that has none": run(
        "INSERT INTO content (case_id, seq, body) VALUES (:case, 3, '{}')",
    ),
    "a draft altered": run("UPDATE content SET body = '{}' WHERE seq = 0"),
    "every due date moved": run("UPDATE term SET due_on = '2026-12-31'"),
    "all lapses cleared": run("UPDATE term SET lapsed_on = NULL"),
    "the parties exchanged": run(
        'UPDATE "case" SET applicant_id = provider_id, provider_id = applicant_id WHERE id = :case'
    ),
    "the dates of a case altered": run(
        "UPDATE \"case\" SET received_on = '2026-08-01', replied_on = '2026-08-02' WHERE id = :case"
    ),
    "the answers of all items set to agreed": run("UPDATE item SET answer = 'agreed' WHERE case_id = :case"),
    "the bytes of a file altered": run("UPDATE attachment SET body = digest WHERE case_id = :case"),
    "a file deleted": run("DELETE FROM attachment WHERE case_id = :case"),
    "the text of a rulebook altered": run(
        "UPDATE rulebook_version SET content = content || ' '"
    ),
    "an arrangement of days altered": run("UPDATE arrangement SET doc_no = '国办发明电〔2025〕8号'"),
    "mails deleted": run("DELETE FROM notice WHERE state = 'sent'"),
    "addresses of mails altered": run("UPDATE notice SET address = 'other@sharing.gov.cn' WHERE state = 'sent'"),
    "roles altered": run("UPDATE account SET roles = '[\"office_head\"]' WHERE id = 1"),
    "a report inserted": run(
        "INSERT INTO report_edition (year, edition, body, digest, published_by, published_at, reason) "
        "VALUES (2025, 1, '{}', 'x', '张三', '2026-01-31 00:00:00+00', '')"
    ),
}  # fmt: skip


def falsify(database: Database, acts: Iterable[Callable[[Transaction], None]]) -> None:
    """Acts as whoever owns the database: no key between tables is in the way."""
    with database.engine.connect() as connection:
        no_keys = "PRAGMA foreign_keys=OFF" if database.is_sqlite else "SET session_replication_role = replica"
        connection.exec_driver_sql(no_keys)
        connection.commit()
        connection.exec_driver_sql("BEGIN")
        transaction = Transaction(database, connection.connection)
        with triggers.lifted(transaction):
            for act in acts:
                act(transaction)
        connection.exec_driver_sql("COMMIT")


def test_an_untouched_record_proves_itself(sealed: Sealed) -> None:
    clean = found(sealed, sealed.note)
    assert (clean.broken, clean.changed, clean.seals) == ([], [], 1)


@pytest.mark.parametrize("act", ACTS)
def test_what_was_falsified_is_found(sealed: Sealed, act: str) -> None:
    falsify(sealed.database, [ACTS[act]])
    after, alone = found(sealed, sealed.note), found(sealed)
    print(f"{act}: {len(after.broken)} faults, {len(after.changed)} changes; without the anchor {len(alone.broken)}")
    assert after.broken or after.changed


def sealed_again(sealed: Sealed, signer: Ed25519Signer) -> None:
    """The leaves and the seal as they would be, had the record always been so; the files in the home are gone."""
    for file in (sealed.settings.home / "seals").glob("*.txt"):
        file.unlink()
    with sealed.database.write() as transaction:
        at = seals.all_seals(transaction)[0].sealed_at
        transaction.execute("DELETE FROM seal_leaf")
        transaction.execute("DELETE FROM seal")
        tree = seals.grown(transaction, 1, at)
        note = signed(Checkpoint(signer.name, tree.size, tree.root), signer)
        seals.add(transaction, seals.SealRecord(1, at, tree.size, tree.root, note))


def said(findings: Findings) -> list[str]:
    return [each["what"] for each in findings.broken]


def test_a_record_that_was_sealed_again_by_who_has_no_key_bears_a_wrong_signature(sealed: Sealed) -> None:
    falsify(sealed.database, [rewritten])
    sealed_again(sealed, Ed25519Signer.new())
    assert "第1次封印（2030-01-01）的签名不符" in said(found(sealed))


@pytest.mark.parametrize(
    "act", ["a whole case deleted", "mails deleted", "an event altered and the chain computed again"]
)
def test_a_record_that_was_sealed_again_with_the_key_differs_from_a_seal_that_is_kept_elsewhere(
    sealed: Sealed, act: str
) -> None:
    falsify(sealed.database, [ACTS[act]])
    sealed_again(sealed, Ed25519Signer.read(sealing.key_file(sealed.settings).read_text("utf-8")))
    assert not any("封印" in each for each in said(found(sealed)))
    assert any(each.startswith("所给的封印文件") for each in said(found(sealed, sealed.note))) or act.startswith(
        "every"
    )


def test_a_database_that_was_set_back_has_fewer_entries_than_a_later_seal(sealed: Sealed) -> None:
    later = sealing.seal(sealed.database, sealed.settings, AT).record
    with sealed.database.write() as transaction:
        transaction.execute("DELETE FROM seal WHERE n = 2")
        transaction.execute(f"DELETE FROM seal_leaf WHERE n = {later.size - 1}")
    file, fewer = sealing.file_of(sealed.settings, later), f"：封印时有{later.size}条登记，现只有{later.size - 1}条"
    assert said(found(sealed)) == [f"封印文件 {file.name}{fewer}"]
    file.unlink()
    assert said(found(sealed, later.note)) == [f"所给的封印文件{fewer}"]


def test_a_second_seal_takes_down_only_what_is_new(sealed: Sealed) -> None:
    with sealed.database.read() as transaction:
        before = seals.all_seals(transaction)[0].size
    later = sealing.seal(sealed.database, sealed.settings, AT).record
    assert later.size == before + 1  # the seal itself
    assert found(sealed, later.note).broken == found(sealed, sealed.note).broken == []
