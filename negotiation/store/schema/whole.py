"""The schema whole: all tables in one metadata, for whoever makes a database or compares one with it.

A command that reads a table or two does not wait for the others: each class takes 5 ms.
"""

from sqlmodel import SQLModel

from negotiation.store.schema import (  # noqa: F401 (each adds its tables to the metadata)
    accounts,
    administration,
    assignments,
    attachments,
    calendar,
    cases,
    departments,
    desk,
    heartbeats,
    import_batches,
    keeping,
    meetings,
    notices,
    proposals,
    report,
    resources,
    rulebooks,
    seals,
    search,
    tasks,
    terms,
)

METADATA = SQLModel.metadata
