"""What n agents do to a queue: Erlang B (no waiting), Erlang C (endless patience), Erlang A (patience).

Poisson arrivals, exponential handling and patience, first come first served, in steady state.
Sources: Erlang 1917 (B, C); Palm 1957, Garnett, Mandelbaum & Reiman 2002 and Mandelbaum & Zeltyn 2007
(A: the M/M/n+M queue by the integral J). Stable up to MAX_AGENTS: B by its recursion in 1/B, J by
quadrature around the peak of a log-concave integrand, scaled by that peak.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import ceil, exp, expm1, inf, isinf, log

MAX_AGENTS = 100_000
_PANELS = 64  # of the quadrature, with 8 Gauss-Legendre nodes each: relative error below 1e-12
_NEGLIGIBLE = 46.0  # e^-46 is 1e-20 of the peak

# Nodes and weights on [-1, 1], 8 points; Abramowitz & Stegun, table 25.4. Mirrored at 0.
_NODES = (0.1834346424956498, 0.5255324099163290, 0.7966664774136267, 0.9602898564975363)
_WEIGHTS = (0.3626837833783620, 0.3137066458778873, 0.2223810344533745, 0.1012285362903763)


@dataclass(frozen=True, slots=True)
class Demand:
    """`rate_per_s` arrivals, handled in `handle_s` on average; the mean patience, None: endless."""

    rate_per_s: float
    handle_s: float
    patience_s: float | None = None

    @property
    def erlangs(self) -> float:
        return self.rate_per_s * self.handle_s


@dataclass(frozen=True, slots=True)
class Service:
    """What customers and agents feel. Waits in seconds, the rest are shares of 1.

    p_wait          of all who come
    asa_s           mean wait of the answered;  mean_wait_s  of all who come
    service_level   answered within the target, of the answered and those who left after the target
    in_target       answered within the target, of all who come
    p_wait_longer   waited longer than the target, then answered or gone, of all who come
    """

    p_wait: float
    p_abandon: float
    asa_s: float
    mean_wait_s: float
    service_level: float
    in_target: float
    p_wait_longer: float
    occupancy: float


@dataclass(frozen=True, slots=True)
class Target:
    """A service level (0.8 within 20 s), and limits that hold besides it."""

    service_level: float = 0.8
    within_s: float = 20.0
    max_abandon: float = 1.0
    max_occupancy: float = 1.0
    max_asa_s: float = inf

    def met_by(self, service: Service) -> bool:
        return (
            service.service_level >= self.service_level
            and service.p_abandon <= self.max_abandon
            and service.occupancy <= self.max_occupancy
            and service.asa_s <= self.max_asa_s
        )


NOBODY = Service(1.0, 1.0, inf, inf, 0.0, 0.0, 1.0, 1.0)
OVERLOADED = Service(1.0, 0.0, inf, inf, 0.0, 0.0, 1.0, 1.0)


def erlang_b(agents: int, erlangs: float) -> float:
    """The share of arrivals that find all agents busy, if nobody may wait."""
    return 1.0 / _inverse_b(agents, erlangs) if erlangs > 0 else float(agents == 0)


def _inverse_b(agents: int, erlangs: float) -> float:
    inverse = 1.0
    for n in range(1, agents + 1):
        inverse = 1.0 + inverse * n / erlangs
        if isinf(inverse):
            break
    return inverse


def erlang_c(agents: int, erlangs: float) -> float:
    """The share of arrivals that must wait, if everybody waits as long as it takes."""
    if agents <= erlangs:
        return 1.0
    return _c_of_b(agents, erlangs, erlang_b(agents, erlangs))


def _c_of_b(agents: int, erlangs: float, b: float) -> float:
    return agents * b / (agents - erlangs * (1.0 - b))


def service(demand: Demand, agents: int, within_s: float = 20.0) -> Service:
    """The steady state with so many agents: Erlang A if the patience is known, else Erlang C."""
    if demand.rate_per_s <= 0 or demand.handle_s <= 0:
        return Service(0.0, 0.0, 0.0, 0.0, 1.0, 1.0, 0.0, 0.0)
    if agents <= 0:
        return NOBODY
    if demand.patience_s is None:
        p_wait = erlang_c(agents, demand.erlangs)
        return _endless(demand, agents, within_s, p_wait)
    return _impatient(demand, demand.patience_s, agents, within_s)


def _endless(demand: Demand, agents: int, within_s: float, p_wait: float) -> Service:
    spare = agents - demand.erlangs
    if spare <= 0:
        return OVERLOADED
    asa = p_wait * demand.handle_s / spare
    longer = p_wait * exp(-spare * within_s / demand.handle_s)
    return Service(
        p_wait=p_wait, p_abandon=0.0, asa_s=asa, mean_wait_s=asa, service_level=1.0 - longer,
        in_target=1.0 - longer, p_wait_longer=longer, occupancy=demand.erlangs / agents,
    )  # fmt: skip


def _impatient(demand: Demand, patience_s: float, agents: int, within_s: float) -> Service:
    """Everything from J(t), the integral of g = exp(h) from t on: see `_Offered`.

    A customer who would wait W to be answered stays that long with probability e^{-W/p}; since
    rate e^{-x/p} g = g' + (n/s) g, the answered with W > t are ((n/s) J(t) - g(t)) / total.
    """
    offered = _Offered(demand.rate_per_s, agents / demand.handle_s, patience_s)
    rate, drain = offered.rate, offered.drain
    before = _inverse_b(agents - 1, demand.erlangs) * offered.g(0.0)
    j_all, j_late = offered.integral(0.0), offered.integral(within_s)
    total = before + rate * j_all
    if isinf(total):  # far more agents than work
        return Service(0.0, 0.0, 0.0, 0.0, 1.0, 1.0, 0.0, demand.erlangs / agents)
    p_abandon = max(0.0, (offered.g(0.0) + (rate - drain) * j_all) / total)
    served = 1.0 - p_abandon
    served_late = max(0.0, (drain * j_late - offered.g(within_s)) / total)
    longer = exp(-within_s / patience_s) * rate * j_late / total
    left_late = max(0.0, longer - served_late)
    in_target = max(0.0, served - served_late)
    return Service(
        p_wait=rate * j_all / total,
        p_abandon=p_abandon,
        asa_s=rate * offered.integral(0.0, lambda x: x * exp(-x / patience_s)) / total / served,
        mean_wait_s=p_abandon * patience_s,
        service_level=in_target / (in_target + served_late + left_late),
        in_target=in_target,
        p_wait_longer=longer,
        occupancy=demand.erlangs * served / agents,
    )


class _Offered:
    """The wait an endless customer would meet has density rate g(x) / total for x > 0, with
    g = exp(h), h(x) = rate p (1 - e^{-x/p}) - drain x: concave, so g has one peak; scaled by it."""

    def __init__(self, rate: float, drain: float, patience_s: float) -> None:
        self.rate, self.drain, self.patience_s = rate, drain, patience_s
        self._peak = patience_s * log(rate / drain) if rate > drain else 0.0
        self._top = self._h(self._peak)

    def _h(self, x: float) -> float:
        return -self.rate * self.patience_s * expm1(-x / self.patience_s) - self.drain * x

    def g(self, x: float) -> float:
        return exp(self._h(x) - self._top)

    def integral(self, begin: float, weight: Callable[[float], float] = lambda _: 1.0) -> float:
        """Of g (times the weight) from `begin` to infinity."""
        end = self._negligible(max(begin, self._peak), +1.0)
        start = max(begin, self._negligible(self._peak, -1.0) if self._peak > begin else begin)
        width = (end - start) / _PANELS
        half, centers = width / 2, (start + width * (n + 0.5) for n in range(_PANELS))
        return half * sum(
            w * (weight(c + half * x) * self.g(c + half * x)
                 + weight(c - half * x) * self.g(c - half * x))
            for c in centers
            for x, w in zip(_NODES, _WEIGHTS, strict=True)
        )  # fmt: skip

    def _negligible(self, start: float, side: float) -> float:
        """Where, on one side of `start`, g is below e^-46 of what it is there."""
        limit, step = self._h(start) - _NEGLIGIBLE, 1.0 / self.drain
        while self._h(start + side * step) > limit:
            step *= 2
            if side < 0 and step > start:
                return 0.0
        low, high = 0.0, step
        for _ in range(30):
            middle = (low + high) / 2
            low, high = (middle, high) if self._h(start + side * middle) > limit else (low, middle)
        return max(0.0, start + side * high)


def agents_needed(demand: Demand, target: Target, most: int = MAX_AGENTS) -> int | None:
    """The fewest agents that meet the target; None if `most` do not. More agents never serve worse."""
    if target.met_by(service(demand, 0, target.within_s)):
        return 0
    low, high = 0, max(1, min(most, ceil(demand.erlangs)))
    while not target.met_by(service(demand, high, target.within_s)):
        if high >= most:
            return None
        low, high = high, min(most, high * 2)
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (
            (low, middle)
            if target.met_by(service(demand, middle, target.within_s))
            else (middle, high)
        )
    return high
