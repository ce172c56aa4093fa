"""How a case ended, and what became of its data items, from its events alone."""

from tests.documents.report.simulated.history import LEFT_UNDONE, WITHDRAWN, Entry, History, Interval

# The answers of each procedure that has any; the last of them before the end is how the case ended.
ANSWERS = {
    "sharing": {"agree": "agreed", "settle": "agreed", "agree_partly": "partly", "refuse": "refused"},
    "citation-consent": {"consent": "agreed", "refuse": "refused"},
    "wider-use": {"consent": "agreed", "refuse": "refused"},
    "rectification": {"accept": "done", "conclude": "ended"},
}


def outcome_of(history: History, interval: Interval) -> str:
    """How an interval ended: the answer that stood at its end, or that it was withdrawn."""
    assert interval.ended is not None
    if interval.ended.state == WITHDRAWN:
        return "withdrawn"
    if interval.ended.state == LEFT_UNDONE:
        return "ended"
    outcome, answers = "done", ANSWERS.get(history.procedure, {})
    for n, entry in enumerate(history.entries):
        if entry.seq <= interval.ended.seq:
            said = entry.fields["settlement"] if entry.event == "resolve" else entry.event  # what the dispute came to
            decided = entry.event == "decide"
            outcome = _decision(entry, history.entries[:n]) if decided else answers.get(said, outcome)
    return outcome


def _decision(entry: Entry, before: tuple[Entry, ...]) -> str:
    """A decision not to share concerns what was disputed: what the provider had agreed to in part is shared."""
    if entry.fields["decision"] == "share":
        return "decided_share"
    in_part = any(each.event == "agree_partly" for each in before)
    return "partly" if in_part else "decided_not_share"


def items_of(history: History, interval: Interval) -> tuple[int, int]:
    """How many data items were asked for, and how many of them were agreed to; what was agreed stays agreed."""
    assert interval.ended is not None
    asked: list[str] = []
    agreed: set[str] = set()
    for entry in history.entries:
        if entry.seq > interval.ended.seq:
            break
        asked += entry.fields.get("items", [])
        if history.procedure == "sharing" and entry.event in ("agree", "settle"):
            agreed.update(asked)
        agreed.update(entry.fields.get("agreed_items", []))
    return len(asked), len(agreed)
