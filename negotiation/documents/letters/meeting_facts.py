"""A meeting as its letters give it."""

from calendars.dates import in_words
from negotiation.documents.letters.model import Agreed, Meeting
from negotiation.domain import meetings, wording
from negotiation.domain.rulebook import AGENDAS
from negotiation.services.context import Context
from negotiation.services.meetings import view

NOON, EVENING = 12, 18


def meeting_facts(context: Context, meeting: meetings.Meeting) -> Meeting:
    """The meeting in words, with what it spoke of: a case that was taken off the agenda is not among it."""
    was = meeting.moves[-1] if meeting.moves else None
    return Meeting(
        no=meeting.no,
        kind=AGENDAS[meeting.kind],
        on=in_words(meeting.on),
        weekday=wording.weekday(meeting.on),
        at=clock_time(meeting.at),
        place=wording.one_line(meeting.place),
        chair=wording.one_line(meeting.chair),
        invited="、".join(view.invited(context, meeting)),
        present=_listed(meeting.present),
        absent=_listed(meeting.absent),
        observers=_listed(meeting.observers),
        moved_from=f"{in_words(was.on)}（{wording.weekday(was.on)}）{clock_time(was.at)}" if was else "",
        items=tuple(_agreed(each) for each in meeting.on_agenda),
    )


def clock_time(at: str) -> str:
    """An hour as offices write it: 9:00 is 上午9:00, 14:30 is 下午2:30."""
    hour, _, minute = at.partition(":")
    n = int(hour)
    part = "上午" if n < NOON else "中午" if n == NOON else "下午" if n <= EVENING else "晚上"
    return f"{part}{n if n <= NOON else n - NOON}:{minute}"


def _listed(names: tuple[str, ...]) -> str:
    return "、".join(map(wording.one_line, names))


def _agreed(item: meetings.Agreed) -> Agreed:
    texts = {key: wording.one_line(getattr(item, key)) for key in Agreed.__slots__ if key != "by"}
    return Agreed(**texts, by=in_words(item.by) if item.by else "")
