"""Tables of those who may sign in: accounts, sessions, tokens, second factors, and what waits to be confirmed."""

from datetime import datetime

from sqlalchemy import LargeBinary
from sqlmodel import Field, SQLModel

from negotiation.store.schema.types import Instant, Json


class Account(SQLModel, table=True):
    """A person who may sign in. ``department_id`` NULL: of the office itself. Deactivated, never deleted.

    ``roles``: values of ``AccountRole``. ``failures``: wrong passwords in a row; ``locked_until``: what they led to.
    ``told_up_to``: the last entry of the administration's log that its owner has taken note of.
    """

    __tablename__ = "account"

    id: int = Field(primary_key=True)
    login: str = Field(unique=True)
    name: str
    department_id: int | None = Field(default=None, foreign_key="department.id")
    roles: list[str] = Field(sa_type=Json)
    password_hash: str
    must_change: bool
    active: bool = True
    created_at: datetime = Field(sa_type=Instant)
    failures: int = 0
    locked_until: datetime | None = Field(default=None, sa_type=Instant)
    told_up_to: int = Field(default=0, sa_column_kwargs={"server_default": "0"})


class Session(SQLModel, table=True):
    """A sign-in. ``digest``: SHA-256 of what the browser holds, which is written nowhere; ``csrf`` stands in forms."""

    __tablename__ = "session"

    digest: bytes = Field(sa_type=LargeBinary, primary_key=True)
    account_id: int = Field(foreign_key="account.id", index=True)
    csrf: str
    created_at: datetime = Field(sa_type=Instant)
    seen_at: datetime = Field(sa_type=Instant)
    ended_at: datetime | None = Field(default=None, sa_type=Instant)


class Token(SQLModel, table=True):
    """The token that a program shows instead of a password; only its digest is kept. ``scopes``: of ``Scope``.

    ``issued_by``, ``issuer_id``: who issued it; ``waits_since``: it does not hold until a second person confirms it.
    """

    __tablename__ = "token"

    id: int = Field(primary_key=True)
    digest: bytes = Field(sa_type=LargeBinary, unique=True)
    account_id: int = Field(foreign_key="account.id", index=True)
    name: str
    scopes: list[str] = Field(sa_type=Json)
    created_at: datetime = Field(sa_type=Instant)
    expires_at: datetime = Field(sa_type=Instant)
    revoked_at: datetime | None = Field(default=None, sa_type=Instant)
    used_at: datetime | None = Field(default=None, sa_type=Instant)
    issued_by: str | None = None
    issuer_id: int | None = None
    waits_since: datetime | None = Field(default=None, sa_type=Instant)


class SecondFactor(SQLModel, table=True):
    """The second factor of an account: the secret that its telephone holds too; without ``confirmed_at`` it is only
    offered. ``last_step``: the half minute of the newest code that was taken; none up to it is taken again."""

    __tablename__ = "second_factor"

    account_id: int = Field(primary_key=True, foreign_key="account.id")
    secret: str
    last_step: int
    confirmed_at: datetime | None = Field(default=None, sa_type=Instant)


class RecoveryCode(SQLModel, table=True):
    """A code for who lost their telephone, good for once; only its digest is kept."""

    __tablename__ = "recovery_code"

    account_id: int = Field(primary_key=True, foreign_key="account.id")
    digest: bytes = Field(sa_type=LargeBinary, primary_key=True)
    used_at: datetime | None = Field(default=None, sa_type=Instant)


class GrantRequest(SQLModel, table=True):
    """Roles, a token (``token_id``), or with neither the end of the account, which a second person must confirm;
    ``state``: of a proposal."""

    __tablename__ = "grant_request"

    id: int = Field(primary_key=True)
    account_id: int = Field(foreign_key="account.id", index=True)
    roles: list[str] = Field(sa_type=Json)
    token_id: int | None = Field(default=None, foreign_key="token.id")
    asked_by: str
    asked_by_id: int | None = None
    asked_at: datetime = Field(sa_type=Instant)
    state: str
    decided_by: str = ""
    decided_by_id: int | None = None
    decided_at: datetime | None = Field(default=None, sa_type=Instant)
    said: str = ""
