"""Carries finished letters to a mail server over kept connections, or into a folder, and says what became of each.

A carrier that cannot work at all now (no server, login refused, disk full) retires; when all have retired, what is left
is put off with the last one's sentence instead of being tried letter by letter.
"""

import asyncio
import hashlib
import os
import smtplib
import socket
import ssl
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from enum import Enum
from pathlib import Path
from typing import NamedTuple, Protocol, TypeVar
from urllib.parse import SplitResult, unquote, urlsplit

from aiosmtplib import (
    SMTP,
    SMTPAuthenticationError,
    SMTPException,
    SMTPRecipientsRefused,
    SMTPResponseException,
    SMTPSenderRefused,
    SMTPServerDisconnected,
    SMTPTimeoutError,
)

from negotiation.core.errors import UsageError, reason
from negotiation.core.settings import Settings
from negotiation.domain.wording import one_line
from negotiation.notifications.channels.smtp_answers import TAKEN, meaning

TIMEOUT_SECONDS = 30
LOST_IN_A_ROW = 3  # a server that loses so many letters of one carrier without taking any is left alone for now
SERVICE_NOT_AVAILABLE = 421
PERMANENT = 500
WORDS_KEPT = 300  # characters of what a server said


class Letter(NamedTuple):
    """A finished mail: envelope addresses, Message-ID and the message itself."""

    sender: str
    recipient: str
    message_id: str
    content: bytes


class DeliveryStatus(Enum):
    """LATER: may be tried again; REFUSED: it will never be taken."""

    SENT = "sent"
    LATER = "later"
    REFUSED = "refused"


class DeliveryResult(NamedTuple):
    """What became of a letter, in an official's words; ``raw``: in the words of the server, for the log."""

    status: DeliveryStatus
    said: str = ""
    raw: str = ""


class Refusal(Exception):
    """A letter that cannot be written or sent; says why. ``raw``: in the words of the program or the server."""

    def __init__(self, said: str, raw: str = "") -> None:
        super().__init__(said)
        self.raw = raw


class Unusable(Refusal):
    """The server or the folder takes nothing now, whatever the letter."""


class Channel(Protocol):
    async def carry(self, letter: Letter) -> DeliveryResult: ...

    async def close(self) -> None: ...


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
    url = _server(settings.smtp_url)
    return [SmtpChannel(url, settings.mail_from.rpartition("@")[2]) for _ in range(settings.smtp_connections)]


def trouble_of(url: str, seconds: float) -> str:
    """Why a mail server does not greet within so many seconds, in a few words; "" if it does. Nobody signs in."""
    parts = _server(url)
    kind = smtplib.SMTP_SSL if parts.scheme == "smtps" else smtplib.SMTP
    try:
        kind(parts.hostname or "", parts.port or _usual_port(parts), timeout=seconds).close()
    except TimeoutError:
        return f"{seconds:g}秒内没有连上"
    except OSError as error:  # smtplib's own errors are such too
        return _UNREACHED.get(type(error), "连接不上")
    return ""


_UNREACHED: Mapping[type, str] = {
    socket.gaierror: "没有这个主机名",
    ConnectionRefusedError: "端口拒绝连接",
    ssl.SSLCertVerificationError: "证书不受信任",
    smtplib.SMTPServerDisconnected: "连上后随即断开",
}


def _usual_port(parts: SplitResult) -> int:
    return 465 if parts.scheme == "smtps" else 25


def _server(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        if parts.scheme in ("smtp", "smtps") and parts.hostname and parts.port != 0:
            return parts
    except ValueError:
        pass
    raise UsageError(
        "邮件服务器地址无法识别",
        where="NEGOTIATION_SMTP_URL",
        todo="请写成 smtp://主机:端口 或 smtps://主机:端口；需要登录的写成 smtps://用户:密码@主机:端口",
    )


# ------------------------------------------------------------------------------------------------------- a folder


class FolderChannel:
    """Keeps letters as .eml, named by their Message-ID: the same letter written twice is one file."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    async def carry(self, letter: Letter) -> DeliveryResult:
        path = self.folder / f"{hashlib.sha256(letter.message_id.encode()).hexdigest()[:32]}.eml"
        beside = path.with_suffix(f".{os.getpid()}.part")
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            beside.write_bytes(letter.content)
            beside.replace(path)
        except OSError as error:
            raise Unusable(
                f"不能写入邮件文件夹（{reason(error)}）：请检查写入权限和磁盘空间", str(self.folder)
            ) from None
        await asyncio.sleep(0)  # the record of the last letter has its turn
        return DeliveryResult(DeliveryStatus.SENT, f"已存为 {path.name}")

    async def close(self) -> None:
        """Nothing is held open."""


# ------------------------------------------------------------------------------------------------------- a server


class SmtpChannel:
    """One kept connection; a lost one is opened again for the next letter. STARTTLS is used where it is offered."""

    def __init__(self, url: SplitResult, own_name: str) -> None:
        self._place = f"{url.hostname}:{url.port or _usual_port(url)}"
        self._smtp = SMTP(
            hostname=url.hostname,
            port=int(self._place.rpartition(":")[2]),
            username=unquote(url.username) if url.username else None,
            password=unquote(url.password or "") if url.username else None,
            use_tls=url.scheme == "smtps",
            local_hostname=own_name,
            timeout=TIMEOUT_SECONDS,
        )
        self._lost = 0

    async def carry(self, letter: Letter) -> DeliveryResult:
        """Hands one letter over. Raises Unusable where the fault lies with the server and not with the letter."""
        await self._connect()
        try:
            _, said = await self._smtp.sendmail(letter.sender, [letter.recipient], letter.content)
        except SMTPRecipientsRefused as refused:
            return self._answered(refused.recipients[0])
        except SMTPSenderRefused as refused:
            if refused.code >= PERMANENT:
                raise Unusable("邮件服务器不接受本系统的发件人", _words(refused)) from None
            return self._answered(refused)
        except SMTPResponseException as refused:
            return self._answered(refused)
        except (SMTPTimeoutError, SMTPServerDisconnected, OSError) as error:
            return self._interrupted(error)
        except (SMTPException, ValueError) as error:
            raise Refusal("邮件服务器不接受这封邮件", _words(error)) from None
        self._lost = 0
        return DeliveryResult(DeliveryStatus.SENT, TAKEN, one_line(said)[:WORDS_KEPT])

    async def _connect(self) -> None:
        if self._smtp.is_connected:
            return
        if self._lost >= LOST_IN_A_ROW:
            raise Unusable("与邮件服务器的连接接连中断：稍后自动重试", self._place)
        try:
            await self._smtp.connect()
        except SMTPAuthenticationError as error:
            self._smtp.close()
            raise Unusable("邮件服务器拒绝登录：请系统管理员核对用户和密码", self._said(error)) from None
        except ssl.SSLError as error:
            self._smtp.close()
            raise Unusable("邮件服务器的加密连接不可信：请系统管理员检查其证书", self._said(error)) from None
        except (SMTPException, OSError) as error:
            self._smtp.close()
            raise Unusable("连接不上邮件服务器：稍后自动重试", self._said(error)) from None

    def _answered(self, refused: SMTPResponseException) -> DeliveryResult:
        """5xx is final; 4xx may go later; 421 means that the server is hanging up."""
        self._lost = 0
        if refused.code == SERVICE_NOT_AVAILABLE:
            self._smtp.close()
        status = DeliveryStatus.REFUSED if refused.code >= PERMANENT else DeliveryStatus.LATER
        return DeliveryResult(status, meaning(refused.code, str(refused.message)), _words(refused))

    def _interrupted(self, error: Exception) -> DeliveryResult:
        """Whether the server took the letter nobody knows: it goes again, under the same Message-ID."""
        self._smtp.close()
        self._lost += 1
        return DeliveryResult(DeliveryStatus.LATER, "与邮件服务器的连接中断：稍后自动重试", self._said(error))

    def _said(self, error: Exception) -> str:
        return f"{self._place}: {_words(error)}"

    async def close(self) -> None:
        try:
            await self._smtp.quit()
        except (SMTPException, OSError):
            self._smtp.close()


def _words(error: Exception) -> str:
    """What a server said, in one line."""
    if isinstance(error, SMTPResponseException):
        return one_line(f"{error.code} {error.message}")[:WORDS_KEPT]
    return one_line(str(error))[:WORDS_KEPT] or type(error).__name__
