"""The query of the case list for programs, made of the filters that ``services/case_filters`` declares."""

from datetime import date
from typing import Annotated, Any

from fastapi import Depends
from pydantic import BaseModel, Field, create_model

from negotiation.domain.then import AS_OF, KNOWN_ON
from negotiation.services.case_filters import FILTERS, Filter

DAYS = (AS_OF, KNOWN_ON)


class ListQuery(BaseModel):
    """A page of the list: after which case it begins, how many it has, the day to which it looks back, by either clock,
    and the filters, a field each by their names."""

    cursor: str = ""
    limit: int = Field(50, ge=1, le=200)
    as_of: date | None = None
    known_on: date | None = None

    @property
    def filters(self) -> dict[str, str]:
        """The texts of the filters by their names, as ``case_filters.read_wanted`` takes them."""
        given = self.model_dump(exclude={"cursor", "limit", *DAYS})
        return {name: _as_text(value) for name, value in given.items()}


def _as_text(value: str | bool) -> str:
    return value if isinstance(value, str) else "1" if value else ""


def _field(each: Filter) -> tuple[type, str | bool]:
    """The type of a filter's parameter, and its value where it is not given."""
    return (bool, False) if each.is_flag else (str, "")


_fields: dict[str, Any] = {each.name: _field(each) for each in FILTERS}
ListAsked = Annotated[ListQuery, Depends(create_model("FilteredQuery", __base__=ListQuery, **_fields))]
