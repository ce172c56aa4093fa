"""The column types of the schema, and the table of a class. Instants are UTC, ids are integers, dates are dates."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, DateTime, Index, Integer, String, Table, Text, TypeDecorator
from sqlalchemy.engine import Dialect
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.schema import CreateIndex
from sqlalchemy.sql.compiler import DDLCompiler, SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import TypeEngine
from sqlmodel import SQLModel

_WHERE = "where"


class Instant(TypeDecorator[datetime]):
    """A moment in UTC. A naive datetime is refused: nobody could say when it was."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 (its base asks)
        """The instant in UTC. Raises ValueError for one without a time zone."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant needs a time zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Json(TypeDecorator[Any]):
    """JSON: text on SQLite, JSONB on PostgreSQL."""

    impl = JSON
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        if dialect.name != "postgresql":
            return dialect.type_descriptor(JSON())
        from sqlalchemy.dialects.postgresql import JSONB  # noqa: PLC0415 - 50 ms that SQLite does not need

        return dialect.type_descriptor(JSONB())


class Numbers(TypeDecorator[tuple[int, ...]]):
    """A few numbers in order, as a text with spaces between them: the items of a term."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: tuple[int, ...] | None, dialect: Dialect) -> str:  # noqa: ARG002
        """The numbers as text."""
        return " ".join(map(str, value or ()))

    def process_result_value(self, value: str | None, dialect: Dialect) -> tuple[int, ...]:  # noqa: ARG002
        """The numbers in a text."""
        return tuple(map(int, value.split())) if value else ()


def id_type() -> Any:
    """The type of a case's id: SQLite numbers rows by itself only in an INTEGER."""
    return BigInteger().with_variant(Integer(), "sqlite")


def table_of(model: type[SQLModel]) -> Table:
    """The table of a class, for queries that read columns and not objects."""
    table: Table = model.__table__  # type: ignore[attr-defined]
    return table


def partial_index(name: str, *columns: str, where: str) -> Index:
    """An index of the rows for which a condition holds, alike on either engine.

    SQLAlchemy's own ``sqlite_where`` and ``postgresql_where`` would load the dialects of both.
    """
    return Index(name, *columns, info={_WHERE: where})


@compiles(CreateIndex)
def _create_index(create: CreateIndex, compiler: DDLCompiler, **options: Any) -> str:
    statement: str = compiler.visit_create_index(create, **options)  # type: ignore[no-untyped-call]
    where = create.element.info.get(_WHERE)
    return f"{statement} WHERE {where}" if where else statement


class hexadecimal(FunctionElement[str]):  # noqa: N801 (named as functions of SQL are)
    """Bytes as a text of hexadecimal digits, the same on either engine."""

    type = String()
    inherit_cache = True


@compiles(hexadecimal)
def _in_postgres(element: hexadecimal, compiler: SQLCompiler, **options: Any) -> str:
    return f"encode({compiler.process(element.clauses, **options)}, 'hex')"


@compiles(hexadecimal, "sqlite")
def _in_sqlite(element: hexadecimal, compiler: SQLCompiler, **options: Any) -> str:
    return f"lower(hex({compiler.process(element.clauses, **options)}))"
