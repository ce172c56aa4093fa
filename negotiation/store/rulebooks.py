"""The rulebooks in use: the content of every version that a case was opened under, which never changes."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from negotiation.core.day_rules import DayRule
from negotiation.core.errors import NotFound, RulebookErrors
from negotiation.domain import rulebook
from negotiation.domain.rulebook import Rulebook
from negotiation.store.codec import codec
from negotiation.store.schema.rulebooks import RulebookVersion
from negotiation.store.transaction import Transaction


class Rulebooks:
    """Finds the rulebook of a case; what was once read from the database is kept, as a version never changes."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self._kept: dict[tuple[str, str], Rulebook] = {}

    def installed(self, ids: Sequence[str]) -> tuple[Rulebook, ...]:
        """Rulebooks as they are installed now, the newest first. Raises NotFound, and RulebookErrors for a bad one."""
        folders = rulebook.available(self.home)
        missing = [each for each in ids if each not in folders]
        if missing or not ids:
            what = f"没有名为“{'、'.join(missing)}”的规则" if missing else "没有指定规则"
            raise NotFound(what, todo=f"可用的规则：{'、'.join(folders)}", command="写入 NEGOTIATION_RULEBOOK")
        books = [rulebook.load(folders[each]) for each in ids]
        for each in (each for each, book in zip(ids, books, strict=True) if book.id != each):
            rulebook.load_installed(folders[each])  # says why it is not used
        return tuple(sorted(books, key=lambda book: book.in_force_from, reverse=True))

    def of(self, transaction: Transaction, rulebook_id: str, edition: str) -> Rulebook:
        """The rulebook that a case was opened under, as the database keeps it. Raises NotFound."""
        key = (rulebook_id, edition)
        if key not in self._kept:
            param = transaction.param
            rows = transaction.rows(
                f"SELECT content FROM rulebook_version WHERE rulebook = {param} AND edition = {param}", key
            )
            if not rows:
                raise NotFound(
                    f"数据库中没有规则 {rulebook_id} 第 {edition} 版",
                    todo="请告知系统管理员",
                    command="negotiation doctor",
                )
            self._kept[key] = rulebook.from_content(rows[0][0])
        return self._kept[key]

    def named(self, transaction: Transaction, name: str) -> Rulebook:
        """The rulebook that an event names (``Rulebook.name``), as the database keeps it. Raises NotFound."""
        rulebook_id, _, edition = name.rpartition("@")
        return self.of(transaction, rulebook_id, edition)

    def in_use(self, transaction: Transaction) -> list[Rulebook]:
        """The rulebooks that have cases: as installed now, or else the last version that the database keeps."""
        folders = rulebook.available(self.home)
        last = {
            row[0]: row[1]
            for row in transaction.rows("SELECT rulebook, edition FROM rulebook_version ORDER BY stored_at")
        }
        return [
            rulebook.load(folders[each]) if each in folders else self.of(transaction, each, edition)
            for each, edition in sorted(last.items())
        ]

    def day_rules(self, transaction: Transaction) -> set[DayRule]:
        """By which days the rulebooks in use count their terms."""
        stored = transaction.rows("SELECT rulebook, edition FROM rulebook_version")
        return {self.of(transaction, rulebook_id, edition).day_rule for rulebook_id, edition in stored}

    def keep(self, transaction: Transaction, book: Rulebook, at: datetime) -> None:
        """Stores a rulebook's content before its first case. An edited rulebook of the same version is refused."""
        key = (book.id, book.version)
        table = codec(RulebookVersion, transaction.database.dialect)
        params = ", ".join([transaction.param] * len(table.columns))
        transaction.execute(
            f"INSERT INTO rulebook_version ({', '.join(table.columns)}) VALUES ({params}) ON CONFLICT DO NOTHING",
            table.bind((book.id, book.version, book.digest, book.content, at)),
        )
        param = transaction.param
        stored = transaction.rows(
            f"SELECT digest FROM rulebook_version WHERE rulebook = {param} AND edition = {param}", key
        )
        if stored[0][0] != book.digest:
            raise RulebookErrors(
                [
                    f"rulebook.toml · version：第 {book.version} 版已在使用，但内容已被改动，"
                    "须改为新的版本号（version），或增加所改文件的修订次数（revision）"
                ],
                where=str(rulebook.available(self.home).get(book.id, book.id)),
            )
        self._kept[key] = book
