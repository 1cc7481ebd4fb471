"""The demo company's data: complete, consistent, and as the API itself would accept it."""

import json
from importlib.resources import files

import pytest

from parley.api.schemas import settings as wire
from parley.api.schemas.flow import FlowBody
from parley.api.schemas.reference import SettingBody
from parley.api.schemas.telephony import TrunkBody
from parley.core.desk.flow_lint import Spoken, lint_flow
from parley.core.desk.hours import is_open
from parley.core.desk.settings import center_config
from parley.demo.company import ENTRY_POINT, documents, people, products
from parley.demo.dialogues import Dialogue, dialogues
from parley.prompts.catalogue import PROMPTS

BODIES: dict[str, type[SettingBody]] = {
    "queue": wire.QueueBody,
    "skill": wire.SkillBody,
    "hours": wire.HoursBody,
    "entry_point": wire.EntryPointBody,
    "disposition": wire.DispositionBody,
    "reason": wire.ReasonBody,
    "canned_reply": wire.CannedReplyBody,
    "agent": wire.AgentBody,
    "flow": FlowBody,
    "trunk": TrunkBody,
}
DOCUMENTS = [document for document in documents() if document.kind in BODIES]
KNOWN = {(document.kind, document.id) for document in documents()}
NOON_SUNDAY = 1795320000.0  # 2026-11-22 12:00 in Shanghai
NEW_YEARS_DAY = 1798768800.0  # 2027-01-01 10:00 in Shanghai, a Friday
MAKE_UP_SUNDAY = 1789869600.0  # 2026-09-20 10:00 in Shanghai, a working day


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda d: f"{d.kind}-{d.id}")
def test_the_api_would_accept_each_document_and_what_it_refers_to_exists(document):
    body = BODIES[document.kind].model_validate(document.body)
    missing = [r for r in body.references() if (r.kind, r.id) not in KNOWN]
    assert missing == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda d: f"{d.kind}-{d.id}")
def test_what_people_read_is_there_in_both_languages(document):
    for texts in (document.body.get("names"), document.body.get("texts")):
        if texts:
            assert set(texts) == {"zh-CN", "en-US"}
            assert all(texts.values())


def test_a_caller_is_led_to_a_queue_whatever_they_press_in_every_language():
    config = center_config(documents())
    spoken = Spoken(made={}, built_in=PROMPTS, languages=("zh-CN", "en-US"))
    for flow in config.flows.values():
        assert lint_flow(flow, spoken) == []
    numbers = {n: entry for entry in config.entry_points.values() for n in entry.numbers}
    assert set(numbers) == {"+8657188880001", "+8657188880002"}
    hotline = config.flows[numbers["+8657188880001"].flow or ""]
    assert set(hotline.nodes["menu"].keys) == {"1", "2", "3", "9"}
    assert numbers["+8657188880002"].language == "en-US"
    for queue in config.queues.values():
        assert (queue.record, queue.announce_s) == (True, 20)
        assert queue.choices == {"1": "callback", "2": "voicemail"}
    assert {person.profile["capacity"].get("voice", 0) for person in people()} <= {0, 1}


def test_ids_are_unique_within_their_kind():
    assert len(KNOWN) == len(documents())


def test_the_first_question_reaches_somebody_at_any_hour_but_complaints_keep_office_hours():
    config = center_config(documents())
    entry = config.entry_points[ENTRY_POINT]
    first = [entry.queue, *entry.by_language.values()]
    open_now = {
        queue.id: is_open(config.hours.get(queue.hours_id or ""), NOON_SUNDAY)
        for queue in config.queues.values()
    }
    assert all(open_now[queue] for queue in first)
    assert not open_now["complaints"]


@pytest.mark.parametrize(("at", "open"), [(NEW_YEARS_DAY, False), (MAKE_UP_SUNDAY, True)])
def test_public_holidays_and_make_up_working_days_are_kept(at, open):
    assert is_open(center_config(documents()).hours["office"], at) is open


def test_one_agent_can_serve_every_queue_so_that_the_first_try_needs_only_one():
    config = center_config(documents())
    lin = config.agents["agt_lin"]
    for queue in config.queues.values():
        assert queue.id in lin.queues
        assert all(lin.skills.get(skill, 0) >= level for skill, level in queue.needs.items())


def test_people_have_all_three_roles_and_different_addresses():
    assert {person.role for person in people()} == {"agent", "supervisor", "administrator"}
    assert len({person.email for person in people()}) == len(people())


@pytest.mark.parametrize("dialogue", dialogues(), ids=lambda d: d.id)
def test_each_dialogue_fits_the_company(dialogue: Dialogue):
    config = center_config(documents())
    queue = config.queues[config.entry_points[ENTRY_POINT].topics[dialogue.topic]]
    codes = queue.dispositions or [d.id for d in documents() if d.kind == "disposition"]
    assert dialogue.disposition in codes
    assert dialogue.product is None or dialogue.product in products()
    assert dialogue.lines[0].speaker == "customer"
    assert dialogue.ticket is None or dialogue.ticket.kind in ("problem", "complaint", "return")


def test_every_json_file_is_used():
    names = {path.name for path in files("parley.demo").joinpath("data").iterdir()}
    used = {"people.json", "products.json", "names.json", "dialogues"}
    documented = {
        "tenant.json", "center.json", "skills.json", "hours.json", "queues.json",
        "dispositions.json", "reasons.json", "canned_replies.json", "entry_points.json",
        "flows.json", "trunks.json",
    }  # fmt: skip
    assert names == used | documented
    assert json.loads(files("parley.demo").joinpath("data", "tenant.json").read_text("utf-8"))
