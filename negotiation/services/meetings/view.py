"""A meeting as people and scripts read it."""

from negotiation.domain.meetings import Meeting
from negotiation.services.context import Context


def invited(context: Context, meeting: Meeting) -> list[str]:
    """The departments of its cases, in official order."""
    parties = {name for item in meeting.on_agenda for name in (item.applicant, item.provider)}
    return [unit.name for unit in context.directory.in_order() if unit.name in parties]


def as_json(context: Context, meeting: Meeting) -> dict[str, object]:
    """A meeting as scripts read it."""
    return {
        "no": meeting.no,
        "kind": meeting.kind,
        "state": meeting.state.value,
        "on": meeting.on,
        "at": meeting.at,
        "place": meeting.place,
        "chair": meeting.chair,
        "invited": invited(context, meeting),
        "present": list(meeting.present),
        "absent": list(meeting.absent),
        "observers": list(meeting.observers),
        "minutes_no": meeting.minutes_no,
        "reason": meeting.reason,
        "moves": [{"on": each.on, "at": each.at, "place": each.place, "reason": each.reason} for each in meeting.moves],
        "cases": [
            {"no": each.no, "subject": each.subject, "applicant": each.applicant, "provider": each.provider,
             "agreed": each.agreed, "who": each.who, "by": each.by, "recorded_as": each.seq,
             "off": each.off}
            for each in meeting.items
        ],
    }  # fmt: skip
