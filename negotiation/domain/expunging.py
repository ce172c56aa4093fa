"""Orders to destroy (封存清除): which texts and files of a case go, on whose order, what of that stays on record."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

from negotiation.core.errors import FieldError
from negotiation.domain.entered import OFFLINE, SEALED, VALUES, Data

EXPUNGED = "expunged"  # the key of the data of the event
DRAFT = 0  # the number under which the content of a draft stands
LONGEST_NO = 60  # characters of an order's number
_NO, _ON, _ENTERED_BY = "order_no", "order_on", "entered_by"


@dataclass(frozen=True)
class Order:
    """An order to destroy: its number (文号) and day; the entries and files of a case that it names by their numbers,
    none of either where it means the whole case. ``offline``: the case goes on on paper alone (线下办理), and number,
    departments and days are all that stays here."""

    no: str
    on: date
    entries: tuple[int, ...] = ()
    files: tuple[int, ...] = ()
    offline: bool = False

    @property
    def is_whole(self) -> bool:
        """True where nothing less than the case is meant."""
        return not (self.entries or self.files)

    @property
    def basis(self) -> str:
        """The order as it is cited."""
        return cited(self.no, self.on.isoformat())

    @property
    def shown(self) -> dict[str, str]:
        """The order as people read it."""
        parts = (("登记第", "项", self.entries), ("附件", "", self.files))
        meant = "；".join(f"{a}{'、'.join(map(str, some))}{b}" for a, b, some in parts if some)
        return {"决定": self.basis, "范围": meant or ("全案，转线下办理" if self.offline else "全案")}

    def demand_sound(self, today: date) -> None:
        """Raises FieldError for an order without a number, and for one of a day to come."""
        if not self.no or len(self.no) > LONGEST_NO:
            raise FieldError("封存清除须有书面决定的文号", field="order_no", todo=f"请照文件填写，至多{LONGEST_NO}个字")
        if self.offline and not self.is_whole:
            raise FieldError("转线下办理的，须清除全案", field="offline", todo="请不填登记和附件的序号")
        if self.on > today:
            raise FieldError(f"决定的日期 {self.on} 在今天之后", field="order_on", todo="请照文件填写")


class Expunged(NamedTuple):
    """What an order takes away: the contents of these entries (0: the draft), the bodies of these files.

    ``names``: the files among them whose names go too, as the entry that names them does.
    """

    is_whole: bool
    contents: tuple[int, ...]
    files: tuple[int, ...]
    names: tuple[int, ...] = ()
    offline: bool = False

    @property
    def stands(self) -> str:
        """The words in the place of a text that is gone."""
        return OFFLINE if self.offline else SEALED

    def as_data(self, order: Order, entered_by: str) -> Data:
        """The data of its event, which are never destroyed: the order, who entered it, the numbers of what is gone."""
        gone = {"whole": self.is_whole, "contents": list(self.contents), "files": list(self.files)}
        gone |= {"offline": True} if self.offline else {}
        return {VALUES: {_NO: order.no, _ON: order.on.isoformat(), _ENTERED_BY: entered_by}, EXPUNGED: gone}


NOTHING_GONE = Expunged(False, (), ())


class Erasing(NamedTuple):
    """What is taken out of the tables with an order: when, on which, by which event of which case.

    ``subject``: what the case was called, "" where it goes on being called so.
    """

    at: datetime
    no: str
    seq: int
    basis: str
    gone: Expunged
    subject: str


def expunged_by(data: Data) -> Expunged:
    """Reads from the data of its event what an order took away."""
    gone: Mapping[str, Any] = data[EXPUNGED]
    return Expunged(
        bool(gone["whole"]), tuple(gone["contents"]), tuple(gone["files"]), offline=bool(gone.get("offline"))
    )


def cited(no: str, on: str) -> str:
    """The order as it is cited."""
    return f"{no}（{on}）"


def shown(fields: Data, actor: str) -> dict[str, str]:
    """The order as people read it: by whom it was entered and confirmed."""
    order = {"决定": cited(str(fields[_NO]), str(fields[_ON]))} if _NO in fields else {}
    return {**order, "登记": str(fields.get(_ENTERED_BY, "")), "复核": actor}


def says(basis: str, *, offline: bool = False) -> str:
    """The words in the place of what was destroyed."""
    return f"内容已依{basis}封存清除" + ("，本案转线下办理" if offline else "")


def texts_of(values: Iterable[Any]) -> Iterable[str]:
    """Every text in what was entered, however deep."""
    for value in values:
        if isinstance(value, str):
            yield value
        elif isinstance(value, Mapping):
            yield from texts_of(value.values())
        elif isinstance(value, Collection):
            yield from texts_of(value)
