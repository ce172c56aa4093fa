"""The tables, those of one noun in a file. A step is written by ``store/case_writer.py`` alone.

Every row below a case carries ``case_id`` and every unique key of such a table contains it, so that the tables can be
spread by case. This package imports all of them, so that the metadata is whole for whoever asks for one.
"""

from negotiation.store.schema import (
    accounts,
    assignments,
    attachments,
    calendar,
    cases,
    departments,
    heartbeats,
    meetings,
    notices,
    proposals,
    report,
    resources,
    rulebooks,
    tasks,
    terms,
    types,
)

__all__ = [
    "accounts",
    "assignments",
    "attachments",
    "calendar",
    "cases",
    "departments",
    "heartbeats",
    "meetings",
    "notices",
    "proposals",
    "report",
    "resources",
    "rulebooks",
    "tasks",
    "terms",
    "types",
]
