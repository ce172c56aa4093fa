"""What an order has destroyed in the tables is taken out of files too: kept mails, rejected rows, files of forms, and
the pages of the database.

The order's own transaction leaves a row that says so; whoever comes first does it, again where it was broken off.
"""

from datetime import datetime

from negotiation.core.settings import Settings
from negotiation.documents.spreadsheets import rejections
from negotiation.notifications.channels import folder
from negotiation.services.context import Context
from negotiation.store import erasures
from negotiation.store.database import Database
from negotiation.store.erasures import Pending
from negotiation.web import held_files


def run(database: Database, context: Context, at: datetime) -> str:
    """Erases as the worker's job; "" where nothing was pending, or others are in the way until the next time."""
    found = erase(database, context.settings, at)
    return f"已从文件中清除封存的内容：{'、'.join(dict.fromkeys(each.no for each in found))}" if found else ""


def erase(database: Database, settings: Settings, at: datetime) -> list[Pending]:
    """Does what is pending; returns what was done. Raises NegotiationError for a file that cannot be removed."""
    with database.read() as transaction:
        found = erasures.pending(transaction)
        if not found or erasures.are_mails_claimed(transaction):
            return []
        mails = [sent for no in {each.no for each in found} for sent in erasures.message_ids(transaction, no)]
    folder.remove(settings.mail_folder, mails)
    for no in sorted({each.no for each in found}):
        rejections.remove_naming(settings.home, no)
        held_files.remove_about(settings.home, no)
    if not erasures.rewrite(database):
        return []
    with database.write() as transaction:
        erasures.done(transaction, found, at)
    return found
