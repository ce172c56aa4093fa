"""The index of the search: a row for each case, which cases wait to be read for it, the texts of files."""

import sqlalchemy as sa
from alembic import op

from negotiation.store.schema.types import id_type

revision = "0007_search"
down_revision = "0006_keeping"
branch_labels = None
depends_on = None

# The bigrams stand as words with blanks between them; signs outside ASCII are never cut by this tokenizer.
_SQLITE = (
    "CREATE VIRTUAL TABLE search_case USING fts5(words, body UNINDEXED, detail=none, prefix='1', tokenize='ascii')"
)
_POSTGRES = "CREATE TABLE search_case (case_id BIGINT PRIMARY KEY, words tsvector NOT NULL, body TEXT NOT NULL)"


def upgrade() -> None:
    """Makes the index, empty, and has every case wait to be read: whoever searches first, or the worker, fills it."""
    # An identity, not a sequence: whoever may write into a table that is watched needs no right to another thing.
    op.create_table(
        "search_due",
        sa.Column("id", id_type(), sa.Identity(), primary_key=True),
        sa.Column("case_id", id_type(), nullable=False),
    )
    op.create_table(
        "file_text",
        sa.Column("case_id", id_type(), primary_key=True),
        sa.Column("n", sa.Integer(), primary_key=True),
        sa.Column("body", sa.Text()),
    )
    op.execute("CREATE INDEX file_text_none ON file_text (case_id) WHERE body IS NULL")
    if op.get_context().dialect.name == "sqlite":
        op.execute(_SQLITE)
    else:
        op.execute(_POSTGRES)
        op.execute("CREATE INDEX search_case_words ON search_case USING gin (words)")
    op.execute('INSERT INTO search_due (case_id) SELECT id FROM "case" ORDER BY id')
