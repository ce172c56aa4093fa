"""Rows that have words which an order (封存清除) has taken out of their case: a sheet never brings them back."""

from collections.abc import Iterator

from negotiation.documents.ledger.compare import RejectedRow, alike
from negotiation.documents.ledger.form import Fault, Form
from negotiation.documents.ledger.render import RenderedCase, event_of_step, shown
from negotiation.documents.ledger.row import LedgerRow
from negotiation.documents.ledger.rows import StoredCase
from negotiation.domain.departments import Directory
from negotiation.domain.entered import is_text


class DestroyedWords(RejectedRow):
    """A row that is refused for them; no copy of it is kept."""


def demand_kept(stored: StoredCase, form: Form, row: LedgerRow, directory: Directory) -> None:
    """Raises DestroyedWords, naming the order, for a row that says again what is gone from its case, and for one by
    which a case of which something is gone, and whose import was taken back, would begin again."""
    if not stored.order:
        return
    if stored.loaded.record.is_taken_back:
        raise DestroyedWords(Fault(form.number, f"{stored.order}，不得按原台账重新登记"))
    found = set(_words(form, row, stored.rendered(form, directory)))
    if found:
        why = f"{stored.order}，不得再由台账录入：请清空此格（及同类文字）后再导入；决定另有内容的，请在案件页办理"
        raise DestroyedWords(Fault(form.leftmost(found), why))


def _words(form: Form, row: LedgerRow, rendered: RenderedCase) -> Iterator[str]:
    """The columns whose words belonged to what is gone and are not what stands there now."""
    if rendered.happened and rendered.happened[0].fields is None:
        for column in form.statics:
            given = shown(form.rules, column.field, row.facts.get(column.field))
            if given and not alike(given, rendered.cells[column.title]) and is_text(form.rules, column.field):
                yield column.title
    for entry in row.entries:
        found = event_of_step(form, entry.step, rendered.path)
        if found is None or found.fields is not None or entry.step is form.steps[0]:
            continue
        for column in form.fields_of(entry.step):
            if entry.fields.get(column.field) and is_text(form.rules, column.field):
                yield column.title
