"""The benchmarks still measure what they say; how fast anything is, is not asserted."""

import math

import pytest

from bench.engine import AGENTS, CAPACITY, WAITING, one_round
from bench.journal import script
from bench.measure import medians, percentile, table
from bench.talk import INPUTS_A_TALK


def test_the_engine_benchmark_keeps_the_center_full_and_covers_a_whole_conversation():
    figures, by_kind = one_round(inputs=6_000, seed=1)
    assert figures["waiting"] == WAITING
    assert AGENTS * CAPACITY == 3_000
    assert set(by_kind) == {
        "MessageReceived", "AgentRead", "MessageWritten", "CustomerRead", "ConversationClosed",
        "WrapUpSaved", "OfferAccepted",
    }  # fmt: skip


@pytest.mark.parametrize("numbered_by", ["row", "sequence"])
def test_the_rival_of_the_journal_gets_one_statement_for_each_input(numbered_by):
    first, *statements = script(numbered_by).strip().splitlines()
    assert first.startswith(r"\set i")
    assert len(statements) == INPUTS_A_TALK
    assert all("INSERT INTO journal" in statement for statement in statements)
    assert ("UPDATE shard" in statements[0]) == (numbered_by == "row")
    assert ":i" in statements[0]


def test_figures_are_summed_up_as_usual():
    assert percentile([3.0, 1.0, 2.0], 0.5) == 2.0
    assert percentile([], 0.99) == 0.0
    assert medians([{"a": 1.0}, {"a": 9.0}, {"a": 2.0}]) == {"a": 2.0}
    assert table(("x", "y"), [["1", "2"]]).splitlines()[-1] == "| 1 | 2 |"
    assert math.isclose(percentile([float(n) for n in range(100)], 0.99), 99.0)
