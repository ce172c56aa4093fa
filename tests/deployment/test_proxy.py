"""The configuration for nginx, tried with the real program: TLS, who asks, how much may come."""

import re
import ssl
import subprocess
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from getpass import getuser
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from shutil import which

import httpx2
import pytest

from tests.deployment.certificate import write_certificate
from tests.installed import needed
from tests.waiting import until

CONFIGURATION = Path(__file__).parents[2] / "deployment" / "nginx"
NAME = "sharing.example.gov.cn"
MAIN = """\
daemon off;
user {user};
pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{}}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    include {folder}/negotiation.conf;
}}
"""


class Desk(BaseHTTPRequestHandler):
    """Answers with the headers that reached it, a line each."""

    def do_GET(self) -> None:
        """Answers, once the body is read."""
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        said = "\n".join(f"{name}: {value}" for name, value in self.headers.items()).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(said)))
        self.end_headers()
        self.wfile.write(said)

    do_POST = do_GET  # noqa: N815 (the name that the library calls)

    def log_message(self, *_: object) -> None:
        """Says nothing."""


@dataclass(frozen=True)
class Proxy:
    """A running nginx: its ports for plain HTTP and for TLS, and the client that trusts its certificate."""

    plain: int
    tls: int
    client: httpx2.Client

    def get(self, path: str = "/", **headers: str) -> httpx2.Response:
        return self.client.get(f"https://127.0.0.1:{self.tls}{path}", headers={"Host": NAME, **headers})


@pytest.fixture(scope="module")
def proxy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Proxy]:
    """The shipped configuration with other ports and places, before a desk that tells what it was asked."""
    needed("nginx")
    folder = tmp_path_factory.mktemp("nginx")
    folder.chmod(0o755)
    desk = ThreadingHTTPServer(("127.0.0.1", 0), Desk)
    threading.Thread(target=desk.serve_forever, daemon=True).start()
    plain, tls = _free_port(), _free_port()
    write_certificate(folder, NAME)
    _write_configuration(folder, {"80": plain, "443": tls, "8000": desk.server_port})
    program = which("nginx", path="/usr/sbin:/usr/bin:/usr/local/bin") or "nginx"
    running = subprocess.Popen([program, "-p", str(folder), "-c", str(folder / "nginx.conf")])
    trusting = ssl.create_default_context(cafile=str(folder / "tls.crt"))
    trusting.check_hostname = False
    with httpx2.Client(verify=trusting, timeout=60, trust_env=False) as client:
        found = Proxy(plain, tls, client)
        until(lambda: _answers(found))
        yield found
    running.terminate()
    running.wait()
    desk.shutdown()
    desk.server_close()


def test_plain_http_is_led_to_tls(proxy: Proxy) -> None:
    answer = proxy.client.get(f"http://127.0.0.1:{proxy.plain}/cases?q=1", headers={"Host": NAME})
    assert answer.status_code == 308
    assert answer.headers["Location"] == f"https://{NAME}/cases?q=1"


def test_the_desk_hears_the_address_that_nginx_sees_and_not_what_the_visitor_says(proxy: Proxy) -> None:
    told = proxy.get(**{"X-Forwarded-For": "192.0.2.9", "X-Forwarded-Proto": "http", "Forwarded": "for=192.0.2.9"}).text
    assert "X-Forwarded-For: 127.0.0.1\n" in told
    assert "X-Forwarded-Proto: https\n" in told
    assert f"Host: {NAME}\n" in told
    assert "192.0.2.9" not in told


def test_a_body_that_the_desk_takes_passes_and_one_beyond_is_refused(proxy: Proxy) -> None:
    for megabytes, status in ((60, 200), (62, 413)):
        address = f"https://127.0.0.1:{proxy.tls}/"
        answer = proxy.client.post(address, content=b"x" * megabytes * 2**20, headers={"Host": NAME})
        assert answer.status_code == status


def test_old_tls_is_not_spoken(proxy: Proxy) -> None:
    old = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    old.check_hostname, old.verify_mode = False, ssl.CERT_NONE
    old.set_ciphers("ALL:@SECLEVEL=0")
    with pytest.warns(DeprecationWarning, match="TLSv1_1"):
        old.minimum_version = old.maximum_version = ssl.TLSVersion.TLSv1_1
    with httpx2.Client(verify=old, trust_env=False) as client, pytest.raises(httpx2.ConnectError):
        client.get(f"https://127.0.0.1:{proxy.tls}/")


def test_a_flood_from_one_address_is_answered_429_and_a_page_with_its_files_is_not(proxy: Proxy) -> None:
    answers = [proxy.get().status_code for _ in range(40)]
    assert set(answers) == {200}
    answers = [proxy.get().status_code for _ in range(600)]
    assert 429 in answers


def test_the_version_of_nginx_is_nobodys_business(proxy: Proxy) -> None:
    assert proxy.client.get(f"http://127.0.0.1:{proxy.plain}/", headers={"Host": NAME}).headers["Server"] == "nginx"


def _write_configuration(folder: Path, ports: dict[str, int]) -> None:
    text = (CONFIGURATION / "negotiation.conf").read_text("utf-8").replace("/etc/negotiation/", f"{folder}/")
    text = re.sub(r"^ *listen \[::\].*\n", "", text, flags=re.MULTILINE)
    for usual, port in ports.items():
        text = re.sub(rf"(listen |127\.0\.0\.1:){usual}\b", rf"\g<1>{port}", text)
    text = text.replace("listen ", "listen 127.0.0.1:")
    (folder / "negotiation.conf").write_text(text, "utf-8")
    (folder / "proxy.conf").write_bytes((CONFIGURATION / "proxy.conf").read_bytes())
    (folder / "nginx.conf").write_text(MAIN.format(folder=folder, user=getuser()), "utf-8")


def _free_port() -> int:
    with ThreadingHTTPServer(("127.0.0.1", 0), Desk) as probe:
        return probe.server_port


def _answers(proxy: Proxy) -> bool:
    try:
        return proxy.get().status_code == 200
    except httpx2.TransportError:
        return False
