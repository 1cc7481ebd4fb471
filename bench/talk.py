"""One ordinary conversation as inputs: what journal and chat benchmarks repeat many times."""

from __future__ import annotations

from collections.abc import Generator

from parley.core import inputs as got
from parley.core.events import Event, Offered
from parley.core.model import (
    AgentProfile,
    CenterConfig,
    Channel,
    CustomerRef,
    EntryPoint,
    PresenceStatus,
    Queue,
    Skill,
)

EXCHANGES = 3
INPUTS_A_TALK = 4 + 4 * EXCHANGES  # arrival, accepted, (asks, read, answers, read) …, closed, saved
QUESTION = "你好，我的订单 202601042375 什么时候能送到？已经等了两天了。"
ANSWER = "您好，包裹已经到了杭州转运中心，预计明天下午派送，到时师傅会提前给您打电话。"


def config(agents: int) -> CenterConfig:
    queue = Queue(
        id="que_1", names={"en-US": "Service"}, needs={"skl_1": 3}, disposition_required=False
    )
    return CenterConfig(
        skills={"skl_1": Skill("skl_1", {"en-US": "Service"})},
        queues={"que_1": queue},
        agents={
            f"agt_{n}": AgentProfile(
                id=f"agt_{n}", name=f"Agent {n}", queues={"que_1": 1}, skills={"skl_1": 5},
                capacity={Channel.CHAT: 1},
            )
            for n in range(agents)
        },
        entry_points={"ept_1": EntryPoint("ept_1", Channel.CHAT, "Shop", "que_1")},
    )  # fmt: skip


def opening(agents: int, now: float) -> list[got.Input]:
    """The configuration, and all agents present and ready."""
    news: list[got.Input] = [got.ConfigChanged(at=now, config=config(agents))]
    for n in range(agents):
        news.append(got.AgentScreenChanged(at=now, agent_id=f"agt_{n}", online=True))
        ready = PresenceStatus.READY
        news.append(got.PresenceSet(at=now, agent_id=f"agt_{n}", status=ready))
    return news


def talk(name: str, now: float) -> Generator[got.Input, list[Event], None]:
    """Yields the inputs of one conversation; wants the events of each sent back.

    All ids contain `name`. At its arrival somebody must be free.
    """
    interaction_id, address = f"int_{name}", f"web:vis_{name}"
    events = yield _asks(name, 0, now)
    agent_id = next(
        e.agent_id for e in events if isinstance(e, Offered) and e.interaction_id == interaction_id
    )
    yield got.OfferAccepted(at=now, interaction_id=interaction_id, agent_id=agent_id)
    for turn in range(1, EXCHANGES + 1):
        yield _asks(name, turn, now)
        yield got.AgentRead(
            at=now,
            interaction_id=interaction_id,
            agent_id=agent_id,
            message_id=f"msg_{name}.{turn}q",
        )
        yield got.MessageWritten(
            at=now, interaction_id=interaction_id, agent_id=agent_id,
            message_id=f"msg_{name}.{turn}a", client_id=f"cli_{name}.{turn}a", text=ANSWER,
            language="zh-CN",
        )  # fmt: skip
        yield got.CustomerRead(at=now, address=address, message_id=f"msg_{name}.{turn}a", read=True)
    yield got.ConversationClosed(at=now, interaction_id=interaction_id, agent_id=agent_id)
    yield got.WrapUpSaved(
        at=now, interaction_id=interaction_id, agent_id=agent_id, note="已告知预计送达时间。"
    )


def _asks(name: str, turn: int, now: float) -> got.MessageReceived:
    return got.MessageReceived(
        at=now, entry_point="ept_1", address=f"web:vis_{name}", message_id=f"msg_{name}.{turn}q",
        client_id=f"cli_{name}.{turn}q", interaction_id=f"int_{name}", text=QUESTION,
        customer=CustomerRef(f"cus_{name}", "王晓燕", "VIP", 10), language="zh-CN",
    )  # fmt: skip
