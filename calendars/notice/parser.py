"""The notices of holidays as their authors publish them: read into arrangements, and written out again.

A notice is read whole or not at all. Every clause that names a day and arranges it must be understood; every weekday,
every 共N天 and every make-up day must agree with the rest. Otherwise the notice is refused, and the sentence quoted.
"""

import re
from dataclasses import dataclass, field
from datetime import date

from calendars.arrangement import STOPPAGE, Arrangement
from calendars.formats.errors import Unreadable
from calendars.notice.checks import check_item, check_notice, check_years
from calendars.notice.clauses import Kind, read_sentence
from calendars.notice.dates import AmbiguousDate, DateContext
from calendars.notice.header import (
    ISSUED_AT_END,
    SIGNED,
    Heading,
    holidays_in,
    name_of,
    quoted_years,
    read_heading,
    read_issued,
)
from calendars.notice.item import TURNS_NOTHING, Item
from calendars.notice.render import render_notice
from calendars.notice.sections import Paragraph, Segment, outline, without_footer
from calendars.notice.text import NoticeText
from calendars.whole_days import why_limited, why_no_day, why_sentence_turns_none

__all__ = ["Unreadable", "parse_notice", "render_notice"]

NAME = re.compile("([^：。，；0-9]{1,40})：")
NO_NAME = re.compile("放假|调休|时间|日期|安排|上班|其中|如下")
SOON = 31  # days
QUOTES = re.compile("^(?:根据|按照|依据|遵照).*《")
SIGNER = re.compile("(?:政府|国务院|办公厅|办公室|委员会|[厅局委办院部会])$")
NEW_YEAR = re.compile("元旦|(?<![0-9])0?1月")
ARRANGED = re.compile("放假|上班|休|(?:停止|暂停)办公")
FULL_DATE = re.compile("([0-9]{4})年[0-9]{1,2}月[0-9]{1,2}日")


def parse_notice(text: str, amends: Arrangement | None = None) -> Arrangement:
    """The arrangement that a notice makes: yearly, amending or local, as pasted from where it was published.

    amends: the arrangement that an amending notice starts from; the shipped national ones of its year unless given.
    Raises Unreadable where anything that arranges a day cannot be read with certainty, or contradicts itself.
    """
    whole = NoticeText.of(text)
    body = read_heading(whole).end
    notice = without_footer(whole, body, [found.end(1) for found in SIGNED.finditer(whole.text)])
    heading = read_heading(notice)
    paragraphs = outline(notice, heading.end)
    if not heading.end and len(paragraphs) == 1:
        raise notice.refusal("没有标题，也没有编号，不像一份完整的放假通知；请连同标题一起粘贴", 0, 60)
    readings: list[Arrangement] = []
    refusals: list[Unreadable] = []
    for year in _years_to_try(notice, heading, paragraphs):
        try:
            readings.append(Reading(notice, heading, paragraphs, year, amends).arrangement())
        except Unreadable as refusal:
            refusals.append(refusal)
    return _the_one(notice, readings, refusals)


def _years_to_try(notice: NoticeText, heading: Heading, paragraphs: list[Paragraph]) -> list[int]:
    """The year that the notice names; else that of its dates, of the notice it quotes, of its issue and the next."""
    if heading.years:
        return list(heading.years)
    sentences = [one.words for part in paragraphs for one in part.segments if one.finished]
    dated = [int(year) for words in sentences if ARRANGED.search(words) for year in FULL_DATE.findall(words)]
    if dated or (dated := quoted_years(notice)):
        return [max(dated)]
    issued, _ = read_issued(notice, heading.end)
    known = issued.year if issued else heading.numbered
    if known is None:
        raise notice.refusal("看不出是哪一年的放假通知；请连同标题一起粘贴", 0, 60)
    return [known, known + 1]


def _the_one(notice: NoticeText, readings: list[Arrangement], refusals: list[Unreadable]) -> Arrangement:
    """The reading that the weekdays allow, where the year was not named; of a stop of work the one at its issue."""
    readings = [one for one in readings if _stops_soon(one)] or readings
    if len(readings) > 1:
        raise notice.refusal("没有写明是哪一年的安排，几个年份都讲得通；请连同标题一起粘贴", 0, 60)
    if not readings:
        raise refusals[0]
    return readings[0]


def _stops_soon(reading: Arrangement) -> bool:
    """True if all its days are stops of work right after its issue: no storm is announced for the year after."""
    soon = reading.issued and all(0 <= (day - reading.issued).days <= SOON for day in reading.off)
    return bool(soon) and not reading.work and all(STOPPAGE in name for name in reading.off.values())


@dataclass
class Reading:
    """One attempt to read a notice as the arrangement of a year."""

    notice: NoticeText
    heading: Heading
    paragraphs: list[Paragraph]
    year: int
    amends: Arrangement | None
    items: list[Item] = field(default_factory=list)

    def arrangement(self) -> Arrangement:
        """The arrangement of that year. Raises Unreadable."""
        self.items = [self._item(paragraph) for paragraph in self.paragraphs]
        ends = [item.end for item in self.items if item.arranges]
        if not ends:
            raise self.notice.refusal("没有读到放假、上班或停止办公的日期，不像一份放假通知", 0, 60)
        issued, signed = read_issued(self.notice, min(ends))
        self._check_tail(max(ends), signed)
        check_years(self.notice, self.heading, self.year, issued)
        for item in self.items:
            check_item(self.notice, item, self.year, issued, self.heading, self.amends)
        check_notice(self.notice, self.heading, self.year, self.items)
        self._check_asides()
        return self._joined(issued)

    def _item(self, paragraph: Paragraph) -> Item:
        january = bool(NEW_YEAR.search(paragraph.text))
        item = Item(paragraph.number, paragraph.start, self.heading.subject, DateContext(self.year, january))
        for segment in paragraph.segments:
            words = _without_name(item, segment.words) if segment.number else segment.words
            if segment.finished:
                item.text += words
            try:
                _read(item, segment, words, self.heading.title)
            except AmbiguousDate as error:
                raise self.notice.refusal(str(error), segment.start, segment.end) from None
        return item

    def _check_asides(self) -> None:
        """A sentence beside the days must not limit them to some people, or to a part of the day."""
        for item in self.items:
            for segment in item.asides:
                why = why_limited(segment.words, beside_days=bool(item.off or item.work))
                if why:
                    raise self.notice.refusal(why, segment.start, segment.end)

    def _check_tail(self, last: int, signed: int) -> None:
        """Nothing may be left unfinished at the end, and no second notice may follow the signature."""
        if last > signed:
            raise self.notice.refusal("落款之后还有放假安排，像是两份通知；请一次只读一份", signed, last)
        tail = [segment for part in self.paragraphs for segment in part.segments][-1]
        if tail.finished or tail.start >= signed:
            return
        left = ISSUED_AT_END.sub("", self.notice.text[tail.start : min(tail.end, signed)]).strip("\n")
        if left and (tail.number or re.search("[0-9]", left) or not SIGNER.search(left)):
            raise self.notice.refusal("通知在这里断了，句子没有写完", tail.start, tail.end)

    def _joined(self, issued: date | None) -> Arrangement:
        """The days of all items; its own days go before those that it quotes."""
        off = {day: item.name_for(day) for item in reversed(self.items) for day in item.off}
        work = {day: item.named for item in reversed(self.items) for day in item.work}
        for day in sorted(off.keys() & work.keys()):
            item = next(item for item in self.items if day in item.work)
            raise self.notice.refusal(f"{day.month}月{day.day}日既放假又上班", item.start, item.end)
        own = off.keys() | work.keys()
        for item in self.items:
            off |= {day: item.name_for(day) for day in item.quoted_off - own}
            work |= dict.fromkeys(item.quoted_work - own, item.named)
        if both := sorted(off.keys() & work.keys()):
            raise self.notice.refusal(f"{both[0].month}月{both[0].day}日既放假又上班", 0, 60)
        return Arrangement(
            self.year, self.heading.doc_no, issued, dict(sorted(off.items())), dict(sorted(work.items()))
        )


def _without_name(item: Item, words: str) -> str:
    """The sentence without the name that its item begins with, 一、元旦：, which the item takes."""
    found = NAME.match(words)
    if found and not NO_NAME.search(found[1]):
        item.name = name_of(found[1])
        return words[found.end() :]
    item.name = "、".join(holidays_in(re.split("[0-9，]", words)[0])) or item.name
    return words


def _read(item: Item, segment: Segment, words: str, title: str) -> None:
    """Takes in a sentence. Raises AmbiguousDate, of several reasons with the plainest, for one that is not certain."""
    stands_against = why_sentence_turns_none(segment.words)
    try:
        clauses = read_sentence(words, item.context)
    except AmbiguousDate as error:
        raise AmbiguousDate(stands_against or str(error)) from None
    if TURNS_NOTHING.issuperset(clause.kind for clause in clauses):
        item.asides.append(segment)
    elif why := stands_against or why_no_day(title):
        raise AmbiguousDate(why)
    if all(clause.kind is Kind.EXPLAINED for clause in clauses):
        return
    if not segment.finished:
        raise AmbiguousDate("句子没有写完")
    item.add(clauses, quoted=bool(QUOTES.match(words)), end=segment.end)
