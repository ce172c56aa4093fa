"""Who asked for leave and who sat in at a meeting, how it was put off, which cases were taken off its agenda."""

import sqlalchemy as sa
from alembic import op

from negotiation.store.schema.meetings import Meeting, MeetingCase
from negotiation.store.schema.types import table_of

revision = "0002_law"
down_revision = "0001_initial"
branch_labels = None
depends_on = None

ADDED = [(Meeting, "absent"), (Meeting, "observers"), (Meeting, "moves"), (MeetingCase, "off")]


def upgrade() -> None:
    """Adds the columns where they are not there yet; every row of before has their default."""
    inspector = sa.inspect(op.get_bind())
    for model, name in ADDED:
        table = table_of(model)
        if name not in {column["name"] for column in inspector.get_columns(table.name)}:
            column = table.c[name]
            op.add_column(
                table.name, sa.Column(name, column.type, nullable=False, server_default=column.server_default.arg)
            )
