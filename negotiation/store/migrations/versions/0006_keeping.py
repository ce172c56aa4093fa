"""What was ordered to be destroyed and lies in files still, which backups were made, a report without some names."""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import AutoString

from negotiation.store.schema.types import Instant, id_type

revision = "0006_keeping"
down_revision = "0005_administration"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Makes the tables, empty, and the columns of a report from which names were taken out: of none were they yet."""
    op.create_table(
        "erasure",
        sa.Column("case_id", id_type(), sa.ForeignKey("case.id"), primary_key=True),
        sa.Column("seq", sa.Integer(), primary_key=True),
        sa.Column("ordered_at", Instant(), nullable=False),
        sa.Column("done_at", Instant()),
    )
    op.execute("CREATE INDEX erasure_pending ON erasure (ordered_at) WHERE done_at IS NULL")
    op.create_table(
        "backup_made",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("made_at", Instant(), nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("sha256", AutoString(), nullable=False),
        sa.Column("encrypted", sa.Boolean(), nullable=False),
    )
    op.add_column("report_edition", sa.Column("erased_at", Instant()))
    op.add_column("report_edition", sa.Column("erased_digest", AutoString()))
