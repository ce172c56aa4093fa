"""What a seal covers is never made less: the seals that offices keep must hold with every later version."""

import pytest

from negotiation.store.registers import REGISTERS, Register

# kind: whether its rows are fixed, the column that grows, the content, the columns covered
COVERED = {
    "attachment": (
        True, "", "",
        "added_at author case_id digest media n name size",
    ),
    "notice": (
        True, "", "facts",
        "address case_id created_at department_id digest_key key kind message_id said sent_at state template "
        "term",
    ),
    "task": (
        False, "", "",
        "case_id created_on done_on key term title",
    ),
    "moved_party": (
        False, "", "",
        "case_id from_id happened_on role seq to_id",
    ),
    "rulebook": (
        True, "", "",
        "content digest edition rulebook stored_at",
    ),
    "arrangement": (
        True, "", "",
        "doc_no id issued layer off source title work year",
    ),
    "revocation": (
        True, "", "",
        "arrangement_id id reason",
    ),
    "calendar": (
        True, "", "",
        "author days id recorded_at what",
    ),
    "report": (
        True, "", "",
        "body digest edition published_at published_by reason year",
    ),
    "figure": (
        True, "", "",
        "entered_at entered_by key n source value year",
    ),
    "reorganization": (
        True, "", "",
        "author department_id doc_no happened_on id into_id name_after name_before recorded_at",
    ),
    "draft": (
        False, "", "body",
        "case_id seq",
    ),
    "counter": (
        True, "last", "",
        "last name",
    ),
    "opened": (
        False, "", "",
        "batch copied drafted_by id matter no opened_at procedure related_id resource_id",
    ),
    "recount": (
        False, "", "",
        "confirmed findings id moved",
    ),
    "department": (
        False, "", "",
        "active id level mail_stopped name sort_no",
    ),
    "clerk": (
        False, "", "",
        "department_id duty email name phone",
    ),
    "account": (
        False, "", "",
        "active created_at department_id id login must_change name password_hash roles",
    ),
    "token": (
        False, "", "",
        "account_id created_at digest expires_at id name revoked_at scopes",
    ),
    "grant": (
        False, "", "",
        "account_id asked_at asked_by asked_by_id decided_at decided_by decided_by_id id roles said state token_id",
    ),
    "administration": (
        True, "", "",
        "account_id act author became digest kind n recorded_at subject subject_id was",
    ),
    "resource": (
        False, "", "",
        "active category code condition format id items legal_basis name open_attribute provider_id "
        "published_on sharing_class summary update_cycle way",
    ),
    "meeting": (
        False, "", "",
        "absent at author chair created_at held_on id kind minutes_no moves no observers place present "
        "reason state version",
    ),
    "meeting_case": (
        False, "", "",
        "agreed by_on case_id meeting_id off seq version who",
    ),
    "handler": (
        False, "", "",
        "account_id assigned_by case_id department_id n rank since until",
    ),
    "copied": (
        False, "", "",
        "case_id department_id",
    ),
    "batch": (
        False, "", "",
        "account_id as_of author corrected digest file id imported reason recorded_at rejected "
        "taken_back_at taken_back_by unchanged updated",
    ),
    "second_factor": (
        False, "", "",
        "account_id confirmed_at secret",
    ),
    "recovery_code": (
        False, "", "",
        "account_id digest used_at",
    ),
    "absence": (
        False, "", "",
        "department_id duty email id name phone since until",
    ),
    "proposal": (
        False, "", "body said",
        "author author_id case_id decided_at decided_by department_id event n proposed_at role state token version",
    ),
    "calendar_proposal": (
        False, "", "",
        "author author_id body decided_at decided_by decided_by_id id layer proposed_at revokes said state title",
    ),
    "clock_jump": (
        True, "", "",
        "after_at before_at confirmed_at confirmed_by id",
    ),
    "backup": (
        True, "", "",
        "encrypted id made_at path sha256",
    ),
    "erasure": (
        False, "", "",
        "case_id done_at ordered_at seq",
    ),
}  # fmt: skip


@pytest.mark.parametrize("register", REGISTERS, ids=lambda each: each.kind)
def test_a_register_covers_what_it_covered_when_it_was_first_sealed(register: Register) -> None:
    fixed, grows, content, covered = COVERED[register.kind]
    columns = {column.name for column in register.table.columns} - register.left_out - register.content
    assert (register.fixed, register.grows) == (fixed, grows)
    assert columns >= {*covered.split()}
    assert register.content >= {*content.split()}


def test_no_register_is_given_up() -> None:
    assert {each.kind for each in REGISTERS} >= {*COVERED}
