"""Pictures of the desk for the documents, as compact as a PNG can be: `make pictures` takes them anew."""

import base64
import os
import struct
import zlib
from collections import Counter
from functools import cache
from pathlib import Path

from playwright.sync_api import Locator

from tests.browser.served import Seat

KEPT = 100  # colours
KEPT_OF_FILM = 40  # of all frames together; the others are rounded to the 216 of the web
SECONDS = 2  # that a frame stays
FOLDER = os.environ.get("NEGOTIATION_PICTURES")
# The browser knows how to read its own picture.
READ = """async picture => {
  const image = await createImageBitmap(await (await fetch("data:image/png;base64," + picture)).blob());
  const canvas = new OffscreenCanvas(image.width, image.height).getContext("2d");
  canvas.drawImage(image, 0, 0);
  const {data} = canvas.getImageData(0, 0, image.width, image.height);
  return [image.width, [...data].map(each => each.toString(16).padStart(2, "0")).join("")];
}"""


def picture(seat: Seat, name: str, part: Locator | None = None) -> None:
    """What is on the screen now, or a part of it; kept where NEGOTIATION_PICTURES names a folder for it."""
    if FOLDER:
        width, pixels = _pixels(seat, part)
        (Path(FOLDER) / f"{name}.png").write_bytes(compact(width, pixels))


class Film:
    """Pictures of the screen one after another, kept as one that moves (APNG) where a folder is named for it."""

    def __init__(self, seat: Seat, name: str) -> None:
        self.seat, self.name, self.width = seat, name, 0
        self.frames: list[bytes] = []

    def take(self) -> None:
        """Adds what is on the screen now."""
        if FOLDER:
            self.width, pixels = _pixels(self.seat)
            self.frames.append(pixels)

    def keep(self) -> None:
        if FOLDER:
            (Path(FOLDER) / f"{self.name}.png").write_bytes(compact(self.width, *self.frames))


def _pixels(seat: Seat, part: Locator | None = None) -> tuple[int, bytes]:
    taken = base64.b64encode((part or seat.page).screenshot()).decode()
    blank = seat.context.new_page()
    width, pixels = blank.evaluate(READ, taken)
    blank.close()
    return width, bytes.fromhex(pixels)


def compact(width: int, *frames: bytes) -> bytes:
    """A PNG of a palette, out of red, green, blue and alpha: the colours of most of the screen as they are, the many
    shades at the edges of letters rounded; of several frames, of one size, one that moves (APNG).

    ValueError where there are more than 256 colours then.
    """
    many, step = (KEPT, 17) if len(frames) == 1 else (KEPT_OF_FILM, 51)
    pixels = [[data[place : place + 3] for place in range(0, len(data), 4)] for data in frames]
    common = {colour for colour, _ in sum((Counter(each) for each in pixels), Counter()).most_common(many)}
    kept = [[pixel if pixel in common else _rounded(pixel, step) for pixel in frame] for frame in pixels]
    palette = sorted({pixel for frame in kept for pixel in frame})
    index = {colour: place for place, colour in enumerate(palette)}
    bodies = [_body(width, [index[pixel] for pixel in frame]) for frame in kept]
    height = len(kept[0]) // width
    header = struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)
    moves = _moving(width, height, bodies) if len(bodies) > 1 else [(b"IDAT", bodies[0])]
    animation = [(b"acTL", struct.pack(">II", len(bodies), 0))] if len(bodies) > 1 else []
    chunks = [(b"IHDR", header), *animation, (b"PLTE", b"".join(palette)), *moves, (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, content) for kind, content in chunks)


def _body(width: int, indices: list[int]) -> bytes:
    lines = [bytes(indices[at : at + width]) for at in range(0, len(indices), width)]
    return zlib.compress(b"".join(b"\0" + line for line in lines), 9)


def _moving(width: int, height: int, bodies: list[bytes]) -> list[tuple[bytes, bytes]]:
    """The chunks of the frames, numbered through: how long each stays, and its picture."""
    found: list[tuple[bytes, bytes]] = []
    for body in bodies:
        n = len(found)
        found.append((b"fcTL", struct.pack(">IIIIIHHBB", n, width, height, 0, 0, SECONDS, 1, 0, 0)))
        found.append((b"fdAT", struct.pack(">I", n + 1) + body) if n else (b"IDAT", body))
    return _numbered(found)


def _numbered(chunks: list[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
    """The first picture bears no number: all behind it are one less."""
    first, picture, *others = chunks
    return [
        first,
        picture,
        *((kind, struct.pack(">I", n) + content[4:]) for n, (kind, content) in enumerate(others, 1)),
    ]


@cache
def _rounded(colour: bytes, step: int) -> bytes:
    return bytes(round(value / step) * step for value in colour)


def _chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
