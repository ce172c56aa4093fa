"""Recipients of notices: the clerk of a department, or the office; or why no email may go to them."""

from datetime import date

from negotiation.core.enums import OFFICE_ID, Duty
from negotiation.domain.notices import NoticeRecord
from negotiation.notifications.channels.base import Recipient, Refusal
from negotiation.notifications.channels.registry import MEDIA
from negotiation.notifications.email.addresses import is_header_safe
from negotiation.notifications.relevance import NoLongerRelevant, stopped
from negotiation.services.context import Context


def recipient_of(row: NoticeRecord, context: Context, today: date) -> Recipient:
    """The clerk's address (A 角, else B 角, or who stands in), or the office's.

    Raises Refusal where a person must write or call, NoLongerRelevant for an office without an address.
    """
    recipient = _office(context) if row.department_id == OFFICE_ID else _clerk(row, context, today)
    if not is_header_safe(recipient.name) or not is_header_safe(row.no):
        raise Refusal("名称或编号中有换行等控制字符，请改正后联系")
    MEDIA[recipient.medium].demand_address(recipient.address, context.settings)
    return recipient


def _office(context: Context) -> Recipient:
    settings = context.settings
    if not settings.office_mail:
        raise NoLongerRelevant("办公室未设邮箱，请在台账中查看")
    return Recipient(context.office_name, settings.office_mail)


def _clerk(row: NoticeRecord, context: Context, today: date) -> Recipient:
    unit = context.directory.by_id.get(row.department_id)
    if unit is None:
        raise Refusal("没有这个部门")
    if (merged := context.directory.gone.get(unit.id)) is not None:
        raise NoLongerRelevant(merged.says)
    if unit.mail_stopped:
        raise stopped(row.kind, "该部门已停发自动邮件")
    if not unit.level.gets_mail:
        raise Refusal(f"{context.level_title(unit.level)}，不发自动邮件")
    clerk = unit.clerk_on(today)
    if clerk is None:
        away = any(unit.away(duty, today) for duty in (Duty.A, Duty.B))
        raise Refusal("经办人外出，没有可收邮件的代办人" if away else "没有登记经办人邮箱")
    return Recipient(unit.name, clerk.email.strip(" "), signs_in=unit.signs_in)
