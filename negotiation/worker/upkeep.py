"""What the worker looks after besides its work: days of the log that are older than they are kept go."""

from datetime import datetime

from negotiation.core import log
from negotiation.core.errors import NegotiationError, reason
from negotiation.core.local_time import local_date
from negotiation.services.context import Context
from negotiation.store.database import Database


def run(_database: Database, context: Context, at: datetime) -> str:
    """Removes the days of the log that are past keeping; returns what was done. Raises NegotiationError."""
    settings = context.settings
    try:
        removed = log.remove_old(settings.home, local_date(at), settings.log_days)
    except OSError as error:
        raise NegotiationError(f"过期的日志不能删除（{reason(error)}）", where=str(error.filename)) from None
    if removed:
        log.logger().info("log_removed", files=removed)
    return f"删除过期的日志 {len(removed)} 天" if removed else ""
