"""What is entered, split into what stays and what can be sealed, and put together again."""

from dataclasses import replace
from datetime import date

import pytest

from negotiation.core.enums import ATTACHED, CONTRADICTS, RECOUNT, SIGNED_BY, SIGNED_ON, Level
from negotiation.domain import forms
from negotiation.domain.departments import Department, Directory
from negotiation.domain.entered import SEALED, Data, Names, parties_of, readable, split, typed
from negotiation.domain.event_chain import body_of
from negotiation.domain.rulebook import FieldRule, Procedure, load, shipped
from negotiation.domain.rulebook.event_rules import FIELD_KINDS
from negotiation.domain.rulebook.item_rules import ItemEffect, ItemRules
from tests.conftest import CIVIL, JUSTICE, MEASURES, POLICE

DIRECTORY = Directory(
    Department(n, name, Level.MUNICIPAL, n, mail_stopped=False) for n, name in enumerate((CIVIL, POLICE, JUSTICE), 1)
)
TYPED = {  # of each kind: as it is typed, as it is read, as its data hold it
    "text": ("因故 ", "因故", None),
    "date": ("2026年9月18日", date(2026, 9, 18), "2026-09-18"),
    "list": ("姓名、住址", ["姓名", "住址"], None),
    "choice": ("甲", "a", "a"),
    "department": (POLICE, POLICE, None),
    "departments": (f"{POLICE}、{JUSTICE}", [POLICE, JUSTICE], None),
    "number": ("0", 0, 0),
    "yes_no": ("否", False, False),
    "resource": ("XZ-１7", "XZ-17", "XZ-17"),
    "case": ("GX2026-0001", "GX2026-0001", "GX2026-0001"),
    "meeting": ("xt2026-01", "XT2026-01", "XT2026-01"),
}
ITEMS = {"姓名": 1, "住址": 2, "电话": 3}


@pytest.fixture
def form() -> Procedure:
    """A procedure whose event `agree` asks a field of each kind, and requires the text and the list."""
    sharing = load(shipped()[MEASURES]).procedure("sharing")
    fields = {kind: FieldRule(kind, kind, kind, {"a": "甲"}, mark=False) for kind in FIELD_KINDS}
    asked = tuple(kind for kind in FIELD_KINDS if kind not in ("text", "list"))
    agree = replace(sharing.events["agree"], required=("text", "list"), optional=asked)
    row = replace(sharing.table["awaiting_reply", "agree"], event=agree, items=ItemEffect({"agree": "list"}, ("open",)))
    rules, table = ItemRules("list", {}, {}), {("awaiting_reply", "agree"): row}
    return replace(sharing, fields=fields, events={"agree": agree}, item_rules=rules, table=table, copied="departments")


def read(form: Procedure, **raw: object) -> Data:
    return forms.read_fields(form, form.events["agree"], raw, DIRECTORY)[0]


def test_every_kind_of_field_is_tried_here() -> None:
    assert set(TYPED) == set(FIELD_KINDS)


@pytest.mark.parametrize("kind", FIELD_KINDS)
def test_a_field_of_any_kind_comes_back_as_it_was_read(form: Procedure, kind: str) -> None:
    raw, value, _ = TYPED[kind]
    fields = read(form, **{kind: raw})
    assert fields == {kind: value}
    data, content = split(form, "agree", fields, DIRECTORY)
    back = typed(form, "agree", data, content, Names(DIRECTORY))
    assert back == fields
    assert type(back[kind]) is type(value)


@pytest.mark.parametrize("kind", FIELD_KINDS)
def test_a_value_stays_in_the_data_and_a_text_or_a_name_in_the_content(form: Procedure, kind: str) -> None:
    raw, value, kept = TYPED[kind]
    data, content = split(form, "agree", read(form, **{kind: raw}), DIRECTORY)
    assert data.get("values", {}) == ({} if kept is None else {kind: kept})
    assert content == ({kind: value} if kept is None else {})


def test_departments_are_known_by_their_ids_and_bear_the_names_that_they_have_now(form: Procedure) -> None:
    fields = read(form, department=POLICE, departments=f"{POLICE}、{JUSTICE}")
    data, content = split(form, "agree", fields, DIRECTORY)
    assert data["ids"] == {"department": 2, "departments": [2, 3]}
    renamed = Directory(replace(unit, name=f"新{unit.name}") for unit in DIRECTORY.in_order())
    assert typed(form, "agree", data, content, Names(renamed)) == {
        "department": f"新{POLICE}",
        "departments": [f"新{POLICE}", f"新{JUSTICE}"],
    }
    assert readable(data, body_of(content)) == fields  # people read the names that were entered


def test_data_items_are_known_by_their_numbers_and_bear_the_names_in_the_application(form: Procedure) -> None:
    data, content = split(form, "agree", read(form, list="姓名、电话"), DIRECTORY, items=ITEMS)
    assert data == {"ids": {"list": [1, 3]}}
    assert typed(form, "agree", data, content, Names(DIRECTORY))["list"] == ["姓名", "电话"]
    assert typed(form, "agree", data, content, Names(DIRECTORY, {3: "手机号"}))["list"] == ["姓名", "手机号"]


def test_a_name_that_no_data_item_has_is_kept_as_a_name_alone(form: Procedure) -> None:
    assert split(form, "agree", read(form, list="姓名、年龄"), DIRECTORY, items=ITEMS) == (
        {},
        {"list": ["姓名", "年龄"]},
    )


def test_of_a_sealed_content_the_data_stay_and_what_is_required_is_not_missed(form: Procedure) -> None:
    raw = {kind: typed_in for kind, (typed_in, _, _) in TYPED.items()}
    data, _ = split(form, "agree", read(form, **raw), DIRECTORY, items=ITEMS)
    back = typed(form, "agree", data, None, Names(DIRECTORY, sealed="—"))
    known = {kind: value for kind, (_, value, _) in TYPED.items() if kind not in ("text", "list")}
    assert back == known | {"text": "—", "list": ["—1", "—2"]}
    assert typed(form, "agree", {}, None, Names(DIRECTORY)) == {"text": SEALED, "list": [SEALED]}


def test_a_text_that_is_a_mark_stays_as_the_case_itself_keeps_it(form: Procedure) -> None:
    marked = replace(form, fields={**form.fields, "text": FieldRule("text", "理由", "text", {}, mark=True)})
    assert split(marked, "agree", {"text": "因故"}, DIRECTORY) == ({"values": {"text": "因故"}}, {})


def test_what_stands_beside_the_form_is_kept_and_is_no_field_of_it(form: Procedure) -> None:
    beside = {
        SIGNED_BY: "王局长",
        SIGNED_ON: date(2026, 3, 2),
        ATTACHED: [{"n": 1, "name": "函.txt"}],
        CONTRADICTS: "否",
    }
    data, content = split(form, "agree", {"text": "因故"} | beside, DIRECTORY)
    assert data == {"values": {SIGNED_ON: "2026-03-02"}}
    assert content.keys() == {"text", SIGNED_BY, ATTACHED, CONTRADICTS}
    assert typed(form, "agree", data, content, Names(DIRECTORY)) == {"text": "因故"}
    assert readable(data, body_of(content)) == {"text": "因故"} | beside | {SIGNED_ON: "2026-03-02"}


def test_a_recount_keeps_its_days_whatever_a_rulebook_calls_its_fields(form: Procedure) -> None:
    named = replace(form, fields={**form.fields, "change": FieldRule("change", "变更情形", "choice", {}, mark=True)})
    fields = {"change": "因国办发明电", "from": date(2027, 1, 4), "to": date(2027, 1, 5), "official": True}
    data, content = split(named, RECOUNT, fields, DIRECTORY)
    assert data == {"values": {"from": "2027-01-04", "to": "2027-01-05", "official": True}}
    assert content == {"change": "因国办发明电"}
    assert typed(named, RECOUNT, data, content, Names(DIRECTORY)) == fields


def test_the_departments_that_take_a_part_and_the_origin_in_a_ledger_are_data(form: Procedure) -> None:
    parties = {"applicant": 1, "provider": 2}
    data, content = split(form, "agree", {}, DIRECTORY, parties=parties, replayed=True)
    assert (data, content) == ({"ids": parties, "replayed": True}, {})
    assert parties_of(data) == parties
    assert typed(form, "agree", data, content, Names(DIRECTORY)) == {}
    assert readable(data, None) == {}


def test_a_field_that_nobody_knows_is_no_data(form: Procedure) -> None:
    with pytest.raises(KeyError):
        split(form, "agree", {"unknown": "?"}, DIRECTORY)
