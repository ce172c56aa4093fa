"""A row of the catalogue read cell by cell: the resource that it describes, or all that is wrong with it."""

from collections.abc import Sequence
from datetime import date

from negotiation.core.enums import WAYS_OF_SHARING, SharingClass
from negotiation.core.errors import FieldError, NegotiationError, NotFound
from negotiation.core.labels import SHARING_CLASS_TITLES
from negotiation.core.texts import NOTE
from negotiation.documents.resource_sheet.columns import CLASS, CLASS_CODE, IN_USE, RETIRED, STATE, Layout
from negotiation.documents.spreadsheets.cell_text import clean, unusable
from negotiation.documents.spreadsheets.department_names import read_department
from negotiation.documents.spreadsheets.lines import Line
from negotiation.domain import forms
from negotiation.domain.catalogue import Resource
from negotiation.domain.departments import Directory

LONGEST_CODE, LONGEST_NAME = 100, 300  # characters: they stand in every list


class RowError(NegotiationError):
    """A fault of a row, under the title of a column; ``further``: those under other columns, each with its title."""

    def __init__(self, column: str, why: str, further: Sequence[tuple[str, str]] = ()) -> None:
        super().__init__(why)
        self.column, self.further = column, further


def read_row(layout: Layout, line: Line, directory: Directory) -> Resource:
    """The resource that a row describes. Raises RowError with every faulty column, from the left."""
    reader = _RowReader(layout, line, directory)
    return reader.resource()


class _RowReader:
    def __init__(self, layout: Layout, line: Line, directory: Directory) -> None:
        self.layout, self.line, self.directory = layout, line, directory
        self.faults: dict[str, str] = {}

    def resource(self) -> Resource:
        """The resource. Raises RowError."""
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
        self._demand_none()
        return found

    def _demand_none(self) -> None:
        places = self.layout.places
        faults = sorted(self.faults.items(), key=lambda fault: places.get(fault[0], len(places)))
        if faults:
            raise RowError(*faults[0], further=faults[1:])

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
        number, label = self.layout.class_cells(self.line)
        titles = "、".join(SHARING_CLASS_TITLES.values())
        if label is None:
            only = f"只有代码“{number}”，各系统的代码不一，请填名称：" if number else "请填写其中之一："
            self._fault(CLASS, f"{only}{titles}")
            return SharingClass.NONE
        meant = self.layout.numbering.get(number, label)
        if meant is not label:
            column = CLASS_CODE if CLASS_CODE in self.layout.places else CLASS
            conflict = f"代码“{number}”为{SHARING_CLASS_TITLES[meant]}，名称为{SHARING_CLASS_TITLES[label]}，两者矛盾"
            self._fault(column, f"{conflict}；请核对，名称无误的可删去代码")
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
