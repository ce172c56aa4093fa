"""Files that come with an act: what is kept and what is refused, who may take them out, what is too large, what is
not lost when a session ends in the middle of a form.

Today is 21 September 2026, ten in the morning. The civil affairs bureau applies, the police provide, justice looks on.
"""

import hashlib
import html
import io
import re
import threading
import zipfile
import zlib
from contextlib import suppress
from datetime import timedelta
from typing import Any
from urllib.parse import unquote

import pytest
from fastapi import Depends, Request
from fastapi.responses import JSONResponse
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from negotiation.core.enums import ATTACHED, ProposalState
from negotiation.core.errors import FieldError, NotFound
from negotiation.core.settings import Settings
from negotiation.domain.attachments.kinds import MEGABYTE
from negotiation.domain.attachments.upload import proofs, read_upload, tidy_name
from negotiation.services.accounts import management
from negotiation.store import attachments, proposals
from negotiation.store.attachments import Sealed
from negotiation.store.proposals import ProposalRow
from negotiation.web.downloads import disposition
from negotiation.web.request_context import RequestContext, request_context, upload_of
from tests.conftest import MEASURES, Story, at
from tests.web_client import PASSWORD, TODAY

OPENXML = "application/vnd.openxmlformats-officedocument"
COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


@pytest.fixture
def settings(tmp_path) -> Settings:
    """A file may have one megabyte, so that what is too large is soon made."""
    return Settings(home=tmp_path / "home", attachment_megabytes=1, rulebook=MEASURES)


# ------------------------------------------------------------------------------------------------------------ material


def package(members: dict[str, str | bytes], packing: int = zipfile.ZIP_DEFLATED) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", packing) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return made.getvalue()


def docx(*paragraphs: str, **more: str | bytes) -> bytes:
    """A text; in a paragraph | cuts it into runs, as word processors do without being asked."""
    runs = ["".join(f"<w:r><w:t>{run}</w:t></w:r>" for run in each.split("|")) for each in paragraphs]
    body = "".join(f"<w:p>{each}</w:p>" for each in runs)
    document = f'<?xml version="1.0"?><w:document xmlns:w="w"><w:body>{body}</w:body></w:document>'
    return package({"[Content_Types].xml": "<Types/>", "word/document.xml": document, **more})


def xlsx(text: str = "姓名") -> bytes:
    book, made = Workbook(), io.BytesIO()
    book.worksheets[0]["A1"] = text
    book.save(made)
    return made.getvalue()


def png() -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return len(data).to_bytes(4) + kind + data + zlib.crc32(kind + data).to_bytes(4)

    head = chunk(b"IHDR", (1).to_bytes(4) + (1).to_bytes(4) + bytes([8, 0, 0, 0, 0]))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(b"\0\0")) + chunk(b"IEND", b"")


def compound(*streams: str, text: str = "") -> bytes:
    """The frame of an old Office file: its head, and the names of its streams as its directory holds them."""
    names = b"".join(f"{name}\0".encode("utf-16-le").ljust(64, b"\0") + bytes(64) for name in streams)
    return COMPOUND + bytes(504) + names + text.encode("utf-16-le")


PDF = b"%PDF-1.4\n1 0 obj\n<</Type/Catalog>>\nendobj\ntrailer\n<</Root 1 0 R>>\n%%EOF\n"
JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00\xff\xd9"
PPTX = package({"[Content_Types].xml": "<Types/>", "ppt/presentation.xml": "<p/>"})
OFD = package({"OFD.xml": "<ofd:OFD/>", "Doc_0/Document.xml": "<ofd:Document/>"})

ALLOWED = {
    "函.pdf": (PDF, "application/pdf"),
    "函.PDF": (PDF, "application/pdf"),
    "函.ofd": (OFD, "application/ofd"),
    "函.docx": (docx("同意提供"), f"{OPENXML}.wordprocessingml.document"),
    "清单.xlsx": (xlsx(), f"{OPENXML}.spreadsheetml.sheet"),
    "汇报.pptx": (PPTX, f"{OPENXML}.presentationml.presentation"),
    "函.doc": (compound("Root Entry", "WordDocument"), "application/msword"),
    "函.wps": (compound("Root Entry", "WordDocument"), "application/msword"),
    "含表格的函.doc": (compound("WordDocument", "ObjectPool", "Workbook"), "application/msword"),
    "清单.xls": (compound("Root Entry", "Workbook"), "application/vnd.ms-excel"),
    "清单.et": (compound("Root Entry", "Workbook"), "application/vnd.ms-excel"),
    "汇报.ppt": (compound("PowerPoint Document"), "application/vnd.ms-powerpoint"),
    "扫描件.png": (png(), "image/png"),
    "扫描件.jpg": (JPEG, "image/jpeg"),
    "扫描件.jpeg": (JPEG, "image/jpeg"),
    "说明.txt": ("同意提供。\r\n".encode(), "text/plain; charset=utf-8"),
    "记事本的说明.txt": ("\ufeff同意提供".encode(), "text/plain; charset=utf-8"),
    "旧说明.txt": ("同意提供".encode("gb18030"), "text/plain; charset=gb18030"),
    "清单.csv": ("姓名,住址\n".encode("gb18030"), "text/csv; charset=gb18030"),
}

EXE = b"MZ\x90\x00\x03\x00\x00\x00\x04\x00\x00\x00\xff\xff"
LOCKED = package({"word/document.xml": "x", "[Content_Types].xml": "x"}).replace(
    b"PK\x01\x02\x14\x03\x14\x00\x00\x00", b"PK\x01\x02\x14\x03\x14\x00\x01\x00"
)
REFUSED = {
    "an empty file": ("空.pdf", b"", "是空的"),
    "one that is too large": ("大.txt", b"a" * (MEGABYTE + 1), "超过 1 MB"),
    "a program": ("工具.exe", EXE, "类型不在允许之列"),
    "a program that is called a text": ("函.pdf", EXE, "可执行程序"),
    "a program for Linux": ("函.doc", b"\x7fELF\x02\x01\x01\x00", "可执行程序"),
    "a page": ("页.html", b"<html></html>", "类型不在允许之列"),
    "a page that is called a text": ("页.txt", b"\n <!DOCTYPE HTML><script>alert(1)</script>", "网页或脚本"),
    "a page in the encoding of old systems": ("页.txt", "<html>中文".encode("gb18030"), "网页或脚本"),
    "a drawing that may hold scripts": ("图.svg", b"<svg/>", "类型不在允许之列"),
    "a drawing that is called a text": ("图.csv", b"<?xml version='1.0'?><svg/>", "网页或脚本"),
    "a script": ("装.sh", b"#!/bin/sh\nrm -rf /\n", "类型不在允许之列"),
    "a script that is called a text": ("装.txt", b"#!/bin/sh\nrm -rf /\n", "网页或脚本"),
    "an archive": ("包.zip", package({"a.txt": "a"}), "类型不在允许之列"),
    "an archive that is called a document": ("包.docx", package({"a.txt": "a"}), "压缩包"),
    "a picture that is called a document": ("函.pdf", png(), "内容却是PNG 图片"),
    "a document that is called a sheet": ("清单.xlsx", docx("同意"), "内容却是Word 文档"),
    "a sheet of old that is called a document": ("函.doc", compound("Workbook"), "内容却是Excel 97 或 WPS 表格"),
    "a text that is called a document": ("函.pdf", "同意".encode(), "内容却是文本"),
    "a document with macros": ("函.docx", docx("同意", **{"word/vbaProject.bin": b"\0"}), "带有宏"),
    "an old sheet with macros": ("清单.xls", compound("Workbook", "_VBA_PROJECT_CUR"), "带有宏"),
    "a document with a password": ("函.docx", compound("EncryptionInfo", "EncryptedPackage"), "已加密或损坏"),
    "a package with a password": ("函.docx", LOCKED, "已加密或损坏"),
    "an installer in the frame of old Office files": ("函.doc", compound("MsiSummary"), "无法识别"),
    "a bomb": ("清单.xlsx", docx("a", **{"xl/bomb.xml": bytes(60 * MEGABYTE)}), "解压后过大"),
    "a package cut in two": ("函.docx", docx("同意")[:200], "已加密或损坏"),
    "a package that unpacks without a bound": (
        "函.docx",
        package({"[Content_Types].xml": "x", "word/document.xml": "x"}, zipfile.ZIP_LZMA),
        "已加密或损坏",
    ),
    "what nobody knows": ("说明.txt", bytes(range(256)), "无法识别"),
    "a file without an ending": ("README", b"text", "类型不在允许之列"),
    "a file without a name": ("", PDF, "类型不在允许之列"),
}


# ---------------------------------------------------------------------------------------------- what is kept or refused


@pytest.mark.parametrize("name", ALLOWED)
def test_what_offices_send_each_other_is_kept_as_it_came(name):
    content, media = ALLOWED[name]
    upload = read_upload(name, content, megabytes=1)
    assert (upload.name, upload.media, upload.content) == (name, media, content)
    assert (upload.size, upload.digest) == (len(content), hashlib.sha256(content).digest())


@pytest.mark.parametrize("what", REFUSED)
def test_refused_with_a_sentence_is(what):
    name, content, words = REFUSED[what]
    with pytest.raises(FieldError, match=words) as refusal:
        read_upload(name, content, megabytes=1)
    assert refusal.value.field == "files"
    assert refusal.value.todo


SECRET = {
    "in the name": ("机密★1年 函.pdf", PDF),
    "in a text": ("函.txt", "本件属秘密★三年".encode()),
    "in a text of old systems": ("函.csv", "内部资料,注意保存".encode("gb18030")),
    "in a document": ("函.docx", docx("关于数据的函", "绝密★长期")),
    "cut in runs": ("函.docx", docx("机|密|★1年")),
    "spaced out": ("函.docx", docx("机 密　★ 1年")),
    "written as a number": ("函.docx", docx("机密&#x2605;1年")),
    "in the head of a page": ("函.docx", docx("正文", **{"word/header1.xml": "<w:p><w:t>机密★</w:t></w:p>"})),
    "in a sheet": ("清单.xlsx", xlsx("秘密★")),
    "in an old document": ("函.doc", compound("WordDocument", text="机密★1年")),
    "in an old sheet at an odd place": ("清单.xls", compound("Workbook") + b"\x01" + "秘密★".encode("utf-16-le")),
}


@pytest.mark.parametrize("where", SECRET)
def test_a_mark_of_secrecy_is_found(where):
    with pytest.raises(FieldError, match="线下办理"):
        read_upload(*SECRET[where], megabytes=1)


def test_two_paragraphs_make_no_mark_of_secrecy():
    assert read_upload("函.docx", docx("此事属于内部", "资料另附"), megabytes=1)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("../../etc/passwd.txt", "passwd.txt"),
        ("C:\\文件\\函.pdf", "函.pdf"),
        ("函\r\nSet-Cookie: a=b.pdf", "函Set-Cookie_ a=b.pdf"),
        ('a"b<c>|d?*.pdf', "a_b_c__d__.pdf"),
        (" 函.pdf. ", "函.pdf"),
        ("函" * 300 + ".pdf", "函" * 116 + ".pdf"),
        ("e\u0301\u200b\uf900.pdf", "e\u0301\uf900.pdf"),  # never composed
        ("/", "附件"),
    ],
)
def test_a_name_is_only_a_name(typed, kept):
    assert tidy_name(typed) == kept


@pytest.mark.parametrize("typed", ["fdp.\u202etxt", "\ud800函.pdf", "函\0.pdf", "张\ue123.pdf"])
def test_a_name_that_cannot_be_kept_is_refused_with_its_character(typed):
    with pytest.raises(FieldError, match=r"“附件的文件名”：第\d个字 U\+[0-9A-F]{4} "):
        tidy_name(typed)


NAMES = st.one_of(
    st.text(), st.builds("{}.{}".format, st.text(), st.sampled_from(["pdf", "docx", "doc", "txt", "PNG"]))
)
MAGIC = st.sampled_from([content[:size] for content, _ in ALLOWED.values() for size in (8, 600)] + [EXE, b""])


@given(NAMES, st.builds(bytes.__add__, MAGIC, st.binary(max_size=600)))
def test_whatever_comes_is_kept_or_refused_with_a_sentence(name, content):
    with suppress(FieldError):
        assert read_upload(name, content, megabytes=1).content == content


@given(st.sampled_from(["函.docx", "清单.xlsx", "函.ofd"]), st.data())
def test_a_damaged_package_is_kept_or_refused_with_a_sentence(name, data):
    content = bytearray(ALLOWED[name][0])
    for place in data.draw(st.lists(st.integers(0, len(content) - 1), min_size=1, max_size=12)):
        content[place] = data.draw(st.integers(0, 255))
    with suppress(FieldError):
        assert read_upload(name, bytes(content), megabytes=1).size == len(content)


@given(NAMES)
def test_a_name_in_a_header_is_one_line_and_comes_back_whole(typed):
    try:
        name = tidy_name(typed)
    except FieldError:
        return
    header = disposition(name)
    assert 0 < len(name) <= 120
    assert not set(name) & set('/\\:*?"<>|\r\n\0')
    assert header.isascii()
    assert header.isprintable()
    said = re.fullmatch(r"""attachment; filename="([\w.-]+)"(?:; filename\*=UTF-8''(\S+))?""", header)
    assert said is not None
    assert unquote(said[2] or said[1]) == name


# ------------------------------------------------------------------------------------------------------------ the store


def keep(story: Story, *names: str) -> list[int]:
    uploads = [read_upload(name, ALLOWED[name][0], megabytes=1) for name in names]
    case_id = story.record.id
    with story.database.write() as transaction:
        return attachments.add(transaction, case_id, uploads, "police某", at(TODAY))


def seal(story: Story, n: int) -> None:
    case_id = story.record.id
    with story.database.write() as transaction:
        param = transaction.param
        transaction.execute(
            f"UPDATE attachment SET body = NULL, sealed_at = added_at WHERE case_id = {param} AND n = {param}",
            [case_id, n],
        )


def test_files_are_numbered_in_their_case_and_listed_without_their_content(story, case):
    assert keep(story, "函.pdf", "清单.xlsx") == [1, 2]
    other = Story(story.database, story.context).submitted("2026-09-18")
    assert keep(other, "函.ofd") == [1]
    assert keep(story, "说明.txt") == [3]
    case_id = story.record.id
    with story.database.read() as transaction:
        listed = attachments.list_of(transaction, case_id)
        read = attachments.read(transaction, case_id, 2)
    assert [(row.n, row.name, row.body) for row in listed] == [
        (1, "函.pdf", None),
        (2, "清单.xlsx", None),
        (3, "说明.txt", None),
    ]
    assert (read.author, read.added_at, read.body) == ("police某", at(TODAY), ALLOWED["清单.xlsx"][0])
    assert hashlib.sha256(read.body or b"").digest() == read.digest == listed[1].digest


def test_two_who_add_at_once_get_different_numbers(story, case):
    ready, numbers = threading.Barrier(2), []

    def add():
        ready.wait()
        numbers.extend(keep(story, "函.pdf", "说明.txt"))

    both = [threading.Thread(target=add) for _ in range(2)]
    for each in both:
        each.start()
    for each in both:
        each.join()
    assert sorted(numbers) == [1, 2, 3, 4]


def test_a_file_that_is_not_there_and_one_that_was_sealed_are_said(story, case):
    keep(story, "函.pdf")
    seal(story, 1)
    case_id = story.record.id
    with story.database.read() as transaction:
        for n in (0, -1, 2, 2**40):
            with pytest.raises(NotFound):
                attachments.read(transaction, case_id, n)
        with pytest.raises(Sealed, match="已封存清除"):
            attachments.read(transaction, case_id, 1)


# -------------------------------------------------------------------------------------------------------- taking it out


def test_who_may_see_the_case_takes_the_file_out_as_it_came_in(browser_as, case, story):
    keep(story, "函.pdf", "旧说明.txt")
    for login in ("civil", "police", "office", "auditor"):
        answer = browser_as(login).client.get(f"/cases/{case}/files/1")
        assert (answer.status_code, answer.content) == (200, PDF)
        assert answer.headers["content-type"] == "application/pdf"
        assert answer.headers["content-disposition"].startswith("attachment;")
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["cache-control"] == "no-store"
    text = browser_as("police").client.get(f"/cases/{case}/files/2")
    assert (text.text, text.headers["content-type"]) == ("同意提供", "text/plain; charset=gb18030")


def test_another_department_does_not_even_hear_that_there_is_a_file(browser_as, case, story):
    keep(story, "函.pdf")
    for login in ("justice", "admin"):
        browser = browser_as(login)  # one session: the menu of an error page carries its token
        there, not_there = (browser.get(f"/cases/{case}/files/{n}") for n in (1, 2))
        assert there.status == not_there.status == 404
        assert there.page == not_there.page
    assert browser_as().get(f"/cases/{case}/files/1").url == "/signin"


@pytest.mark.parametrize("n", ["0", "2", "-1", "x", "1.5", "99999999999", "9" * 5000, "①", "²"])
def test_a_number_that_is_none_is_a_plain_page(browser_as, case, story, n):
    keep(story, "函.pdf")
    browser = browser_as("police").get(f"/cases/{case}/files/{n}")
    assert (browser.status, "没有这个附件" in browser.page) == (404, True)


def test_a_sealed_file_says_so(browser_as, case, story):
    keep(story, "函.pdf")
    seal(story, 1)
    browser = browser_as("police").get(f"/cases/{case}/files/1")
    assert (browser.status, "已封存清除" in browser.page) == (410, True)


def test_what_came_with_a_proposal_is_for_its_own_house_until_the_head_approves(browser_as, case, story):
    browser = browser_as("police")
    numbers = keep(story, "函.pdf")
    uploads = [read_upload("函.pdf", PDF, megabytes=1)]
    case_id = story.record.id
    with story.database.write() as transaction:
        author = management.find(transaction, "police").person
        body = proposals.packed({}, {ATTACHED: proofs(numbers, uploads)})
        row = ProposalRow(
            case_id,
            1,
            "agree",
            "provider",
            author.department_id or 0,
            1,
            body,
            author.id,
            author.name,
            at(TODAY),
        )
        proposals.add(transaction, row)
    assert browser.get(f"/cases/{case}/files/1").status == 200
    assert browser_as("civil").get(f"/cases/{case}/files/1").status == 404
    assert browser_as("office").get(f"/cases/{case}/files/1").status == 404
    with story.database.write() as transaction:
        proposals.decide(transaction, row, ProposalState.APPROVED, by="chief某", at=at(TODAY))
    assert browser_as("civil").get(f"/cases/{case}/files/1").status == 200


# ------------------------------------------------------------------------------------------------------------- too much


@pytest.fixture
def sending(browser_as):
    """A browser on a page whose form takes files and answers with what came."""

    async def taken(request: Request, ctx: RequestContext = Depends(request_context)) -> JSONResponse:  # noqa: B008
        fields, files = await upload_of(request, ctx)
        return JSONResponse({"fields": fields, "files": [[name, len(content)] for name, content in files]})

    browser = browser_as("police").get("/")
    app = browser.client.app
    app.post("/taken")(taken)
    yield browser
    app.router.routes.pop()


def test_files_and_fields_of_a_form_arrive(sending):
    files = [("files", ("函.pdf", PDF)), ("files", ("清单.xlsx", xlsx()))]
    answer = sending.client.post("/taken", data={"csrf": sending.csrf, "tick": ["一", "二"]}, files=files).json()
    assert answer["fields"] == {"tick": "一、二"}
    assert answer["files"] == [["函.pdf", len(PDF)], ["清单.xlsx", len(files[1][1][1])]]


def test_a_form_in_which_no_file_was_chosen_brings_none(sending):
    boundary = "x"
    part = f'--{boundary}\r\nContent-Disposition: form-data; name="%s"%s\r\n\r\n%s\r\n'
    body = part % ("csrf", "", sending.csrf) + part % ("files", '; filename=""', "") + f"--{boundary}--\r\n"
    headers = {"Content-Type": f"multipart/form-data; boundary={boundary}"}
    assert sending.client.post("/taken", content=body, headers=headers).json() == {"fields": {}, "files": []}


def test_a_form_without_files_is_read_by_the_same_door(sending):
    answer = sending.client.post("/taken", data={"csrf": sending.csrf, "text": "中文"})
    assert answer.json() == {"fields": {"text": "中文"}, "files": []}


def test_too_many_files_are_a_sentence(sending):
    files = [("files", (f"{n}.pdf", PDF)) for n in range(11)]
    answer = sending.client.post("/taken", data={"csrf": sending.csrf}, files=files)
    assert (answer.status_code, "一次最多上传 10 个附件" in answer.text) == (400, True)


def test_more_than_is_taken_at_once_is_refused_with_the_limit_and_a_way_on(sending):
    files = [("files", ("大.txt", b"a" * (5 * MEGABYTE)))]
    answer = sending.client.post("/taken", data={"csrf": sending.csrf}, files=files)
    assert answer.status_code == 413
    assert "单个附件不超过 1 MB，一次最多 10 个、合计不超过 3 MB" in answer.text
    assert "后退" in answer.text
    assert "default-src 'none'" in answer.headers["content-security-policy"]


@pytest.mark.parametrize(
    ("media", "start"),
    [
        ("application/x-www-form-urlencoded", b"text="),
        ("multipart/form-data; boundary=x", b'--x\r\nContent-Disposition: form-data; name="f"; filename="f"\r\n\r\n'),
    ],
)
def test_what_does_not_announce_its_length_is_counted_while_it_comes(sending, media, start):
    came, answers = [0], []
    headers = {"host": "testserver", "content-type": media, "cookie": f"session={sending.client.cookies['session']}"}
    scope = {
        "type": "http",
        "method": "POST",
        "path": "/taken",
        "query_string": b"",
        "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
    }

    async def endless() -> dict[str, Any]:
        came[0] += 1
        assert came[0] < 100, "it takes in whatever comes"
        return {"type": "http.request", "body": start if came[0] == 1 else b"a" * MEGABYTE, "more_body": True}

    async def answered(message: Any) -> None:
        answers.append(message)

    sending.client.portal.call(sending.client.app, scope, endless, answered)
    assert answers[0]["status"] == 413
    assert came[0] < 10


@pytest.mark.parametrize("path", ["/signin", "/cases/{}/acts/note", "/signout"])
def test_a_text_without_end_is_refused_at_every_form(browser_as, case, path):
    browser = browser_as("police").get("/")
    browser.post(path.format(case), text="长" * MEGABYTE)
    assert (browser.status, "作为附件上传" in browser.page) == (413, True)


def test_a_program_that_sends_too_much_is_told_in_its_own_way(browser_as):
    headers = {"Authorization": "Bearer x", "Content-Type": "application/json"}
    answer = browser_as().client.post("/api/v1/cases", content=b" " * (2 * MEGABYTE), headers=headers)
    assert (answer.status_code, answer.json()["title"]) == (413, "请求的内容太大")
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    "body", [b"", b"--x\r\n", b"--x\r\nContent-Disposition: form-data\r\n\r\n\r\n--x--\r\n", b"\0"]
)
@pytest.mark.parametrize("charset", ["", "; charset=idna", "; charset=unicode_escape", "; charset=nonsense"])
def test_a_broken_form_is_a_plain_page(sending, body, charset):
    headers = {"Content-Type": f"multipart/form-data; boundary=x{charset}"}
    assert sending.client.post("/taken", content=body, headers=headers).status_code == 400


@pytest.mark.parametrize("param", ["", "错", "\0", "a" * 100])
def test_a_mark_that_is_none_is_a_plain_page(sending, param):
    assert sending.client.post("/taken", data={"csrf": param}).status_code == 400


# -------------------------------------------------------------------------------- a session that ended in the middle

REASON = "涉及个人信息；“甲”\n<script>第二行</script>"


def idle(browser, fake_clock):
    """The form stays open over lunch."""
    fake_clock.now += timedelta(hours=2)


def refuse(browser, case, **fields):
    form = {"version": browser.hidden("version"), "on": TODAY, "reason": REASON, "reviewed": "yes", **fields}
    return browser.post(f"/cases/{case}/acts/refuse", **form)


def sign_in(browser, login, password=PASSWORD):
    kept = html.unescape(browser.hidden("kept"))
    return browser.post("/signin", login=login, password=password, back=browser.hidden("back"), kept=kept)


def go_on(browser, case):
    """Clicks “继续”."""
    fields = dict(hidden_fields(browser.page))
    fields.pop("csrf")
    return browser.post(f"/cases/{case}/acts/refuse", **fields)


def hidden_fields(page):
    found = page.partition("<h1>继续刚才的表单</h1>")[2].split('<input type="hidden" name="')[1:]
    return [(each.partition('"')[0], html.unescape(each.partition('value="')[2].partition('">')[0])) for each in found]


def test_what_was_typed_comes_back_after_signing_in_again_and_is_sent_only_then(browser_as, case, story, fake_clock):
    browser = browser_as("police").get(f"/cases/{case}/acts/refuse")
    idle(browser, fake_clock)
    refuse(browser, case)
    assert "所填内容没有丢失" in browser.page
    sign_in(browser, "police")
    assert "继续刚才的表单" in browser.page
    assert story.state == "awaiting_reply"
    go_on(browser, case)
    assert browser.status == 400
    assert "保密审查" in browser.page
    assert all(html.escape(line) in browser.page for line in REASON.splitlines())
    assert story.state == "awaiting_reply"
    refuse(browser, case)
    assert browser.status == 200


def test_a_wrong_password_in_between_loses_nothing(browser_as, case, fake_clock):
    browser = browser_as("police").get(f"/cases/{case}/acts/refuse")
    idle(browser, fake_clock)
    refuse(browser, case)
    sign_in(browser, "police", "记错了的密码 记错了的密码")
    assert browser.status == 400
    sign_in(browser, "police")
    assert dict(hidden_fields(browser.page))["reason"].splitlines() == REASON.splitlines()


def test_somebody_else_who_signs_in_there_sees_nothing_of_it(browser_as, case, fake_clock):
    browser = browser_as("police").get(f"/cases/{case}/acts/refuse")
    idle(browser, fake_clock)
    refuse(browser, case)
    sign_in(browser, "civil")
    assert browser.url != "/signin"
    assert "涉及个人信息" not in browser.page


def test_a_form_that_another_site_sent_is_not_kept(browser_as, case, fake_clock):
    stranger = browser_as()
    stranger.post(f"/cases/{case}/acts/refuse", csrf="x", reason=REASON)
    assert stranger.url == "/signin"
    assert "涉及个人信息" not in stranger.page


@pytest.mark.parametrize(
    "path", ["/cases/GX2026-0001/acts/refuse", "//evil.example", "https://evil.example", "/\t/evil"]
)
def test_what_does_not_bear_a_mark_of_ones_own_session_is_dropped_at_the_door(browser_as, case, path):
    other = browser_as("civil").get("/").csrf
    for token in ("", "x", other):
        kept = f'{{"path":"{path}","mark":"{token}","fields":[["reason","中文"]]}}'.replace("\t", "\\t")
        browser = browser_as().get("/signin")
        browser.post("/signin", login="police", password=PASSWORD, back="/", kept=kept)
        assert browser.url == "/"
        assert "继续刚才的表单" not in browser.page


@pytest.mark.parametrize("kept", ["{", "[" * 100_000, "null", '{"path":1}', "中文", "\0"])
def test_what_is_nothing_of_the_kind_does_not_keep_anybody_out(browser_as, kept):
    assert browser_as().post("/signin", login="police", password=PASSWORD, back="/", kept=kept).url == "/"


def test_a_form_that_was_open_while_its_author_signed_in_anew_elsewhere_is_not_lost(
    browser_as, case, story, fake_clock
):
    browser = browser_as("police").get(f"/cases/{case}/acts/refuse")
    form = browser.page
    idle(browser, fake_clock)
    browser.get("/signin").post("/signin", login="police", password=PASSWORD, back="/")
    browser.page = form
    refuse(browser, case)
    assert "继续刚才的表单" in browser.page
    assert dict(hidden_fields(browser.page))["reason"].splitlines() == REASON.splitlines()
    assert story.state == "awaiting_reply"


def test_files_of_a_form_whose_session_ended_are_chosen_again_and_its_text_is_kept(sending, fake_clock):
    idle(sending, fake_clock)
    answer = sending.client.post(
        "/taken", data={"csrf": sending.csrf, "reason": REASON}, files={"files": ("函.pdf", PDF)}
    )
    sending.page = answer.text
    sign_in(sending, "police")
    assert dict(hidden_fields(sending.page))["reason"].splitlines() == REASON.splitlines()
    assert "附件须重新选择" in sending.page
