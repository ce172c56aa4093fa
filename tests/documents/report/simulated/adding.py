"""The counts of all cases added up by procedure and scope, each with the cases that make it up, and divided."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from calendars import WorkingCalendar
from tests.documents.report.simulated.counting import Case, Found, Period, counts_of
from tests.documents.report.simulated.history import History
from tests.documents.report.simulated.items import MERGED


@dataclass
class Tally:
    """The counts of one procedure: by scope (``total``, ``provider:市公安局``, …) and name, each with its cases."""

    counts: dict[str, dict[str, int]] = field(default_factory=lambda: defaultdict(lambda: defaultdict(int)))
    cases: dict[tuple[str, str], list[str]] = field(default_factory=lambda: defaultdict(list))

    def add(self, scope: str, found: Found, no: str) -> None:
        self.counts[scope][found.key] += found.amount
        self.cases[scope, found.key].append(no)


def tallies(
    histories: Iterable[History], period: Period, calendar: WorkingCalendar, levels: dict[str, str]
) -> dict[str, Tally]:
    """Every count of every procedure and scope; ``levels``: the level of each department."""
    reference = frozenset(name for name, level in levels.items() if level == "reference")
    found: dict[str, Tally] = defaultdict(Tally)
    for history in histories:
        case = Case(history.as_of(period.as_of), calendar, reference)
        for each in counts_of(case, period):
            for scope in _scopes(each, levels):
                found[history.procedure].add(scope, each, history.no)
        for month, days in period.months():
            for each in counts_of(case, days):
                if each.provider:
                    found[history.procedure].add(f"month:{month}", each, history.no)
    return found


def _scopes(found: Found, levels: dict[str, str]) -> Iterator[str]:
    """The whole is the sum of the providers: a change of the applicant alone moves a case between applicants only."""
    if found.provider:
        yield "total"
        yield f"provider:{found.provider}"
        yield f"level:{levels[found.provider]}"
    if found.applicant:
        yield f"applicant:{found.applicant}"


def ratios(counts: Mapping[str, int]) -> dict[str, tuple[int, int]]:
    """Every rate and mean as it is defined: what is divided by what."""
    # 办结 − 撤回; what ended as its parties became one department asks for nothing any more
    ended = counts["closed"] - counts["closed_withdrawn"] - counts[f"closed_{MERGED}"]
    in_full = counts["closed_agreed"] + counts["closed_decided_share"]
    return {
        "on_time_rate": (counts["replies_on_time"], counts["replies_due"]),
        "mean_reply": (counts["reply_days"], counts["replies"]),
        "supply_rate": (counts["supplies_on_time"], counts["supplies_due"]),
        "mean_supply": (counts["supply_days"], counts["supplies"]),
        "satisfied_rate": (in_full + counts["closed_partly"], ended),
        "satisfied_strict_rate": (in_full, ended),
        "negotiated_rate": (counts["closed_negotiated"], ended),
        "coordination_rate": (counts["closed_coordinated"], ended),
        "deliberation_rate": (counts["closed_deliberated"], ended),
        "settled_rate": (counts["coordinations_settled"], counts["coordinations_ended"]),
        "mean_coordination": (counts["coordination_days"], counts["coordinations_ended"]),
        "items_rate": (counts["items_agreed"], counts["items_asked"]),
        "finished_rate": (counts["finished"], counts["issued"]),
    }
