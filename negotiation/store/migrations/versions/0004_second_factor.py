"""The second factor of an account, and the recovery codes for who lost it."""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import AutoString

from negotiation.store.schema.types import Instant

revision = "0004_second_factor"
down_revision = "0003_seal"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Makes both tables; nobody has a second factor before."""
    op.create_table(
        "second_factor",
        sa.Column("account_id", sa.Integer(), sa.ForeignKey("account.id"), primary_key=True),
        sa.Column("secret", AutoString(), nullable=False),
        sa.Column("last_step", sa.Integer(), nullable=False),
        sa.Column("confirmed_at", Instant()),
    )
    op.create_table(
        "recovery_code",
        sa.Column("account_id", sa.Integer(), sa.ForeignKey("account.id"), primary_key=True),
        sa.Column("digest", sa.LargeBinary(), primary_key=True),
        sa.Column("used_at", Instant()),
    )
