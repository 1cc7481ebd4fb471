"""How sure a mean over replications is: 95 % confidence half-widths (Student's t)."""

from __future__ import annotations

from collections.abc import Sequence
from math import sqrt
from statistics import stdev

LEAST = 2  # values for a half-width

# 97.5 % quantiles for 1 to 30 degrees of freedom; NIST/SEMATECH e-Handbook, 1.3.6.7.2
_T = (
    12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.160,
    2.145, 2.131, 2.120, 2.110, 2.101, 2.093, 2.086, 2.080, 2.074, 2.069, 2.064, 2.060, 2.056,
    2.052, 2.048, 2.045, 2.042,
)  # fmt: skip
_NORMAL = 1.960


def half_width(values: Sequence[float]) -> float | None:
    """Of the mean of independent values; None for fewer than LEAST."""
    degrees = len(values) - 1
    if degrees + 1 < LEAST:
        return None
    t = _T[degrees - 1] if degrees <= len(_T) else _NORMAL
    return t * stdev(values) / sqrt(len(values))
