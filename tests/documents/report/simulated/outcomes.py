"""How a case ended that has no data items, from its events alone."""

from tests.documents.report.simulated.history import LEFT_UNDONE, WITHDRAWN, History, Interval

# The answers of each procedure that has any; the last of them before the end is how the case ended.
ANSWERS = {
    "citation-consent": {"consent": "agreed", "refuse": "refused"},
    "wider-use": {"consent": "agreed", "refuse": "refused"},
    "rectification": {
        "accept": "done",
        "conclude": "ended",
        "end_sharing": "ended",
    },  # 条例第二十七条: it was not put right
}


def by_last_answer(history: History, interval: Interval) -> str:
    """The answer that stood at the end of an interval, or that it was withdrawn or left undone."""
    assert interval.ended is not None
    if interval.ended.state in (WITHDRAWN, LEFT_UNDONE):
        return "withdrawn" if interval.ended.state == WITHDRAWN else "ended"
    outcome, answers = "done", ANSWERS.get(history.procedure, {})
    for entry in history.entries:
        if entry.seq <= interval.ended.seq:
            said = entry.fields["settlement"] if entry.event == "resolve" else entry.event  # what the dispute came to
            outcome = answers.get(said, outcome)
    return outcome
