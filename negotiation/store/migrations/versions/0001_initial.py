"""The schema of 0.2.0, as its statements for either engine stand beside this file, and the calendar that is shipped.

Released: neither this nor the statements change any more. A change of a class comes with a revision of its own.
"""

from pathlib import Path

import sqlalchemy as sa
from alembic import op

from negotiation.core.clock import now
from negotiation.domain.working_days import SHIPPED

revision = "0001_initial"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    connection = op.get_bind()
    statements = Path(__file__).with_suffix(f".{connection.dialect.name}.sql").read_text("utf-8")
    for statement in statements.split(";\n"):
        if statement.strip():
            connection.exec_driver_sql(statement)
    names = ("id", "what", "author", "moved", "confirmed", "findings", "days")
    table = sa.table("calendar_revision", *map(sa.column, names), sa.column("recorded_at", sa.DateTime(timezone=True)))
    row = dict(zip(names, (0, "随程序提供的日历", "系统", 0, 0, 0, SHIPPED.days), strict=True))
    op.bulk_insert(table, [row | {"recorded_at": now()}])
