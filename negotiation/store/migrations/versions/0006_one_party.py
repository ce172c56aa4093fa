"""Procedures with one party (a summary, a rectification): a case without applicant, and whose draft a case is."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

A_DRAFT = "received_on IS NULL"


def upgrade() -> None:
    with op.batch_alter_table("case") as case:
        case.alter_column("applicant_id", existing_type=sa.Integer(), nullable=True)
        case.add_column(sa.Column("drafted_by", sa.Integer(), nullable=True))
    op.execute('UPDATE "case" SET drafted_by = applicant_id')
    op.create_index(
        "case_draft",
        "case",
        ["drafted_by"],
        sqlite_where=sa.text(A_DRAFT),
        postgresql_where=sa.text(A_DRAFT),
    )


def downgrade() -> None:
    op.drop_index("case_draft", "case")
    with op.batch_alter_table("case") as case:
        case.drop_column("drafted_by")
        case.alter_column("applicant_id", existing_type=sa.Integer(), nullable=False)
