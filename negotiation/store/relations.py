"""Cases that belong together: of one matter, of one resource, cause and effect."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import and_, func, not_, or_, select

from negotiation.domain.case_record import VOID, CaseRecord
from negotiation.domain.items import GONE
from negotiation.store.case_queries import CaseLine, lines_query, of_scope, read_lines
from negotiation.store.columns import APPLICANT, CASE, ITEM, PROVIDER
from negotiation.store.transaction import Transaction


def matter_cases(transaction: Transaction, matter: str, as_of: date, scope: int | None) -> list[CaseLine]:
    """The cases of one letter (来文事项), in the order of their numbers; a department sees those it has a part in."""
    query = lines_query(as_of).where(CASE.c.matter == matter, CASE.c.matter != "").order_by(CASE.c.id)
    return read_lines(transaction, query.where(*of_scope(scope)))


def related_cases(transaction: Transaction, case: CaseRecord, scope: int | None, limit: int = 8) -> list[Any]:
    """Cases that belong beside one: all of the same letter, in order, then ``limit`` about the same resource."""
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
        .where(CASE.c.id != case.id, *of_scope(scope))
    )  # fmt: skip
    letter = query.where(same_letter).order_by(CASE.c.id)
    others = query.where(alike, not_(same_letter)).order_by(CASE.c.id.desc()).limit(limit)
    return [*transaction.connection.execute(letter), *transaction.connection.execute(others)]


def between(
    transaction: Transaction, procedure: str, applicant: int, provider: int, since: date, scope: int | None
) -> list[Any]:
    """Cases of a procedure between two departments that are open or ended since a day, drafts among them, by id.

    ``scope``: the department that asks, which sees its own alone; None: the office.
    """
    columns = ("id", "no", "subject", "resource_id", "state", "rulebook", "edition", "received_on", "closed_on")
    lately = and_(CASE.c.ending != VOID, CASE.c.closed_on >= since)
    query = select(*(CASE.c[name] for name in columns)).where(
        CASE.c.procedure == procedure, CASE.c.applicant_id == applicant, CASE.c.provider_id == provider,
        or_(CASE.c.ending == "", lately), *of_scope(scope),
    )  # fmt: skip
    return list(transaction.connection.execute(query.order_by(CASE.c.id)))


def items_asked(transaction: Transaction, case_id: int) -> frozenset[str]:
    """The names of the data items that a case asks for and that were not withdrawn; none where it asks for all."""
    asked = and_(ITEM.c.case_id == case_id, ITEM.c.whole.is_(False), ITEM.c.answer.not_in(GONE))
    return frozenset(transaction.connection.execute(select(ITEM.c.name).where(asked)).scalars())


def void_among(transaction: Transaction, numbers: Sequence[str]) -> list[str]:
    """Those of these numbers whose cases are void."""
    query = select(CASE.c.no).where(CASE.c.no.in_(numbers), CASE.c.ending == VOID)
    return list(transaction.connection.execute(query).scalars())


def numbered_below(transaction: Transaction, matter: str) -> list[str]:
    """The numbers of the cases of a letter, in the order in which they were opened."""
    query = select(CASE.c.no).where(CASE.c.matter == matter, CASE.c.matter != "").order_by(CASE.c.id)
    return list(transaction.connection.execute(query).scalars())


def cause_of(transaction: Transaction, case: CaseRecord, scope: int | None) -> str:
    """The number of the case that gave rise to one, if whoever looks may see it; else ""."""
    query = select(CASE.c.no).where(CASE.c.id == case.related_id, *of_scope(scope))
    return transaction.connection.execute(query).scalar_one_or_none() or "" if case.related_id is not None else ""


def caused_by(transaction: Transaction, case_id: int, limit: int = 20) -> list[Any]:
    """The cases to which one gave rise, newest first; the office's own knowledge."""
    query = select(CASE.c.no, CASE.c.subject).where(CASE.c.related_id == case_id)
    return list(transaction.connection.execute(query.order_by(CASE.c.id.desc()).limit(limit)))
