"""What becomes of freed money: parts add up, theories differ, estimation finds what was put in."""

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from detente.mechanisms.budget import equations as eq
from detente.mechanisms.budget import fit, mechanism, step, uses
from detente.model.chance import Chance
from detente.model.mechanism import Values, View, theories_of
from detente.model.space import Index

DRAWS, INDEX = 300, Index(("AAA", "BBB"), (0, 1))


def drawn():
    model, luck = mechanism(), Chance(5)
    return Values(
        {q.name.partition(".")[2]: q.at(luck.row(q.name, range(DRAWS), 0, q.width)) for q in model.parameters},
        theories_of(model.parameters),
    )


def year(now):
    arrays = {
        "milex_share": np.array(now), "milex_share_start": np.array([0.03, 0.02]),
        "real_gdp": np.array([1000.0, 1000.0]), "population": np.array([1e7, 1e7]),
    }
    see = View(2030, INDEX, DRAWS, {k: np.broadcast_to(v, (DRAWS, 2)) for k, v in arrays.items()})
    return step(see, drawn(), {})


def test_uses_add_up_to_what_is_freed():
    new = year([0.02, 0.03])
    total = new["civil_spending_share"] + new["deficit_share"] + new["tax_share"]
    np.testing.assert_allclose(total, new["freed_share"], atol=1e-12)
    np.testing.assert_allclose(new["freed_per_head"][:, 0], 1000.0)


def test_nothing_freed_nothing_used():
    for values in year([0.03, 0.02]).values():
        assert np.all(values == 0)


def test_more_spending_takes_from_the_same_places():
    new = year([0.02, 0.03])
    np.testing.assert_allclose(new["civil_spending_share"][:, 1], -new["civil_spending_share"][:, 0])


def test_schools_get_no_more_than_all_civil_spending():
    new = year([0.02, 0.02])
    assert np.all(new["schools_health_share"][:, 0] <= new["civil_spending_share"][:, 0] + 1e-15)


def test_the_theories_disagree():
    p = drawn()
    parts, _ = uses(p)
    kept = p.holds("use_of_dividend", "kept")
    assert parts[kept, 0].min() >= 0.5
    assert parts[~kept, 0].mean() < 0.4


@given(st.floats(-3, 3), st.floats(-3, 3))
def test_parts_are_shares_of_one(expenditure, revenue):
    part = eq.uses_on_record(expenditure=np.array([expenditure]), revenue=np.array([revenue]))
    assert part.min() >= 0
    assert part.sum() == pytest.approx(1)


def test_the_fit_finds_what_was_put_in():
    """Expenditure falls by 0.4 for each unit cut, where armies are cut by half in each span."""
    rows, money = [], []
    for s in range(90):
        first = 0.02 + 0.0008 * s
        for y in range(1980, 2006):
            share = first * 0.9 ** (y - 1980)
            rows.append((f"S{s:02d}", y, share, 100.0 * (1.01 + (s * 13 % 7) * 0.004) ** (y - 1980)))
            money.append((f"S{s:02d}", y, 0.3 + 0.4 * share + 0.001 * ((s * 7 + y) % 5), 0.3, 0.04, 0.05))
    sy = pl.DataFrame(rows, orient="row", schema=["state", "year", "milex_share", "gdp_real"])
    ec = pl.DataFrame(money, orient="row", schema=["state", "year", *fit.ITEMS[:1], "revenue", "education", "health"])
    mean, covariance = fit.responses(fit.grids(sy, ec, 2005), ("expenditure", "revenue"))
    assert mean[0] == pytest.approx(0.4, abs=0.05)
    assert mean[1] == pytest.approx(0.0, abs=0.05)


def test_without_a_record_the_prior_speaks():
    empty = {c: np.full((8, 3), np.nan) for c in ("milex_share", "gdp_real", *fit.ITEMS)}
    mean, covariance = fit.responses(empty, ("expenditure", "revenue"))
    np.testing.assert_allclose(mean, [0.5, 0.25])
    np.testing.assert_allclose(np.sqrt(np.diag(covariance)), [0.75, 0.5])


def test_what_was_foregone_is_weighted_by_output():
    from detente.mechanisms.budget.backcast import consumption_lost, foregone

    rows = [("AAA", 1990, 0.04, 100.0), ("AAA", 2000, 0.02, 300.0), ("BBB", 1990, 0.02, 100.0),
            ("BBB", 2000, 0.02, 100.0), ("CCC", 2000, 0.09, 900.0)]
    frame = pl.DataFrame(rows, orient="row", schema=["state", "year", "milex_share", "gdp_real"])
    freed = foregone(frame, ("AAA", "BBB", "CCC"), 1990, (2000,))
    np.testing.assert_allclose(freed, [0.015])
    lost = consumption_lost(freed, np.array([[0.5, 0.5, 0.0]]), deficit_counts=False)
    np.testing.assert_allclose(lost, [0.01])
