"""What n agents do to a queue: Erlang B (no waiting), Erlang C (endless patience), Erlang A (patience).

Poisson arrivals, exponential handling and patience, first come first served, in steady state.
Sources: Erlang 1917 (B, C); Palm 1957, Garnett, Mandelbaum & Reiman 2002 and Mandelbaum & Zeltyn 2007
(A: the M/M/n+M queue by the integral J). Stable up to MAX_AGENTS: B by its recursion in 1/B, J by
quadrature around the peak of a log-concave integrand, scaled by that peak.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, expm1, inf, isinf, log

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
    """Everything from J(t), the integral from t of exp(h), h(x) = a(1 - e^{-x/p}) - n x/s.

    With W the wait an endless customer would have: P(W > t) = rate J(t) / (E + rate J(0)) and, since
    rate e^{-x/p} exp(h) = (exp h)' + (n/s) exp h, P(W > t, stays) = (n/s J(t) - exp h(t)) / (same).
    """
    rate, drain = demand.rate_per_s, agents / demand.handle_s
    peak, tail = _peak(rate, drain, patience_s), within_s
    top = _exponent(rate, drain, patience_s, peak)
    scale = exp(-top) if top < 700 else 0.0
    j_all = _integral(rate, drain, patience_s, 0.0, peak, top)
    j_late = _integral(rate, drain, patience_s, tail, peak, top)
    before = _inverse_b(agents - 1, demand.erlangs) * scale
    total = before + rate * j_all
    if isinf(total):  # far more agents than work
        return Service(0.0, 0.0, 0.0, 0.0, 1.0, 1.0, 0.0, demand.erlangs / agents)
    at_tail = exp(_exponent(rate, drain, patience_s, tail) - top)
    p_abandon = max(0.0, (scale + (rate - drain) * j_all) / total)
    served_late = max(0.0, (drain * j_late - at_tail) / total)
    longer = exp(-tail / patience_s) * rate * j_late / total
    served = 1.0 - p_abandon
    in_target = served - served_late
    left_late = max(0.0, longer - served_late)
    mean_wait = p_abandon * patience_s
    asa = _asa(demand, patience_s, total, drain, (peak, top)) / served if served > 0 else inf
    return Service(
        p_wait=rate * j_all / total, p_abandon=p_abandon, asa_s=asa, mean_wait_s=mean_wait,
        service_level=in_target / (served + left_late) if served + left_late > 0 else 0.0,
        in_target=in_target, p_wait_longer=longer, occupancy=demand.erlangs * served / agents,
    )  # fmt: skip


def _asa(
    demand: Demand, patience_s: float, total: float, drain: float, peak: tuple[float, float]
) -> float:
    """E[wait; answered]: the integral of t e^{-t/p} times the density of the wait."""
    rate = demand.rate_per_s

    def weight(x: float) -> float:
        return x * exp(-x / patience_s)

    return rate * _integral(rate, drain, patience_s, 0.0, *peak, weight) / total


def _exponent(rate: float, drain: float, patience_s: float, x: float) -> float:
    return -rate * patience_s * expm1(-x / patience_s) - drain * x


def _peak(rate: float, drain: float, patience_s: float) -> float:
    return patience_s * log(rate / drain) if rate > drain else 0.0


def _integral(
    rate: float, drain: float, patience_s: float, begin: float, peak: float, top: float,
    weight: object = None,
) -> float:  # fmt: skip
    """Of exp(h - top) from `begin` on (times the density's `weight`, if any)."""
    raise NotImplementedError
