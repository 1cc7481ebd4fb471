"""What older programs wrote is read as what it meant."""

from __future__ import annotations

import msgspec
import pytest

from parley.core.center.center import Center
from parley.core.desk.settings import Document, center_config
from parley.core.events import Configured
from parley.core.model import CenterConfig, MonitorNotice
from parley.engine.codec import decode_event
from parley.engine.picture import CenterPicture

OLD = [(True, MonitorNotice.TOLD), (False, MonitorNotice.SILENT)]


@pytest.mark.parametrize(("old", "meant"), OLD)
def test_a_journal_that_says_whether_agents_are_told_replays(old, meant):
    event = decode_event("Configured", msgspec.json.encode({"at": 1.0, "monitor_notice": old}))
    center = Center()
    center.evolve(event)
    assert center.state.config.monitor_notice is meant
    center.evolve(Configured(at=2.0, phone_grace_s=9.0))  # says nothing of it
    assert center.state.config.monitor_notice is meant


@pytest.mark.parametrize(("old", "meant"), OLD)
def test_a_snapshot_that_says_whether_agents_are_told_is_taken_over(old, meant):
    saved = {"state": {"config": {"monitor_notice": old}}, "facts": {}}
    picture = CenterPicture("UTC", history=None)  # type: ignore[arg-type]
    assert picture.restore((7, msgspec.msgpack.encode(saved))) == 7
    assert picture.center.state.config.monitor_notice is meant


@pytest.mark.parametrize(("old", "meant"), OLD)
def test_a_document_that_says_whether_agents_are_told_is_understood(old, meant):
    config = center_config([Document("center", "center", {"monitor_notice": old})])
    assert config == CenterConfig(monitor_notice=meant)
