"""Each job of the worker leaves a heartbeat; a clock that jumped waits for a person."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "heartbeat",
        sa.Column("job", sa.String(), primary_key=True),
        sa.Column("beat_at", INSTANT, nullable=False),
        sa.Column("process", sa.String(), nullable=False),
    )
    op.create_table(
        "clock_jump",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("before_at", INSTANT, nullable=False),
        sa.Column("after_at", INSTANT, nullable=False),
        sa.Column("confirmed_by", sa.String(), nullable=False),
        sa.Column("confirmed_at", INSTANT, nullable=True),
    )


def downgrade() -> None:
    op.drop_table("clock_jump")
    op.drop_table("heartbeat")
