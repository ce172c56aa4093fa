"""One clause of a notice, and the days it names: 1月1日至3日放假, 1月4日（星期日）上班, 照常公休 and so on.

A clause is compared with whole patterns, in turn. One that names days in a sentence that arranges something, and fits
no pattern, is ambiguous: nothing is guessed from a part of it.
"""

import re
from dataclasses import dataclass
from datetime import date
from enum import Enum, auto
from itertools import pairwise

from calendars.notice.dates import DATES, NOTE, AmbiguousDate, DateContext, Written, days_of, take_dates


class Kind(Enum):
    """The effect of a clause on its days."""

    OFF = auto()  # 放假
    INSTEAD = auto()  # 补休
    SHIFTED = auto()  # 调休: off, and made up for by a day that must be named
    WORK = auto()  # 上班
    RESUME = auto()  # 起正常上班
    MOVE = auto()  # 公休日调至: rest days, and the days they move to
    SWAP = auto()  # 9月1日调至8月28日上班: the day freed, and the day worked for it
    REST = auto()  # 照常公休
    STATUTORY = auto()  # 为法定节假日
    EXTEND = auto()  # 延长春节假期至
    COUNT = auto()  # 共3天
    WITH_WEEKEND = auto()  # 与周末连休
    STOP = auto()  # 停止办公
    EXPLAINED = auto()  # a day named, and nothing arranged


@dataclass(frozen=True)
class Clause:
    """One clause understood: its days, the days they move to, a number of days, the holiday that it extends."""

    kind: Kind
    days: tuple[date, ...] = ()
    to: tuple[date, ...] = ()
    count: int | None = None
    holiday: str = ""


D = DATES
LEAD = rf"(?P<lead>[^{D}0-9]{{0,80}}?)"
N = "(?:[0-9]{1,2}|[一二两三四五六七八九十])"
COUNT = rf"(?:，?(?:共|共计|合计|总共|连休)?(?P<count>{N})[天日])"
REST_VERB = "(?:放假|调休|公休|休息|休假|连休)"
STOP_VERB = "(?:停止|暂停)(?:办公|上班)"
OTHERS_STOP = "(?:停[课业产运市工][、和]?)*"  # they name schools, shops and works, whose days are not the offices'
WEEKEND = "(?:前后|前|后)?(?:周末|双休日|公休日|周六(?:、?周?日)?|周日|星期六(?:、?星期日)?|星期日)+"
JOINED = "(?:连休|相连|相接|连在一起|合并休息|连续休息)"
MOVED = "(?:调|调整|调换|移|挪)(?:至|到|为)"
PATTERNS: tuple[tuple[Kind, re.Pattern[str]], ...] = tuple(
    (kind, re.compile(pattern))
    for kind, pattern in (
        (Kind.EXTEND, rf"(?:将|决定)?延长(?:[0-9]{{4}}年)?(?P<holiday>[^{D}0-9]{{1,10}}?)假期(?:至|到){D}"),
        (Kind.EXTEND, rf"(?:将|决定将?)?(?:[0-9]{{4}}年)?(?P<holiday>[^{D}0-9]{{1,10}}?)假期延长(?:至|到){D}"),
        (
            Kind.MOVE,
            rf"{LEAD}{D}的?(?P<stated>[一二两三四五六])?个?公休日?(?P<and>(?:及|和)[^{D}0-9，]{{2,4}}节)?(?:分别)?{MOVED}{D}(?:休息|补休)?",
        ),
        (Kind.SWAP, rf"{LEAD}{D}(?:的?工作日|上班)?(?:分别)?{MOVED}{D}上班"),
        (Kind.SWAP, rf"(?:(?P<count>{N})天为调休：)?{D}上班(?:分别)?{MOVED}{D}"),
        (Kind.WORK, rf"(?P<lead>(?:分别)?){MOVED}{D}上班"),
        (Kind.RESUME, rf"{LEAD}{D}(?:起|开始|恢复)+(?:正常|照常|恢复)*(?:上班|办公)"),
        (Kind.STOP, rf"{LEAD}{D}(?P<who>[^{D}0-9，]{{0,40}}?){OTHERS_STOP}{STOP_VERB}{COUNT}?"),
        (Kind.STOP, rf"{LEAD}{STOP_VERB}(?:时间|日期)?(?:为|是|：)*{D}{COUNT}?"),
        (Kind.WORK, rf"{LEAD}{D}(?:为|应|均|要|正常|照常|调休|统一)*(?:上班|补班)日?"),
        (Kind.WORK, rf"(?P<lead>(?:调休)?)(?:上班|补班)(?:时间|日期|日)?(?:为|是|：)+{D}"),
        (Kind.REST, rf"{LEAD}{D}(?:照常|正常)(?:公休|休息|双休)日?"),
        (Kind.REST, rf"{LEAD}{D}(?:为|是|系)(?:正常|照常)*(?:公休日?|双休日|休息日|周末)"),
        (Kind.REST, rf"(?P<count>{N})天为(?:正常)?(?:公休日?|双休日)：{D}"),
        (Kind.STATUTORY, rf"{LEAD}{D}，?(?:为|是|系)[^{D}0-9]{{0,8}}?法定节?假日"),
        (Kind.INSTEAD, rf"{LEAD}{D}补休{COUNT}?"),
        (Kind.SHIFTED, rf"{LEAD}{D}为?调休"),
        (Kind.OFF, rf"{LEAD}{D}(?:为[^{D}0-9，]{{0,15}}?|统一|均|全[国省市区])?(?:{REST_VERB}[、和]?)+{COUNT}?"),
        (Kind.OFF, rf"{LEAD}{REST_VERB}+(?:时间|日期|安排)?(?:为|是|从|自|：)*{D}止?{COUNT}?"),
        (Kind.OFF, rf"(?P<count>{N})天为(?:实际)?(?:放假|调休)：{D}"),
        (Kind.OFF, rf"(?P<lead>放假：)?{D}{COUNT}"),
        (Kind.WITH_WEEKEND, rf"并?[与和同跟]{WEEKEND}{JOINED}{COUNT}?"),
        (Kind.COUNT, rf"(?:[^{D}0-9]{{0,60}}{REST_VERB})?{COUNT}"),
        (Kind.REST, rf"并?[与和同跟]{D}(?:{WEEKEND})?{JOINED}"),
        (Kind.EXPLAINED, rf"(?:[^{D}0-9放休班调补]{{0,20}}：)?自{D}起[^{D}放休班调补]*"),
        (Kind.EXPLAINED, rf"[^{D}0-9放休班调补]*{D}(?:是|为|系)[^{D}0-9放休班调补]*(?:节|纪念日|除夕|初.|当日)"),
        (Kind.EXPLAINED, rf"[^{D}0-9]*{D}(?:之前|以前|前)[^{D}0-9]*(?:报|送|交)[^{D}0-9]*"),
    )
)
LISTED = re.compile(rf"[：将]?{DATES}")
VERB_NEXT = re.compile(rf"{DATES}(?:上班|补班|放假|补休|调休)")
LEADING_WORD = re.compile(r"^(?:其中|即|另外?|同时)[，：]?")
ARRANGES = re.compile(rf"放假|上班|补班|假期|[休调补]|延长|{STOP_VERB}")
REMNANT = re.compile(r"[0-9]月|月[0-9]|[0-9]日|[一二三四五六七八九十]月[一二三四五六七八九十]{1,3}日")
HARMLESS = re.compile("自治[区州县]|除夕")
DOUBTFUL = re.compile(  # words that turn a clause, or limit it to some people
    "[除不非未勿无免拟原曾如若或起至到改停]|以前|之前|之后|以后|可|取消|推迟|提前|延|鼓励|建议|倡导|提倡|约|左右"
    "|学校|中学|小学|学生|幼儿园|高校|企业|妇女|青年|少年|儿童|军人|其他|其余|部分|今年|明年|去年|每年|往年|自|从"
)
ENCOURAGES = re.compile("^(?:鼓励|倡导|提倡|建议|支持|引导|有条件的)")
POSTS_KEPT = re.compile("除[^0-9]{0,60}?(?:岗位|人员|值班|值守|应急|保障)[^0-9]{0,20}?外")  # they work on holidays too
BOOK = re.compile("《[^《》]*》")
LATIN = re.compile("[A-Za-z][A-Za-z0-9]*")
LONGEST_CLAUSE = 300  # keeps every pattern's work small
NUMBERS = {name: n for n, name in enumerate("一二三四五六七八九十", 1)} | {"两": 2}


def plain_clauses(sentence: str) -> tuple[list[str], list[str]]:
    """The clauses of a sentence, each bracketed note made one sign, and the notes. One with dates is a clause."""
    text, notes = _without_brackets(BOOK.sub("《》", sentence))
    for place, note in enumerate(notes):
        if re.search("[0-9]日", note):
            text = text.replace(chr(0xE000 + place), f"，{note}，")
    return [clause for clause in LATIN.sub("会", text).split("，") if clause], notes


def _without_brackets(text: str) -> tuple[str, list[str]]:
    """The text with every outermost bracket made one sign, and the notes in them; inner ones melt into the outer."""
    kept: list[str] = []
    notes: list[str] = []
    depth = 0
    for char in text:
        if char == "(":
            if not depth:
                notes.append("")
            depth += 1
        elif char == ")":
            depth -= 1
            if depth < 0:
                raise AmbiguousDate("有右括号而没有左括号")
            if not depth:
                kept.append(chr(0xE000 + len(notes) - 1))
        elif depth:
            notes[-1] += char
        else:
            kept.append(char)
    if depth:
        raise AmbiguousDate("括号没有写完")
    if len(notes) > 1000:
        raise AmbiguousDate("括号太多")
    return "".join(kept), notes


def read_sentence(text: str, context: DateContext) -> list[Clause]:
    """The clauses of a sentence, in its order; none of one that arranges nothing.

    Raises AmbiguousDate for what cannot be read with certainty: every day in a sentence that uses a verb of
    arrangement must be.
    """
    if not (ARRANGES.search(text) and re.search("[0-9]|月.{1,3}日", text)):
        return []
    parts, notes = plain_clauses(text)
    clauses: list[Clause] = []
    waiting, within = "", False
    for part in parts:
        if ENCOURAGES.match(part):
            break
        if waiting and POSTS_KEPT.fullmatch(part):
            continue
        within = within or part.startswith("其中")
        words = LEADING_WORD.sub("", part)
        waiting += "、" + words if waiting and _goes_on(waiting, words, notes, context) else words
        if re.sub(f"{NOTE}|[：将]", "", take_dates(waiting, notes)[0]) != DATES:
            clauses += _read_clause(waiting, notes, context, within)
            waiting = ""
    if waiting:
        raise AmbiguousDate("有日期而没有说明放假还是上班")
    return clauses


def _goes_on(waiting: str, clause: str, notes: list[str], context: DateContext) -> bool:
    """True if the comma between them stands for 、: 2月7日(星期日),2月20日(星期六)上班.

    Only between whole dates in their order, all with their weekday or none and a verb right behind, and only once the
    item has freed some day: else the first date may be one that lost its 放假.
    """
    (shape, before), (next_shape, after) = take_dates(waiting, notes), take_dates(clause, notes)
    if not (context.off and LISTED.fullmatch(shape) and next_shape.startswith(DATES)):
        return False
    dates = [*before[0], *after[0]]
    if any(one.month is None or one.until for one in dates) or not _ascending(dates, context):
        return False
    named = [bool(one.weekdays) for one in dates]
    return all(named) or not (any(named) or VERB_NEXT.match(next_shape) is None)


def _ascending(dates: list[Written], context: DateContext) -> bool:
    days = [(context.year_for(one.year, one.month or 0), one.month or 0, one.day) for one in dates]
    return all(first < second for first, second in pairwise(days))


def _read_clause(clause: str, notes: list[str], context: DateContext, within: bool) -> list[Clause]:
    """The clause by the first pattern that the whole of it fits; `within`: of days that are off already."""
    shape, groups = take_dates(clause, notes)
    if REMNANT.search(shape):
        raise AmbiguousDate("日期没有写全")
    if groups and len(shape) > LONGEST_CLAUSE:
        raise AmbiguousDate("一句话太长")
    for kind, pattern in PATTERNS:
        found = pattern.fullmatch(shape)
        if found:
            days = [tuple(days_of(group, context)) for group in groups]
            return [_clause(kind, found, days, context, within)]
    if groups:
        raise AmbiguousDate("看不出这些日期是放假还是上班")
    return []


def _clause(
    kind: Kind, found: re.Match[str], days: list[tuple[date, ...]], context: DateContext, within: bool
) -> Clause:
    parts = found.groupdict()
    word = DOUBTFUL.search(HARMLESS.sub("", (parts.get("lead") or "") + (parts.get("who") or "")))
    if word:
        raise AmbiguousDate(f"“{word[0]}”一词使这句话的意思不确定，或者只适用于一部分人")
    if kind is Kind.MOVE:
        _require_balance(len(days[0]), len(days[1]), parts)
    first, second = [*days, (), ()][:2]
    if kind in (Kind.OFF, Kind.SHIFTED, Kind.STOP):
        if within and context.off and not context.off.issuperset(first):
            raise AmbiguousDate("“其中”的日期不在前面放假的日期之内")
        context.off.update(first)
    return Clause(kind, first, second, _number(parts.get("count")), (parts.get("holiday") or "").replace('"', ""))


def _number(digits: str | None) -> int | None:
    if digits is None:
        return None
    return NUMBERS[digits] if digits in NUMBERS else int(digits)


def _require_balance(moved: int, to: int, parts: dict[str, str | None]) -> None:
    """Raises AmbiguousDate unless as many days are freed as rest days are moved (and holidays that fell on one)."""
    stated = parts.get("stated")
    if stated and NUMBERS[stated] != moved:
        raise AmbiguousDate(f"写的是{stated}个公休日，列出的是{moved}个")
    if moved + bool(parts.get("and")) != to:
        raise AmbiguousDate(f"调出{moved}个公休日，却调至{to}天")
