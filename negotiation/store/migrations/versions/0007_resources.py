"""The catalogue of resources, and the ties of a case: the resource it is about, the case that gave rise to it."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

TIES = {"case_resource": "resource_id", "case_related": "related_id"}


def upgrade() -> None:
    op.create_table(
        "resource",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("category", sa.String(), nullable=False),
        sa.Column("provider_id", sa.Integer(), nullable=False),
        sa.Column("sharing_class", sa.String(), nullable=False),
        sa.Column("condition", sa.Text(), nullable=False),
        sa.Column("way", sa.String(), nullable=False),
        sa.Column("legal_basis", sa.Text(), nullable=False),
        sa.Column("open_attribute", sa.String(), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("format", sa.String(), nullable=False),
        sa.Column("items", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("update_cycle", sa.String(), nullable=False),
        sa.Column("published_on", sa.Date(), nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["provider_id"], ["department.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("code"),
    )
    op.create_index("ix_resource_name", "resource", ["name"])
    op.create_index("ix_resource_provider_id", "resource", ["provider_id"])
    with op.batch_alter_table("case") as case:
        case.add_column(sa.Column("resource_id", sa.Integer(), nullable=True))
        case.add_column(sa.Column("related_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True))
        case.create_foreign_key("case_resource_id_fkey", "resource", ["resource_id"], ["id"])
    for name, column in TIES.items():
        tied = sa.text(f"{column} IS NOT NULL")
        op.create_index(name, "case", [column], sqlite_where=tied, postgresql_where=tied)


def downgrade() -> None:
    for name in TIES:
        op.drop_index(name, "case")
    with op.batch_alter_table("case") as case:
        case.drop_constraint("case_resource_id_fkey", type_="foreignkey")
        case.drop_column("related_id")
        case.drop_column("resource_id")
    op.drop_table("resource")
