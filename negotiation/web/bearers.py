"""Programs that show a token instead of a password: whose it is, and that it is in use."""

from datetime import datetime

from structlog.contextvars import bind_contextvars

from negotiation.services.accounts import tokens
from negotiation.services.accounts.tokens import Bearer
from negotiation.web.app_state import AppState


async def put_to_use(app_state: AppState, bearer: Bearer, text: str, at: datetime) -> None:
    """Puts on record that a token is used in this request; ``text``: as it was shown."""
    bind_contextvars(account=bearer.person.id, token=bearer.id)
    if bearer.renew:
        await app_state.write(lambda transaction: tokens.token_used(transaction, text, at))
