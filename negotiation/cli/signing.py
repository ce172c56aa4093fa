"""Options of a signature: who of a department consented to the paper that is entered, and when (条例第十一、二十条)."""

from dataclasses import dataclass, replace
from typing import Annotated

import typer

from negotiation.cli.options import read_day
from negotiation.core.enums import SIGNED_BY
from negotiation.services.cases import acting
from negotiation.services.cases.act_request import ActRequest
from negotiation.services.cases.case_file import CaseFile
from negotiation.services.context import UnitOfWork
from negotiation.services.signatures import Signature, signature_of, signed_on_paper, unsigned


@dataclass(frozen=True)
class SignedOptions:
    """The signature that a department's paper bears."""

    signed_by: Annotated[
        str, typer.Option("--signed-by", help="签批人（条例第二十条：本单位共享工作机构负责人）。")
    ] = ""
    signed_on: Annotated[str, typer.Option("--signed-on", help="签批日期。")] = ""

    def signature(self) -> Signature | None:
        """The signature; None where there is none. Raises FieldError for half of one, UsageError for a text that is
        no date."""
        return signature_of(self.signed_by, read_day(self.signed_on) if self.signed_on else None)


def act_signed(work: UnitOfWork, file: CaseFile, request: ActRequest, signature: Signature | None) -> CaseFile:
    """Does an act on a case with the signature of its paper; the case as it is then.

    Raises NegotiationError for an act that is not lawful, then FieldError for a department's paper that lacks the
    consent of its head: as in the browser.
    """
    extra = signed_on_paper(file, signature, request.on) if signature else {}
    acted = acting.act(work, file.no, replace(request, extra={**request.extra, **extra}))
    rule = file.procedure.events[request.event]
    if rule.approval and request.role in file.procedure.department_roles and SIGNED_BY not in extra:
        raise unsigned(rule.title)
    return acted
