"""Who gave a case to whom and when (划出, 划入); published reports, frozen; figures that people enter."""

import json

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)
ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
ROLES = ("applicant", "provider")
MOVED = sa.table(
    "moved_party",
    sa.column("case_id", ID),
    sa.column("seq", sa.Integer()),
    sa.column("role", sa.String()),
    sa.column("from_id", sa.Integer()),
    sa.column("to_id", sa.Integer()),
    sa.column("happened_on", sa.Date()),
)


def upgrade() -> None:
    op.create_table(
        "moved_party",
        sa.Column("case_id", ID, nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("from_id", sa.Integer(), nullable=False),
        sa.Column("to_id", sa.Integer(), nullable=False),
        sa.Column("happened_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"]),
        sa.ForeignKeyConstraint(["from_id"], ["department.id"]),
        sa.ForeignKeyConstraint(["to_id"], ["department.id"]),
        sa.PrimaryKeyConstraint("case_id", "seq", "role"),
    )
    op.create_table(
        "report_edition",
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("edition", sa.Integer(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("published_by", sa.String(), nullable=False),
        sa.Column("published_at", INSTANT, nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("year", "edition"),
    )
    op.create_table(
        "entered_figure",
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("value", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("entered_by", sa.String(), nullable=False),
        sa.Column("entered_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("year", "key", "n"),
    )
    op.create_index("event_happened", "event", ["event", "happened_on"])
    _remember_what_moved()


def _remember_what_moved() -> None:
    """What moved before there was a table: the contents of the events name the new party, the draft the first one."""
    bind = op.get_bind()
    ids = {name: id for id, name in bind.execute(sa.text("SELECT id, name FROM department"))}
    naming = " OR ".join(f"c.body LIKE '%\"{role}\"%'" for role in ROLES)
    query = f"""SELECT c.case_id, c.seq, c.body, e.happened_on FROM content c
        JOIN event e ON e.case_id = c.case_id AND e.seq = c.seq WHERE {naming} ORDER BY c.case_id, c.seq"""
    draft = sa.text("SELECT body FROM content WHERE case_id = :case_id AND seq = 0")
    held: dict[int, dict[str, int]] = {}
    for case_id, seq, body, on in bind.execute(sa.text(query).columns(happened_on=sa.Date())).all():
        if case_id not in held:
            held[case_id] = _parties(bind.execute(draft, {"case_id": case_id}).scalar(), ids)
        for role, department in _parties(body, ids).items():
            before = held[case_id].get(role)
            held[case_id][role] = department
            if before not in (None, department):
                row = {"case_id": case_id, "seq": seq, "role": role, "from_id": before, "to_id": department}
                bind.execute(MOVED.insert(), row | {"happened_on": on})


def _parties(body: str | None, ids: dict[str, int]) -> dict[str, int]:
    """The departments that a content names as parties."""
    found = json.loads(body) if body else {}
    return {role: ids[found[role]] for role in ROLES if found.get(role) in ids}


def downgrade() -> None:
    op.drop_index("event_happened", "event")
    for table in ("entered_figure", "report_edition", "moved_party"):
        op.drop_table(table)
