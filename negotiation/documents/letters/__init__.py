"""Official letters as drafts: a template that the office edits, filled with the facts of a case or of a meeting.

Which letter belongs to which state of which procedure is in the rulebook (``[[letters]]``). Nothing is recorded and
nothing is sent: a draft is signed, numbered, sealed and sent by people.
"""

from negotiation.documents.letters.checks import faults_of_file, faults_of_rulebook, templates_in_use
from negotiation.documents.letters.drafting import Draft, write, write_of_meeting
from negotiation.documents.letters.model import LetterFacts
from negotiation.documents.letters.numbering import EXAMPLE, read_number
from negotiation.documents.letters.selection import Matter, find_of_meeting, find_open, letters_of_meeting, letters_open
from negotiation.documents.letters.templates import template_file
from negotiation.documents.letters.wishes import Wishes

__all__ = [
    "EXAMPLE", "Draft", "LetterFacts", "Matter", "Wishes", "faults_of_file",
    "faults_of_rulebook", "find_of_meeting", "find_open", "letters_of_meeting", "letters_open", "read_number",
    "template_file", "templates_in_use", "write", "write_of_meeting",
]  # fmt: skip
