"""The list of the desk: what is open by its next date, and what was received when."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

OPEN = "ending = ''"


def upgrade() -> None:
    op.create_index(
        "case_open",
        "case",
        ["next_due", "id"],
        unique=False,
        sqlite_where=sa.text(OPEN),
        postgresql_where=sa.text(OPEN),
    )
    op.create_index("case_received", "case", ["received_on", "id"], unique=False)


def downgrade() -> None:
    op.drop_index("case_received", "case")
    op.drop_index("case_open", "case")
