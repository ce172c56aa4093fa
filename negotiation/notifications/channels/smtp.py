"""Delivery to a mail server over an open connection, and the check that a server answers."""

import smtplib
import socket
import ssl
from collections.abc import Mapping
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

from negotiation.core.addresses import STARTTLS
from negotiation.core.errors import UsageError
from negotiation.core.settings import Settings
from negotiation.domain.wording import one_line
from negotiation.notifications.channels.base import (
    Channel,
    DeliveryResult,
    DeliveryStatus,
    OutgoingMessage,
    Refusal,
    Unusable,
)
from negotiation.notifications.channels.smtp_answers import TAKEN, meaning

TIMEOUT_SECONDS = 30
LOST_IN_A_ROW = 3  # a server that loses so many emails of one channel without taking any is left alone for now
SERVICE_NOT_AVAILABLE = 421
PERMANENT = 500
WORDS_KEPT = 300  # characters of a server's reply


def open_channels(settings: Settings) -> list[Channel]:
    """``smtp_connections`` connections to the server of the settings. Raises UsageError for a URL it cannot read."""
    url = server_of(settings.smtp_url)
    return [SmtpChannel(url, settings.mail_from.rpartition("@")[2]) for _ in range(settings.smtp_connections)]


def trouble_of(url: str, seconds: float) -> str:
    """Why a mail server does not greet within so many seconds, in a few words; "" if it does. Nobody signs in."""
    parts = server_of(url)
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
    return {"smtps": 465, STARTTLS: 587}.get(parts.scheme, 25)


def server_of(url: str) -> SplitResult:
    """The parts of a mail server's URL. Raises UsageError for any other."""
    try:
        parts = urlsplit(url)
        if parts.scheme in ("smtp", "smtps", STARTTLS) and parts.hostname and parts.port != 0:
            return parts
    except ValueError:
        pass
    raise UsageError(
        "邮件服务器地址无法识别",
        where="NEGOTIATION_SMTP_URL",
        todo="请写成 smtp://主机:端口、smtp+starttls://主机:端口 或 smtps://主机:端口；需要登录的写成 smtps://用户:密码@主机:端口",
    )


class SmtpChannel:
    """One open connection; a lost one is opened again for the next message.

    STARTTLS is used where it is offered; with ``smtp+starttls://`` nothing is said to a server that does not offer it.
    """

    def __init__(self, url: SplitResult, own_name: str) -> None:
        self._place = f"{url.hostname}:{url.port or _usual_port(url)}"
        self._smtp = SMTP(
            hostname=url.hostname,
            port=int(self._place.rpartition(":")[2]),
            username=unquote(url.username) if url.username else None,
            password=unquote(url.password or "") if url.username else None,
            use_tls=url.scheme == "smtps",
            start_tls=True if url.scheme == STARTTLS else None,
            local_hostname=own_name,
            timeout=TIMEOUT_SECONDS,
        )
        self._lost = 0

    async def send(self, message: OutgoingMessage) -> DeliveryResult:
        """Hands one email over. Raises Unusable for a fault of the server, Refusal for one of the message."""
        await self._connect()
        try:
            _, reply = await self._smtp.sendmail(message.sender, [message.recipient], message.content)
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
        return DeliveryResult(DeliveryStatus.SENT, TAKEN, one_line(reply)[:WORDS_KEPT])

    async def _connect(self) -> None:
        if self._smtp.is_connected:
            return
        if self._lost >= LOST_IN_A_ROW:
            raise Unusable("与邮件服务器的连接接连中断：稍后自动重试", self._place)
        try:
            await self._smtp.connect()
        except SMTPAuthenticationError as error:
            self._smtp.close()
            raise Unusable("邮件服务器拒绝登录：请系统管理员核对用户和密码", self._placed(error)) from None
        except ssl.SSLError as error:
            self._smtp.close()
            raise Unusable("邮件服务器的加密连接不可信：请系统管理员检查其证书", self._placed(error)) from None
        except (SMTPException, OSError) as error:
            self._smtp.close()
            if type(error) is SMTPException and "STARTTLS" in str(error):  # it is demanded, and not offered
                raise Unusable("邮件服务器不提供加密连接（STARTTLS）：请系统管理员检查", self._placed(error)) from None
            raise Unusable("连接不上邮件服务器：稍后自动重试", self._placed(error)) from None

    def _answered(self, refused: SMTPResponseException) -> DeliveryResult:
        """5xx is final; 4xx may go later; 421 means that the server is hanging up."""
        self._lost = 0
        if refused.code == SERVICE_NOT_AVAILABLE:
            self._smtp.close()
        status = DeliveryStatus.BOUNCED if refused.code >= PERMANENT else DeliveryStatus.LATER
        return DeliveryResult(status, meaning(refused.code, str(refused.message)), _words(refused))

    def _interrupted(self, error: Exception) -> DeliveryResult:
        """Nobody knows if the server took the email: it goes again, under the same Message-ID."""
        self._smtp.close()
        self._lost += 1
        return DeliveryResult(DeliveryStatus.LATER, "与邮件服务器的连接中断：稍后自动重试", self._placed(error))

    def _placed(self, error: Exception) -> str:
        return f"{self._place}: {_words(error)}"

    async def close(self) -> None:
        try:
            await self._smtp.quit()
        except (SMTPException, OSError):
            self._smtp.close()


def _words(error: Exception) -> str:
    """A server's reply in one line."""
    if isinstance(error, SMTPResponseException):
        return one_line(f"{error.code} {error.message}")[:WORDS_KEPT]
    return one_line(str(error))[:WORDS_KEPT] or type(error).__name__
