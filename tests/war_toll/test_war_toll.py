"""What a war does to two states, by hand."""

import numpy as np
import pytest

from detente.mechanisms import war_toll
from detente.mechanisms.war_toll import equations as eq
from detente.mechanisms.war_toll.fit import VINTAGES, blows, overmatched


def square(n=3, **pairs):
    out = np.zeros((1, n, n))
    for (i, j), value in pairs.get("of", {}).items():
        out[0, i, j] = out[0, j, i] = value
    return out


def test_a_war_hits_relations_and_a_fatal_dispute_short_of_it_does_too():
    effects = np.array([[-0.2, 4.0, 4.5]])
    hit = eq.blow(war=square(of={(0, 1): 1}), fatal=square(of={(0, 1): 1, (1, 2): 1}), effects=effects)
    np.testing.assert_allclose([hit[0, 0, 1], hit[0, 1, 2], hit[0, 0, 2]], [4.3, 3.8, -0.2])


def test_trade_comes_back_step_by_step():
    war, quiet = square(of={(0, 1): 1}), square()
    first = eq.shadow(war=war, before=quiet, recovery=np.array([[[0.2]]]))
    later = eq.shadow(war=quiet, before=first, recovery=np.array([[[0.2]]]))
    assert first[0, 0, 1] == 1.0
    assert later[0, 1, 0] == pytest.approx(0.8)


def test_the_weaker_loses_more_and_a_war_of_the_start_is_in_the_projection():
    war, power = square(of={(0, 1): 1, (1, 2): 1}), np.array([[0.3, 0.1, np.nan]])
    lost = eq.output_lost(war=war, start=square(), capability=power, cost=np.array([0.1]))
    np.testing.assert_allclose(lost[0, :2], [0.025, 0.075])
    old = eq.output_lost(war=war, start=war, capability=power, cost=np.array([0.1]))
    np.testing.assert_array_equal(old, 0.0)


def test_the_logit_finds_the_truth():
    rows = np.arange(20_000)
    x = np.stack([np.ones(20_000), rows % 40 == 0, rows % 100 == 1], 1).astype(float)
    chance = 1 / (1 + np.exp(-(x @ [0.0, 2.0, 3.0] - 4.0)))
    luck = (rows * 0.6180339887) % 1
    found = blows(x, (luck < chance).astype(float), rows, np.full(20_000, -4.0))["joint"]["mean"]
    np.testing.assert_allclose(found, [0.0, 2.0, 3.0], atol=0.35)


def test_exposure_takes_the_hardest_war():
    import polars as pl

    table = pl.DataFrame(
        {"state": ["A", "B", "C"], "year": [2000] * 3, "cinc": [0.1, 0.3, 0.1]},
    )
    told = overmatched(table, {("A", "B", 2001), ("B", "A", 2001), ("A", "C", 2001), ("C", "A", 2001)})
    assert told["A", 2001] == pytest.approx(0.75)
    assert told["B", 2001] == pytest.approx(0.25)


@pytest.mark.parametrize("year", [*VINTAGES, None])
def test_every_vintage_says_that_wars_cost(year):
    p = {q.name.partition(".")[2]: q.prior for q in war_toll.mechanism(year).parameters}
    assert min(p["blow"].joint.mean[1:]) > 2
    assert p["output_ucdp"].joint.mean[0] > p["output_mid"].joint.mean[0] > 0
