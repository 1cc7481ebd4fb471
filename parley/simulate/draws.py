"""Random durations and arrivals. Chance comes from one seeded generator, so a run can be repeated."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Sequence
from functools import lru_cache
from math import inf, log, sqrt
from pathlib import Path
from random import Random

from parley.core.errors import Invalid
from parley.simulate.scenario import (
    Deterministic,
    Duration,
    Empirical,
    Exponential,
    Lognormal,
    Scenario,
    Uniform,
)

Draw = Callable[[float], float]
"""Seconds for a customer who arrives at the given second."""


def drawer(duration: Duration | list[tuple[float, Duration]], random: Random, folder: Path) -> Draw:
    """How to draw from one distribution, or from one for each time of arrival."""
    if isinstance(duration, list):
        starts = [at for at, _ in duration]
        draws = [_one(d, random, folder) for _, d in duration]
        return lambda at: draws[max(0, bisect_right(starts, at) - 1)](at)
    return _one(duration, random, folder)


def _one(duration: Duration, random: Random, folder: Path) -> Draw:
    match duration:
        case Exponential(mean_s=mean):
            rate, uniform = 1 / mean, random.random
            return lambda _: -log(1.0 - uniform()) / rate
        case Lognormal(mean_s=mean, cv=cv):
            sigma2 = log(1 + cv * cv)
            mu, sigma = log(mean) - sigma2 / 2, sqrt(sigma2)
            return lambda _: random.lognormvariate(mu, sigma)
        case Uniform(low_s=low, high_s=high):
            return lambda _: random.uniform(low, high)
        case Deterministic(mean_s=mean):
            return lambda _: mean
        case Empirical(file=name):
            values = _numbers(folder / name)
            return lambda _: random.choice(values)


@lru_cache(maxsize=64)
def _numbers(path: Path) -> tuple[float, ...]:
    """Raises Invalid(numbers_invalid)."""
    try:
        values = tuple(map(float, path.read_text(encoding="utf-8").split()))
    except (OSError, ValueError) as error:
        raise Invalid("numbers_invalid", f"{path.name}: {error}") from None
    if not values or not all(0 <= value < inf for value in values):
        raise Invalid("numbers_invalid", f"{path.name}: numbers of seconds, one a line")
    return values


class Arrivals:
    """Times of a Poisson process whose rate is constant between the steps of a profile."""

    def __init__(self, profile: Sequence[tuple[float, float]], random: Random) -> None:
        """`profile`: (from second, rate per second), ascending; the last rate holds on."""
        self._steps = [*profile, (inf, 0.0)]
        self._constant = profile[0][1] if len(profile) == 1 and profile[0][0] == 0 else 0.0
        self._random = random

    def after(self, at: float) -> float:
        """The next arrival after `at`; inf if none comes any more."""
        if self._constant:
            return at - log(1.0 - self._random.random()) / self._constant
        needed = self._random.expovariate(1.0)  # of expected arrivals, spent along the profile
        place = max(0, bisect_right(self._steps, (at, inf)) - 1)
        while place < len(self._steps) - 1:
            begin, rate = self._steps[place]
            end = self._steps[place + 1][0]
            begin = max(begin, at)
            if rate > 0 and begin + needed / rate <= end:
                return begin + needed / rate
            if rate > 0:
                needed -= rate * (end - begin)
            place += 1
        return inf


def day_factor(scenario: Scenario, random: Random) -> float:
    """One random factor with mean 1 on all rates of a replication; 1 without one."""
    if scenario.day_factor is None:
        return 1.0
    shape = scenario.day_factor.shape
    return random.gammavariate(shape, 1 / shape)
