"""Checks an exported case with nothing but Python (3.8 or newer), offline: ``python3 -I verify.py FILE.zip``.

Without a file it checks the folder in which it lies, for an archive that was unpacked. It trusts no part of the
program that wrote the archive: digests are computed here, and days are counted here, one by one, from the pages of the
calendar. Every fault is a sentence that says where. Exit status 0: all holds; 1: something does not.
"""

from __future__ import annotations

import hashlib
import json
import re
import struct
import sys
import zlib
from calendar import monthrange
from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

FORMAT = "negotiation case archive 1"
ALGORITHM = "sha-256 of canonical JSON"
MANIFEST = "manifest.json"
LAYERS = ("national", "municipal", "organ")
WEEKEND = {5: "星期六", 6: "星期日"}
STOPPAGE = "停止办公"
ENDINGS = {"suspended": "暂停", "lapsed": "届满登记", "answered": "答复", "ended": "结束"}
ONE_DAY = timedelta(days=1)
LAST_FIRM_DAY = (12, 28)  # the next notice may still arrange the days of December after it
BROKEN = (KeyError, ValueError, TypeError, IndexError, AttributeError, OverflowError, RecursionError)

Json = Any  # what JSON holds; a key that is missing, or a value of another kind, is a fault that is reported

if TYPE_CHECKING:  # Python 3.8 does not know these yet
    Members = dict[str, bytes]
    DayRow = list[Any]  # date, ordinal, kind, name, source


# ------------------------------------------------------------------------------------------------ the ZIP, to the byte


def members_of_zip(data: bytes) -> Members:
    """The members, read along the headers that stand before them."""
    members, at = {}, 0
    while data[at : at + 4] == b"PK\3\4" and at + 30 <= len(data):
        size, name, extra = struct.unpack("<L4xHH", data[at + 18 : at + 30])
        start = at + 30 + name + extra
        members[data[at + 30 : at + 30 + name].decode("ascii", "replace")] = data[start : start + size]
        at = start + size
    return members


def zip_pieces(members: Members) -> Iterator[tuple[str, bytes]]:
    """Every byte that the ZIP of these members has, piece by piece, each with what it is: nothing in it is free."""
    directory, at = [], 0
    for name, body in members.items():
        path = name.encode("ascii", "replace")
        sums = (zlib.crc32(body), len(body), len(body), len(path), 0)
        head = struct.pack("<4s5HLLLHH", b"PK\3\4", 20, 0, 0, 0, 33, *sums)
        entry = struct.pack("<4sBB5HLLLHH", b"PK\1\2", 20, 3, 20, 0, 0, 0, 33, *sums)
        directory.append((name, entry + struct.pack("<HHHLL", 0, 0, 0, 0o100644 << 16, at) + path))
        yield f"成员 {name} 的文件头", head + path
        yield f"成员 {name} 的内容", body
        at += len(head) + len(path) + len(body)
    for name, entry in directory:
        yield f"压缩包目录中 {name} 的一条", entry
    size = sum(len(entry) for _, entry in directory)
    yield "压缩包目录的结尾", struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, len(directory), len(directory), size, at, 0)


def zip_faults(data: bytes, members: Members) -> Iterator[str]:
    """The first byte at which the ZIP is not what its members make it; behind it nothing can be told of the ZIP."""
    at = 0
    for what, piece in zip_pieces(members):
        found = data[at : at + len(piece)]
        if found != piece:
            n = next((n for n, byte in enumerate(found) if byte != piece[n]), len(found))
            if n < 4 and "目录" in what:  # the members that could be read end before these four bytes
                n, where = 0, "一个成员的文件头，或压缩包目录"
            else:
                where = what
            yield f"压缩包自第 {at + n + 1} 字节起与应有的不同：{where}（或其校验值）被改动或缺失"
            return
        at += len(piece)
    if at != len(data):
        yield f"压缩包在第 {at} 字节应当结束，其后还有 {len(data) - at} 字节，不属于本案卷"


# --------------------------------------------------------------------------------------------------------- the list


def sha256(body: bytes) -> str:
    """The SHA-256 in hexadecimal digits."""
    return hashlib.sha256(body).hexdigest()


def manifest_text(listed: Json) -> bytes:
    """The one way in which the list is written."""
    return (json.dumps(listed, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()


def manifest_digest(listed: Json) -> str:
    """The digest of the list, which stands in it."""
    return sha256(manifest_text({key: value for key, value in listed.items() if key != "digest"}))


def manifest_faults(members: Members) -> Iterator[str]:
    """Members that are altered, missing or not on the list; and the list itself."""
    listed = json.loads(members[MANIFEST].decode())
    if listed["format"] != FORMAT:
        yield f"{MANIFEST} 的格式是“{listed['format']}”，本程序只认“{FORMAT}”"
    if manifest_text(listed) != members[MANIFEST] or manifest_digest(listed) != listed["digest"]:
        yield f"{MANIFEST} 本身被改动：与其中登记的摘要不符"
    known = {each["name"]: each for each in listed["members"]}
    for name in sorted(known.keys() | (members.keys() - {MANIFEST})):
        if name not in members:
            yield f"缺少成员 {name}：{MANIFEST} 上有，案卷里没有"
        elif name not in known:
            yield f"成员 {name} 不在 {MANIFEST} 上，不属于本案卷"
        elif (len(members[name]), sha256(members[name])) != (known[name]["size"], known[name]["sha256"]):
            yield f"成员 {name} 的内容被改动：与 {MANIFEST} 登记的 SHA-256 不符"


# ------------------------------------------------------------------------------------------------ the chain of events


def event_digest(before: str, case_no: str, columns: Json) -> str:
    """The digest of an event over the one before it, the number of the case and every column that is not empty."""
    covered = {**columns, "algorithm": ALGORITHM, "before": before, "case": case_no}
    kept = {key: value for key, value in covered.items() if value is not None}
    return sha256(json.dumps(kept, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode())


def chain_faults(members: Members) -> Iterator[str]:
    """Events that do not follow from one another, what was entered with them, and the head of the chain."""
    case, head, last = read(members, "case.json"), "00" * 32, 0
    for last, event in enumerate(read(members, "events.json"), 1):
        columns, where = event["columns"], f"events.json 第{last}项"
        if columns["seq"] != last:
            yield f"{where}：编号应为{last}，实为{columns['seq']}，其间有缺漏或调换"
        if event_digest(head, case["no"], columns) != event["digest"]:
            yield f"{where}：事件内容与其摘要不符，或者不接在前一项之后"
        yield from content_faults(where, columns["content_digest"], event["content"])
        head = event["digest"]
    if (case["version"], case["head"]) != (last, head):
        yield f"case.json：案件登记有{case['version']}项，事件链止于第{last}项，或链头不符"


def content_faults(where: str, digest: str | None, content: Json) -> Iterator[str]:
    """What was entered, against its digest. Where it was sealed nothing of it is left but that digest."""
    if digest is None:
        if content is not None:
            yield f"{where}：这一项没有所填内容，案卷中却有"
    elif content is None:
        yield f"{where}：所填内容缺失"
    elif content.get("sealed_at"):
        if "body" in content or "salt" in content:
            yield f"{where}：所填内容已封存清除，案卷中却还有内容"
    elif sha256(bytes.fromhex(content["salt"]) + content["body"].encode()) != digest:
        yield f"{where}：所填内容与其摘要不符"


def file_faults(members: Members) -> Iterator[str]:
    """Attachments and notices against what the events and the lists say of them."""
    files = {each["n"]: each for each in read(members, "files.json")}
    for n, event in enumerate(read(members, "events.json"), 1):
        body = (event["content"] or {}).get("body")
        for proof in (json.loads(body).get("attachments") or ()) if body else ():
            kept = files.get(proof["n"])
            if kept is None or (kept["name"], kept["sha256"]) != (proof["name"], proof["sha256"]):
                yield f"files.json：第{n}项登记的附件“{proof['name']}”不在其中，或名称、摘要不符"
    for each in files.values():
        if not each["sealed_at"] and sha256(members.get(each["member"], b"")) != each["sha256"]:
            yield f"附件“{each['name']}”（{each['member']}）与登记的 SHA-256 不符"
    for each in read(members, "notices.json"):
        if each["member"] and sha256(members.get(each["member"], b"")) != each["sha256"]:
            yield f"通知“{each['title']}”（{each['member']}）与登记的 SHA-256 不符"
    for each in read(members, "case.json")["rulebooks"]:
        if sha256(members.get(each["member"], b"")) != each["sha256"]:
            yield f"规则 {each['name']}（{each['member']}）与登记的 SHA-256 不符"


# ------------------------------------------------------------------------------------------- the calendar, day by day


class Mark(NamedTuple):
    """A day that a notice names."""

    working: bool
    name: str
    source: str | None


if TYPE_CHECKING:
    Marks = dict[date, Mark]


class Unknown(Exception):
    """A day of which the page of the calendar says nothing."""


class Page:
    """A page of the calendar: the days of a layer as they were known, and the plans for years without a notice.

    ``choices``: what the rules count otherwise: a stop of work as a working day, half a day off as a day off.
    """

    def __init__(self, days: Json, layer: str, choices: Sequence[str] = ()) -> None:
        self.since, self.through = date.fromisoformat(days["since"]), date.fromisoformat(days["through"])
        self.published = set(days["published"])
        self.firm = self.through.replace(month=LAST_FIRM_DAY[0], day=LAST_FIRM_DAY[1])
        self.firm = self.firm if self.published else self.through
        self.known: Marks = {}
        for each in LAYERS[: LAYERS.index(layer) + 1]:
            self.known.update(marks_of(days["layers"][each]))
        for day, mark in self.known.items():
            if "stoppages_work" in choices and not mark.working and "停止办公" in mark.name:
                self.known[day] = mark._replace(working=day.weekday() < 5)
            if "half_days_off" in choices and mark.working and "放假半天" in mark.name:
                self.known[day] = mark._replace(working=False)
        self.planned = {int(year) for year in days["plans"]}
        self.plans: list[Marks] = [{}, {}, {}]  # likely, all made up early, all made up late
        for _, three in sorted(days["plans"].items()):
            for plan, rows in enumerate(three):
                self.plans[plan].update(marks_of(rows))

    def mark(self, day: date, plan: int | None) -> Mark | None:
        """The notice of a day, by a plan (None: by what is published). Raises Unknown for a day beyond the page."""
        if not self.since <= day <= self.through:
            known = plan is not None and (day.year in self.published or day.year in self.planned)
            if day < self.since or not known:
                raise Unknown(day)
        return self.known.get(day) or (self.plans[plan].get(day) if plan is not None else None)

    def works(self, day: date, plan: int | None) -> bool:
        """True for a working day."""
        mark = self.mark(day, plan)
        return day.weekday() < 5 if mark is None else mark.working

    def nth(self, after: date, n: int, plan: int | None) -> date:
        """The n-th working day after a day."""
        while n:
            after += ONE_DAY
            n -= self.works(after, plan)
        return after

    def end(self, after: date, number: int, unit: str) -> tuple[date, bool]:
        """The last day of a length that begins on the day after ``after``; False: until the next notice."""
        if number == 0 or unit != "working_days":
            after, number = nominal(after, number, unit) - ONE_DAY, 1
        try:
            day = self.nth(after, number, None)
        except Unknown:
            day = date.max
        return (day, True) if day <= self.firm else (self.nth(after, number, 0), False)

    def span(self, after: date, number: int, unit: str) -> tuple[date, date]:
        """The earliest and the latest end of a length by the three plans."""
        if number == 0 or unit != "working_days":
            after, number = nominal(after, number, unit) - ONE_DAY, 1
        ends = [self.nth(after, number, plan) for plan in range(3)]
        return min(ends), max(ends)

    def follows(self, day: date, known: set[str]) -> bool:
        """True for the first working day after one of the days, which is a day off."""
        before = day - ONE_DAY
        while not self.works(before, 0):
            if before.isoformat() in known:
                return self.works(day, 0)
            before -= ONE_DAY
        return False

    def rows(self, after: date, until: date, number: int, unit: str, official: bool) -> list[DayRow]:
        """Each day of a length: its number in it, its kind, name and document."""
        found, counted, n = [], 0, 0
        while after < until:
            after, n = after + ONE_DAY, n + 1
            plan = None if official else 0
            working = self.works(after, plan)
            counted += working
            ordinal = counted if working else None
            if unit != "working_days":
                ordinal = n if unit == "calendar_days" and n <= number else None
            found.append([after.isoformat(), ordinal, *self.described(after, plan, working)])
        return found

    def described(self, day: date, plan: int | None, working: bool) -> DayRow:
        """The kind of a day, what it is called, and the document that says so."""
        mark, weekend = self.mark(day, plan), day.weekday() > 4
        if working:
            kind = "make-up" if weekend else "working"
        elif mark is None:
            kind = "weekend"
        else:
            kind = "stoppage" if STOPPAGE in mark.name else "holiday"
        name, source = (mark.name, mark.source) if mark else (WEEKEND.get(day.weekday()), None)
        return [kind, name or None, source]


def marks_of(rows: Json) -> Marks:
    """The days of a page, whose runs are written 20261001+7."""
    marks = {}
    for source, named in rows:
        for name, off, work in named:
            for working, runs in ((False, off), (True, work)):
                for run in runs.split():
                    first, _, length = run.partition("+")
                    start = date(int(first[:4]), int(first[4:6]), int(first[6:]))
                    marks.update({start + n * ONE_DAY: Mark(working, name, source) for n in range(int(length or 1))})
    return marks


def nominal(after: date, number: int, unit: str) -> date:
    """The last day of days or months, before it is asked whether it is a day off (民法典第二百零二条、第二百零三条)."""
    if unit != "months":
        return after + timedelta(days=number)
    year, month = divmod(after.year * 12 + after.month - 1 + number, 12)
    return date(year, month + 1, min(after.day, monthrange(year, month + 1)[1]))


# ---------------------------------------------------------------------------------------------------------- the terms


def term_faults(members: Members) -> Iterator[str]:
    """Every term whose days do not come to what is written, counted again from the pages of the calendar."""
    pages: dict[tuple[int, str, tuple[str, ...]], Page] = {}
    events = read(members, "events.json")
    chained = {day for event in events for day in days_in(event["columns"])}
    for term in read(members, "terms.json"):
        where, known = f"terms.json 期限 {term['n']}“{term['title']}”", set(chained)
        for n, stage in enumerate(term["stages"], 1):
            place = f"{where}第{n}段（{stage['title']}）"
            if stage["event"] is not None and not 0 < stage["event"] <= len(events):
                yield f"{place}：所据的第{stage['event']}项登记不存在"
            if stage["page"] is not None:
                key = (stage["page"], stage["layer"], tuple(stage.get("day_choices", ())))
                if key not in pages:
                    pages[key] = Page(read(members, f"calendar/{key[0]}.json")["days"], *key[1:])
                yield from (f"{place}：{fault}" for fault in stage_faults(stage, pages[key], known))
            known.add(stage["due"])
        yield from (f"{where}：{fault}" for fault in ending_faults(term, chained))


def ending_faults(term: Json, chained: set[str]) -> Iterator[str]:
    """The days on which a term stopped, lapsed or was answered, which the chain knows; and its last day."""
    for key, what in ENDINGS.items():
        if term[key] is not None and term[key] not in chained:
            yield f"{what}日期 {term[key]} 不在办理记录里"
    last = [stage["due"] for stage in term["stages"] if stage["due"]][-1:]
    if last != [term["due"]]:
        yield f"登记的末日 {term['due']} 与最后一段算出的 {''.join(last) or '（无）'} 不同"


def days_in(columns: Json) -> set[str]:
    """The days that an event is about, or names: what its digest covers, without the instant of its entry."""
    told = {key: value for key, value in columns.items() if key != "recorded_at"}
    return set(re.findall(r"\b\d{4}-\d\d-\d\d\b", json.dumps(told)))


def stage_faults(stage: Json, page: Page, known: set[str]) -> Iterator[str]:
    """One stage of a term: how far it is counted, or how much was left of it when it was suspended.

    ``known``: the days from which it may count; from one that is a day off also the next working day.
    """
    since = date.fromisoformat(stage["from"])
    try:
        if stage["from"] not in known and not page.follows(since, known):
            yield f"自 {stage['from']} 起算，而办理记录里没有这一天"
        check = end_faults if stage["left_of"] is None else rest_faults
        yield from check(stage, page, since)
    except Unknown as beyond:
        yield f"日历页没有 {beyond} 的安排，也没有推算，不能重算"


def end_faults(stage: Json, page: Page, since: date) -> Iterator[str]:
    """The day to which a length is counted, whether that is official, its range if not, and the days one by one."""
    number, unit = stage["number"], stage["unit"]
    until, official = page.end(since, number, unit)
    if (until.isoformat(), official) != (stage["counted_to"], stage["official"]):
        yield f"登记的末日是 {stage['counted_to']}{firm(stage['official'])}，逐日数得 {until}{firm(official)}"
    span = None if official else [day.isoformat() for day in page.span(since, number, unit)]
    if span != stage["span"]:
        yield f"暂定日期的范围登记为 {stage['span']}，数得 {span}"
    yield from day_faults(stage["days"], page.rows(since, until, number, unit, official) if number else [])


def rest_faults(stage: Json, page: Page, since: date) -> Iterator[str]:
    """The length that was left up to a day."""
    until = date.fromisoformat(stage["left_of"])
    days = page.rows(since, until, (until - since).days, stage["unit"], until <= page.firm)
    left = sum(day[1] is not None for day in days)
    if left != stage["number"]:
        yield f"尚余登记为 {stage['number']}，逐日数得 {left}"
    yield from day_faults(stage["days"], days)


def day_faults(written: list[DayRow], counted: list[DayRow]) -> Iterator[str]:
    """The first day that is written otherwise than it is counted."""
    if written != counted:
        n = next((n for n, day in enumerate(counted) if day not in written[n : n + 1]), len(counted))
        yield f"逐日依据自第{n + 1}天起与日历页不符"


def firm(official: bool) -> str:
    """The mark of a date that is not official."""
    return "" if official else "（暂定）"


# ---------------------------------------------------------------------------------------------------------- all of it


def read(members: Members, name: str) -> Json:
    """A member that is JSON."""
    return json.loads(members[name].decode())


if TYPE_CHECKING:
    Checks = Sequence[tuple[str, Callable[[Members], Iterator[str]]]]

CHECKS: Checks = (
    ("成员清单", manifest_faults),
    ("事件链和所填内容", chain_faults),
    ("附件、通知、规则的摘要", file_faults),
    ("期限的天数", term_faults),
)


def faults_of(members: Members, checks: Checks = CHECKS) -> Iterator[str]:
    """Every fault of an archive's members, a sentence each."""
    if MANIFEST not in members:
        yield f"缺少 {MANIFEST}（成员清单），这不是完整的案卷"
        return
    for what, check in checks:
        try:
            yield from check(members)
        except BROKEN as error:
            yield f"无法核验{what}：案卷的数据不完整或不是规定的写法（{type(error).__name__}: {error}）"


def archive_faults(data: bytes) -> Iterator[str]:
    """Every fault of an archive."""
    members = members_of_zip(data)
    yield from zip_faults(data, members)
    yield from faults_of(members)


def members_of_folder(folder: Path) -> Members:
    """The members of an archive that was unpacked, among them every other file that lies in its folder."""
    found = sorted(path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in found}


def main(words: Sequence[str]) -> int:
    """Checks the file, or the folder; prints what was found."""
    place = Path(words[0]) if words else Path(__file__).resolve().parent
    try:
        data = None if place.is_dir() else place.read_bytes()
        members = members_of_folder(place) if data is None else members_of_zip(data)
    except OSError as error:
        print(f"不能读取 {place}：{error.strerror}")
        return 1
    faults = list(faults_of(members) if data is None else archive_faults(data))
    for fault in faults:
        print(f"不符：{fault}。")
    if faults:
        print(f"结论：{place.name} 与导出时不同，或者不完整，共 {len(faults)} 处。")
        return 1
    case, terms = read(members, "case.json"), read(members, "terms.json")
    print(f"案件 {case['no']}：{case['version']}项登记，链头 {case['head']}。")
    print(f"成员 {len(members)} 个、期限 {len(terms)} 个，逐一重算，全部相符。")
    what, body = (MANIFEST, members[MANIFEST]) if data is None else ("本案卷", data)
    print(f"{what} 的 SHA-256：{sha256(body)}")
    print("结论：内容与导出时一致。是不是当时交出的那一份，请与书面记载的 SHA-256 比对。")
    return 0


if __name__ == "__main__":
    sys.stdout.reconfigure(encoding="utf-8", errors="replace")  # type: ignore[union-attr] # a console of Windows is not
    sys.exit(main(sys.argv[1:]))
