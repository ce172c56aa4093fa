"""Helpers of pages with filters: the departments that a part of a name found, the status of a faulty filter."""

from collections.abc import Sequence

from negotiation.core.errors import NegotiationError, NotFound
from negotiation.domain.departments import Directory

NAMED = 6  # departments in the sentence beside a filter


def named_departments(directory: Directory, typed: str, found: Sequence[int]) -> str:
    """The names of the departments that a filter found, "" where what was typed says so itself."""
    names = [directory.name(each) for each in found]
    if not names or names == [typed]:
        return ""
    many = f"等 {len(names)} 个部门" if len(names) > NAMED else ""
    return "、".join(names[:NAMED]) + many


def status_of(fault: NegotiationError | None) -> int:
    """The status of a page that says what is wrong with its filters: to find nothing of a name is no fault."""
    return 200 if fault is None or isinstance(fault, NotFound) else 400
