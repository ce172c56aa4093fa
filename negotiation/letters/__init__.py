"""Official letters as drafts: a template that the office edits, filled with the facts of a case or of a meeting.

Which letter belongs to which state of which procedure, the rulebook says (``[[letters]]``). Nothing is recorded and
nothing is sent: a draft is signed, numbered, sealed and sent by people.
"""

from negotiation.letters.checking import faults_of_file, faults_of_rulebook, templates_in_use
from negotiation.letters.choosing import Matter, find_of_meeting, find_open, letters_open, meeting_letters
from negotiation.letters.facts import LetterFacts
from negotiation.letters.numbers import EXAMPLE, read_number
from negotiation.letters.templates import template_file
from negotiation.letters.writing import Draft, Wishes, write, write_of_meeting

__all__ = [
    "EXAMPLE", "Draft", "LetterFacts", "Matter", "Wishes", "faults_of_file",
    "faults_of_rulebook", "find_of_meeting", "find_open", "letters_open", "meeting_letters", "read_number",
    "template_file", "templates_in_use", "write", "write_of_meeting",
]  # fmt: skip
