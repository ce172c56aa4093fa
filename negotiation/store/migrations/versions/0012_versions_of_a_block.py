"""Whether a block of cases has changed is read from an index, and not from the cases."""

from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("case_version", "case", ["id", "version"])


def downgrade() -> None:
    op.drop_index("case_version", "case")
