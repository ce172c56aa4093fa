"""Who has claimed a notice, so that what a process that was killed had taken is free at once."""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import AutoString

revision = "0008_claims"
down_revision = "0007_search"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Adds the column; what is claimed while the program is renewed waits for its lease, as before."""
    op.add_column("notice", sa.Column("claimed_by", AutoString(), nullable=False, server_default=sa.text("''")))
