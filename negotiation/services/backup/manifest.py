"""The manifest of an archive: what made it, of what, and the digest of every member."""

import re
from datetime import datetime
from pathlib import PurePosixPath

from pydantic import BaseModel, ConfigDict, ValidationError, field_validator

from negotiation.core.errors import NegotiationError
from negotiation.store.copies import Engine

NAME = "manifest.json"
DATABASE = "database"  # the member that is the copy of the database
HOME = "home/"  # before the names of the home's files
FORMAT = 1
_DIGEST = re.compile(r"[0-9a-f]{64}")
BROKEN_TODO = "这份备份不能使用：请换一份完整的备份，或重新复制后再试"


class Member(BaseModel):
    """A file in the archive: its size in bytes, its SHA-256 in hexadecimal digits."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    size: int
    sha256: str

    @field_validator("name")
    @classmethod
    def stay_inside(cls, name: str) -> str:
        """The name of the database, or of a file below the home. Raises ValueError for any other place."""
        path = PurePosixPath(name.removeprefix(HOME))
        inside = name.startswith(HOME) and path.parts and str(path) == name.removeprefix(HOME)
        strange = path.is_absolute() or ".." in path.parts or any(sign in name for sign in "\\:\0")
        if name != DATABASE and (not inside or strange):
            raise ValueError("名称指向备份之外")
        return name

    @field_validator("sha256")
    @classmethod
    def be_digest(cls, given: str) -> str:
        """64 hexadecimal digits. Raises ValueError."""
        if not _DIGEST.fullmatch(given):
            raise ValueError("不是 SHA-256")
        return given


class Manifest(BaseModel):
    """The first thing to read of an archive. ``engine_version``: the major version; ``rows``: by table."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    format: int
    program: str
    made_at: datetime
    engine: Engine
    engine_version: int
    revision: str
    rows: dict[str, int]
    members: tuple[Member, ...]

    def as_bytes(self) -> bytes:
        """The manifest as it stands in the archive."""
        return self.model_dump_json(indent=1).encode()


def read(text: bytes, where: str) -> Manifest:
    """A manifest from an archive. Raises NegotiationError for one of a newer form, or none."""
    try:
        return Manifest.model_validate_json(text)
    except ValidationError as error:
        key = str(error.errors()[0]["loc"][0]) if error.errors()[0]["loc"] else ""
        raise NegotiationError(f"备份的清单不能识别（{key or NAME}）", where=where, todo=BROKEN_TODO) from None
