"""Carries finished letters to a mail server over kept connections, or into a folder, and says what became of each.

A carrier that cannot work at all now (no server, login refused, disk full) retires; when all have retired, what is left
is put off with the last one's sentence instead of being tried letter by letter.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Iterable
from typing import TypeVar

from negotiation.core.settings import Settings
from negotiation.notifications.channels.base import Channel, DeliveryResult, DeliveryStatus, Letter, Refusal, Unusable
from negotiation.notifications.channels.folder import FolderChannel
from negotiation.notifications.channels.smtp import SmtpChannel, server_of

Delivery = TypeVar("Delivery")


class ChannelPool:
    """All carriers of one pass. ``trouble`` is the sentence of the last that retired; none left: nothing can go."""

    def __init__(self, settings: Settings) -> None:
        self.channels = channels(settings)
        self.trouble = self.raw = ""

    async def carry(
        self,
        deliveries: Iterable[Delivery],
        write: Callable[[Delivery], Letter],
        settled: Callable[[Delivery, DeliveryResult], None],
    ) -> None:
        """Writes and carries a letter for each errand, and says of each what became of it, as soon as it is known."""
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
        carrier: Channel,
        waiting: deque[Delivery],
        write: Callable[[Delivery], Letter],
        settled: Callable[[Delivery, DeliveryResult], None],
    ) -> None:
        while waiting:
            delivery = waiting.popleft()
            try:
                answer = await carrier.carry(write(delivery))
            except Unusable as trouble:
                waiting.appendleft(delivery)
                self.trouble, self.raw = str(trouble), trouble.raw
                self.channels.remove(carrier)
                await carrier.close()
                return
            except Refusal as refusal:
                answer = DeliveryResult(DeliveryStatus.REFUSED, str(refusal), refusal.raw)
            settled(delivery, answer)

    async def close(self) -> None:
        """Takes leave of the server; the loop then has a turn in which dropped connections close too."""
        for carrier in self.channels:
            await carrier.close()
        await asyncio.sleep(0)


def channels(settings: Settings) -> list[Channel]:
    """The folder if no server is named, else ``smtp_connections`` connections. Raises UsageError for what is no URL."""
    if not settings.smtp_url:
        return [FolderChannel(settings.mail_folder)]
    url = server_of(settings.smtp_url)
    return [SmtpChannel(url, settings.mail_from.rpartition("@")[2]) for _ in range(settings.smtp_connections)]


# ------------------------------------------------------------------------------------------------------- a folder


# ------------------------------------------------------------------------------------------------------- a server
