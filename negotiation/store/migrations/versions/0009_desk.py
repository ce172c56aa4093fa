"""Lists of cases under a name; arrangements of days off that wait for the head of the office."""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import AutoString

from negotiation.store.schema.types import Instant

revision = "0009_desk"
down_revision = "0008_claims"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Makes both tables, empty: what was imported before stands as it is."""
    op.create_table(
        "saved_view",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("account_id", sa.Integer(), sa.ForeignKey("account.id"), nullable=False),
        sa.Column("department_id", sa.Integer(), nullable=False),
        sa.Column("name", AutoString(), nullable=False),
        sa.Column("query", sa.Text(), nullable=False),
        sa.Column("shared", sa.Boolean(), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
    )
    op.create_index("ix_saved_view_account_id", "saved_view", ["account_id"])
    op.execute("CREATE INDEX saved_view_shared ON saved_view (department_id) WHERE shared")
    op.create_table(
        "calendar_proposal",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("layer", AutoString(), nullable=False),
        sa.Column("title", AutoString(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("revokes", sa.Integer()),
        sa.Column("author_id", sa.Integer(), sa.ForeignKey("account.id"), nullable=False),
        sa.Column("author", AutoString(), nullable=False),
        sa.Column("proposed_at", Instant(), nullable=False),
        sa.Column("state", AutoString(), nullable=False),
        sa.Column("decided_by", AutoString(), nullable=False),
        sa.Column("decided_by_id", sa.Integer()),
        sa.Column("decided_at", Instant()),
        sa.Column("said", sa.Text(), nullable=False),
    )
