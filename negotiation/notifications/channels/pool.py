"""The open channels of one run, medium by medium: messages in, a result for each out.

A channel that cannot work at all now (no server, login refused, disk full) retires; when all of a medium have retired,
what is left for it is put off with the last one's sentence instead of being tried one by one.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from typing import Protocol, TypeVar

from negotiation.core.settings import Settings
from negotiation.notifications.channels.base import (
    Channel,
    DeliveryResult,
    DeliveryStatus,
    OutgoingMessage,
    Recipient,
    Refusal,
    Unusable,
)
from negotiation.notifications.channels.registry import MEDIA


class Addressed(Protocol):
    """A delivery: it has a recipient."""

    @property
    def recipient(self) -> Recipient: ...


Delivery = TypeVar("Delivery", bound=Addressed)


class ChannelPool:
    """All channels of one run. Raises UsageError for settings that no channel can use."""

    def __init__(self, settings: Settings) -> None:
        self._pools = {name: MediumPool(medium.open_channels(settings)) for name, medium in MEDIA.items()}

    @property
    def works(self) -> bool:
        """False when every channel has retired: nothing can be sent."""
        return any(pool.channels for pool in self._pools.values())

    @property
    def trouble(self) -> str:
        """The sentences of the channels that retired last, with the servers' own words; "" if all work."""
        found = (pool.trouble + (f"（{pool.raw}）" if pool.raw else "") for pool in self._pools.values())
        return "；".join(filter(None, found))

    async def send(
        self,
        deliveries: Sequence[Delivery],
        write: Callable[[Delivery], OutgoingMessage],
        settled: Callable[[Delivery, DeliveryResult], None],
    ) -> None:
        """Composes and sends a message for each delivery; ``settled`` gets each result as soon as it is known."""
        for name, pool in self._pools.items():
            await pool.send([each for each in deliveries if each.recipient.medium == name], write, settled)

    async def close(self) -> None:
        """Closes all connections; the loop then has a turn in which dropped ones close too."""
        for pool in self._pools.values():
            await pool.close()
        await asyncio.sleep(0)


class MediumPool:
    """Channels of one medium. ``trouble``: the sentence of the last that retired; none left: nothing can go."""

    def __init__(self, channels: list[Channel]) -> None:
        self.channels = channels
        self.trouble = self.raw = ""

    async def send(
        self,
        deliveries: Iterable[Delivery],
        write: Callable[[Delivery], OutgoingMessage],
        settled: Callable[[Delivery, DeliveryResult], None],
    ) -> None:
        """Composes and sends a message for each delivery; what no channel could send is settled as put off."""
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
        write: Callable[[Delivery], OutgoingMessage],
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
        """Closes the channels that have not retired."""
        for channel in self.channels:
            await channel.close()
