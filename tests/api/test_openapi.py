import json
from pathlib import Path

import msgspec

from parley.api.app import bare_app
from parley.api.messages import Written
from parley.api.openapi import printed
from parley.api.schemas.interaction import MessageWrite
from parley.api.schemas.settings import FILE_TYPES
from parley.core.desk.attachment import MEDIA_TYPES
from tests.api.house import House

COMMITTED = Path(__file__).parents[2] / "openapi.json"


def test_the_committed_description_is_what_the_routes_say():
    assert COMMITTED.read_text() == printed(), "make api"


def test_every_operation_tells_its_permission_and_its_problems():
    for path, told in bare_app().openapi()["paths"].items():
        for operation in told.values():
            assert operation["x-permission"], path
            problem = operation["responses"]["4XX"]["content"]["application/problem+json"]
            assert problem["schema"]["$ref"].endswith("/Problem")


def test_the_fast_reader_of_messages_takes_what_the_description_promises():
    described = MessageWrite.model_fields
    read = {field.name: field for field in msgspec.structs.fields(Written)}
    assert read.keys() == described.keys()
    for body in (
        {"client_id": "c1", "text": "x" * 8000, "mentions": ["agt_1"] * 20},
        {"client_id": "c1", "attachments": ["att_1"], "internal": True, "language": "zh-CN"},
    ):
        model = MessageWrite.model_validate(body).model_dump()
        assert msgspec.to_builtins(msgspec.json.decode(json.dumps(body), type=Written)) == model


def test_entry_points_may_allow_every_kind_of_file_that_can_be_recognised():
    assert FILE_TYPES == MEDIA_TYPES


async def test_the_server_describes_itself_as_committed(house: House):
    answer = await house.stranger().get("http://parley.test/openapi.json")
    assert answer.json() == json.loads(COMMITTED.read_text())
