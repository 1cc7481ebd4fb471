"""The telephone engine while it is not there: nobody waits for ever, everything else goes on."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import pytest

from parley import telephone
from parley.adapters.telephony import asterisk_config
from parley.adapters.telephony.ari import Access
from parley.adapters.telephony.asterisk import State, Switch
from parley.adapters.telephony.asterisk_absent import NoAsterisk, no_packages
from parley.adapters.telephony.asterisk_find import Program
from parley.adapters.telephony.asterisk_guard import AmiAccess, Guarded
from parley.adapters.telephony.asterisk_home import addresses, settle
from parley.adapters.telephony.relay import credentials as relay_credentials
from parley.adapters.telephony.switchboard import Switchboard
from parley.adapters.telephony.taping import RawRecording
from parley.adapters.telephony.twin import Twin
from parley.config import WrongSetting, load
from parley.core.commands import Command, DialAgent, HangUp
from parley.core.desk.settings import Document
from parley.core.errors import Unavailable
from parley.core.inputs import Input, LegEnded, LegsFound
from parley.core.model import LegEnd, Texts
from parley.core.ports import PhoneAccess, TelephonyStatus, TransportError, TrunkFigures
from parley.telephone import AnyExchange, IceServers, Telephone, asterisk_settings, ice_servers
from tests.contract.telephony.stage import Book

TENANT = "tnt_a"
DIAL = DialAgent(
    lane="int_1", leg_id="leg_1", interaction_id="int_1", agent_id="agt_1", purpose="offer",
    caller_id="+8613800138000", ring_s=20.0,
)  # fmt: skip


WAITING = ({"zh-CN": "录音在等待", "en-US": "recordings wait"},)


class SlowAsterisk:
    """Answers once it is told to, or can't be had."""

    def __init__(self, problem: NoAsterisk | None = None) -> None:
        self.state = State.STARTING
        self.problem = problem
        self.turned_away = 7
        self.guarded = Guarded.UNHEARD
        self.warnings: Sequence[Texts] = ()
        self.refused: Mapping[str, Texts] = {}
        self.spool = Path("/")
        self.admitted: tuple[list[str], bool] | None = None
        self.there = asyncio.Event()
        self.stopped = False

    async def start(self) -> Switch:
        await self.there.wait()
        if self.problem is not None:
            raise self.problem
        self.state = State.ON
        return Switch(
            Access("http://x", "u", "p"), AmiAccess("x", 1, "u", "p"), self.spool, "ws://x"
        )

    def admit(self, hosts: Iterable[str], *, phones: bool) -> None:
        self.admitted = list(hosts), phones

    async def stop(self) -> None:
        self.stopped = True


class Notebook:
    """An exchange that writes down what is asked of it, in order."""

    def __init__(self) -> None:
        self.asked: list[object] = []
        self.surveyed = asyncio.Event()
        self.trunks: Sequence[TrunkFigures] = ()

    async def start(self) -> None:
        self.asked.append("start")

    async def stop(self) -> None:
        self.asked.append("stop")

    def status(self, tenant_id: str) -> TelephonyStatus:
        return TelephonyStatus("on", trunks=self.trunks)

    async def perform(self, tenant_id: str, command: Command) -> None:
        self.asked.append(command)

    async def open_phone(self, tenant_id: str, agent_id: str) -> PhoneAccess:
        return PhoneAccess("sip:a@parley", "a", "p", 60.0)

    def phone_line(self) -> str | None:
        return "ws://127.0.0.1:1/ws"

    def phone_gone(self, tenant_id: str, agent_id: str) -> None:
        self.asked.append(("gone", agent_id))

    async def configure(self, tenant_id: str, documents: Sequence[Document]) -> None:
        self.asked.append(("configure", tenant_id))

    async def survey(self, tenant_id: str) -> None:
        self.asked.append(("survey", tenant_id))
        self.surveyed.set()


async def never(raw: RawRecording) -> None:
    raise AssertionError(f"recorded: {raw}")


class House:
    """A telephone that runs, and what the engine was told."""

    def __init__(
        self, asterisk: SlowAsterisk | None, ice_servers: IceServers = lambda agent_id, until: ()
    ) -> None:
        self.exchange = Notebook()
        self.told: asyncio.Queue[Input] = asyncio.Queue()
        self.telephone = Telephone(
            asterisk,
            self.open,
            self.hear,
            lambda: 100.0,
            lambda _: None,
            lambda _: WAITING,
            ice_servers,
        )
        self.running = asyncio.create_task(self.telephone.run_guarded())

    def open(self, switch: Switch | None) -> AnyExchange:
        if switch is not None:
            return self.exchange
        board = Switchboard(self.hear, Book(), lambda: 100.0)
        return Twin(board, never, Path("/nowhere"))

    async def hear(self, tenant_id: str, input: Input) -> None:
        assert tenant_id == TENANT
        await self.told.put(input)

    async def close(self) -> None:
        self.running.cancel()
        await asyncio.gather(self.running, return_exceptions=True)
        await self.telephone.stop()


async def test_commands_wait_until_it_is_there_and_it_is_configured_first() -> None:
    asterisk = SlowAsterisk()
    house = House(asterisk)
    await house.telephone.configure(TENANT, [])
    await house.telephone.survey(TENANT)
    assert house.telephone.status(TENANT).state == "starting"
    with pytest.raises(TransportError) as refused:
        await house.telephone.perform(TENANT, DIAL)
    assert not refused.value.permanent
    asterisk.there.set()
    await house.exchange.surveyed.wait()
    await house.telephone.perform(TENANT, DIAL)
    assert house.exchange.asked == [("configure", TENANT), "start", ("survey", TENANT), DIAL]
    assert house.telephone.status(TENANT) == TelephonyStatus("on", turned_away=7, warnings=WAITING)
    await house.close()
    assert house.exchange.asked[-1] == "stop"
    assert asterisk.stopped


async def test_carriers_are_let_in_and_anybody_once_somebody_has_a_desk_phone() -> None:
    asterisk = SlowAsterisk()
    house = House(asterisk)
    trunk = Document("trunk", "trk_a", {"host": "sip.example", "from_hosts": ["192.0.2.0/28"]})
    away = Document("trunk", "trk_b", {"host": "other.example", "enabled": False})
    agents = [Document("agent", "agt_1", {}), Document("agent", "agt_2", {"phone": "browser"})]
    await house.telephone.configure(TENANT, [trunk, away, *agents])
    asterisk.there.set()
    await house.telephone.survey(TENANT)
    await house.exchange.surveyed.wait()
    assert asterisk.admitted == (["sip.example", "192.0.2.0/28"], False)
    house.exchange.surveyed.clear()
    desk = Document("agent", "agt_3", {"phone": "sip"})
    await house.telephone.configure(TENANT, [trunk, *agents, desk])
    await house.telephone.survey(TENANT)
    await house.exchange.surveyed.wait()
    assert asterisk.admitted == (["sip.example", "192.0.2.0/28"], True)
    await house.close()


async def test_a_carrier_whose_certificate_is_refused_has_a_problem() -> None:
    asterisk = SlowAsterisk()
    house = House(asterisk)
    house.exchange.trunks = [TrunkFigures(id_, id_, None, 0, None, 0, 0) for id_ in ("t1", "t2")]
    trunks = [
        Document("trunk", "t1", {"host": "sip.example", "transport": "tls"}),
        Document("trunk", "t2", {"host": "sip.example", "port": 5060}),
    ]
    await house.telephone.configure(TENANT, trunks)
    await house.telephone.survey(TENANT)
    asterisk.there.set()
    await house.exchange.surveyed.wait()
    why = {"zh-CN": "证书已过期", "en-US": "expired"}
    asterisk.refused = {"sip.example:5061": why}
    found = {trunk.id: trunk.problem for trunk in house.telephone.status(TENANT).trunks}
    assert found == {"t1": why, "t2": None}
    await house.close()


async def test_calls_that_can_not_be_recorded_are_warned_of(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asterisk = SlowAsterisk()
    house = House(asterisk)
    await house.telephone.survey(TENANT)
    asterisk.there.set()
    await house.exchange.surveyed.wait()
    monkeypatch.setattr(telephone, "MIN_FREE", 1 << 62)
    full, waiting = house.telephone.status(TENANT).warnings
    assert waiting == WAITING[0]
    assert "不再录音" in full["zh-CN"]
    assert "not recorded" in full["en-US"]
    await house.close()


async def test_both_companies_with_one_number_are_warned_and_not_told_of_each_other() -> None:
    asterisk = SlowAsterisk()
    house = House(asterisk)
    number = Document("entry_point", "ep", {"channel": "voice", "numbers": ["+8657188880001"]})
    for tenant_id in (TENANT, "tnt_b", "tnt_c"):
        host = "192.0.2.2" if tenant_id == "tnt_c" else "192.0.2.1"
        trunk = Document("trunk", f"trk_{tenant_id}", {"host": host, "from_hosts": ["::/0"]})
        await house.telephone.configure(tenant_id, [trunk, number])
    await house.telephone.survey(TENANT)
    asterisk.there.set()
    await house.exchange.surveyed.wait()
    for tenant_id, other in ((TENANT, "tnt_b"), ("tnt_b", TENANT)):
        _, shared, wide = house.telephone.status(tenant_id).warnings
        assert all("+8657188880001" in text and other not in text for text in shared.values())
        assert all("::/0" in text for text in wide.values())
        assert set(shared) == set(wide) == {"zh-CN", "en-US"}
    assert len(house.telephone.status("tnt_c").warnings) == 2  # without the number's
    await house.close()


async def test_a_spool_that_is_not_there_is_warned_of() -> None:
    asterisk = SlowAsterisk()
    asterisk.spool = Path("/nowhere/spool")
    house = House(asterisk)
    await house.telephone.survey(TENANT)
    asterisk.there.set()
    await house.exchange.surveyed.wait()
    lacking, _ = house.telephone.status(TENANT).warnings
    assert "/nowhere/spool" in lacking["zh-CN"]
    assert "/nowhere/spool" in lacking["en-US"]
    await house.close()


async def test_turned_off_the_twin_takes_its_place_and_nobody_rings() -> None:
    house = House(None)
    trunk = Document("trunk", "trk_a", {"host": "192.0.2.1", "name": "Carrier"})
    await house.telephone.configure(TENANT, [trunk, Document("agent", "agt_1", {})])
    await house.telephone.survey(TENANT)
    assert await house.told.get() == LegsFound(at=100.0)
    told = house.telephone.status(TENANT)
    assert (told.state, told.phones, told.legs) == ("off", 0, 0)
    assert [each.name for each in told.trunks] == ["Carrier"]  # the twin knows what is set up
    await house.telephone.perform(TENANT, DIAL)
    news = await house.told.get()
    assert isinstance(news, LegEnded)
    assert news.cause is LegEnd.UNREACHABLE
    assert house.telephone.phone_line() is None
    await house.close()


async def test_one_that_died_is_told_as_lost() -> None:
    asterisk = SlowAsterisk()
    house = House(asterisk)
    await house.telephone.survey(TENANT)
    asterisk.there.set()
    await house.exchange.surveyed.wait()
    asterisk.state = State.LOST
    told = house.telephone.status(TENANT)
    assert told.state == "lost"
    assert set(told.cause) == set(told.cure) == {"zh-CN", "en-US"}
    assert house.telephone.part().ok  # calls are not all there is
    await house.close()


@pytest.mark.parametrize("turned_off", [True, False])
async def test_where_it_cannot_be_had_nobody_waits_for_a_leg(turned_off: bool) -> None:
    asterisk = None if turned_off else SlowAsterisk(no_packages())
    house = House(asterisk)
    await house.telephone.survey(TENANT)
    if asterisk is not None:
        asterisk.there.set()
    assert await house.told.get() == LegsFound(at=100.0)  # none lives, whatever was believed
    await house.telephone.perform(TENANT, DIAL)
    ended = LegEnded(at=100.0, leg_id="leg_1", cause=LegEnd.UNREACHABLE)
    assert await house.told.get() == ended
    await house.telephone.perform(TENANT, HangUp(lane="int_1", leg_id="leg_1"))
    with pytest.raises(Unavailable) as refused:
        await house.telephone.open_phone(TENANT, "agt_1")
    assert refused.value.code == "voice_off"
    told = house.telephone.status(TENANT)
    assert (told.state, set(told.cause), set(told.cure)) == (
        "off", {"zh-CN", "en-US"}, {"zh-CN", "en-US"},
    )  # fmt: skip
    assert ("模拟" in told.cause["zh-CN"]) is turned_off
    assert ("simulated" in told.cause["en-US"]) is turned_off
    assert house.telephone.part().ok
    await house.close()


NAT = {
    "stun_server": "stun.example:3478",
    "turn_urls": "turn:turn.example:3478,turns:turn.example?transport=tcp",
    "turn_user": "parley",
    "turn_secret": "s3cret",
}


async def test_a_softphone_is_told_the_stun_and_turn_servers_of_the_settings() -> None:
    given = ice_servers(load(**NAT))
    servers = given("agt_1", 0.0)
    assert servers == [
        {"urls": ["stun:stun.example:3478"]},
        {
            "urls": ["turn:turn.example:3478", "turns:turn.example?transport=tcp"],
            "username": "parley",
            "credential": "s3cret",
        },
    ]
    asterisk = SlowAsterisk()
    house = House(asterisk, given)
    asterisk.there.set()
    await house.telephone.survey(TENANT)
    await house.exchange.surveyed.wait()
    access = await house.telephone.open_phone(TENANT, "agt_1")
    assert access.ice_servers == servers
    assert "s3cret" not in repr(access) + repr(load(**NAT))
    await house.close()


def test_a_relay_without_a_password_is_a_wrong_setting() -> None:
    with pytest.raises(WrongSetting, match="PARLEY_TURN_SECRET"):
        ice_servers(load(**{**NAT, "turn_secret": ""}))
    with pytest.raises(WrongSetting, match="PARLEY_TURN_URLS"):
        load(turn_urls="https://turn.example")
    assert ice_servers(load())("agt_1", 0.0) == []


async def test_without_a_user_each_agent_has_relay_credentials_for_as_long_as_the_phone() -> None:
    asterisk = SlowAsterisk()
    house = House(asterisk, ice_servers(load(**{**NAT, "turn_user": ""})))
    asterisk.there.set()
    await house.telephone.survey(TENANT)
    await house.exchange.surveyed.wait()
    access = await house.telephone.open_phone(TENANT, "agt_1")  # at 100 s, for 60 s
    relay = access.ice_servers[1]
    assert relay["username"] == "160:agt_1"
    assert relay["credential"] == relay_credentials("s3cret", "agt_1", 160.0)["credential"]
    assert "s3cret" not in str(relay)
    await house.close()


def test_a_relays_credentials_are_what_its_own_tools_make_of_the_secret() -> None:
    """printf 1433895918:user | openssl dgst -sha1 -hmac north -binary | base64"""
    assert relay_credentials("north", "user", 1433895918.2) == {
        "username": "1433895918:user",
        "credential": "/gk4t5tUc08OpM3NjrVjHSFVNmY=",
    }


def test_behind_a_nat_asterisk_says_its_address_outside(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(asterisk_config, "addresses", lambda host: ("10.0.0.5", host))
    nat = {**NAT, "data_dir": tmp_path, "sip_public_host": "203.0.113.7"}
    nets = "10.0.0.0/8, 100.64.0.0/10"
    texts = configured(tmp_path, **nat, sip_local_nets=nets, rtp_ports="10000-13999")
    [udp] = re.findall(r"\[parley-udp\](.*?)\n\[", texts["pjsip.conf"], re.DOTALL)
    for line in (
        "external_media_address=203.0.113.7", "external_signaling_address=203.0.113.7",
        "local_net=10.0.0.0/8", "local_net=100.64.0.0/10",
    ):  # fmt: skip
        assert line in udp.split("\n")
    assert "192.168" not in udp
    rtp = texts["rtp.conf"]
    assert "rtpstart=10000\nrtpend=13999\n" in rtp
    assert "[ice_host_candidates]\n10.0.0.5 => 203.0.113.7,include_local_address\n" in rtp
    assert "stunaddr" not in rtp  # each leg would wait for it
    assert "s3cret" not in "".join(texts.values())


def test_an_address_outside_that_nobody_knows_is_asked_for(tmp_path: Path) -> None:
    texts = configured(tmp_path, **NAT, data_dir=tmp_path)
    assert "stunaddr=stun.example:3478\n" in texts["rtp.conf"]


def test_without_a_nat_asterisk_says_its_own_address(tmp_path: Path) -> None:
    texts = configured(tmp_path, data_dir=tmp_path)
    assert "external_" not in texts["pjsip.conf"]
    assert texts["rtp.conf"].endswith("[ice_host_candidates]\n")
    assert "stunaddr" not in texts["rtp.conf"]


def test_a_machine_with_the_address_itself_is_behind_no_nat() -> None:
    assert addresses("127.0.0.1") is None
    assert addresses("nowhere.invalid") is None


@pytest.mark.parametrize("module", [True, False])
def test_without_its_module_nobody_is_listened_to_but_all_are_answered(
    tmp_path: Path, module: bool
) -> None:
    """An application that Asterisk doesn't have would hang up."""
    if module:
        (tmp_path / "app_amd.so").touch()
    texts = configured(tmp_path, data_dir=tmp_path)
    assert ("load = app_amd.so\n" in texts["modules.conf"]) is module
    assert ("AMD()" in texts["extensions.conf"]) is module
    assert "Stasis(parley,amd,${AMDSTATUS},${AMDCAUSE})" in texts["extensions.conf"]


def configured(folder: Path, **given: object) -> Mapping[str, str]:
    """The files that an Asterisk of these settings would read."""
    settings = asterisk_settings(load(**given))
    program = Program(("asterisk",), (22, 10, 1), folder, folder)
    return asterisk_config.files(settings, settle(settings, folder), program)
