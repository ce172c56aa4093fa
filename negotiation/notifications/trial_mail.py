"""A mail that is sent to see that the server takes it and that it arrives; it is about no case and is kept nowhere."""

from contextlib import AsyncExitStack
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, make_msgid

from negotiation.core.local_time import local
from negotiation.core.settings import Settings
from negotiation.notifications.channels.base import DeliveryStatus, OutgoingMessage, Refusal
from negotiation.notifications.channels.registry import MEDIA
from negotiation.notifications.email.composer import SYSTEM_NAME

_SUBJECT = "〔试发〕邮件设置无误"
_TEXT = "这是从设置页发出的试发邮件，与任何案件无关，不必回复。收到它，说明系统的提醒和通知可以送达这个邮箱。\n"


async def send_trial(settings: Settings, address: str, at: datetime) -> None:
    """Sends the mail to an address at an instant. Raises Refusal for an address or a server that does not take it."""
    medium = MEDIA["mail"]
    medium.demand_address(address, settings)
    async with AsyncExitStack() as stack:
        channels = medium.open_channels(settings)
        for each in channels:
            stack.push_async_callback(each.close)
        result = await channels[0].send(_message(settings, address, at))
    if result.status is not DeliveryStatus.SENT:
        raise Refusal(result.meaning, result.raw)


def _message(settings: Settings, address: str, at: datetime) -> OutgoingMessage:
    message = EmailMessage(policy=SMTP)
    message["From"] = f"{SYSTEM_NAME} <{settings.mail_from}>"
    message["To"] = address
    message["Subject"] = _SUBJECT
    message["Date"] = format_datetime(local(at))
    message["Message-ID"] = make_msgid(domain=settings.mail_from.rpartition("@")[2])
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(_TEXT)
    return OutgoingMessage(settings.mail_from, address, message["Message-ID"], message.as_bytes())
