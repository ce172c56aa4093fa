"""Driver statements, compiled once from the SQLModel classes: SQL text, and the processors of their types.

The one write goes to the driver without the ORM (measured eight times faster); what it binds and reads back passes
through the same type processors that the ORM uses, so that either finds what the other wrote.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import lru_cache
from typing import Any, Generic, NamedTuple, TypeVar

from pydantic_core import from_json
from sqlalchemy import Boolean, Date, LargeBinary, Select
from sqlalchemy.engine import Dialect
from sqlalchemy.sql.compiler import SQLCompiler
from sqlmodel import SQLModel

from negotiation.store.schema.types import Instant, Json, table_of

Processor = Callable[[Any], Any] | None
Row = Sequence[Any]
Converter = Callable[[Row], list[Any]]
Made = TypeVar("Made", bound=NamedTuple)


class TableCodec:
    """The conversion of one table's rows to a driver and back.

    ``bind``: a row in the order of the columns, as the driver wants it; ``read``: one that the driver returned, as
    Python values.
    """

    def __init__(self, model: type[SQLModel], dialect: Dialect) -> None:
        table = table_of(model)
        self.is_sqlite = dialect.name == "sqlite"
        self.name = dialect.identifier_preparer.quote(table.name)
        self.columns = tuple(column.name for column in table.columns)
        self.quoted = tuple(dialect.identifier_preparer.quote(name) for name in self.columns)
        self.listed = ", ".join(self.quoted)
        self.key = tuple(column.name for column in table.primary_key.columns)
        types = [column.type.dialect_impl(dialect) for column in table.columns]
        self.quoted_of = dict(zip(self.columns, self.quoted, strict=True))
        self.type_of = {column.name: column.type.compile(dialect) for column in table.columns}
        self._bind_of = {name: _bind(kind, dialect) for name, kind in zip(self.columns, types, strict=True)}
        self._result_of = {name: _result(kind, dialect) for name, kind in zip(self.columns, types, strict=True)}
        self._of_json = {name: _of_json(kind, dialect) for name, kind in zip(self.columns, types, strict=True)}
        self.bind = _converter(list(self._bind_of.values()))
        self.read = _converter(list(self._result_of.values()))

    def binder(self, columns: Sequence[str]) -> Converter:
        """The conversion of the values of these columns; what follows behind them stays as it is."""
        return _converter([self._bind_of[name] for name in columns])

    def reader_of_json(self, columns: Sequence[str]) -> Converter:
        """The conversion of the values of these columns out of JSON, which has neither dates nor SQLite's booleans."""
        return _converter([self._of_json[name] for name in columns])

    def bind_some(self, values: Mapping[str, Any]) -> list[Any]:
        """The values of some columns, by name, as the driver wants them."""
        return [self.bind_value(name, value) for name, value in values.items()]

    def bind_value(self, column: str, value: Any) -> Any:
        """One value as the driver wants it in this column."""
        processor = self._bind_of[column]
        return value if processor is None or value is None else processor(value)

    def read_value(self, column: str, value: Any) -> Any:
        """One value of this column that the driver returned."""
        processor = self._result_of[column]
        return value if processor is None or value is None else processor(value)


class Below(Generic[Made]):
    """The rows of a table below those of another one, gathered by the query of that other one into one text.

    ``gathered``: a column of that query; ``read``: what it holds as values, in no order. The table refers to the other
    one by its first column; its others are the fields of ``made``, and travel as JSON.
    """

    def __init__(self, table: TableCodec, other: TableCodec, made: type[Made]) -> None:
        one, several = ("json_array", "json_group_array") if table.is_sqlite else ("json_build_array", "json_agg")
        key, *columns = table.quoted
        row = f"{one}({', '.join(columns)})"
        found = f"FROM {table.name} WHERE {table.name}.{key} = {other.name}.{other.quoted[0]}"
        self.gathered = f"(SELECT CAST({several}({row}) AS TEXT) {found})"
        self._read = table.reader_of_json(made._fields)
        self._make = made._make

    def read(self, text: str | None) -> list[Made]:
        """The rows in a text."""
        return [self._make(self._read(row)) for row in from_json(text)] if text else []


@lru_cache(maxsize=64)
def codec(model: type[SQLModel], dialect: Dialect) -> TableCodec:
    """The codec of a table for a dialect; the dialect is one object for an engine."""
    return TableCodec(model, dialect)


def spelt(query: Select[Any], dialect: Dialect) -> tuple[str, Any]:
    """A query as a driver takes it: its text, and its values in order or by name, as the ORM would bind them."""
    compiled = query.compile(dialect=dialect, compile_kwargs={"render_postcompile": True})
    assert isinstance(compiled, SQLCompiler)
    values = {name: _spelt_value(compiled, name, value) for name, value in compiled.params.items()}
    return compiled.string, values if compiled.positiontup is None else tuple(values[n] for n in compiled.positiontup)


def _spelt_value(compiled: SQLCompiler, name: str, value: Any) -> Any:
    """The members of an IN have names of their own; they are texts and numbers, which travel as they are."""
    parameter = compiled.binds.get(name)
    if parameter is None or value is None:
        return value
    processor = parameter.type.dialect_impl(compiled.dialect).bind_processor(compiled.dialect)
    return processor(value) if processor else value


def _converter(processors: Sequence[Processor]) -> Converter:
    """The conversion of a row by the processors of its columns."""
    placed = [(position, processor) for position, processor in enumerate(processors) if processor is not None]

    def converted(row: Row) -> list[Any]:
        values = list(row)
        for position, processor in placed:
            value = values[position]
            if value is not None:
                values[position] = processor(value)
        return values

    return converted


def _bind(kind: Any, dialect: Dialect) -> Processor:
    """None where both drivers take the Python value as it is."""
    if isinstance(kind, (Boolean, LargeBinary)):
        return None
    processor = kind.bind_processor(dialect)
    return _once(processor) if isinstance(kind, Json) else _remembering(kind, processor)


def _result(kind: Any, dialect: Dialect) -> Processor:
    # 0: no DBAPI type code, as none of these types looks at it.
    return _remembering(kind, kind.result_processor(dialect, 0))


def _of_json(kind: Any, dialect: Dialect) -> Processor:
    if isinstance(kind, Boolean):
        return bool
    return _remembering(kind, date.fromisoformat) if isinstance(kind, Date) else _result(kind, dialect)


def _remembering(kind: Any, processor: Processor) -> Processor:
    """The processor with a memory for days and instants: the same few travel again and again."""
    if processor is None or not isinstance(kind, (Date, Instant)):
        return processor
    return lru_cache(maxsize=4096)(processor)


def _once(processor: Processor) -> Processor:
    """The very same facts go to each recipient: they are written out once for all of them."""
    if processor is None:
        return None
    last: list[Any] = [None, None]

    def written(value: Any) -> Any:
        if value is not last[0]:
            last[:] = value, processor(value)
        return last[1]

    return written
