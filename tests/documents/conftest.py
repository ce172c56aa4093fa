"""Fixtures of the tests of documents."""

import pytest

from tests.documents.ledgers import AS_OF, brought_in, made


@pytest.fixture
def enter(database, context, tmp_path):
    """A function that makes a ledger of rows and imports it."""

    def enter(rows, *, as_of=AS_OF, **shape):
        return brought_in(database, context, made(tmp_path / "made.xlsx", rows, **shape), as_of=as_of)

    return enter
