"""Calls out: an agent's phone, or a number over the first trunk that takes it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress

import structlog

from parley.adapters.telephony import causes
from parley.adapters.telephony.ari import EXISTS, Ari, AriError
from parley.adapters.telephony.arranging import Arranger
from parley.adapters.telephony.legs import Dial, Leg, Legs
from parley.adapters.telephony.names import AMD_CONTEXT, APP
from parley.adapters.telephony.phones import Phone, Phones
from parley.adapters.telephony.trunks import Trunks
from parley.core.commands import DialAgent, DialNumber
from parley.core.model import LegEnd, LegRole, PhoneKind

PHONE_FORMATS = "opus,ulaw,alaw"
HEADER = "PJSIP_HEADER(add,X-Parley-{})"

Ended = Callable[[Leg, LegEnd, int | None], None]

log = structlog.get_logger("parley.telephony")


class Dialler:
    def __init__(
        self, ari: Ari, legs: Legs, phones: Phones, trunks: Trunks, arranger: Arranger, ended: Ended
    ) -> None:
        self._ari = ari
        self._legs = legs
        self._phones = phones
        self._trunks = trunks
        self._arranger = arranger
        self._ended = ended

    async def agent(self, tenant_id: str, command: DialAgent) -> None:
        if self._known(command.leg_id):
            return
        phone = self._phones.get(tenant_id, command.agent_id)
        variables = {
            **_variables(tenant_id, command.interaction_id, LegRole.AGENT),
            "PARLEY_AGENT": command.agent_id,
        }
        leg = Leg(
            command.leg_id, tenant_id, LegRole.AGENT, command.leg_id,
            interaction_id=command.interaction_id, agent_id=command.agent_id,
            dial=Dial(phone.number or "", command.caller_id, command.ring_s, variables),
            meets=command.meets,
        )  # fmt: skip
        self._legs.add(leg)
        if phone.kind is PhoneKind.NUMBER:
            await self._over_trunks(leg)
            return
        headers = {
            HEADER.format("Interaction"): command.interaction_id,
            HEADER.format("Purpose"): command.purpose,
        }
        await asyncio.gather(
            self._ring(leg, phone, {**variables, **headers}),
            self._arranger.prepare(command.interaction_id),
        )
        await self._arranger.tidy(command.interaction_id)

    async def number(self, tenant_id: str, command: DialNumber) -> None:
        if self._known(command.leg_id):
            return
        role = self._role(command.interaction_id)
        variables = _variables(tenant_id, command.interaction_id, role)
        leg = Leg(
            command.leg_id, tenant_id, role, command.leg_id,
            interaction_id=command.interaction_id,
            dial=Dial(
                command.number, command.caller_id or "", command.ring_s, variables, command.amd
            ),
        )  # fmt: skip
        self._legs.add(leg)
        await self._over_trunks(leg)

    def _known(self, leg_id: str) -> bool:
        """The command was carried out before."""
        return self._legs.get(leg_id) is not None or self._legs.has_ended(leg_id)

    def _role(self, interaction_id: str) -> LegRole:
        """The first outside leg of a call is the customer's."""
        roles = {leg.role for leg in self._legs.of_call(interaction_id)}
        return LegRole.PARTY if LegRole.CUSTOMER in roles else LegRole.CUSTOMER

    # --- phones -------------------------------------------------------------------------------------

    async def _ring(self, leg: Leg, phone: Phone, variables: dict[str, str]) -> None:
        assert leg.dial is not None
        try:
            await self._originate(leg, f"PJSIP/{phone.name}", PHONE_FORMATS, variables)
        except AriError as error:
            await self._failed(leg, error)
            return
        await self._arranger.tones(leg.interaction_id)

    # --- trunks -------------------------------------------------------------------------------------

    async def _over_trunks(self, leg: Leg) -> None:
        leg.others = self._trunks.to_try(leg.tenant_id)
        if not leg.others:
            self._ended(leg, LegEnd.UNREACHABLE, None)
            return
        await self._next(leg)
        await self._arranger.tones(leg.interaction_id)

    async def again(self, leg: Leg) -> None:
        """The trunk failed: the next one. The end is told only when none is left."""
        if leg.trunk is not None:
            self._trunks.rejected(leg.trunk)
        self._legs.retry(leg)
        try:
            await self._next(leg)
        except AriError as error:
            await self._failed(leg, error)

    async def _next(self, leg: Leg) -> None:
        while leg.others and not leg.dropped:
            leg.trunk = leg.others.pop(0)
            assert leg.dial is not None
            try:
                address = leg.trunk.address_of(leg.dial.number)
                codecs = ",".join(leg.trunk.peer.codecs)
                leg.caller_id = leg.dial.caller_id or leg.trunk.caller_id
                await self._originate(leg, address, codecs, leg.dial.variables)
                await self._called_off(leg)
                return
            except AriError as error:
                log.warning("trunk_refused", trunk=leg.trunk.id, reason=str(error))
                self._trunks.rejected(leg.trunk)
                if not leg.others or error.http == 0:
                    await self._failed(leg, error)
                    return
                self._legs.retry(leg)
        if leg.dropped:
            self._ended(leg, LegEnd.NORMAL, causes.NORMAL)

    async def _called_off(self, leg: Leg) -> None:
        """It may have been, while it was dialled."""
        if leg.dropped:
            await self._ari.delete(f"/channels/{leg.channel}")

    async def _failed(self, leg: Leg, error: AriError) -> None:
        """No answer from the switch: the leg is lost, and must not ring for nobody. A refusal:
        nothing is registered there."""
        log.info("not_dialled", leg=leg.id, reason=str(error))
        self._ended(leg, LegEnd.UNREACHABLE if error.http else LegEnd.LOST, None)
        if error.http == 0:
            with suppress(AriError):
                await self._ari.delete(f"/channels/{leg.channel}")

    async def _originate(self, leg: Leg, endpoint: str, formats: str, variables: object) -> None:
        assert leg.dial is not None
        to_us = {"app": APP}
        over_amd = {"context": AMD_CONTEXT, "extension": "s", "priority": 1}
        await self._ari.post(
            f"/channels/{leg.channel}", {"variables": variables}, fine=(EXISTS,),
            endpoint=endpoint, formats=formats, timeout=max(1, round(leg.dial.ring_s)),
            callerId=_caller(leg.caller_id or leg.dial.caller_id),
            **(over_amd if leg.dial.amd else to_us),
        )  # fmt: skip


def _variables(tenant_id: str, interaction_id: str, role: LegRole) -> dict[str, str]:
    return {
        "PARLEY_TENANT": tenant_id, "PARLEY_INTERACTION": interaction_id, "PARLEY_ROLE": role,
    }  # fmt: skip


def _caller(caller_id: str) -> str | None:
    """As a SIP display name and user; quotes and the like can't be said in either."""
    said = "".join(c for c in caller_id if c.isprintable() and c not in '"<>\\')
    return f'"{said}" <{said}>' if said else None
