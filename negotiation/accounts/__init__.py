"""Who may sign in, what each may see and do, and how they prove who they are: passwords, sessions, tokens.

Instants are arguments. What a browser or a program holds is written nowhere: of it the database keeps the SHA-256, of
a password the argon2id hash. What hashes takes the database, not a transaction, and hashes while none is open. Every
refusal is a sentence.
"""

from negotiation.accounts.keeping import (
    account,
    accounts_in_order,
    accounts_of_side,
    change_account,
    create_account,
    deactivate,
    demand_roles,
    find,
)
from negotiation.accounts.passwords import password_faults, temporary_password
from negotiation.accounts.signing import (
    Session,
    SignedIn,
    change_password,
    end_all_sessions,
    had_mark,
    owner_of,
    renew,
    session_of,
    set_password,
    sign_in,
    sign_out,
)
from negotiation.accounts.tokens import Bearer, create_token, is_valid, revoke_token, token_of, token_used, tokens_of
from negotiation.accounts.values import Account, AccountFault, NewAccount, Person, SignInRefused

__all__ = [
    "Account", "AccountFault", "Bearer", "NewAccount", "Person", "Session", "SignInRefused", "SignedIn", "account",
    "accounts_in_order", "accounts_of_side", "change_account", "change_password", "create_account", "create_token",
    "deactivate", "demand_roles", "end_all_sessions", "find", "had_mark", "is_valid", "owner_of",
    "password_faults", "renew", "revoke_token", "session_of", "set_password", "sign_in", "sign_out",
    "temporary_password", "token_of", "token_used", "tokens_of",
]  # fmt: skip
