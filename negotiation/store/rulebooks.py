"""The rulebooks in use: the content of every version that a case was opened under, which never changes."""

from datetime import datetime
from pathlib import Path

from negotiation import rulebook
from negotiation.errors import NotFound, RulebookFaults
from negotiation.rulebook import Rulebook
from negotiation.store.database import Transaction
from negotiation.store.statements import codec
from negotiation.store.tables import RulebookVersion
from negotiation.vocabulary import Layer


class Rulebooks:
    """Finds the rulebook of a case; what was once read from the database is kept, as a version never changes."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self._kept: dict[tuple[str, str], Rulebook] = {}

    def current(self, rulebook_id: str) -> Rulebook:
        """The rulebook as it is installed now: what a new case is opened under."""
        folders = rulebook.available(self.home)
        if rulebook_id not in folders:
            raise NotFound(f"没有名为“{rulebook_id}”的规则", todo=f"可用的规则：{'、'.join(folders)}")
        return rulebook.load(folders[rulebook_id])

    def of(self, transaction: Transaction, rulebook_id: str, edition: str) -> Rulebook:
        """The rulebook that a case was opened under, as the database keeps it."""
        key = (rulebook_id, edition)
        if key not in self._kept:
            mark = transaction.mark
            rows = transaction.rows(
                f"SELECT content FROM rulebook_version WHERE rulebook = {mark} AND edition = {mark}", key
            )
            if not rows:
                raise NotFound(f"数据库中没有规则 {rulebook_id} 第 {edition} 版", todo="请运行 negotiation doctor")
            self._kept[key] = rulebook.from_content(rows[0][0])
        return self._kept[key]

    def layers(self, transaction: Transaction) -> set[Layer]:
        """Down to which layers the rulebooks in use count their working days."""
        stored = transaction.rows("SELECT rulebook, edition FROM rulebook_version")
        return {self.of(transaction, rulebook_id, edition).calendar_layer for rulebook_id, edition in stored}

    def keep(self, transaction: Transaction, book: Rulebook, at: datetime) -> None:
        """Stores a rulebook's content before its first case. An edited rulebook of the same version is refused."""
        key = (book.id, book.version)
        table = codec(RulebookVersion, transaction.database.dialect)
        marks = ", ".join([transaction.mark] * len(table.columns))
        transaction.execute(
            f"INSERT INTO rulebook_version ({', '.join(table.columns)}) VALUES ({marks}) ON CONFLICT DO NOTHING",
            table.bind((book.id, book.version, book.digest, book.content, at)),
        )
        mark = transaction.mark
        stored = transaction.rows(
            f"SELECT digest FROM rulebook_version WHERE rulebook = {mark} AND edition = {mark}", key
        )
        if stored[0][0] != book.digest:
            raise RulebookFaults(
                [f"rulebook.toml · version：第 {book.version} 版已在使用，但内容已被改动，须改为新的版本号"],
                where=str(rulebook.available(self.home).get(book.id, book.id)),
            )
        self._kept[key] = book
