"""A case with all that an archive can hold, its archive, and the program that goes along, loaded from where it lies."""

import hashlib
import io
import json
import zipfile
from collections.abc import Callable, Mapping
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any

from negotiation import template_folder
from negotiation.core.enums import ATTACHED
from negotiation.documents.export import HandedOut, hand_out
from negotiation.domain.attachments.upload import proofs, read_upload
from negotiation.domain.people import Person
from negotiation.notifications import as_sent, dispatcher
from negotiation.services.cases import acting
from negotiation.services.cases.act_request import ActRequest
from negotiation.services.context import UnitOfWork
from negotiation.store import attachments
from tests.conftest import Story, at, day

VERIFIER = template_folder("export") / "verify.py"
HOSTILE = "<script>alert(1)</script>“&'"  # what somebody may have typed


def loaded(path: Path) -> Any:
    """The program as a module of its own."""
    spec = spec_from_file_location("verifier_under_test", path)
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def lived(story: Story) -> Story:
    """Suspended, resumed, answered with a paper, and mails that left; the dates are counted by hand in the tests."""
    story.submitted("2026-09-18", items="姓名、住址", scenario=HOSTILE)
    story.act("ask_supplement", "provider", "2026-09-23", materials="使用范围说明")
    story.act("supplement", "applicant", "2026-09-29", text="已补")
    dispatcher.run(story.database, story.context, at("2026-09-29", "15:00"))
    enclosed(story, "agree_partly", "2026-10-09", items=["姓名"], refused_items=["住址"], reason="涉及个人信息")
    dispatcher.run(story.database, story.context, at("2026-10-09", "15:00"))
    return story


def enclosed(story: Story, event: str, on: str, **fields: Any) -> None:
    """An act of the provider with a letter."""
    letter = read_upload("答复函.txt", "经研究，答复如下。".encode(), megabytes=1)
    with story.database.write() as transaction:
        case_id = story.record.id
        numbers = attachments.add(transaction, case_id, [letter], "甲", at(on))
        request = ActRequest(
            event, role="provider", actor="甲", on=day(on), fields=fields, extra={ATTACHED: proofs(numbers, [letter])}
        )
        acting.act(UnitOfWork(transaction, story.context, at(on)), story.no, request)


def exported(story: Story, on: str = "2026-10-12", person: Person | None = None) -> HandedOut:
    """The archive of the case as it is made on a day."""
    with story.database.read() as transaction:
        file = acting.take(UnitOfWork(transaction, story.context, at(on)), story.no)
        return hand_out(transaction, file, person, as_sent.notices_of(transaction, file))


def unpacked(content: bytes) -> dict[str, bytes]:
    """The members, as another reader of ZIP files finds them."""
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        assert package.testzip() is None
        return {name: package.read(name) for name in package.namelist()}


def forged(members: Mapping[str, bytes], name: str, change: Callable[[Any], None]) -> dict[str, bytes]:
    """The members with one of them changed by whoever knows how the list of digests is made: only that is right again.

    JSON is changed as a value, all else as an array of bytes.
    """
    body: Any = json.loads(members[name]) if name.endswith(".json") else bytearray(members[name])
    change(body)
    new = json.dumps(body, ensure_ascii=False).encode() if name.endswith(".json") else bytes(body)
    made = {**members, name: new}
    listed = json.loads(made.pop("manifest.json"))
    listed["members"] = [
        {"name": each, "size": len(made[each]), "sha256": hashlib.sha256(made[each]).hexdigest()} for each in made
    ]
    del listed["digest"]
    listed["digest"] = hashlib.sha256(_written(listed)).hexdigest()
    return {**made, "manifest.json": _written(listed)}


def _written(listed: Any) -> bytes:
    return (json.dumps(listed, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()
