"""The arms trade in made-up worlds: accounts close, ties and bans move sellers, standards cost once."""

import numpy as np
import pytest

from detente.mechanisms.arms import mechanism, score, step
from detente.mechanisms.arms.panel import Windows
from detente.model.chance import Chance
from detente.model.mechanism import Values, View, theories_of
from detente.model.space import Index

N, DRAWS = 4, 100
INDEX = Index(("AAA", "BBB", "CCC", "DDD"), (0, 1, 2, 3))


def world(**given):
    """AAA and BBB sell to CCC; AAA and BBB are allies; DDD reports no spending and buys from AAA."""
    base, pact = np.zeros((N, N)), np.zeros((N, N))
    base[0, 2], base[1, 2], base[0, 3] = 300.0, 100.0, 50.0
    pact[0, 1] = pact[1, 0] = 1.0
    milex = np.array([800.0, 50.0, 60.0, np.nan])
    arrays = {
        "milex": milex, "last.milex": milex, "milex_start": milex, "peace_level": np.full((N, N), 0.5),
        "peace_start": np.full((N, N), 0.5), "sanction_arms": np.zeros((N, N)),
        "sanction_complete": np.zeros((N, N)), "arms_ban_start": np.zeros((N, N)), "defence_pact": pact,
        "pact_start": pact, "arms_base": base, "last.arms_tie": np.zeros((N, N)),
        "last.arms_imports": base.sum(axis=0), "last.alliance_standards": np.array([0.0625, 1.0, 0.0, 0.0]),
    }
    return {k: np.broadcast_to(v, (DRAWS, *np.shape(v))) for k, v in {**arrays, **given}.items()}


def years(ahead=1, **changes):
    model, luck, arrays = mechanism(), Chance(6), world(**changes)
    p = Values(
        {q.name.partition(".")[2]: q.at(luck.row(q.name, range(DRAWS), 0, q.width)) for q in model.parameters},
        theories_of(model.parameters),
    )
    found = []
    for year in range(2025, 2025 + ahead):
        u = {s: luck.uniforms(s, range(DRAWS), year, d, INDEX) for s, d in model.chance.items()}
        new = step(View(year, INDEX, DRAWS, arrays), p, u)
        arrays = arrays | {f"last.{k}": v for k, v in new.items()}
        found.append(new)
    return found


def test_what_is_sold_is_bought():
    new = years()[0]
    np.testing.assert_allclose(new["arms_exports"].sum(axis=1), new["arms_imports"].sum(axis=1))
    np.testing.assert_allclose(new["arms_transfer"].sum(axis=1), new["arms_imports"])


def test_unknown_spending_poisons_nobody():
    new = years(3)[-1]
    assert np.isfinite(new["arms_imports"]).all()
    assert np.isnan(new["equipment_spending"][:, 3]).all()
    assert np.isfinite(new["equipment_spending"][:, :3]).all()


def test_with_middling_luck_a_calm_world_trades_on():
    means = np.mean([new["arms_imports"][:, 2].mean() for new in years(10)])
    assert means == pytest.approx(400.0, rel=0.15)


def test_an_embargo_turns_the_buyer_to_the_other_seller():
    ban = np.zeros((N, N))
    ban[0, 2] = 1.0
    calm, banned = years(8)[-1], years(8, sanction_arms=ban)[-1]
    assert np.mean(banned["arms_transfer"][:, 0, 2]) < 0.75 * np.mean(calm["arms_transfer"][:, 0, 2])
    np.testing.assert_allclose(banned["arms_imports"], calm["arms_imports"])


def test_less_spending_buys_less_and_cuts_equipment_more():
    less = np.array([800.0, 50.0, 30.0, np.nan])
    calm, poor = years(8)[-1], years(8, milex=less)[-1]
    assert poor["arms_imports"][:, 2].mean() < calm["arms_imports"][:, 2].mean()
    assert np.all(poor["equipment_spending"][:, 2] <= 0.5 * calm["equipment_spending"][:, 2] + 1e-9)


def test_joining_the_strongest_alliance_costs_for_thirteen_years_and_no_more():
    pact = np.zeros((N, N))
    pact[:3, :3] = 1 - np.eye(3)
    found = years(15, defence_pact=pact)
    cost = np.array([new["standard_cost"][:, 2] for new in found])
    assert np.all(cost[:12] > 0)
    np.testing.assert_allclose(cost[14], 0.0, atol=1e-9)


def test_who_joins_nothing_pays_nothing():
    assert np.all(years()[0]["standard_cost"][:, 2:3] == 0)


def windows():
    share = np.zeros((2, 2, 3, 3))[0:2, 0]
    share = np.zeros((2, 3, 3))
    share[:, 0, 2], share[:, 1, 2] = (0.6, 0.3), (0.4, 0.7)
    x = np.zeros((2, 3, 3, 5))
    return Windows((1998, 2003), ("AAA", "BBB", "CCC"), share, x)


def test_persistence_is_what_a_forecast_without_change_is():
    row = score.track_record(windows(), (2000,))[0]
    assert row["persistence"] == row["unconditional"] == pytest.approx(0.3)


def test_a_forecast_told_of_an_embargo_does_better():
    told = windows()
    told.x[1, 0, 2, 4] = 1.0
    row = score.track_record(told, (2000,))[0]
    assert row["conditional"] < row["persistence"]
