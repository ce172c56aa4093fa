"""The administration's log, roles and tokens that wait for a second person, who issued a token."""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import AutoString

from negotiation.store.schema.types import Instant, Json

revision = "0005_administration"
down_revision = "0004_second_factor"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Makes both tables, empty; every token of before stays in force, and nobody knows who issued it."""
    op.create_table(
        "admin_entry",
        sa.Column("n", sa.Integer(), primary_key=True),
        sa.Column("recorded_at", Instant(), nullable=False),
        sa.Column("account_id", sa.Integer()),
        sa.Column("author", AutoString(), nullable=False),
        sa.Column("kind", AutoString(), nullable=False),
        sa.Column("act", AutoString(), nullable=False),
        sa.Column("subject", AutoString(), nullable=False),
        sa.Column("subject_id", sa.Integer()),
        sa.Column("was", sa.Text(), nullable=False),
        sa.Column("became", sa.Text(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
    )
    op.create_index("ix_admin_entry_kind", "admin_entry", ["kind"])
    op.create_index("ix_admin_entry_subject_id", "admin_entry", ["subject_id"])
    op.create_table(
        "grant_request",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("account_id", sa.Integer(), sa.ForeignKey("account.id"), nullable=False),
        sa.Column("roles", Json(), nullable=False),
        sa.Column("token_id", sa.Integer(), sa.ForeignKey("token.id")),
        sa.Column("asked_by", AutoString(), nullable=False),
        sa.Column("asked_by_id", sa.Integer()),
        sa.Column("asked_at", Instant(), nullable=False),
        sa.Column("state", AutoString(), nullable=False),
        sa.Column("decided_by", AutoString(), nullable=False),
        sa.Column("decided_by_id", sa.Integer()),
        sa.Column("decided_at", Instant()),
        sa.Column("said", AutoString(), nullable=False),
    )
    op.create_index("ix_grant_request_account_id", "grant_request", ["account_id"])
    op.add_column("account", sa.Column("told_up_to", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("token", sa.Column("issued_by", AutoString()))
    op.add_column("token", sa.Column("issuer_id", sa.Integer()))
    op.add_column("token", sa.Column("waits_since", Instant()))
