"""Values of what is entered in a form and of what a case keeps of it."""

from datetime import date

FieldValue = str | int | bool | date | list[str] | None
FlagValue = str | int | bool | None  # a field with ``mark``, or what a row of the table sets
