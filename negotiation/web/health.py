"""Whether it lives, and what somebody who watches it wants to know."""

from typing import Any

from fastapi import APIRouter, Request

from negotiation.store import queries
from negotiation.web.visit import house_of

router = APIRouter()


@router.get("/health")
async def health(request: Request) -> dict[str, Any]:
    """200 while it serves; what waits and since when, as facts."""
    house = house_of(request)
    with house.database.reading() as connection:
        counts, oldest = queries.counts(connection), queries.oldest_unswept(connection)
    return {
        "ok": True,
        "oldest_unswept_term": oldest,
        "notices_waiting": counts["notices_waiting"],
        "notices_failed": counts["notices_failed"],
        "calendar_official_through": house.practice.calendar.official_through,
    }
