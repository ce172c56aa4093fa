"""The catalogue as a spreadsheet: its columns, and what a row of it says. Pure.

The columns are the metadata of 《政务信息资源目录编制指南（试行）》 (发改高技〔2017〕1272号). The guide numbers the
classes of 共享类型 1, 2 and 3, other systems 0, 1 and 2 or otherwise: a class is read by its label, and the number only
held against it.
"""

import re
from collections import Counter
from collections.abc import Mapping
from datetime import date
from functools import cached_property
from typing import Any, NamedTuple

from negotiation.core.enums import WAYS_OF_SHARING, SharingClass
from negotiation.core.errors import FieldError, NegotiationError, NotFound
from negotiation.core.labels import SHARING_CLASS_TITLES
from negotiation.core.texts import NOTE
from negotiation.documents.spreadsheets.department_names import read_department
from negotiation.documents.spreadsheets.lines import Line
from negotiation.documents.spreadsheets.number_formats import Unclear
from negotiation.documents.spreadsheets.reader import Table
from negotiation.documents.spreadsheets.sheets import clean, squeeze, unusable
from negotiation.domain import forms
from negotiation.domain.catalogue import Resource
from negotiation.domain.departments import Directory

LONGEST_CODE, LONGEST_NAME = 100, 300  # characters: they stand in every list
CLASS, CLASS_CODE, STATE = "共享类型", "共享类型代码", "状态"
IN_USE, RETIRED = "在用", "停用"
THE_GUIDE = {"1": SharingClass.UNCONDITIONAL, "2": SharingClass.CONDITIONAL, "3": SharingClass.NONE}
_STEMS = {"无条件": SharingClass.UNCONDITIONAL, "有条件": SharingClass.CONDITIONAL, "不予": SharingClass.NONE}
_SAID = re.compile(r"[(\[]?(?P<before>\d*)[)\].、:_-]*(?P<label>.*?)[(\[]?(?P<after>\d*)[)\]]?")


class Column(NamedTuple):
    """A column: its field, how the office titles it and how the guide does, its width in characters."""

    field: str
    title: str
    guide: str
    width: int


COLUMNS = (
    Column("code", "资源代码", "信息资源代码", 24),
    Column("name", "资源名称", "信息资源名称", 30),
    Column("category", "分类", "信息资源分类", 14),
    Column("provider_id", "提供部门", "信息资源提供方", 20),
    Column("summary", "摘要", "信息资源摘要", 36),
    Column("format", "格式", "信息资源格式", 12),
    Column("items", "信息项", "信息项信息", 30),
    Column("sharing_class", CLASS, CLASS, 14),
    Column("condition", "共享条件", "共享条件", 24),
    Column("way", "共享方式", "共享方式", 12),
    Column("legal_basis", "不予共享依据", "不予共享依据", 30),
    Column("open_attribute", "开放属性", "是否向社会开放", 14),
    Column("update_cycle", "更新周期", "更新周期", 10),
    Column("published_on", "发布日期", "发布日期", 13),
    Column("active", STATE, STATE, 8),
)
NEEDED = ("code", "name", "provider_id")
FORMS = tuple([getattr(column, titled) for column in COLUMNS] + [CLASS_CODE] for titled in ("title", "guide"))


class RowError(NegotiationError):
    """What is wrong with a row, under the title of a column."""

    def __init__(self, column: str, why: str) -> None:
        super().__init__(why)
        self.column = column


class Said(NamedTuple):
    """What two cells say of a class: the number, if there is one, and the class that is meant by the label."""

    number: str
    label: SharingClass | None


class Layout:
    """A sheet at hand: where its columns stand, and how it numbers the classes."""

    def __init__(self, table: Table) -> None:
        self.places = table.places
        self.lines = table.lines
        self.titles = _titles(table)

    @property
    def missing(self) -> list[str]:
        """The titles of columns without which it cannot be read; the class is asked for in a sentence of its own."""
        return [self.titles[field] for field in NEEDED if self.titles[field] not in self.places]

    @property
    def has_labels(self) -> bool:
        """Whether any class is called by its name: numbers alone differ from system to system."""
        filled = [each for each in map(self.said, self.lines) if each.number or each.label]
        return CLASS in self.places and (not filled or any(each.label for each in filled))

    @cached_property
    def numbering(self) -> Mapping[str, SharingClass]:
        """Which number means which class: the guide's, if the sheet uses no other numbers, else what most rows say."""
        pairs = [(each.number, each.label) for each in map(self.said, self.lines) if each.number and each.label]
        if {number for number, _ in pairs} <= THE_GUIDE.keys():
            return THE_GUIDE
        numbering: dict[str, SharingClass] = {}
        for (number, label), _ in Counter(pairs).most_common():
            numbering.setdefault(number, label)
        return numbering

    def at(self, line: Line, title: str) -> Any:
        return line.at(self.places.get(title))

    def said(self, line: Line) -> Said:
        """What a row says of its class, in one cell (“1-无条件共享”) or in two."""
        match = _SAID.fullmatch(squeeze(self.at(line, CLASS)))
        number = squeeze(self.at(line, CLASS_CODE)) or (match["before"] or match["after"] if match else "")
        stem = re.sub(r"(共享)?(类型|类)?$", "", match["label"]) if match else ""
        return Said(number.lstrip("0") or number[:1], _STEMS.get(stem))


def _titles(table: Table) -> dict[str, str]:
    """The titles of the sheet's columns by field."""
    return dict(zip((column.field for column in COLUMNS), FORMS[table.form], strict=False))


def is_data(table: Table, line: Line) -> bool:
    """Whether a row is a resource: no header printed again, and no row in which nothing stands under any title."""
    if isinstance(line.at(table.places.get(_titles(table)["code"])), Unclear):
        return True  # what stands there cannot be read, but something does
    cells = {title: squeeze(line.at(place)) for title, place in table.places.items()}
    return any(cells.values()) and any(cell not in ("", squeeze(title)) for title, cell in cells.items())


def read_row(layout: Layout, line: Line, directory: Directory) -> Resource:
    """The resource that a row describes. RowError names the first faulty column from the left."""
    reader = _RowReader(layout, line, directory)
    return reader.resource()


class _RowReader:
    def __init__(self, layout: Layout, line: Line, directory: Directory) -> None:
        self.layout, self.line, self.directory = layout, line, directory
        self.faults: dict[str, str] = {}

    def resource(self) -> Resource:
        for title in self.layout.places:
            self._demand_plain(title)
        kind = self._class()
        found = Resource(
            id=0,
            code=self._short("code", LONGEST_CODE),
            name=self._short("name", LONGEST_NAME),
            category=self._text("category"),
            provider_id=self._provider(),
            sharing_class=kind,
            condition=self._text("condition"),
            way=self._way(),
            legal_basis=self._basis(kind),
            open_attribute=self._text("open_attribute"),
            summary=self._text("summary"),
            format=self._text("format"),
            items=tuple(forms.read_list(self._text("items"))),
            update_cycle=self._text("update_cycle"),
            published_on=self._day(),
            active=self._state() != RETIRED,
        )
        self._raise_first()
        return found

    def _raise_first(self) -> None:
        places = self.layout.places
        for title in sorted(self.faults, key=lambda title: places.get(title, len(places))):
            raise RowError(title, self.faults[title])

    def _fault(self, title: str, why: str) -> None:
        self.faults.setdefault(title, why)

    def _text(self, field: str) -> str:
        return clean(self.layout.at(self.line, self.layout.titles[field]))

    def _demand_plain(self, title: str) -> None:
        """No cell that cannot be read, no character that cannot be kept, no mark of secrecy."""
        is_day = title == self.layout.titles["published_on"]
        text = clean(self.layout.at(self.line, title))
        if why := self.line.why_unclear(self.layout.places[title], is_day=is_day) or unusable(text, NOTE):
            self._fault(title, why)
        try:
            forms.demand_clean(text, title)
        except FieldError as error:
            self._fault(title, error.what)

    def _short(self, field: str, most: int) -> str:
        """A text that has to be there."""
        title, text = self.layout.titles[field], self._text(field)
        if not text:
            self._fault(title, f"缺少{title}（单元格为空）")
        if len(text) > most:
            self._fault(title, f"有{len(text)}个字，至多{most}个字")
        return text

    def _provider(self) -> int:
        title, name = self.layout.titles["provider_id"], self._short("provider_id", LONGEST_NAME)
        try:
            return self.directory.find(read_department(name, self.directory.by_name)).id if name else 0
        except NotFound as error:
            self._fault(title, f"{error.what}；{error.todo}")
        except ValueError as error:
            self._fault(title, str(error))
        return 0

    def _class(self) -> SharingClass:
        number, label = self.layout.said(self.line)
        titles = "、".join(SHARING_CLASS_TITLES.values())
        if label is None:
            only = f"只有代码“{number}”，各系统的代码不一，请填名称：" if number else "请填写其中之一："
            self._fault(CLASS, f"{only}{titles}")
            return SharingClass.NONE
        meant = self.layout.numbering.get(number, label)
        if meant is not label:
            column = CLASS_CODE if CLASS_CODE in self.layout.places else CLASS
            says = f"代码“{number}”为{SHARING_CLASS_TITLES[meant]}，名称为{SHARING_CLASS_TITLES[label]}，两者矛盾"
            self._fault(column, f"{says}；请核对，名称无误的可删去代码")
        return label

    def _basis(self, kind: SharingClass) -> str:
        """第十六条: what is not shared names the law or policy on which that rests."""
        title, text = self.layout.titles["legal_basis"], self._text("legal_basis")
        if kind is SharingClass.NONE and not text and CLASS not in self.faults:
            self._fault(title, "不予共享的资源须写明法律、行政法规或党中央、国务院政策依据")
        return text

    def _way(self) -> str:
        ways = forms.read_list(self._text("way").replace("/", "、"))
        unknown = [way for way in ways if way not in WAYS_OF_SHARING]
        if unknown:
            self._fault(self.layout.titles["way"], f"没有共享方式“{unknown[0]}”，可用：{'、'.join(WAYS_OF_SHARING)}")
        return "、".join(ways)

    def _day(self) -> date | None:
        title = self.layout.titles["published_on"]
        try:
            return forms.read_date(self.line.day_at(self.layout.places.get(title)))
        except ValueError as error:
            self._fault(title, str(error))
            return None

    def _state(self) -> str:
        state = self._text("active") or IN_USE
        if state not in (IN_USE, RETIRED):
            self._fault(STATE, f"没有状态“{state}”，可用：{IN_USE}、{RETIRED}")
        return state


def written(resource: Resource, provider: str) -> list[Any]:
    """A resource as a row under ``COLUMNS``."""
    values = {
        "provider_id": provider,
        "sharing_class": SHARING_CLASS_TITLES[resource.sharing_class],
        "items": "、".join(resource.items),
        "active": IN_USE if resource.active else RETIRED,
    }
    return [values.get(column.field, getattr(resource, column.field)) for column in COLUMNS]
