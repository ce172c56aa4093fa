"""The calendar: imported arrangements of working days, their revisions, and the index by which they find terms."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)
DAYS = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
MAY_MOVE = "next_on IS NOT NULL OR NOT official"
IS_RECOUNT = "event = 'recount'"


def upgrade() -> None:
    op.create_table(
        "arrangement",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("layer", sa.String(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("doc_no", sa.String(), nullable=True),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("issued", sa.Date(), nullable=True),
        sa.Column("off", DAYS, nullable=False),
        sa.Column("work", DAYS, nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "calendar_revision",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("what", sa.String(), nullable=False),
        sa.Column("author", sa.String(), nullable=False),
        sa.Column("recorded_at", INSTANT, nullable=False),
        sa.Column("moved", sa.Integer(), nullable=False),
        sa.Column("confirmed", sa.Integer(), nullable=False),
        sa.Column("findings", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(
        "term_counted",
        "term",
        ["counts_from", "counted", "due_on", "official"],
        unique=False,
        sqlite_where=sa.text(MAY_MOVE),
        postgresql_where=sa.text(MAY_MOVE),
    )
    op.create_index(
        "event_recount",
        "event",
        ["recorded_at"],
        unique=False,
        sqlite_where=sa.text(IS_RECOUNT),
        postgresql_where=sa.text(IS_RECOUNT),
    )


def downgrade() -> None:
    op.drop_index("event_recount", "event")
    op.drop_index("term_counted", "term")
    op.drop_table("calendar_revision")
    op.drop_table("arrangement")
