"""The schema as the classes describe it: until 0.2.0 is released it has no earlier form that anybody holds.

From 0.2.0 on this revision is written out in full and never changed again; each change of a class comes with a
revision of its own. As long as it is made from the classes, a second revision cannot follow it.
"""

from alembic import op

from negotiation.core.clock import now
from negotiation.store.calendar_notices import first_revision
from negotiation.store.schema.calendar import CalendarRevision
from negotiation.store.schema.types import table_of
from negotiation.store.schema.whole import METADATA

revision = "0001_initial"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    METADATA.create_all(op.get_bind(), checkfirst=False)
    op.bulk_insert(table_of(CalendarRevision), [first_revision(now())])
