"""Every route asks for a permission, and every role may do what this table says: no more, no less."""

from itertools import pairwise

import pytest

from parley.api.app import bare_app
from parley.api.caller import Allowed
from parley.api.description import Operation, operations
from parley.api.permissions import GRANTS, Permission, Scope, scope_of
from parley.core.desk.account import AccountRole
from tests.api.house import House

PUBLIC = {"session_open", "health_alive", "health_ready", "health_metrics"}

EVERYBODY = {
    "session_get", "session_close", "session_password_change", "session_language_change",
    "presence_reason_list", "presence_set_own", "agent_list",
    "interaction_list", "interaction_get", "message_list", "interaction_event_list",
    "interaction_accept", "interaction_decline", "interaction_pull", "interaction_close",
    "interaction_resume", "interaction_leave", "interaction_transfer", "interaction_consult",
    "interaction_wrap_up", "message_write", "message_read",
    "customer_list", "customer_create", "customer_get", "customer_update", "customer_timeline",
    "customer_order_list",
    "ticket_list", "ticket_create", "ticket_get", "ticket_update", "ticket_comment_list",
    "ticket_comment_write", "ticket_event_list",
    "queue_list", "queue_get", "skill_list", "skill_get", "hours_list", "hours_get",
    "disposition_list", "disposition_get", "reason_list", "reason_get", "canned_reply_list",
    "canned_reply_get", "canned_reply_render", "entry_point_list", "entry_point_get",
    "policy_get", "policy_vocabulary", "policy_lint", "policy_versions",
    "phone_open", "voice_status", "call_dial", "call_list", "call_export", "call_record_list", "call_record_export", "interaction_leg_list",
    "interaction_hold", "interaction_mute", "interaction_digits", "interaction_recording",
    "interaction_merge", "interaction_drop", "interaction_consent", "interaction_callback",
    "interaction_callback_cancel",
    "recording_list", "recording_waveform", "recording_audio",
    "flow_list", "flow_get", "prompt_list", "prompt_get", "prompt_audio_get",
    "built_in_prompt_list", "built_in_prompt_audio", "prompt_sound_list", "flow_check",
    "settings_get", "attachment_upload", "attachment_get", "search", "notice_list", "notice_read",
}  # fmt: skip

SUPERVISORS = {
    "presence_set", "interaction_take_over", "interaction_monitor", "interaction_assign",
    "interaction_priority_change", "person_list", "board_get",
    "canned_reply_create", "canned_reply_update", "canned_reply_remove", "recording_download",
}  # fmt: skip

ADMINISTRATORS = {
    f"{noun}_{verb}"
    for noun in (
        "queue", "skill", "hours", "disposition", "reason", "entry_point", "flow", "prompt", "trunk",
    )
    for verb in ("create", "update", "remove")
} | {
    "entry_point_secret_show", "entry_point_secret_renew", "settings_update",
    "trunk_list", "trunk_get", "prompt_audio_upload", "recording_hold",
    "policy_draft_save", "policy_draft_discard", "policy_try", "policy_publish", "policy_rollback",
    "person_create", "person_update", "person_password_reset", "person_active_set",
    "person_phone_show", "audit_list",
}  # fmt: skip

MAY = {
    "lin": EVERYBODY,
    "zhou": EVERYBODY | SUPERVISORS,
    "admin": EVERYBODY | SUPERVISORS | ADMINISTRATORS,
}
OPERATIONS = list(operations(bare_app()))


def path_of(operation: Operation) -> str:
    """The route's path with an id that nothing has."""
    filled = "/".join("nothing" if "{" in part else part for part in operation.path.split("/"))
    return f"http://parley.test{filled}"


def test_every_route_names_its_permission_or_is_public_on_purpose():
    unguarded = {each.operation_id for each in OPERATIONS if each.guard is None}
    assert unguarded == PUBLIC


def test_the_table_knows_every_route():
    known = PUBLIC | EVERYBODY | SUPERVISORS | ADMINISTRATORS
    assert {each.operation_id for each in OPERATIONS} == known


def test_only_what_concerns_ones_own_session_works_before_the_password_is_changed():
    early = {e.operation_id for e in OPERATIONS if e.guard and e.guard.with_old_password}
    assert early == {
        "session_get", "session_close", "session_password_change", "session_language_change",
    }  # fmt: skip


async def test_nobody_gets_anything_without_signing_in(house: House):
    stranger = house.stranger()
    for operation in OPERATIONS:
        if operation.operation_id not in PUBLIC:
            problem = await stranger.refused(operation.method, path_of(operation), json={})
            assert problem["code"] == "not_signed_in", operation


@pytest.mark.parametrize("name", MAY)
async def test_each_role_may_do_what_the_table_says(house: House, name):
    client = await house.signed_in(name)
    wrong = []
    for operation in OPERATIONS:
        if operation.operation_id in PUBLIC | {"session_close"}:
            continue
        answer = await client.request(operation.method, path_of(operation), json={})
        refused = answer.status_code == 403 and answer.json()["code"] == "not_allowed"
        assert answer.status_code < 500, (operation, answer.text)
        if refused == (operation.operation_id in MAY[name]):
            wrong.append(operation.operation_id)
    assert wrong == []


@pytest.mark.parametrize("name", MAY)
async def test_screens_are_told_exactly_the_permissions_the_routes_ask_for(house: House, name):
    told = set((await house.signed_in(name)).me["permissions"])
    for operation in OPERATIONS:
        permission = operation.guard and operation.guard.permission
        if permission:
            allowed = operation.operation_id in MAY[name]
            assert (permission in told) == allowed, operation


def test_an_administrator_reaches_the_whole_company_in_everything():
    assert {scope_of(AccountRole.ADMINISTRATOR, p) for p in Permission} == {Scope.TENANT}


def test_nobody_reaches_farther_than_the_role_above():
    roles = (AccountRole.AGENT, AccountRole.SUPERVISOR, AccountRole.ADMINISTRATOR)
    for lower, higher in pairwise(roles):
        for permission, scope in GRANTS[lower].items():
            assert scope <= GRANTS[higher][permission]


def test_a_guard_without_a_permission_is_for_every_signed_in_person():
    assert Allowed(None).permission is None
