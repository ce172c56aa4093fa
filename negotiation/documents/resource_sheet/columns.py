"""The catalogue as a spreadsheet: its columns, and how a sheet has them. Pure.

The columns are the metadata of 《政务信息资源目录编制指南（试行）》 (发改高技〔2017〕1272号). The guide numbers the
classes of 共享类型 1, 2 and 3, other systems 0, 1 and 2 or otherwise: a class is read by its label, and the number is
only compared with it.
"""

import re
from collections import Counter
from collections.abc import Mapping
from functools import cached_property
from typing import Any, NamedTuple

from negotiation.core.enums import SharingClass
from negotiation.core.labels import SHARING_CLASS_TITLES
from negotiation.documents.spreadsheets.cell_text import squeeze
from negotiation.documents.spreadsheets.lines import Line
from negotiation.documents.spreadsheets.number_formats import Unclear
from negotiation.documents.spreadsheets.tables import Table
from negotiation.domain.catalogue import Resource

CLASS, CLASS_CODE, STATE = "共享类型", "共享类型代码", "状态"
IN_USE, RETIRED = "在用", "停用"
THE_GUIDE = {"1": SharingClass.UNCONDITIONAL, "2": SharingClass.CONDITIONAL, "3": SharingClass.NONE}
_STEMS = {"无条件": SharingClass.UNCONDITIONAL, "有条件": SharingClass.CONDITIONAL, "不予": SharingClass.NONE}
_CLASS = re.compile(r"[(\[]?(?P<before>\d*)[)\].、:_-]*(?P<label>.*?)[(\[]?(?P<after>\d*)[)\]]?")


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


class ClassCells(NamedTuple):
    """A class as one or two cells give it: the number, if there is one, and the class that is meant by the label."""

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
        """True if any class is called by its name: numbers alone differ from system to system."""
        filled = [each for each in map(self.class_cells, self.lines) if each.number or each.label]
        return CLASS in self.places and (not filled or any(each.label for each in filled))

    @cached_property
    def numbering(self) -> Mapping[str, SharingClass]:
        """Classes by their numbers: the guide's, if the sheet uses no other numbers, else as most rows have it."""
        pairs = [(each.number, each.label) for each in map(self.class_cells, self.lines) if each.number and each.label]
        if {number for number, _ in pairs} <= THE_GUIDE.keys():
            return THE_GUIDE
        numbering: dict[str, SharingClass] = {}
        for (number, label), _ in Counter(pairs).most_common():
            numbering.setdefault(number, label)
        return numbering

    def at(self, line: Line, title: str) -> Any:
        return line.at(self.places.get(title))

    def class_cells(self, line: Line) -> ClassCells:
        """The number and the label of a row's class, from one cell (“1-无条件共享”) or in two."""
        match = _CLASS.fullmatch(squeeze(self.at(line, CLASS)))
        number = squeeze(self.at(line, CLASS_CODE)) or (match["before"] or match["after"] if match else "")
        stem = re.sub(r"(共享)?(类型|类)?$", "", match["label"]) if match else ""
        return ClassCells(number.lstrip("0") or number[:1], _STEMS.get(stem))


def _titles(table: Table) -> dict[str, str]:
    """The titles of the sheet's columns by field."""
    return dict(zip((column.field for column in COLUMNS), FORMS[table.form], strict=False))


def is_data(table: Table, line: Line) -> bool:
    """True if a row is a resource: no header printed again, and no row in which nothing stands under any title."""
    if isinstance(line.at(table.places.get(_titles(table)["code"])), Unclear):
        return True  # what stands there cannot be read, but something does
    cells = {title: squeeze(line.at(place)) for title, place in table.places.items()}
    return any(cells.values()) and any(cell not in ("", squeeze(title)) for title, cell in cells.items())


def row_of(resource: Resource, provider: str) -> list[Any]:
    """A resource as a row under ``COLUMNS``."""
    values = {
        "provider_id": provider,
        "sharing_class": SHARING_CLASS_TITLES[resource.sharing_class],
        "items": "、".join(resource.items),
        "active": IN_USE if resource.active else RETIRED,
    }
    return [values.get(column.field, getattr(resource, column.field)) for column in COLUMNS]
