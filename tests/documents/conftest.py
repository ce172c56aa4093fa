"""Fixtures of the tests of documents."""

import pytest

from negotiation.services.cases import acting
from negotiation.services.cases.case_history import history_of, standing_in, verify
from negotiation.services.context import UnitOfWork
from negotiation.store import audit
from tests.conftest import at
from tests.documents.ledgers import AS_OF, brought_in, made


@pytest.fixture
def enter(database, context, tmp_path):
    """A function that makes a ledger of rows and imports it."""

    def enter(rows, *, as_of=AS_OF, **shape):
        return brought_in(database, context, made(tmp_path / "made.xlsx", rows, **shape), as_of=as_of)

    return enter


@pytest.fixture
def stands(database, context):
    """A function that gives the entries of a case that stand, and finds no other than what follows from them."""

    def stands(no="GX2026-0001"):
        with database.read() as transaction:
            file = acting.take(UnitOfWork(transaction, context, at("2026-11-23")), no)
            assert verify(transaction, file) == []
            assert list(audit.broken_links(transaction)) == []
            entries = standing_in(file, history_of(transaction, file))
            return [(each.event, each.on.isoformat()) for each in entries]

    return stands
