"""The files of a form: those chosen now and those held since it was given back, looked into; what is wrong with any."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from starlette.concurrency import run_in_threadpool

from negotiation.core.errors import FieldError, NegotiationError
from negotiation.core.settings import Settings
from negotiation.documents.file_text import read_apart
from negotiation.domain import forms
from negotiation.domain.attachments.kinds import PDF
from negotiation.domain.attachments.secrecy import demand_clean
from negotiation.domain.attachments.upload import Upload, read_upload
from negotiation.web.form_data import Files
from negotiation.web.held_files import HeldFiles
from negotiation.web.limits import FILES_AT_ONCE
from negotiation.web.pages.inputs import FILES
from negotiation.web.request_context import RequestContext

HELD, DROPPED = "held", "dropped"  # the token of the form, the ticks at files that are not to go with it


class FormFiles(NamedTuple):
    """The files that go with a form, those that cannot be taken, and where they are held if the form is given back:
    nowhere for a form without files."""

    uploads: Sequence[Upload]
    faults: Sequence[NegotiationError]
    held: HeldFiles | None = None

    async def keep(self) -> HeldFiles | None:
        """Holds the files for the form that is given back."""
        if self.held is not None:
            await run_in_threadpool(self.held.keep, self.uploads)
        return self.held

    def entered(self) -> None:
        """Lets go of what was held: the files went with the form."""
        if self.held is not None:
            self.held.drop()


NO_FILES = FormFiles((), ())


async def files_of(ctx: RequestContext, about: str, typed: Mapping[str, str], chosen: Files) -> FormFiles:
    """The files of a form about a case or a procedure, looked into away from the loop."""
    return await files_for(ctx.app_state.settings, ctx.person.id, about, typed, chosen)


async def files_for(settings: Settings, account: int, about: str, typed: Mapping[str, str], chosen: Files) -> FormFiles:
    """The files of a form of an account, also where nobody is signed in any more."""
    held = HeldFiles.of(settings.home, about, account, typed.get(HELD, ""))
    return await run_in_threadpool(_looked_into, settings.attachment_megabytes, typed, chosen, held)


def _looked_into(most: int, typed: Mapping[str, str], chosen: Files, held: HeldFiles) -> FormFiles:
    uploads, faults = list[Upload](), list[NegotiationError]()
    dropped = forms.read_list(typed.get(DROPPED))
    kept = [(name, content) for name, content in held.contents() if name not in dropped]
    for name, content in dict.fromkeys((*kept, *chosen)):  # a draft that saved itself has what was chosen already
        try:
            uploads.append(_read(name, content, most, known=(name, content) in kept))
        except FieldError as fault:
            faults.append(fault)
    if len(uploads) > FILES_AT_ONCE:
        what = f"附件有{len(uploads)}个，一次最多上传{FILES_AT_ONCE}个"
        faults.append(FieldError(what, field=FILES, todo="请去掉几个，其余的以后再传"))
    return FormFiles(uploads, _as_one(faults), held)


def _as_one(faults: Sequence[NegotiationError]) -> Sequence[NegotiationError]:
    """The faults of all files as one, as of each field one is told: who mends the first must know of the others."""
    if len(faults) < 2:
        return faults
    what, todo = (dict.fromkeys(words) for words in ([each.what for each in faults], [each.todo for each in faults]))
    return [FieldError("；".join(what), field=FILES, todo="；".join(todo))]


def _read(name: str, content: bytes, most: int, *, known: bool) -> Upload:
    """A file as it came; the text of a PDF is looked into once, before the file is held. Raises FieldError."""
    upload = read_upload(name, content, megabytes=most)
    if upload.media == PDF.media and not known:
        demand_clean(upload.name, read_apart(upload.name, content) or "")
    return upload
