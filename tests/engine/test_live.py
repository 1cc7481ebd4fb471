"""What reaches the screens: everything they should show, nothing they should not, in order."""

import asyncio
from dataclasses import replace

import pytest

from parley.core import inputs as got
from parley.core.desk.account import AccountRole
from parley.core.errors import Unavailable
from parley.core.model import AgentProfile, CenterConfig, Channel, PresenceStatus, Role
from parley.engine.frames import frame
from parley.engine.subscription import MAX_FRAMES, MAX_HINTED_FRAMES, CloseCode, Subscription
from tests.engine.shop import CONFIG, TENANT, Shop
from tests.engine.world import settle

ADMIN = AccountRole.ADMINISTRATOR
SUPERVISOR = AccountRole.SUPERVISOR


@pytest.fixture
async def shop():
    shop = await Shop().open()
    yield shop
    await shop.close()


async def test_a_new_console_gets_a_snapshot_and_then_changes(shop):
    lin = shop.console("lin")
    await settle()
    (snapshot,) = lin.frames
    assert snapshot["type"] == "snapshot"
    assert snapshot["unread_notices"] == 0
    assert lin.work == {}
    assert list(lin.queues) == ["sales"], "an agent sees the queues they are a member of"
    assert snapshot["agents"] is None
    await shop.ready("lin")
    await shop.ask("anna", "hello")
    await settle()
    assert lin.work["int_1"]["role"] == "offer"
    assert lin.me["status"] == "ready"


async def test_own_work_changes_at_once_and_only_changed_rows_travel(shop):
    lin = shop.console("lin")
    await shop.ready("lin")
    await shop.ask("anna", "one")
    await shop.accept("lin", "int_1")
    await shop.ask("bert", "two")
    await settle()
    before = len(lin.frames)
    await shop.ask("anna", "more")
    await settle()
    (rows,) = [f for f in lin.frames[before:] if f["type"] == "rows"]
    assert list(rows["work"]) == ["int_1"]
    assert rows["work"]["int_1"]["last_message"]["text"] == "more"


async def test_a_row_goes_when_the_work_is_done_or_taken_away(shop):
    lin = shop.console("lin")
    await shop.ready("lin")
    await shop.ask("anna", "hello")
    await settle()
    assert "int_1" in lin.work
    await shop.submit(got.OfferDeclined, interaction_id="int_1", agent_id="lin")
    await settle()
    assert lin.work == {}


async def test_messages_go_to_those_who_take_part_and_to_nobody_else(shop):
    lin, chen, zhou = (shop.console(who) for who in ("lin", "chen", "zhou"))
    anna, bert = shop.widget("anna"), shop.widget("bert")
    await shop.ready("lin")
    await shop.ready("chen")
    await shop.submit(got.AgentScreenChanged, agent_id="zhou", online=True)
    await shop.ask("anna", "hello")
    await shop.accept("lin", "int_1")
    await shop.reply("lin", "int_1", "hi anna")
    await shop.submit(
        got.JoinRequested, interaction_id="int_1", agent_id="zhou", role=Role.MONITOR, by="zhou"
    )
    await shop.reply("zhou", "int_1", "offer a discount", internal=True)
    await settle()

    def texts(screen):
        return [f["message"]["text"] for f in screen.of("message") if f["message"]["text"]]

    assert texts(lin) == ["hello", "hi anna", "offer a discount"]
    assert texts(zhou) == ["offer a discount"]
    assert texts(chen) == []
    assert texts(anna) == ["hello", "hi anna"], "a customer never sees a note"
    assert texts(bert) == []
    said = next(f["message"] for f in anna.of("message") if f["message"]["text"] == "hi anna")
    assert said["agent_name"] == "林晓"
    assert "visibility" not in said


async def test_the_same_text_is_handed_to_every_screen_of_a_person(shop):
    first, second = shop.console("lin"), shop.console("lin")
    await shop.ready("lin")
    await shop.ask("anna", "hello")
    await settle()
    assert first.frames[1:] == second.frames[1:]
    assert first.work == second.work != {}


async def test_a_screen_that_comes_later_equals_one_that_was_there_from_the_start(shop):
    early = shop.console("boss", ADMIN)
    await shop.ready("lin")
    await shop.ready("chen")
    for n in range(6):
        await shop.ask(f"visitor{n}", "hello", topic="repair" if n % 2 else None)
        late = shop.console("boss", ADMIN)
        await settle()
        await shop.clock.advance(0.3)
        assert late.board == early.board, "after each drawing everybody shows the same"
        await late.close()
    assert early.totals["offered"] == 6
    fresh = shop.engine.picture.center.state
    assert early.queues["sales"]["waiting"] == sum(
        i.queue == "sales" and i.phase in ("queued", "offered") for i in fresh.interactions.values()
    )


async def test_the_board_is_drawn_at_most_four_times_a_second(shop):
    boss = shop.console("boss", ADMIN)
    await shop.clock.advance(1)
    before = len(boss.of("rows"))
    for n in range(40):
        await shop.ask(f"v{n}", "hello")
        await shop.clock.advance(0.02)
    assert 1 <= len(boss.of("rows")) - before <= 4
    await shop.clock.advance(0.3)
    assert boss.queues["sales"]["waiting"] == 40


async def test_a_supervisor_sees_their_team_and_an_administrator_everybody(shop):
    zhou, boss = shop.console("zhou", SUPERVISOR), shop.console("boss", ADMIN)
    await shop.ready("lin")
    await shop.ready("chen")
    await shop.clock.advance(0.3)
    assert set(zhou.queues) == {"sales"}
    assert set(zhou.agents) == {"lin", "zhou"}
    assert set(boss.queues) == {"sales", "repair"}
    assert set(boss.agents) == {"lin", "chen", "zhou"}
    assert boss.totals["agents"]["ready"] == 2
    assert zhou.totals["agents"]["ready"] == 1


async def test_a_new_queue_appears_and_a_changed_team_starts_anew(shop):
    lin, boss = shop.console("lin"), shop.console("boss", ADMIN)
    await settle()
    agents = {
        **CONFIG.agents,
        "lin": AgentProfile("lin", "林晓晓", {"repair": 1}, {}, {Channel.CHAT: 3}),
    }
    config = CenterConfig(queues=CONFIG.queues, agents=agents, entry_points=CONFIG.entry_points)
    await shop.submit(got.ConfigChanged, config=config)
    await settle()
    assert set(lin.queues) == {"repair"}
    assert len(lin.of("snapshot")) == 2
    assert boss.agents["lin"]["name"] == "林晓晓"


async def test_a_customer_sees_where_they_stand_and_whom_to_rate(shop):
    anna = shop.widget("anna")
    await shop.ask("anna", "hello")
    await settle()
    states = [f["state"] for f in anna.of("state")]
    assert states[-1]["phase"] == "queued"
    assert states[-1]["position"] == 1
    await shop.ready("lin")
    await shop.accept("lin", "int_1")
    await settle()
    state = anna.of("state")[-1]["state"]
    assert (state["phase"], state["agent"]) == ("connected", {"name": "林晓"})
    assert state["rate"] is None
    await shop.submit(got.ConversationClosed, interaction_id="int_1", agent_id="lin")
    await settle()
    assert anna.of("state")[-1]["state"]["rate"] == {"interaction_id": "int_1"}
    shop.live.rated(TENANT, "int_1", "sales")
    await settle()
    assert anna.of("state")[-1]["state"]["rate"] is None


async def test_a_waiting_customer_moves_up_when_others_leave(shop):
    await shop.ask("anna", "hello")
    await shop.ask("bert", "hello")
    bert = shop.widget("bert")
    await shop.submit(got.CustomerEnded, address="web:anna")
    await shop.clock.advance(2.5)
    assert bert.of("state")[-1]["state"]["position"] == 1


async def test_typing_reaches_the_other_side_and_a_read_mark_the_customer(shop):
    lin, anna = shop.console("lin"), shop.widget("anna")
    await shop.ready("lin")
    await shop.ask("anna", "hello")
    await shop.accept("lin", "int_1")
    await settle()
    shop.live.typing(TENANT, "lin", "int_1")
    shop.live.customer_typing(TENANT, "web:anna", "int_1", "I wond")
    shop.live.typing(TENANT, "chen", "int_1")  # takes no part: nobody hears of it
    await shop.submit(got.AgentRead, interaction_id="int_1", agent_id="lin", message_id="msg_1")
    await settle()
    assert len(anna.of("typing")) == 1
    (hint,) = lin.of("hint")
    assert hint == {
        "type": "hint",
        "interaction_id": "int_1",
        "hint": "typing",
        "who": {"kind": "customer"},
        "text": "I wond",
    }
    assert [f["message_id"] for f in anna.of("read")] == ["msg_1"]


async def test_colleagues_see_who_else_looks_at_a_conversation(shop):
    lin, zhou = shop.console("lin"), shop.console("zhou", SUPERVISOR)
    await shop.ready("lin")
    await shop.ask("anna", "hello")
    await shop.accept("lin", "int_1")
    await settle()
    shop.live.viewing(TENANT, "lin", "int_1")
    shop.live.viewing(TENANT, "zhou", "int_1")
    await settle()
    assert [(f["hint"], f["who"]["id"]) for f in lin.of("hint")] == [("viewing", "zhou")]
    assert [(f["hint"], f["who"]["id"]) for f in zhou.of("hint")] == [("viewing", "lin")]
    await zhou.close()
    assert [(f["hint"], f["who"]["id"]) for f in lin.of("hint")][-1] == ("gone", "zhou")


async def test_a_snapshot_never_shows_what_is_not_durable_yet(shop):
    await shop.ready("lin")
    shop.shard.gate = asyncio.Event()
    asking = asyncio.create_task(shop.ask("anna", "hello"))
    await settle()
    lin = shop.console("lin")
    await settle()
    assert lin.frames == []
    shop.shard.gate.set()
    await asking
    await settle()
    assert lin.frames[0]["type"] == "snapshot"
    assert list(lin.work) == ["int_1"]
    assert lin.frames[0]["seq"] == shop.engine.status.seq


async def test_when_the_node_no_longer_leads_every_screen_is_told_to_come_again(shop):
    lin, anna = shop.console("lin"), shop.widget("anna")
    await settle()
    shop.shard.trouble = ["unknown"]
    with pytest.raises(Unavailable):
        await shop.ready("lin")
    await settle()
    assert lin.line.code is CloseCode.NOT_LEADING
    assert anna.line.code is CloseCode.NOT_LEADING


async def test_record_changes_and_notices_reach_those_they_concern(shop):
    lin, chen = shop.console("lin"), shop.console("chen")
    await settle()
    shop.live.changed(TENANT, "ticket", "tkt_1", customer_id="cus_1")
    shop.live.notice(TENANT, "chen", {"id": "ntc_1", "kind": "mention"})
    await settle()
    assert lin.of("changed") == [
        {"type": "changed", "kind": "ticket", "id": "tkt_1", "customer_id": "cus_1"}
    ]
    assert lin.of("notice") == []
    assert chen.of("notice")[0]["notice"]["id"] == "ntc_1"


async def test_the_snapshot_of_the_center_and_replay_give_the_same_screens(shop):
    await shop.ready("lin")
    for n in range(5):
        await shop.ask(f"v{n}", "hello", topic="repair" if n % 2 else None)
    await shop.accept("lin", "int_1")
    await shop.reply("lin", "int_1", "hi")
    ledger = shop.shard.ledger
    for at in range(0, len(ledger.events), 3):
        fresh = shop.engine._blank()
        part = shop.engine._blank()
        for event in ledger.events[:at]:
            part.replay(event)
        assert fresh.restore((at, part.encode())) == at
        for event in ledger.events[at:]:
            fresh.replay(event)
        assert fresh.center.state == shop.engine.picture.center.state
        assert fresh.facts.rows == shop.engine.picture.facts.rows


async def test_a_snapshot_that_cannot_be_read_is_passed_over_for_the_journal(shop):
    assert shop.engine._blank().restore((7, b"from another time")) == 0


async def test_a_reader_that_falls_behind_is_closed_and_hints_are_dropped_before():
    closed: list[Subscription] = []
    line = Subscription(closed.append)
    for _ in range(MAX_HINTED_FRAMES + 50):
        line.push_hint("hint")
    for _ in range(MAX_FRAMES - MAX_HINTED_FRAMES):
        line.push("frame")
    assert closed == []
    line.push("one too many")
    assert line.code == 4408
    assert closed == [line]
    assert [text async for text in line] == []


def test_a_frame_is_put_together_from_parts_that_are_encoded_already():
    assert frame("rows", seq="3", me='{"id":"a"}', work=None) == (
        '{"type":"rows","seq":3,"me":{"id":"a"}}'
    )


async def test_a_board_row_that_did_not_change_is_not_sent_again(shop):
    boss = shop.console("boss", ADMIN)
    await shop.ready("lin")
    await shop.clock.advance(0.3)
    before = len(boss.of("rows"))
    await shop.clock.advance(25)  # beats look at all queues
    assert len(boss.of("beat")) == 2
    assert boss.of("rows")[before:] == []
    await shop.submit(got.PresenceSet, agent_id="lin", status=PresenceStatus.NOT_READY)
    await shop.clock.advance(0.3)
    (rows,) = boss.of("rows")[before:]
    assert list(rows["queues"]) == ["sales"]
    assert list(rows["agents"]) == ["lin"]


async def test_a_second_screen_that_opens_during_a_commit_takes_nothing_from_the_first(shop):
    await shop.ready("lin")
    await shop.ask("anna", "hello")
    first = shop.widget("anna")
    await settle()
    shop.shard.gate = asyncio.Event()
    accepting = asyncio.create_task(shop.accept("lin", "int_1"))
    await settle()
    shop.widget("anna")  # the picture shows the agent already, the journal does not yet
    shop.shard.gate.set()
    await accepting
    await settle()
    assert first.of("state")[-1]["state"]["phase"] == "connected"


async def test_a_clock_that_is_set_back_does_not_silence_the_beat(shop):
    lin = shop.console("lin")
    await shop.clock.advance(10.5)
    before = len(lin.of("beat"))
    shop.clock.set_back(3600.0)
    await shop.clock.advance(11.0)
    assert len(lin.of("beat")) > before


async def test_a_changed_service_level_shows_on_the_board_at_once(shop):
    await shop.ready("lin")
    await shop.ask("anna", "hello")
    await shop.clock.advance(8.0)
    await shop.accept("lin", "int_1")
    board = shop.engine.picture.board
    assert board.tally("sales", shop.clock.now()).answered_in_target == 1
    queue = replace(CONFIG.queues["sales"], service_level_s=2.0)
    config = replace(CONFIG, queues={**CONFIG.queues, "sales": queue})
    await shop.submit(got.ConfigChanged, config=config)
    assert board.tally("sales", shop.clock.now()).answered_in_target == 0


async def test_an_alert_is_raised_by_time_alone_and_goes_with_its_cause(shop):
    boss, lin = shop.console("boss", ADMIN), shop.console("lin")
    await shop.ask("anna", "hello")
    await shop.clock.advance(0.5)
    assert set(boss.alerts) == {"sales:nobody_ready"}
    await shop.clock.advance(30.5)
    alert = boss.alerts["sales:oldest_wait"]
    assert (alert["queue"], alert["target"]) == ("sales", 30.0)
    await shop.ready("lin")
    await shop.accept("lin", "int_1")
    await shop.clock.advance(0.5)
    assert boss.alerts == {}
    assert "alerts" not in lin.of("snapshot")[0]
    assert not any("alerts" in frame or "trends" in frame for frame in lin.of("rows"))


async def test_a_standing_alert_is_not_sent_again(shop):
    boss = shop.console("boss", ADMIN)
    await shop.ask("anna", "hello")
    await shop.clock.advance(31.0)
    sent = sum("alerts" in frame for frame in boss.of("rows"))
    await shop.clock.advance(300.0)
    assert sum("alerts" in frame for frame in boss.of("rows")) == sent


async def test_the_last_hour_travels_once_a_minute_and_only_where_it_moved(shop):
    boss = shop.console("boss", ADMIN)
    await settle()
    assert set(boss.trends) == {"sales", "repair"}
    await shop.ask("anna", "hello")
    await shop.clock.advance(59.0)
    assert not [frame for frame in boss.of("rows") if "trends" in frame]
    await shop.clock.advance(2.0)
    (frame,) = [frame for frame in boss.of("rows") if "trends" in frame]
    assert list(frame["trends"]) == ["sales"]
    assert boss.trends["sales"]["offered"][-1] == 1
    assert boss.trends["sales"]["waiting"][-2:] == [0, 1]
    await shop.clock.advance(60.0)
    assert boss.trends["sales"]["waiting"][-3:] == [0, 1, 1]


async def test_what_supervisors_did_is_shown_to_those_whom_it_concerns(shop):
    zhou, boss = shop.console("zhou", SUPERVISOR), shop.console("boss", ADMIN)
    for who in ("lin", "chen"):
        await shop.submit(got.AgentScreenChanged, agent_id=who, online=True)
        await shop.submit(got.PresenceSet, agent_id=who, status=PresenceStatus.READY, by="zhou")
    await shop.clock.advance(0.5)
    names = {who: [row["agent_name"] for row in screen.deeds.values()]
             for who, screen in (("zhou", zhou), ("boss", boss))}  # fmt: skip
    assert names == {"zhou": ["林晓"], "boss": ["林晓", "陈晨"]}
    (deed,) = zhou.deeds.values()
    assert (deed["deed"], deed["by"], deed["detail"]) == ("presence", "周敏", "ready")


async def test_what_was_done_survives_a_restart(shop):
    await shop.submit(got.AgentScreenChanged, agent_id="lin", online=True)
    await shop.submit(got.PresenceSet, agent_id="lin", status=PresenceStatus.READY, by="zhou")
    engine, fresh, restored = shop.engine, shop.engine._blank(), shop.engine._blank()
    for event in shop.shard.ledger.events:
        fresh.replay(event)
    restored.restore((engine.status.seq, engine.picture.encode()))
    assert len(engine.picture.interventions.rows) == 1
    assert fresh.interventions == restored.interventions == engine.picture.interventions
