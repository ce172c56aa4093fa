"""Who asked for leave and who sat in at a meeting, how it was put off, which cases were taken off its agenda."""

import sqlalchemy as sa
from alembic import op

from negotiation.store.schema.types import Json

revision = "0002_law"
down_revision = "0001_initial"
branch_labels = None
depends_on = None

ADDED = (
    ("meeting", "absent", Json(), "[]"),
    ("meeting", "observers", Json(), "[]"),
    ("meeting", "moves", Json(), "[]"),
    ("meeting_case", "off", sa.Text(), None),
)


def upgrade() -> None:
    """Adds the columns where they are not there yet; every row of before has their default."""
    inspector = sa.inspect(op.get_bind())
    for table, name, kind, default in ADDED:
        if name not in {column["name"] for column in inspector.get_columns(table)}:
            op.add_column(table, sa.Column(name, kind, nullable=default is None, server_default=default))
