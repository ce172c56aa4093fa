"""Steps that the tests of letters share: a letter written of a story, reopened, and read."""

from io import BytesIO
from typing import Any

from docx import Document

from negotiation.documents import letters
from negotiation.documents.letters import Draft, Wishes
from negotiation.domain.meetings import Agreed, Meeting
from negotiation.services.cases import opening
from negotiation.services.context import UnitOfWork
from negotiation.store import case_writer
from tests.conftest import CIVIL, POLICE, Story, at, day

MEASURES = "《北京市政务信息资源管理办法（试行）》（京政发〔2017〕37号）"
REGULATION = "《政务数据共享条例》（国务院令第809号）"


FULL = "市信息化工作领导小组办公室"
SIGNED = {
    "signer": "韩主任",
    "contact": "周颖",
    "proposal": "建议同意共享姓名、住址两项，用途限于低保资格核对",
}


def written(story: Story, kind: str, on: str, **wishes: Any) -> Draft:
    """A letter about the case of a story, drafted on that day."""
    matter = letters.find_open(story.file, kind, day(on))
    with story.database.read() as transaction:
        return letters.write(transaction, matter, Wishes(**wishes), at(on))


def of_meeting(story: Story, meeting: Meeting, kind: str, on: str, **wishes: Any) -> Draft:
    """A letter of a meeting, drafted on that day."""
    with story.database.read() as transaction:
        context = story.context
        return letters.write_of_meeting(transaction, context, meeting, kind, Wishes(**wishes), at(on))


def met(*stories: Story, kind: str = "coordination", on: str = "2026-11-06", **more: Any) -> Meeting:
    """A meeting that spoke of the cases of these stories."""
    agreed = tuple(
        Agreed(
            story.record.id, story.no, story.record.subject, CIVIL,
            story.context.directory.name(story.record.provider_id),
            "同意以服务接口方式共享姓名、住址两项，用途限于低保资格核对", POLICE, day("2026-11-30"),
        )
        for story in stories
    )  # fmt: skip
    facts: dict[str, Any] = {
        "id": 1, "no": "HY2026-0003", "kind": kind, "on": day(on), "at": "14:30", "place": "市政府办公区第三会议室",
        "chair": "韩主任", "present": ("领导小组办公室韩主任", "市民政局王处长", "市公安局李处长"),
        "minutes_no": "京政数〔2026〕41号", "items": agreed,
    }  # fmt: skip
    return Meeting(**facts | more)


def lines(draft: Draft) -> list[str]:
    """The paragraphs of the letter itself, without those that are empty, and without the annex."""
    found = [paragraph.text for paragraph in Document(BytesIO(draft.content)).paragraphs if paragraph.text]
    return found[: found.index("附件")] if "附件" in found else found


def annex(draft: Draft) -> list[str]:
    """The paragraphs of the annex and the rows of its tables, in the order of the page; nothing where there is none."""
    document = Document(BytesIO(draft.content))
    found: list[str] = []
    for part in document.iter_inner_content():
        if hasattr(part, "rows"):
            found += ["｜".join(cell.text for cell in row.cells) for row in part.rows]
        elif part.text:
            found.append(part.text)
    return found[found.index("附件") :] if "附件" in found else []


# --------------------------------------------------------------------------------------------------- the cast's cases


def overdue(story: Story) -> Story:
    """Handed in on 18 September, due on 9 October, unanswered on the 12th."""
    story.submitted("2026-09-18", items="姓名、住址")
    story.sweep("2026-10-12")
    return story


def answered(story: Story) -> Story:
    """Handed in on 18 September, agreed to in part on the 30th."""
    story.submitted("2026-09-18", items="姓名、住址")
    return story.act(
        "agree_partly", "provider", "2026-09-30", reason="住址涉及个人隐私", items="姓名", refused_items="住址"
    )


def disputed(story: Story) -> Story:
    """Refused, referred, coordinated in vain."""
    story.submitted("2026-09-18", items="姓名、住址").act(
        "refuse",
        "provider",
        "2026-09-30",
        reason="涉及公民个人信息，现有依据不足",
        legal_basis="《居民身份证法》第十九条",
    )
    story.act("refer", "applicant", "2026-10-09", opinion="办理低保资格核对确有需要")
    story.act("accept_referral", "office", "2026-10-12")
    return story.act("fail", "office", "2026-10-26", opinion="双方对共享范围仍有分歧")


RECTIFY = {
    "ground": "withholding",
    "facts": "2026年9月30日同意共享后至今未提供。单位说明：接口改造尚未完成",
    "demand": "完成接口改造并提供数据",
    "rectify_by": "2026-11-30",
}


def rectifying(story: Story, **fields: Any) -> Story:
    """The police are told to put something right by the end of November."""
    raw = {"provider": POLICE, "topic": "常住人口基本信息提供问题"} | fields
    opened(story, "rectification", "2026-10-26", **raw)
    return story.act("issue", "office", "2026-10-26", **RECTIFY)


def opened(story: Story, procedure: str, on: str, **raw: Any) -> Story:
    """A draft of any procedure with these fields and no others."""
    with story.database.write() as transaction:
        file = opening.open_case(UnitOfWork(transaction, story.context, at(on)), procedure, raw)
        case_writer.save(transaction, file.change())
    story.no = file.no
    return story
