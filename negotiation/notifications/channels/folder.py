"""Delivery into a folder of files, where no server is named."""

import asyncio
import hashlib
import os
from collections.abc import Iterable
from pathlib import Path

from negotiation.core.errors import reason
from negotiation.core.settings import Settings
from negotiation.core.whole_file import remove_file
from negotiation.notifications.channels.base import Channel, DeliveryResult, DeliveryStatus, OutgoingMessage, Unusable


class FolderChannel:
    """Stores emails as .eml, named by their Message-ID: the same email written twice is one file."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    async def send(self, message: OutgoingMessage) -> DeliveryResult:
        """Writes one message. Raises Unusable if the folder cannot be written."""
        path = _file_of(self.folder, message.message_id)
        beside = path.with_suffix(f".{os.getpid()}.part")
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            beside.write_bytes(message.content)
            beside.replace(path)
        except OSError as error:
            raise Unusable(
                f"不能写入邮件文件夹（{reason(error)}）：请检查写入权限和磁盘空间", str(self.folder)
            ) from None
        await asyncio.sleep(0)  # the record of the last email has its turn
        return DeliveryResult(DeliveryStatus.SENT, f"已存为 {path.name}")

    async def close(self) -> None:
        """Nothing is open."""


def open_channels(settings: Settings) -> list[Channel]:
    """One channel into the folder of the settings."""
    return [FolderChannel(settings.mail_folder)]


def remove(folder: Path, message_ids: Iterable[str]) -> None:
    """Removes the emails with these Message-IDs, if they are there. Raises NegotiationError for one that stays."""
    for each in message_ids:
        remove_file(_file_of(folder, each))


def _file_of(folder: Path, message_id: str) -> Path:
    return folder / f"{hashlib.sha256(message_id.encode()).hexdigest()[:32]}.eml"
