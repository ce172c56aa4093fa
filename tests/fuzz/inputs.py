"""Inputs for parsers: what is right, altered a little; what is built of their own signs; and anything."""

import re
from collections.abc import Sequence
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

STRANGE = (
    "", "\0", "\n", "\r", "\t", "\u200b", "\u202e", "\ufeff", "\ud800", "é", "１２", "〇", "²", "٣", "½", "-", "1e400",
    "NaN", "'", '"', "\\", "{{", "%s", "=1+1", "<![CDATA[", "]]>", "&#0;", "&lol;", "/../", "99999999999999999999",
    "2026-02-30", "0000-00-00", "9999-12-31", "10000-01-01", "个工作日", "、", "第", "条",
)  # fmt: skip
anything: SearchStrategy[str] = st.text(max_size=80) | st.lists(st.sampled_from(STRANGE), max_size=8).map("".join)


@st.composite
def altered(draw: st.DrawFn, right: Sequence[str]) -> str:
    """One of the right texts with up to six pieces of it lost, doubled, exchanged or replaced."""
    text = draw(st.sampled_from(right))
    for _ in range(draw(st.integers(1, 6))):
        begin = draw(st.integers(0, len(text)))
        end = min(len(text), begin + draw(st.integers(0, 12)))
        piece = text[begin:end]
        other = draw(st.sampled_from(["", piece * 2, piece[::-1]]) | st.sampled_from(STRANGE) | st.text(max_size=6))
        text = text[:begin] + other + text[end:]
    return text


def texts_like(*right: str) -> SearchStrategy[str]:
    """Altered texts, those made of the signs of the right ones, and anything."""
    signs = sorted({sign for text in right for sign in re.findall(r"\d+|[^\W\d]+|\W", text)})
    return altered(right) | st.lists(st.sampled_from(signs), max_size=30).map("".join) | anything


@st.composite
def archives_like(draw: st.DrawFn, right: bytes) -> bytes:
    """An archive of XML with one part altered, or with some of its bytes turned or lost."""
    if draw(st.integers(0, 3)) == 0:
        content = bytearray(right)
        for _ in range(draw(st.integers(1, 4))):
            content[draw(st.integers(0, len(content) - 1))] = draw(st.integers(0, 255))
        return bytes(content[: draw(st.integers(len(content) // 2, len(content)))])
    with ZipFile(BytesIO(right)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    name = draw(st.sampled_from(sorted(name for name in parts if name.endswith((".xml", ".rels")))))
    parts[name] = draw(altered([parts[name].decode()])).encode(errors="surrogatepass")
    if draw(st.integers(0, 9)) == 0:
        del parts[draw(st.sampled_from(sorted(parts)))]
    written = BytesIO()
    with ZipFile(written, "w", ZIP_DEFLATED) as archive:
        for each, content_of in parts.items():
            archive.writestr(each, content_of)
    return written.getvalue()


values: SearchStrategy[object] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.dates() | st.datetimes() | anything,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(anything, inner, max_size=4),
    max_leaves=6,
)
