"""The log of what stands in the registers, and the seals over it."""

import sqlalchemy as sa
from alembic import op

from negotiation.store.schema.types import Instant

revision = "0003_seal"
down_revision = "0002_law"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Makes both tables, empty: the first seal takes up all that is there."""
    op.create_table(
        "seal_leaf",
        sa.Column("n", sa.Integer(), primary_key=True),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("content_digest", sa.LargeBinary()),
        sa.Column("salt", sa.LargeBinary()),
    )
    op.create_index("seal_leaf_of", "seal_leaf", ["kind", "key", "version"])
    op.create_table(
        "seal",
        sa.Column("n", sa.Integer(), primary_key=True),
        sa.Column("sealed_at", Instant(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("root", sa.LargeBinary(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
    )
