"""The sample ledger's years come out as its true answers say, on both databases."""

import json

import pytest

from negotiation.documents import report
from tests.conftest import BY_DATE, day, settle_in
from tests.documents.ledgers import AS_OF, brought_in


@pytest.fixture
def truth(sample):
    return json.loads((sample / "ledger-2026.expected.json").read_text(encoding="utf-8"))["years"]


def test_each_year_of_the_sample_has_the_figures_that_its_answers_list(database, settings, sample, truth):
    """The rows are of the regulation's time: 审议结果 is what the group said, and what it said ends no case."""
    context = settle_in(database, settings.model_copy(update={"rulebook": BY_DATE}))
    brought_in(database, context, sample / "ledger-2026.xlsx")
    for year, expected in truth.items():
        since, until = report.period(int(year), day(AS_OF), None, None)
        found = report.report_of(database, context, int(year), report.Days(since, until, day(AS_OF)))
        report.demand_balance(found)
        content = report.as_json(found)
        assert {key: content[key] for key in expected} == expected
        items = found.main.total["items_rate"]
        assert (items.numerator, items.denominator) == (0, 0)  # 部分同意 without a list of items is no item at all
