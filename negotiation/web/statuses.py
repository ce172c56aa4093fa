"""The HTTP status of each error, and when to come again."""

from negotiation.core import log
from negotiation.core.errors import (
    Busy,
    Conflict,
    DatabaseUnavailable,
    NegotiationError,
    NotFound,
    TooManyTries,
    TryLater,
    WrongRole,
)
from negotiation.store.attachments import Sealed
from negotiation.web.api.answers import OUT_OF_ORDER, TRY_LATER

DATABASE_SECONDS = 10  # after which a database that did not answer may be asked again
_STATUS: dict[type[NegotiationError], int] = {
    NotFound: 404,
    Conflict: 409,
    Sealed: 410,
    TooManyTries: 429,
    Busy: 503,
    DatabaseUnavailable: 503,
}


def status_of(error: NegotiationError) -> int:
    """The status with which an error is answered; 400 for what its sender can mend."""
    return next((code for kind, code in _STATUS.items() if isinstance(error, kind)), 400)


def put_on_record(error: NegotiationError) -> None:
    """A line in the log for what was refused because somebody may not do or see it, or because it is not there."""
    if isinstance(error, NotFound | WrongRole):
        log.logger().info("refused", why=type(error).__name__)


def shown(error: NegotiationError) -> NegotiationError:
    """The error as a page tells it: what the database answered is for whoever keeps it."""
    return DatabaseUnavailable(OUT_OF_ORDER, todo=TRY_LATER) if isinstance(error, DatabaseUnavailable) else error


def headers_of(error: NegotiationError) -> dict[str, str]:
    """The headers of the answer: after how many seconds it may be tried again, where that can be said."""
    if isinstance(error, DatabaseUnavailable):
        return {"Retry-After": str(DATABASE_SECONDS)}
    return {"Retry-After": str(error.seconds)} if isinstance(error, TryLater) else {}
