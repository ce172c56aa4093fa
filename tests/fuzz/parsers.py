"""The parsers of what comes from outside, each with the inputs that it is given."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from calendars.formats.reading import read_arrangement
from negotiation.core import addresses, texts
from negotiation.core.errors import NegotiationError
from negotiation.core.settings import Settings, read_settings
from negotiation.core.signed_notes import Checkpoint, Ed25519Signer, opened, signed
from negotiation.documents.letters import numbering
from negotiation.documents.spreadsheets.department_names import read_department
from negotiation.documents.spreadsheets.number_formats import read_number, read_text
from negotiation.domain import forms, rulebook
from negotiation.domain.attachments.upload import read_upload
from negotiation.domain.rulebook.smallest import smallest
from negotiation.services.backup import manifest
from negotiation.web.api import schemas
from tests.conftest import CIVIL, POLICE, day
from tests.fuzz.inputs import anything, texts_like, values

CALENDARS = Path(__file__).parents[1] / "calendars"
NOTICES = [path.read_text("utf-8") for path in sorted(CALENDARS.glob("notices/202*.txt"))]
FEEDS = [path.read_text("utf-8") for path in sorted(CALENDARS.glob("feeds/*"))]
TYPED = "年份：2027\n放假：2027-01-01至2027-01-03 元旦\n"
BOOK = smallest("probe", day("2026-01-01"))
SIGNER = Ed25519Signer("negotiation-probe", bytes(range(32)))
NOTE = signed(Checkpoint("negotiation-probe", 7, bytes(32)), SIGNER)
MANIFEST = {
    "format": 1, "program": "0.2.0", "made_at": "2026-11-28T02:00:00Z", "engine": "sqlite", "engine_version": 3,
    "revision": "0001_initial", "rows": {"case": 1}, "members": [{"name": "database", "size": 1, "sha256": "0" * 64}],
}  # fmt: skip
OPENING = {
    "procedure": "sharing",
    "fields": {"provider": POLICE, "items": ["姓名"]},
    "on": "2026-09-18",
    "submit": True,
}
ACT = {"by": "provider", "on": "2026-09-18", "fields": {"text": "已转办"}, "version": 3, "signed_by": "王"}
REWRITING = {"reason": "有误", "corrections": [{"seq": 1, "on": "2026-09-18"}], "strikes": [2], "dry_run": True}
CODES = texts_like(
    "yyyy-mm-dd", 'yyyy"年"m"月"d"日";@', "#,##0.00_);[红色](#,##0.00)", "[$-804]e-m-d", '@"局"', "[h]:mm:ss", "# ?/?"
)
VARIABLES = [f"NEGOTIATION_{key.upper()}" for key in Settings.model_fields if key != "home"]


class Parser(NamedTuple):
    """What is read of which inputs."""

    inputs: SearchStrategy[Any]
    read: Callable[[Any], object]


def _told(read: Callable[..., object], *given: Any) -> object:
    """What a parser makes of it whose ValueErrors are sentences by contract."""
    try:
        return read(*given)
    except ValueError as error:
        if type(error) is ValueError and re.search("[\u4e00-\u9fff]", str(error)):
            raise NegotiationError(str(error)) from None
        raise


def _book(altered: tuple[str, str]) -> object:
    name, text = altered
    return rulebook.from_content(json.dumps(BOOK | {name: text}))


def _bytes(text: str) -> bytes:
    return text.encode(errors="surrogatepass")


def _file(texts: SearchStrategy[str]) -> SearchStrategy[str]:
    """As they come out of a file, which is read as UTF-8."""
    return texts.map(lambda text: text.encode(errors="replace").decode())


def _bodies(*right: object) -> SearchStrategy[str]:
    written = [json.dumps(each, ensure_ascii=False) for each in right]
    return texts_like(*written) | values.map(lambda value: json.dumps(value, default=str))


PARSERS = {
    "dates": Parser(
        values | texts_like("2026-09-18", "2026年9月18日", "２０２６．９．１８", "20260918"),
        lambda value: _told(forms.read_date, value),
    ),
    "amounts of days": Parser(texts_like("10", "999999999", "10个工作日"), forms.read_number),
    "lists": Parser(values, forms.read_list),
    "citations": Parser(texts_like("《政务数据共享条例》第十七条第二款"), forms.laws_in),
    "texts": Parser(
        st.tuples(anything, st.sampled_from([texts.CELL, texts.NAME, texts.NOTE])),
        lambda given: texts.read(given[0], given[1], "text"),
    ),
    "numbers of letters": Parser(texts_like("京政数〔2026〕37号"), numbering.read_number),
    "departments in a cell": Parser(
        texts_like("市公安局、市民政局", "市规划国土委（首都规划委）"),
        lambda text: _told(read_department, text, {CIVIL, POLICE}),
    ),
    "numbers in a cell": Parser(
        st.tuples(st.floats(allow_nan=False, allow_infinity=False) | st.integers(), CODES, st.booleans()),
        lambda given: read_number(given[0], given[1], is_1904=given[2]),
    ),
    "texts in a cell": Parser(st.tuples(anything, CODES), lambda given: read_text(*given)),
    "notices, typed forms and calendars": Parser(texts_like(*NOTICES, *FEEDS, TYPED), read_arrangement),
    "rulebooks": Parser(
        st.sampled_from(sorted(BOOK)).flatmap(lambda name: st.tuples(st.just(name), texts_like(BOOK[name]))), _book
    ),
    "bodies that open": Parser(_bodies(OPENING), schemas.NewCase.model_validate_json),
    "bodies that act": Parser(_bodies(ACT), schemas.NewAct.model_validate_json),
    "bodies that correct": Parser(_bodies(REWRITING), schemas.NewRewriting.model_validate_json),
    "files of an act": Parser(
        st.tuples(
            anything.map(lambda text: f"{text}.txt") | anything,
            st.binary(max_size=200) | texts_like("来文：请于十日内答复。").map(_bytes),
        ),
        lambda given: read_upload(*given, megabytes=1),
    ),
    "seals": Parser(_file(texts_like(NOTE)), lambda note: opened(note, [SIGNER.verifier])),
    "keys of seals": Parser(_file(texts_like(SIGNER.line)), Ed25519Signer.read),
    "manifests of backups": Parser(_bodies(MANIFEST), lambda text: manifest.read(_bytes(text), "备份")),
    "settings": Parser(
        st.dictionaries(
            st.sampled_from(VARIABLES), texts_like("smtps://u:p@mail:465", "09:00", "gov.cn,edu.cn"), max_size=3
        ),
        lambda found: read_settings({"NEGOTIATION_HOME": "/nonexistent", **found}),
    ),
    "addresses": Parser(texts_like("a@gov.cn", "zhang.san@mzj.beijing.gov.cn"), addresses.is_address),
}
