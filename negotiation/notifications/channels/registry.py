"""Registry of the media by which notices are sent. A further one is a file beside this and a line in ``MEDIA``."""

from collections.abc import Callable, Mapping
from typing import NamedTuple

from negotiation.core.settings import Settings
from negotiation.domain.notices import NoticeRecord
from negotiation.notifications.channels import folder, smtp
from negotiation.notifications.channels.base import Channel, OutgoingMessage, Recipient
from negotiation.notifications.email.addresses import demand_mail_address
from negotiation.notifications.email.composer import Composer

OpenChannels = Callable[[Settings], list[Channel]]


class Medium(NamedTuple):
    """A medium: opens its channels, composes a notice for a recipient, and refuses addresses that it cannot reach.

    ``open_channels`` raises UsageError for settings that it cannot use; ``demand_address`` raises Refusal.
    """

    open_channels: OpenChannels
    compose: Callable[[Composer, NoticeRecord, Recipient], OutgoingMessage]
    demand_address: Callable[[str, Settings], None]


def _open_mail(settings: Settings) -> list[Channel]:
    scheme = settings.smtp_url and settings.smtp_url.partition(":")[0].lower()
    return _MAIL_CHANNELS.get(scheme, smtp.open_channels)(settings)


# By the scheme of NEGOTIATION_SMTP_URL; without a URL mails go to the folder.
_MAIL_CHANNELS: Mapping[str, OpenChannels] = {
    "": folder.open_channels,
    "smtp": smtp.open_channels,
    "smtps": smtp.open_channels,
}


def _compose_mail(composer: Composer, row: NoticeRecord, recipient: Recipient) -> OutgoingMessage:
    return composer.compose(row.template, row.facts, recipient, row.case_id, row.key)


MEDIA: Mapping[str, Medium] = {"mail": Medium(_open_mail, _compose_mail, demand_mail_address)}
