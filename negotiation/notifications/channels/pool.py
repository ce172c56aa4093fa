"""The open channels of one run: emails in, a result for each out.

A channel that cannot work at all now (no server, login refused, disk full) retires; when all have retired, what is left
is put off with the last one's sentence instead of being tried one by one.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from typing import TypeVar

from negotiation.core.settings import Settings
from negotiation.notifications.channels import folder, smtp
from negotiation.notifications.channels.base import (
    Channel,
    DeliveryResult,
    DeliveryStatus,
    OutgoingEmail,
    Refusal,
    Unusable,
)

Delivery = TypeVar("Delivery")


class ChannelPool:
    """All channels of one run. ``trouble``: the sentence of the last that retired; none left: nothing can go."""

    def __init__(self, settings: Settings) -> None:
        self.channels = open_channels(settings)
        self.trouble = self.raw = ""

    async def send(
        self,
        deliveries: Iterable[Delivery],
        write: Callable[[Delivery], OutgoingEmail],
        settled: Callable[[Delivery, DeliveryResult], None],
    ) -> None:
        """Composes and sends an email for each delivery; ``settled`` gets each result as soon as it is known."""
        waiting = deque(deliveries)
        work = [asyncio.ensure_future(self._work(each, waiting, write, settled)) for each in tuple(self.channels)]
        try:
            await asyncio.gather(*work)
        finally:
            for each in work:
                each.cancel()  # where one failed the others must not go on
            await asyncio.gather(*work, return_exceptions=True)
        for delivery in waiting:
            settled(delivery, DeliveryResult(DeliveryStatus.LATER, self.trouble, self.raw))

    async def _work(
        self,
        channel: Channel,
        waiting: deque[Delivery],
        write: Callable[[Delivery], OutgoingEmail],
        settled: Callable[[Delivery, DeliveryResult], None],
    ) -> None:
        while waiting:
            delivery = waiting.popleft()
            try:
                answer = await channel.send(write(delivery))
            except Unusable as trouble:
                waiting.appendleft(delivery)
                self.trouble, self.raw = str(trouble), trouble.raw
                self.channels.remove(channel)
                await channel.close()
                return
            except Refusal as refusal:
                answer = DeliveryResult(DeliveryStatus.REFUSED, str(refusal), refusal.raw)
            settled(delivery, answer)

    async def close(self) -> None:
        """Closes all connections; the loop then has a turn in which dropped ones close too."""
        for channel in self.channels:
            await channel.close()
        await asyncio.sleep(0)


Opener = Callable[[Settings], list[Channel]]
# By the scheme of NEGOTIATION_SMTP_URL; without a URL emails go to the folder. A further channel is a line here.
OPENERS: Mapping[str, Opener] = {"": folder.open_channels, "smtp": smtp.open_channels, "smtps": smtp.open_channels}


def open_channels(settings: Settings) -> list[Channel]:
    """The channels that the settings name. Raises UsageError for a URL that no channel can read."""
    scheme = settings.smtp_url and settings.smtp_url.partition(":")[0].lower()
    return OPENERS.get(scheme, smtp.open_channels)(settings)
