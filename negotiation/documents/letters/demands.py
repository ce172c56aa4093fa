"""What must be there before a letter can be drafted: its signer, its article, its proposal, what it tells."""

from collections.abc import Iterator, Mapping, Sequence

from negotiation.core.enums import UPWARD_KINDS, LetterKind
from negotiation.core.errors import FieldError, InvalidTransition, NegotiationError
from negotiation.core.labels import LETTER_KIND_TITLES
from negotiation.documents.letters.addressing import Addressee
from negotiation.documents.letters.model import CaseFacts
from negotiation.documents.letters.selection import Matter
from negotiation.documents.letters.wishes import Wishes
from negotiation.domain.meetings import Meeting


def demand_wishes(matter: Matter, wishes: Wishes) -> None:
    """Raises FieldError for what its kind demands and was not given, or was given and its kind does not bear."""
    _demand_signer(matter.letter.kind, wishes)
    if matter.letter.kind is LetterKind.REQUEST:
        if not wishes.proposal.strip():
            todo = "请写明本单位的倾向性意见及理由，供上级决定"
            raise FieldError("请示须写明拟办意见", field="proposal", todo=todo)
        if not wishes.contact.strip():
            raise FieldError("请示须在附注处注明联系人", field="contact", todo="请填写联系人姓名")


def _demand_signer(kind: LetterKind, wishes: Wishes) -> None:
    """上行文应当标注签发人姓名 (党政机关公文处理工作条例第九条); other kinds bear none."""
    signer = wishes.signer.strip()
    if kind in UPWARD_KINDS and not signer:
        raise FieldError(f"{LETTER_KIND_TITLES[kind]}须标注签发人", field="signer", todo="请填写签发人姓名")
    if kind not in UPWARD_KINDS and signer:
        title = LETTER_KIND_TITLES[kind]
        raise FieldError(f"{title}不标注签发人", field="signer", todo="请不填签发人；只有请示和报告标注")


def demand_article(matter: Matter, to: Sequence[Addressee], basis: str) -> None:
    """Raises NegotiationError for a 通知 to a district that cites no article: districts are no subordinates of ours."""
    districts = [each.name for each in to if each.unit is not None and each.unit.level.notice_cites_article]
    if matter.letter.kind is LetterKind.NOTICE and districts and not basis:
        raise NegotiationError(
            f"发往{districts[0]}的通知须引用条文，“{matter.letter.name}”没有条文依据",
            where=where_of(matter),
            todo="请改用函，或在规则中写明其依据的条文",
        )


def demand_entered(matter: Matter, case: CaseFacts, field: Mapping[str, str]) -> None:
    """Raises InvalidTransition unless what the letter must contain has been entered, or waits for the head."""
    missing = list(_missing(matter, case, field))
    if missing:
        raise InvalidTransition(
            f"起草“{matter.letter.name}”须先登记：{'、'.join(missing)}",
            where=where_of(matter),
            todo="请先在案件页办理（送签即可），再起草",
        )


def _missing(matter: Matter, case: CaseFacts, field: Mapping[str, str]) -> Iterator[str]:
    file, letter = matter
    yield from (file.procedure.fields[key].title for key in letter.needs if not field[key])
    if letter.answered and case.answer is None:
        yield "答复意见"
    if letter.decided and case.decision is None:
        yield "决定"
    if letter.owed and not case.owed:
        yield "同意提供而尚未提供的数据"


def demand_agreed(matter: Matter, meeting: Meeting) -> None:
    """Raises InvalidTransition for minutes that have nothing to record of a case that was spoken of."""
    silent = [each.no for each in meeting.items if not each.agreed.strip()]
    if matter.letter.kind is LetterKind.MINUTES and silent:
        raise InvalidTransition(
            f"{'、'.join(silent)} 尚未登记议定事项，不能起草“{matter.letter.name}”",
            where=f"会议 {meeting.no}",
            todo="请先在会议页登记议定事项；未研究的议题请撤下",
        )


def where_of(matter: Matter) -> str:
    return f"案件 {matter.file.no}"
