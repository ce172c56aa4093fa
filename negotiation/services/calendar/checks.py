"""Checks of an arrangement before it is imported: its layer, its date, its balance, what is held of its year."""

from collections.abc import Iterable
from datetime import date
from itertools import groupby

from calendars import Arrangement
from calendars.arrangement import Mark, in_force, marks_of, works
from calendars.dates import ONE_DAY
from calendars.national import national_arrangements
from calendars.notice.balance import Reckoning, Share, reckon, statutory_days_at_work
from negotiation.core.enums import CalendarLayer
from negotiation.core.errors import NegotiationError
from negotiation.domain.working_days import Almanac, arranges_its_year, missing_holidays

OTHER_LAYERS = "市级的安排请选层级“市级”，本单位的选“本单位”"
STATE_NUMBERS = ("国办", "国发", "国函")


def demand_sound(almanac: Almanac, layer: CalendarLayer, new: Arrangement, today: date) -> Reckoning | None:
    """The balance of a national arrangement of a whole year, None of any other.

    Raises NegotiationError for what would make dates official that are not, or a year that does not balance.
    """
    if new.issued is not None and new.issued > today:
        raise NegotiationError(f"印发日期 {new.issued} 在今天之后", todo="请核对印发日期；通知印发后才能收录")
    if layer is not CalendarLayer.NATIONAL:
        return None
    if not arranges_its_year(new):
        _demand_published(almanac, new)
        return None
    reckoning = reckon(new)
    if not reckoning.is_balanced:
        raise NegotiationError(f"{in_sentence(reckoning)}：安排不完整，不能据此把全年当作已经公布", todo=_todo())
    if at_work := statutory_days_at_work(new):
        days = "、".join(f"{day.month}月{day.day}日（{name}）" for day, name in at_work)
        raise NegotiationError(
            f"{new.year}年的法定节假日{days}没有放假：安排不完整，不能据此把全年当作已经公布", todo=_todo()
        )
    return reckoning


def _demand_published(almanac: Almanac, new: Arrangement) -> None:
    if new.year > almanac.of(CalendarLayer.NATIONAL).official_through.year:
        missing = "、".join(missing_holidays(new))
        raise NegotiationError(
            f"{new.year}年的全年安排尚未收录，而这份安排没有{missing}：不能据此把全年当作已经公布", todo=_todo()
        )


def _todo() -> str:
    return f"请收录国务院办公厅全年通知的全文，放假和上班的日期都要齐全；{OTHER_LAYERS}"


def demand_layer(layer: CalendarLayer, new: Arrangement, title: str, *, own_words: bool) -> None:
    """Raises NegotiationError for a notice of the State Council outside the national layer, and for any other in it.

    ``own_words``: typed by hand or out of a calendar file; whose it is then the clerk alone knows.
    """
    number = new.doc_no or ""
    of_state = number.startswith(STATE_NUMBERS) or "国务院" in title.partition("关于")[0]
    if layer is CalendarLayer.NATIONAL and not of_state and (number or not own_words):
        raise NegotiationError(f"“{title}”不是国务院印发的通知", todo=OTHER_LAYERS)
    if layer is not CalendarLayer.NATIONAL and of_state:
        raise NegotiationError(f"“{title}”是国务院的通知，应收录在国家层级", todo="请把层级改为“国家”")


# ------------------------------------------------------------------------------------------- against what is held


def of_year(almanac: Almanac, layer: CalendarLayer, year: int) -> list[Arrangement]:
    """The arrangements of a layer that are held of a year, shipped ones and imported ones."""
    shipped = national_arrangements() if layer is CalendarLayer.NATIONAL else ()
    return [each for each in (*shipped, *almanac.imported(layer)) if each.year == year]


def otherwise(almanac: Almanac, layer: CalendarLayer, new: Arrangement) -> list[date]:
    """The days on which a whole year, taken alone, has people work or rest otherwise than what is held of it."""
    held = of_year(almanac, layer, new.year)
    if not held or not arranges_its_year(new):
        return []
    before, after = marks_of(in_force(held)), marks_of([new])
    return [day for day in sorted(before.keys() | after.keys()) if _works(day, before) != _works(day, after)]


def demand_no_silent_turn(
    almanac: Almanac, layer: CalendarLayer, new: Arrangement, turned: Iterable[date], *, feed: bool
) -> None:
    """Raises NegotiationError for a national year that is held otherwise, and for which no document speaks: a feed, or
    what was typed without 印发."""
    differing = sorted({*otherwise(almanac, layer, new), *(turned if feed else ())})
    held = of_year(almanac, layer, new.year)
    if layer is not CalendarLayer.NATIONAL or new.issued or not differing or not held:
        return
    before, after = marks_of(in_force(held)), marks_of([new])
    raise NegotiationError(
        f"{new.year}年的安排已经收录，这一份与之不同：{_kinds_of_difference(differing, before, after)}",
        todo="已收录的以文件为准，未作改动。国务院办公厅另有调整的，请粘贴通知全文，或逐行写明“文号：”“印发：”和日期；"
        f"{OTHER_LAYERS}",
    )


def _kinds_of_difference(days: list[date], before: dict[date, Mark], after: dict[date, Mark]) -> str:
    kinds = {
        "少放假": [day for day in days if _works(day, after) and day in before and not before[day].working],
        "多放假": [day for day in days if day in after and not after[day].working],
        "少上班": [day for day in days if not _works(day, after) and day in before and before[day].working],
        "多上班": [day for day in days if day in after and after[day].working],
    }
    return "；".join(f"{what}{len(found)}天（{day_list(found)}）" for what, found in kinds.items() if found)


def _works(day: date, marks: dict[date, Mark]) -> bool:
    return works(day, marks.get(day))


# ------------------------------------------------------------------------------------------------------- in words


def in_sentence(reckoning: Reckoning) -> str:
    """The balance of a year: how many days of each kind, how many are missing and for which holidays."""
    owed = len(reckoning.freed) - reckoning.statutory
    sentence = (
        f"{reckoning.year}年放假占工作日{len(reckoning.freed)}天，其中法定节假日{reckoning.statutory}天，"
        f"应补班{max(owed, 0)}天，实际补班{len(reckoning.made_up)}天"
    )
    if reckoning.made_up:
        sentence += f"（{day_list(reckoning.made_up)}）"
    if reckoning.missing:
        return f"{sentence}，缺{reckoning.missing}天" + _for_which(reckoning.short)
    return sentence + (f"，比应补的多{reckoning.surplus}天，请核对原文" if reckoning.surplus else "，两相平衡")


def _for_which(short: Iterable[Share]) -> str:
    parts = [
        f"{'、'.join(sorted(share.names))}放假占工作日{len(share.freed)}天（{day_list(share.freed)}），"
        f"法定{share.statutory}天，补班{len(share.made_up)}天，缺{share.missing}天"
        for share in short
    ]
    return f"；其中{'；'.join(parts)}" if parts else ""


def day_list(days: Iterable[date]) -> str:
    """2月5日、2月8日至12日: days that follow one another together."""
    numbered = enumerate(sorted(days))
    runs = [[day for _, day in run] for _, run in groupby(numbered, key=lambda pair: pair[1] - pair[0] * ONE_DAY)]
    return "、".join(_run(run[0], run[-1]) for run in runs)


def _run(first: date, last: date) -> str:
    begins = f"{first.month}月{first.day}日"
    if first == last:
        return begins
    return f"{begins}至{last.day}日" if first.month == last.month else f"{begins}至{last.month}月{last.day}日"
