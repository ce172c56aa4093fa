"""The bodies that programs send."""

from datetime import date
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, model_validator

from negotiation.core import texts
from negotiation.domain import forms
from negotiation.domain.matters import MOST
from negotiation.services.signatures import Signature, signature_of


class Entered(BaseModel):
    """A body that a program sends: every text of it, however deep, is read by the one rule for texts from outside.

    A key that is not known is refused: a misspelt one would go unnoticed.
    """

    model_config = ConfigDict(extra="forbid")

    @model_validator(mode="before")
    @classmethod
    def read_texts(cls, sent: Any) -> Any:
        """Raises TextError with the field."""
        return texts.read_all(sent)


class Signed(Entered):
    """The approval (签批): by whom and when. Without them an act that needs approval waits for the head: 202; a
    department's own always does."""

    signed_by: str = Field("", max_length=80)
    signed_on: date | None = None

    @property
    def signature(self) -> Signature | None:
        """The signature on paper, None if there was none. Raises FieldError for half of one, or a mark of secrecy."""
        forms.demand_clean(self.signed_by, "signed_by")
        return signature_of(self.signed_by, self.signed_on)


class NewCase(Signed):
    """An application: the procedure and its fields as a form would have them; ``submit``: handed in at once.

    Several names under ``provider``, or further ``resources`` of the same letter with the fields that each has for
    itself, make one matter (来文事项) and a case for each.
    """

    procedure: str = Field(max_length=80)
    fields: dict[str, str | list[str]]
    on: date | None = None
    submit: bool = True
    resources: list[dict[str, str | list[str]]] = Field([], max_length=MOST)


class NewAct(Signed):
    """An act: who does it (a role of the rulebook), when it happened, the form's fields, the version that was seen."""

    by: str = Field(max_length=80)
    on: date | None = None
    fields: dict[str, str | list[str]] = {}
    version: int | None = None


class NewCorrection(Entered):
    """The right day and fields of an entry, by its number; of what is not named nothing was wrong."""

    seq: int = Field(ge=1, le=2**31)
    on: date | None = None
    fields: dict[str, str | list[str]] = {}


class NewRewriting(Entered):
    """Entries corrected and struck in one act: why, and on which version; ``dry_run``: only previewed."""

    reason: str = Field(max_length=2000)
    corrections: list[NewCorrection] = Field([], max_length=20)
    strikes: list[Annotated[int, Field(ge=1, le=2**31)]] = Field([], max_length=50)
    version: int | None = None
    dry_run: bool = False
