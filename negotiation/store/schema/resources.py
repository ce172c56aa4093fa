"""The catalogue of resources."""

from datetime import date

from sqlalchemy import Text
from sqlmodel import Field, SQLModel

from negotiation.store.schema.types import Json


class Resource(SQLModel, table=True):
    """A resource of the catalogue, with the metadata of 发改高技〔2017〕1272号. ``sharing_class``: of ``SharingClass``.

    ``legal_basis``: on which the class 不予共享 rests (第十六条). Taken out of use (``active``), never deleted.
    """

    __tablename__ = "resource"

    id: int = Field(primary_key=True)
    code: str = Field(unique=True)
    name: str = Field(index=True)
    category: str = ""
    provider_id: int = Field(foreign_key="department.id", index=True)
    sharing_class: str
    condition: str = Field(default="", sa_type=Text)
    way: str = ""
    legal_basis: str = Field(default="", sa_type=Text)
    open_attribute: str = ""
    summary: str = Field(default="", sa_type=Text)
    format: str = ""
    items: list[str] = Field(sa_type=Json)
    update_cycle: str = ""
    published_on: date | None = None
    active: bool = True
