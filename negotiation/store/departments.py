"""Reads and writes the departments, their clerks and who stands in for them. They are few, and read whole."""

from datetime import date, datetime

from negotiation.core.enums import Duty, Level
from negotiation.core.errors import FieldError, NotFound
from negotiation.domain.departments import (
    Absence,
    Contact,
    Department,
    Directory,
    Reorganization,
    guess_level,
    tidy_name,
)
from negotiation.store.codec import codec
from negotiation.store.numbers import next_number
from negotiation.store.schema.departments import Absence as AbsenceRow
from negotiation.store.schema.departments import Reorganization as ReorganizationRow
from negotiation.store.transaction import Transaction
from negotiation.store.whole_rows import insert


def read_directory(transaction: Transaction) -> Directory:
    """All departments with their people."""
    revision = int(transaction.rows(f"SELECT {REVISION}")[0][0])  # first: what changes meanwhile is read again
    people: dict[int, dict[Duty, Contact]] = {}
    for department_id, duty, name, email, phone in transaction.rows(
        "SELECT department_id, duty, name, email, phone FROM clerk"
    ):
        people.setdefault(department_id, {})[Duty(duty)] = Contact(Duty(duty), name, email, phone)
    absences = _read_absences(transaction)
    rows = transaction.rows(f"SELECT id, name, level, sort_no, mail_stopped, active, {SIGNS_IN} FROM department")
    units = (
        Department(
            id,
            name,
            Level(level),
            sort_no,
            bool(stopped),
            people.get(id, {}),
            tuple(absences.get(id, ())),
            bool(active),
            bool(signs_in),
        )
        for id, name, level, sort_no, stopped, active, signs_in in rows
    )
    return Directory(units, revision, _read_reorganizations(transaction))


def _read_absences(transaction: Transaction) -> dict[int, list[Absence]]:
    table = codec(AbsenceRow, transaction.database.dialect)
    found: dict[int, list[Absence]] = {}
    for row in transaction.rows(f"SELECT {table.listed} FROM absence ORDER BY since, id"):
        id, department_id, duty, since, until, name, email, phone = table.read(row)
        stand_in = Contact(Duty(duty), name, email, phone) if name or email else None
        found.setdefault(department_id, []).append(Absence(id, Duty(duty), since, until, stand_in))
    return found


# Stands beside the calendar's revision: who holds the departments in memory reads them again when it has moved.
REVISION = "(SELECT coalesce(max(last), 0) FROM counter WHERE name = 'directory')"


SIGNS_IN = "EXISTS (SELECT 1 FROM account WHERE account.department_id = department.id AND account.active)"


def changed(transaction: Transaction) -> None:
    """The departments are not what they were: every process reads them again."""
    next_number(transaction, "directory")


def add_department(transaction: Transaction, name: str, level: Level | None = None) -> Department:
    """Registers a department under the end of the official order; the level is guessed from the name unless given."""
    param = transaction.param
    number = next_number(transaction, "department")  # who registers at the same time waits here for the other
    new = Department(number, tidy_name(name), level or guess_level(name), number * 10, mail_stopped=False)
    transaction.execute(
        "INSERT INTO department (id, name, level, sort_no, mail_stopped, active) "
        f"VALUES ({param}, {param}, {param}, {param}, {param}, {param}) ON CONFLICT (name) DO NOTHING",
        [new.id, new.name, new.level.value, new.sort_no, False, True],
    )
    changed(transaction)
    return read_directory(transaction).by_name[new.name]


def set_department(
    transaction: Transaction, department_id: int, *, level: Level | None, sort_no: int | None, mail_stopped: bool | None
) -> None:
    """Changes what is given of a department; None leaves it as it is."""
    given = {"level": level and level.value, "sort_no": sort_no, "mail_stopped": mail_stopped}
    for column, value in given.items():
        if value is not None:
            transaction.execute(
                f"UPDATE department SET {column} = {transaction.param} WHERE id = {transaction.param}",
                [value, department_id],
            )
    changed(transaction)


def set_person(transaction: Transaction, department_id: int, person: Contact) -> None:
    """Registers who has a duty in a department."""
    param = transaction.param
    transaction.execute(
        f"INSERT INTO clerk (department_id, duty, name, email, phone) VALUES ({', '.join([param] * 5)}) "
        "ON CONFLICT (department_id, duty) DO UPDATE SET "
        "name = excluded.name, email = excluded.email, phone = excluded.phone",
        [department_id, person.duty.value, person.name, person.email, person.phone],
    )
    changed(transaction)


def add_absence(
    transaction: Transaction, department_id: int, duty: Duty, since: date, until: date, stand_in: Contact | None
) -> None:
    """Registers that who has a duty is away from ``since`` to ``until``, both included.

    Raises FieldError for reversed dates, or for days on which that one is known to be away already.
    """
    if until < since:
        raise FieldError(f"起止日期颠倒（{since} 至 {until}）", field="until", todo="最后一天不得早于第一天")
    number = next_number(transaction, "absence")  # who registers at the same time waits here for the other
    for known in _read_absences(transaction).get(department_id, ()):
        if known.duty is duty and known.since <= until and since <= known.until:
            raise FieldError(
                f"与已登记的外出（{known.since} 至 {known.until}）重叠",
                field="since",
                todo="请改日期，或先删去已登记的",
            )
    person = stand_in or Contact(duty, "", "", "")
    row = (number, department_id, duty.value, since, until, person.name, person.email, person.phone)
    insert(transaction, AbsenceRow, row)
    changed(transaction)


def remove_absence(transaction: Transaction, department_id: int, absence_id: int) -> None:
    """Takes an absence back. Raises NotFound."""
    param = transaction.param
    sql = f"DELETE FROM absence WHERE department_id = {param} AND id = {param}"
    if not transaction.execute(sql, [department_id, absence_id]).rowcount:
        raise NotFound("没有这条外出登记", todo="可能已被删去，请刷新后查看")
    changed(transaction)


# ---------------------------------------------------------------- reorganizations (机构改革): added, never changed


def _read_reorganizations(transaction: Transaction) -> list[Reorganization]:
    """All, in the order in which they were entered; there are few."""
    table = codec(ReorganizationRow, transaction.database.dialect)
    rows = transaction.rows(f"SELECT {table.listed} FROM {table.name} ORDER BY id")
    return [Reorganization(*table.read(row)[1:7]) for row in rows]


def rename(transaction: Transaction, change: Reorganization, author: str, at: datetime) -> None:
    """Writes the new name; the old one still finds the department."""
    param = transaction.param
    sql = f"UPDATE department SET name = {param} WHERE id = {param}"
    transaction.execute(sql, [change.name_after, change.department_id])
    _add_reorganization(transaction, change, author, at)


def close(transaction: Transaction, change: Reorganization, author: str, at: datetime) -> None:
    """The department takes no further part: it is offered no longer, and its history stays."""
    param = transaction.param
    transaction.execute(f"UPDATE department SET active = {param} WHERE id = {param}", [False, change.department_id])
    _add_reorganization(transaction, change, author, at)


def _add_reorganization(transaction: Transaction, change: Reorganization, author: str, at: datetime) -> None:
    facts = (
        change.department_id, change.into_id, change.name_before, change.name_after, change.happened_on, change.doc_no,
    )  # fmt: skip
    number = next_number(transaction, "reorganization")
    insert(transaction, ReorganizationRow, (number, *facts, author, at))
