"""The report laid out as 表1–表8 and their annexes, once for the page, the spreadsheet and the document.

A grid has figures along one side and lines (departments, levels, months) along the other; a listing has a case in each
row. Departments stand in official order; nothing here counts, compares or ranks.
"""

from collections.abc import Iterator
from datetime import date

from calendars.dates import in_words
from negotiation.documents.report.grids import (
    Grid,
    by_applicant,
    by_month,
    by_procedure,
    by_provider,
    finishing,
    overall,
)
from negotiation.documents.report.listings import Listing, counting_rules, one_by_one, remarks
from negotiation.documents.report.model import Report
from negotiation.documents.report.summed_up import summed_up

UNITS_IN_WORDS = "件、%、工作日"


def all_tables(report: Report) -> Iterator[Grid | Listing]:
    """表1–表8 and the annexes, in their order."""
    yield overall(report.main)
    yield by_provider(report.main)
    yield from by_applicant(report.main)
    yield from one_by_one(report)
    yield by_procedure(report)
    yield by_month(report.main)
    yield from finishing(report)
    yield from summed_up(report)
    yield counting_rules(report)
    yield remarks(report)


def of_cases(report: Report) -> Iterator[Grid | Listing]:
    """The tables that a paper names as its annexes: those in which anything happened, and how it was counted."""
    for table in all_tables(report):
        if table.happened:
            yield table


def period_in_words(since: date, until: date) -> str:
    """2026年1月1日至2026年12月31日."""
    return f"{in_words(since)}至{in_words(until)}"
