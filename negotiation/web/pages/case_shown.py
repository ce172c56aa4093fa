"""A case on its page: as scripts read it, and in the words that only people need."""

from negotiation.domain import rulers
from negotiation.services import case_view
from negotiation.services.case_json import CaseJson, TermJson
from negotiation.services.cases.case_file import CaseFile


class CaseShown(CaseJson):
    """A case on its page: ``given_up`` as of ``rulers``, ``turn``: the title of the role that holds it, the term of
    its state, and what runs beside it."""

    given_up: bool
    turn: str
    own: TermJson | None
    beside: list[TermJson]


def case_in_words(file: CaseFile, case: CaseJson) -> CaseShown:
    """The case as scripts read it, and in words whose turn it is and how each term stands."""
    for term in case["terms"]:
        term["status"] = case_view.term_status(term)
    running, kind = [term for term in case["terms"] if term["runs"]], file.procedure.states[file.state].term
    own = next((term for term in running if term["kind"] == kind or len(running) == 1), None)
    return {
        **case,
        "given_up": rulers.is_given_up(file.procedure, file.state, file.case_state.flags),
        "turn": file.role_title(case["held_by"]),
        "own": own,
        "beside": [term for term in running if term is not own],
    }
