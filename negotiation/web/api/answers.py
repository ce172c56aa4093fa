"""The answers of the interface: facts as JSON, refusals as problem+json (RFC 9457)."""

from collections.abc import Mapping
from typing import Any

from fastapi import Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel

from negotiation.core.json_text import as_text

PROBLEM = "application/problem+json"


OUT_OF_ORDER, TRY_LATER = "数据库暂时不能使用，没有写入任何内容", "请稍后重试；如仍不能使用，请告知系统管理员"


class Fault(BaseModel):
    """A fault of one field, and what to do about it."""

    field: str
    what: str
    todo: str = ""


class Problem(BaseModel):
    """A refusal: what is wrong (title), where, and what to do; of a form all that is wrong, field by field."""

    type: str = "about:blank"
    title: str
    status: int
    where: str = ""
    todo: str = ""
    field: str = ""
    faults: list[Fault] = []


ANSWERS: dict[int | str, dict[str, object]] = {
    status: {"model": Problem, "content": {PROBLEM: {}}, "description": words}
    for status, words in {
        400: "所填内容有误", 401: "没有有效的令牌", 403: "没有权限", 404: "没有", 409: "与案件现状不符",
        413: "请求的内容太大", 422: "请求的写法有误", 503: "数据库暂不可用",
    }.items()
}  # fmt: skip


WAITS: dict[int | str, dict[str, object]] = {202: {"description": "已送签：负责人签批后生效"}}


def json_answer(answer: Mapping[str, object], status: int = 200) -> Response:
    return Response(as_text(answer), status_code=status, media_type="application/json")


def problem(status: int, what: str, **more: Any) -> JSONResponse:
    """A refusal as programs read it (RFC 9457)."""
    body = Problem(title=what, status=status, **more).model_dump()
    headers = {"WWW-Authenticate": "Bearer"} if status == 401 else None
    return JSONResponse(body, status_code=status, media_type=PROBLEM, headers=headers)
