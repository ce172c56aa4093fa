"""The desk: acts that wait for the head, who handles a case, files, copied departments, absences, matters."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)
ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
IN_A_MATTER, IS_PROPOSED, IS_HANDLING = "matter <> ''", "state = 'open'", "until IS NULL"


def upgrade() -> None:
    _case_columns()
    _copied()
    _proposal()
    _handler()
    _attachment()
    _absence()


def _case_columns() -> None:
    op.add_column("case", sa.Column("matter", sa.String(), nullable=False, server_default=""))
    op.add_column("case", sa.Column("copied", sa.Integer(), nullable=False, server_default="0"))
    op.drop_column("case", "handler")  # nothing ever stood in it; who handles a case is a table of its own
    op.create_index(
        "case_open_no",
        "case",
        ["no"],
        sqlite_where=sa.text("ending = ''"),
        postgresql_where=sa.text("ending = ''"),
    )
    op.create_index(
        "case_matter",
        "case",
        ["matter"],
        sqlite_where=sa.text(IN_A_MATTER),
        postgresql_where=sa.text(IN_A_MATTER),
    )


def _copied() -> None:
    op.create_table(
        "copied",
        sa.Column("case_id", ID, nullable=False),
        sa.Column("department_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"]),
        sa.ForeignKeyConstraint(["department_id"], ["department.id"]),
        sa.PrimaryKeyConstraint("case_id", "department_id"),
    )
    op.create_index("ix_copied_department_id", "copied", ["department_id"])


def _proposal() -> None:
    op.create_table(
        "proposal",
        sa.Column("case_id", ID, nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("event", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("department_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("body", sa.Text(), nullable=True),
        sa.Column("author_id", sa.Integer(), nullable=False),
        sa.Column("author", sa.String(), nullable=False),
        sa.Column("proposed_at", INSTANT, nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("decided_by", sa.String(), nullable=False),
        sa.Column("decided_at", INSTANT, nullable=True),
        sa.Column("said", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"]),
        sa.ForeignKeyConstraint(["author_id"], ["account.id"]),
        sa.PrimaryKeyConstraint("case_id", "n"),
    )
    op.create_index(
        "proposal_open",
        "proposal",
        ["department_id", "proposed_at"],
        sqlite_where=sa.text(IS_PROPOSED),
        postgresql_where=sa.text(IS_PROPOSED),
    )


def _handler() -> None:
    op.create_table(
        "handler",
        sa.Column("case_id", ID, nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("department_id", sa.Integer(), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("assigned_by", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"]),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"]),
        sa.PrimaryKeyConstraint("case_id", "n"),
    )
    op.create_index(
        "handler_of",
        "handler",
        ["account_id", "case_id"],
        sqlite_where=sa.text(IS_HANDLING),
        postgresql_where=sa.text(IS_HANDLING),
    )


def _attachment() -> None:
    op.create_table(
        "attachment",
        sa.Column("case_id", ID, nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("media", sa.String(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=True),
        sa.Column("author", sa.String(), nullable=False),
        sa.Column("added_at", INSTANT, nullable=False),
        sa.Column("sealed_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"]),
        sa.PrimaryKeyConstraint("case_id", "n"),
    )


def _absence() -> None:
    op.create_table(
        "absence",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("department_id", sa.Integer(), nullable=False),
        sa.Column("duty", sa.String(), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("email", sa.String(), nullable=False),
        sa.Column("phone", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["department_id"], ["department.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_absence_department_id", "absence", ["department_id"])


def downgrade() -> None:
    for table in ("absence", "attachment", "handler", "proposal", "copied"):
        op.drop_table(table)
    op.drop_index("case_matter", "case")
    op.drop_index("case_open_no", "case")
    op.add_column("case", sa.Column("handler", sa.String(), nullable=False, server_default=""))
    op.drop_column("case", "copied")
    op.drop_column("case", "matter")
