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
    folder = os.environ.get("NEGOTIATION_PICTURES")
    if folder:
        taken = base64.b64encode((part or seat.page).screenshot()).decode()
        blank = seat.context.new_page()
        width, pixels = blank.evaluate(READ, taken)
        blank.close()
        (Path(folder) / f"{name}.png").write_bytes(compact(width, bytes.fromhex(pixels)))


def compact(width: int, data: bytes) -> bytes:
    """A PNG of a palette, out of red, green, blue and alpha: the colours of most of the screen as they are, the many
    shades at the edges of letters rounded. ValueError where there are more than 256 then."""
    pixels = [data[place : place + 3] for place in range(0, len(data), 4)]
    common = {colour for colour, _ in Counter(pixels).most_common(KEPT)}
    kept = [pixel if pixel in common else _rounded(pixel) for pixel in pixels]
    palette = sorted(set(kept))
    index = {colour: place for place, colour in enumerate(palette)}
    lines = [bytes(index[pixel] for pixel in kept[at : at + width]) for at in range(0, len(kept), width)]
    header = struct.pack(">IIBBBBB", width, len(lines), 8, 3, 0, 0, 0)
    body = zlib.compress(b"".join(b"\0" + line for line in lines), 9)
    chunks = ((b"IHDR", header), (b"PLTE", b"".join(palette)), (b"IDAT", body), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, content) for kind, content in chunks)


@cache
def _rounded(colour: bytes) -> bytes:
    return bytes(round(value / 17) * 17 for value in colour)


def _chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
