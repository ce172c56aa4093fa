"""Cases that belong together: of one matter, of one resource, cause and effect."""

from datetime import date
from typing import Any

from sqlalchemy import and_, func, or_, select

from negotiation.domain.case_record import CaseRecord
from negotiation.store.case_queries import CaseLine, lines_query, of_scope, read_lines
from negotiation.store.columns import APPLICANT, CASE, PROVIDER
from negotiation.store.transaction import Transaction


def matter_cases(transaction: Transaction, matter: str, as_of: date, scope: int | None) -> list[CaseLine]:
    """The cases of one letter (来文事项), in the order of their numbers; a department sees those it has a part in."""
    query = lines_query(as_of).where(CASE.c.matter == matter, CASE.c.matter != "").order_by(CASE.c.id)
    return read_lines(transaction, query.where(*of_scope(scope)))


def related_cases(transaction: Transaction, case: CaseRecord, scope: int | None, limit: int = 8) -> list[Any]:
    """Cases that belong beside one: of the same letter, or about the same resource of the same provider."""
    named = and_(CASE.c.subject == case.subject, CASE.c.provider_id == case.provider_id, CASE.c.subject != "")
    alike = or_(named, CASE.c.resource_id == case.resource_id) if case.resource_id is not None else named
    same_letter = and_(CASE.c.matter == case.matter, CASE.c.matter != "")
    query = (
        select(
            CASE.c.no, CASE.c.subject, CASE.c.state, CASE.c.procedure, CASE.c.rulebook, CASE.c.edition,
            PROVIDER.c.name.label("provider"), func.coalesce(APPLICANT.c.name, "").label("applicant"),
            same_letter.label("same_letter"),
        )
        .outerjoin(APPLICANT, APPLICANT.c.id == CASE.c.applicant_id)
        .join(PROVIDER, PROVIDER.c.id == CASE.c.provider_id)
        .where(or_(alike, same_letter), CASE.c.id != case.id, *of_scope(scope))
        .order_by(same_letter.desc(), CASE.c.id.desc())
        .limit(limit)
    )  # fmt: skip
    return list(transaction.connection.execute(query))


def cause_of(transaction: Transaction, case: CaseRecord, scope: int | None) -> str:
    """The number of the case that gave rise to one, if whoever looks may see it; else ""."""
    query = select(CASE.c.no).where(CASE.c.id == case.related_id, *of_scope(scope))
    return transaction.connection.execute(query).scalar_one_or_none() or "" if case.related_id is not None else ""


def caused_by(transaction: Transaction, case_id: int, limit: int = 20) -> list[Any]:
    """The cases to which one gave rise, newest first; the office's own knowledge."""
    query = select(CASE.c.no, CASE.c.subject).where(CASE.c.related_id == case_id)
    return list(transaction.connection.execute(query.order_by(CASE.c.id.desc()).limit(limit)))
