"""What an order (封存清除) has destroyed does not come back with the sheet from which it came, or with another one."""

from datetime import date
from pathlib import Path
from random import Random

import pytest

from negotiation.core.enums import AccountRole
from negotiation.core.settings import Settings
from negotiation.documents.ledger.outcome import Correcting, Imported
from negotiation.domain.entered import EnteredBy
from negotiation.domain.expunging import Order
from negotiation.domain.people import Person
from negotiation.services import import_batches
from negotiation.services.cases import acting, expunging
from negotiation.services.cases.case_history import verify
from negotiation.services.context import Context, UnitOfWork
from negotiation.services.import_batches import TakeBackRequest
from negotiation.store.database import Database
from tests.conftest import at, everything
from tests.documents.ledgers import brought_in, counts, made, refused

HEAD = Person(2, "head", "周颖", None, frozenset({AccountRole.OFFICE_HEAD}), False)
SECRET = "星光甲字"
SAYS = "内容已依京密〔2026〕3号（2026-11-18）封存清除"
TEXTS = ("resource", "basis", "scenario", "mode", "period", "reason", "remark")
CORRECTING = Correcting("核对台账")
Row = dict[str, str]


def secret(**cells: str) -> Row:
    return refused(**{name: f"{SECRET}{name}" for name in TEXTS} | cells)


class Desk:
    """Brings sheets in, carries orders out, and looks for the words."""

    def __init__(self, database: Database, context: Context, settings: Settings, folder: Path) -> None:
        self.database, self.context, self.settings, self.folder = database, context, settings, folder

    def bring(self, row: Row, correcting: Correcting | None = None) -> Imported:
        return brought_in(self.database, self.context, made(self.folder / "台账.xlsx", [row]), correcting=correcting)

    def destroy(self, *entries: int) -> None:
        order = Order("京密〔2026〕3号", date(2026, 11, 18), entries)
        with self.database.write() as transaction:
            work = UnitOfWork(transaction, self.context, at("2026-11-20"))
            expunging.expunge(work, "GX2026-0001", order, "张三", HEAD)

    def take_back(self) -> None:
        back = TakeBackRequest(1, "台账有误", EnteredBy("张三", None, 0), at("2026-11-20"))
        import_batches.take_back(self.database, self.context, back)

    def found(self) -> list[str]:
        """The tables and the files of the home that have the words; nothing else is amiss."""
        with self.database.read() as transaction:
            work = UnitOfWork(transaction, self.context, at("2026-11-20"))
            assert verify(transaction, acting.take(work, "GX2026-0001")) == []
        tables = [table for table, rows in everything(self.database).items() if SECRET in str(rows)]
        files = [each for each in self.settings.home.rglob("*") if each.is_file() and each.suffix == ".xlsx"]
        return tables + [each.name for each in files]


@pytest.fixture
def desk(database: Database, context: Context, settings: Settings, tmp_path: Path) -> Desk:
    (tmp_path / "sheets").mkdir()
    desk = Desk(database, context, settings, tmp_path / "sheets")
    assert counts(desk.bring(secret())) == (1, 0, 0, 0)
    assert desk.found() != []
    return desk


@pytest.mark.parametrize("correcting", [None, CORRECTING])
def test_the_sheet_from_which_it_came_is_refused_with_the_order(desk: Desk, correcting: Correcting | None) -> None:
    desk.destroy()
    done = desk.bring(secret(), correcting)
    (refusal,) = done.rejected
    assert refusal.why.startswith(f"{SAYS}，不得再由台账录入")
    assert (refusal.given, done.rejected_file) == (None, None), "no copy of the words is made"
    assert desk.found() == []


def test_a_sheet_with_other_words_or_another_day_is_refused_too(desk: Desk) -> None:
    desk.destroy()
    for changed in (secret(reason="不宜提供"), secret(replied="2026-09-16")):
        assert SAYS in desk.bring(changed, CORRECTING).rejected[0].why
    assert desk.found() == []


def test_a_row_without_words_is_taken_in_as_before(desk: Desk) -> None:
    desk.destroy()
    bare = dict.fromkeys(TEXTS, "")
    assert desk.bring(refused(**bare | {"referred": "2026-09-21"})).rejected == []
    assert desk.found() == []


def test_an_import_that_was_taken_back_does_not_begin_a_destroyed_case_again(desk: Desk) -> None:
    desk.take_back()
    desk.destroy()
    (refusal,) = desk.bring(secret()).rejected
    assert refusal.why == f"{SAYS}，不得按原台账重新登记"


def test_of_an_entry_that_was_destroyed_alone_the_words_of_that_entry_stay_away(desk: Desk) -> None:
    desk.destroy(2)
    (refusal,) = desk.bring(secret(), CORRECTING).rejected
    assert refusal.column == "答复理由及依据"
    assert desk.bring(secret(reason="")).rejected == []


@pytest.mark.parametrize("was_taken_back", [False, True])
def test_whatever_rows_come_none_brings_them_back(desk: Desk, was_taken_back: bool) -> None:
    """40 random rows: some texts as they were, some emptied, some days and answers otherwise, corrected or not."""
    if was_taken_back:
        desk.take_back()
    desk.destroy()
    dice = Random(37)
    outcomes = set()
    for _ in range(40):
        share = dice.choice((0, 0.2, 1))
        cells = {name: f"{SECRET}{name}" if dice.random() < share else "" for name in TEXTS}
        cells |= {"replied": dice.choice(("2026-09-17", "2026-09-16", "")), "answer": dice.choice(("不予共享", "同意"))}
        cells |= dice.choice(({}, {"referred": "2026-09-21"}))
        done = desk.bring(refused(**cells), dice.choice((None, CORRECTING)))
        outcomes.add(counts(done))
        assert [each for each in desk.found() if not each.endswith("xlsx")] == [], cells
    assert (len(outcomes) > 1) is not was_taken_back, "some are taken in, of a case that stands"
