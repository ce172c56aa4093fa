"""What an amendment keeps of the entry that it corrects or strikes."""

from collections.abc import Mapping
from typing import Any

from negotiation.domain.entered import BEHIND, CLEARED, DAY, IDS, NOW, TARGET, WAS, Entered, split
from negotiation.domain.fields import Fields
from negotiation.domain.machine.amendments import Amendment, corrected
from negotiation.domain.machine.entries import Entry
from negotiation.services.cases.case_file import CaseFile


def kept_of(file: CaseFile, before: Entry, amendment: Amendment, said: Mapping[str, str]) -> Entered:
    """The data and texts of an amendment: of which entry, what of it was and is, and why; texts can be sealed.

    ``before``: the entry as it stood before. ``said``: the reason, and who signed.
    """
    data: dict[str, Any] = {TARGET: amendment.target}
    if amendment.struck:
        return Entered(data, said)
    keys = [key for key in (*amendment.fields, *amendment.cleared) if key in before.fields]
    was = _part(file, before, {key: before.fields[key] for key in keys})
    now = _part(file, corrected(before, amendment), amendment.fields)
    days = ({}, {}) if amendment.on is None else ({DAY: before.on.isoformat()}, {DAY: amendment.on.isoformat()})
    ids = {IDS: {**now.data.get(IDS, {}), **amendment.parties}} if amendment.parties else {}
    place = {} if amendment.after_seq is None else {BEHIND: amendment.after_seq}
    cleared = {CLEARED: list(amendment.cleared)} if amendment.cleared else {}
    data |= {WAS: {**was.data, **days[0]}, NOW: {**now.data, **days[1], **ids, **place, **cleared}}
    texts = {side: part.content for side, part in ((WAS, was), (NOW, now)) if part.content}
    return Entered(data, {**said, **texts})


def _part(file: CaseFile, entry: Entry, fields: Fields) -> Entered:
    """The fields of one side in two parts; items that are renamed are no numbers, as these have the names asked for."""
    rules = file.rules_of(entry)
    asks = entry.event in rules.asking
    items = {} if asks else {item.name: item.n for item in file.case_state.items}
    return split(rules, entry.event, fields, file.context.directory, items=items)
