"""Tourism: worked cases, what must hold for any numbers, the base pattern, and the words."""

import inspect
from functools import cache
from pathlib import Path

import numpy as np
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from detente.data import tables_tourism as tables
from detente.mechanisms.tourism import equations as eq
from detente.mechanisms.tourism import fit, mechanism
from detente.mechanisms.tourism.fields import WRITES
from detente.model.mechanism import Values, View, theories_of
from detente.model.space import Index

CASES = yaml.safe_load((Path(inspect.getfile(eq)).parent / "cases.yaml").read_text(encoding="utf-8"))
STATES = ("AAA", "BBB", "CCC")


@pytest.mark.parametrize("case", CASES, ids=lambda c: c["case"])
def test_case(case):
    batch = case.get("batch", True)
    arguments = {k: np.array([v]) if batch else np.array(v) for k, v in case["given"].items()}
    result = getattr(eq, case["function"])(**arguments)
    np.testing.assert_allclose(result[0] if batch else result, case["then"], atol=case["tolerance"])


@cache
def newest():
    return mechanism()


def chosen(draws=1, **fixed):
    """Parameters at their medians; ``fixed`` overrides by short name, theories by their name."""
    model = newest()
    held = {}
    for q in model.parameters:
        shape = (draws, q.width) if q.width > 1 else (draws,)
        held[q.name.partition(".")[2]] = np.broadcast_to(q.at(np.full((1, q.width), 0.5)), shape)
    theories = theories_of(model.parameters)
    for name, value in fixed.items():
        held[name] = np.full(draws, theories[name].index(value) if isinstance(value, str) else float(value))
    return Values(held, theories)


def world(draws=1, **changes):
    """Three states; nobody counts those who visit CCC. AAA and BBB are friendly and open."""
    base = np.array([[0.0, 2.0, np.nan], [1.0, 0.0, np.nan], [0.5, 0.25, np.nan]])
    level = np.full((3, 3), 0.75)
    nothing = np.zeros((3, 3))
    values = {
        "real_gdp": np.array([100.0, 50.0, 10.0]),
        "tourism_gdp": np.array([100.0, 50.0, 10.0]),
        "peace_level": level,
        "last.peace_level": level,
        "peace_base": level,
        "tourist_base": base,
        "tourism_closed": nothing,
        "visa_free": nothing,
        "sanction_complete": nothing,
        "sanction_partial": nothing,
        "sanction_travel": nothing,
        "last.tourist_openness": np.full((3, 3), np.nan),
        "last.travel_gap": np.array(0.0),
    } | changes
    return {k: np.broadcast_to(np.asarray(v, dtype=float), (draws, *np.shape(v))) for k, v in values.items()}


def run(held, years=1, p=None, draws=1):
    """Step the mechanism; what came out each year."""
    model, index, outs = newest(), Index(STATES, (0, 1, 2)), []
    for year in range(2025, 2025 + years):
        out = dict(model.step(View(year, index, draws, held), p or chosen(draws), {}))
        outs.append(out)
        held = held | {f"last.{k}": v for k, v in out.items() if f"last.{k}" in held}
    return outs


def both(cell, value):
    """A symmetric matrix with one pair set."""
    out = np.zeros((3, 3))
    out[cell], out[cell[::-1]] = value, value
    return out


def test_it_returns_what_it_declares():
    out = run(world())[0]
    assert set(out) == {f.name for f in WRITES}
    for f in WRITES:
        assert out[f.name].shape == f.shape(1, 3), f.name


def test_without_change_people_travel_as_in_the_base_year():
    for out in run(world(), years=4):
        np.testing.assert_array_equal(out["tourists"][0][:, :2], world()["tourist_base"][0][:, :2])
        np.testing.assert_allclose(out["arrivals"][0, :2], [1.5, 2.25])
        np.testing.assert_allclose(out["departures"][0], [2.0, 1.0, 0.75])


def test_a_destination_without_a_record_stays_unknown_and_hides_nobody():
    out = run(world())[0]
    assert np.isnan(out["arrivals"][0, 2])
    assert np.isnan(out["tourists"][0, :, 2]).all()
    assert np.isfinite(out["departures"]).all()


def test_an_unknown_income_or_level_poisons_nobody_else():
    gdp = np.array([np.nan, 50.0, 10.0])
    level = world()["peace_level"][0].copy()
    level[0, 2] = level[2, 0] = np.nan
    out = run(world(real_gdp=gdp, peace_level=level))[0]
    np.testing.assert_allclose(out["arrivals"][0, 1], 2.25)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.floats(0.2, 5), min_size=3, max_size=3),
    st.sampled_from([0, 0.25, 0.5, 0.75, 1]),
    st.floats(-1.5, 0),
)
def test_arrivals_and_departures_are_the_sums_of_the_pairs(growth, level, gap):
    held = world(
        real_gdp=np.array([100.0, 50.0, 10.0]) * growth,
        peace_level=np.full((3, 3), level),
        **{"last.travel_gap": np.array(gap)},
    )
    for out in run(held, years=3):
        flow = out["tourists"][0]
        np.testing.assert_allclose(np.nansum(flow, axis=0)[:2], out["arrivals"][0, :2], rtol=1e-12)
        np.testing.assert_allclose(np.nansum(flow, axis=1), out["departures"][0], rtol=1e-12)
        assert np.all(flow[:, :2] >= 0)


@settings(max_examples=30, deadline=None)
@given(st.floats(0.1, 10))
def test_income_up_and_down_again_returns_to_the_start(factor):
    calm = run(world())[0]["tourists"]
    held = world(real_gdp=np.array([100.0, 50.0, 10.0]) * factor)
    run(held)
    again = run(world(real_gdp=held["real_gdp"][0] / factor))[0]["tourists"]
    np.testing.assert_allclose(again[0][:, :2], calm[0][:, :2], rtol=1e-9)


def test_more_income_and_better_relations_mean_more_travel():
    p = chosen(peace_effect="between")
    flows = [
        run(world(real_gdp=np.array([g, 50.0, 10.0])), p=p)[0]["tourists"][0, 0, 1] for g in (50, 100, 200)
    ]
    assert flows[0] < flows[1] < flows[2]
    later = [
        run(world(peace_level=np.full((3, 3), v)), years=9, p=p)[-1]["arrivals"][0, 1]
        for v in (0.25, 0.75, 1)
    ]
    assert later[0] < later[1] < later[2]


def closed(kind, **changes):
    return world(tourism_closed=both((0, 1), kind), **changes)


def test_a_closed_link_opens_only_once_nobody_sanctions():
    sanction = np.zeros((3, 3))
    sanction[1, 0] = 1
    for name in ("sanction_complete", "sanction_partial", "sanction_travel"):
        shut = run(closed(1, **{name: sanction}), years=3)[-1]["tourists"][0]
        assert shut[0, 1] < 0.3 * 2.0
        assert shut[1, 0] < 0.3 * 1.0
        assert shut[2, 1] == 0.25
    p = chosen(**{"return": "full"})
    path = [out["tourists"][0, 0, 1] for out in run(closed(1), years=6, p=p)]
    assert np.all(np.diff(path) > 0)
    assert path[-1] == pytest.approx(2.0, rel=0.02)
    half = run(closed(1), years=30, p=chosen(**{"return": "half"}))[-1]["tourists"][0, 0, 1]
    assert 0.3 < half / 2.0 < 0.8


def test_draws_that_share_their_world_agree_with_a_single_one():
    sanction = np.zeros((3, 3))
    sanction[1, 0] = 1
    changes = {"sanction_partial": sanction, "peace_level": np.full((3, 3), 0.5)}
    alone = run(closed(1, **changes), years=3)[-1]
    p = chosen(4)
    held = {k: np.broadcast_to(v[0], (4, *v.shape[1:])) for k, v in closed(1, **changes).items()}
    together = run(held, years=3, p=p, draws=4)[-1]
    for name in ("tourists", "arrivals", "departures", "tourist_openness"):
        for draw in range(4):
            np.testing.assert_allclose(together[name][draw], alone[name][0], rtol=1e-12)


def test_a_border_shut_by_war_opens_with_peace_and_without_sanctions():
    p = chosen(peace_effect="within")
    rivals = run(closed(2, peace_level=np.full((3, 3), 0.25)), years=6, p=p)[-1]["tourists"][0, 0, 1]
    peace = run(closed(2), years=12, p=p)[-1]["tourists"][0, 0, 1]
    assert rivals < 0.15
    assert peace > 1.0


def test_a_visa_waiver_brings_visitors_of_that_direction_only():
    visa = np.zeros((3, 3))
    visa[0, 1] = 1
    out = run(world(visa_free=visa), years=12)[-1]["tourists"][0]
    assert out[0, 1] / 2.0 == pytest.approx(np.exp(0.86), rel=0.02)
    assert out[1, 0] == 1.0


def test_a_shock_to_all_the_world_fades():
    path = [o["arrivals"][0, 1] for o in run(world(**{"last.travel_gap": np.array(np.log(0.34))}), years=5)]
    assert np.all(np.diff(path) > 0)
    assert path[0] < 2.0
    assert path[-1] == pytest.approx(2.25, rel=0.02)


def test_the_gravity_rule_finds_made_up_slopes():
    n, slope = 14, np.array([0.6, 0.2, -1.1, 0.4, 0.3])
    grid = np.arange(n * n * 5, dtype=float).reshape(n, n, 5)
    covariates = np.sin(1.7 * grid + grid**0.5)
    seen = np.exp(covariates @ slope + np.linspace(0, 3, n)[None, :])
    seen[5:, ::2] = np.nan
    np.testing.assert_allclose(tables.rule(seen, covariates), slope, atol=1e-6)


def test_the_rest_of_a_total_is_spread_and_adds_up():
    n = 12
    grid = np.arange(n * n * 5, dtype=float).reshape(n, n, 5)
    covariates = np.sin(1.7 * grid + grid**0.5)
    seen = np.full((n, n), np.nan)
    seen[:7, :5] = 1 + grid[:7, :5, 0] % 7
    np.fill_diagonal(seen, np.nan)
    total = np.array([200.0, 3.0, 70.0, np.nan, 100.0, 2.0, 9, 9, 9, 9, 9, np.nan])
    flow = tables.spread(seen, total, covariates)
    named = np.nansum(seen, axis=0)
    np.testing.assert_allclose(flow.sum(axis=0), np.maximum(np.nan_to_num(total), named), rtol=1e-12)
    assert (np.diag(flow) == 0).all()


@pytest.mark.parametrize("year", [1991, 2009, 2018, 2021, 2024])
def test_start_values_for_any_year(year):
    from detente.data.start import world_index
    from detente.data.start_tourism import tourism

    states = world_index(year).states
    values, notes = tourism(states, year)
    flow = values["tourist_base"]
    assert np.isfinite(flow).any() == (year >= 2008)
    assert "tourist_base" in notes
    rus, deu = states.index("RUS"), states.index("DEU")
    assert values["tourism_closed"][rus, deu] == (1.0 if year >= 2022 else 0.0)
    np.testing.assert_array_equal(values["tourism_closed"], values["tourism_closed"].T)
    if year >= 2018:
        assert flow[states.index("UKR"), rus] == pytest.approx(8.2, abs=0.1)
        assert np.nansum(flow[:, rus]) == pytest.approx(25, abs=1)
        assert 1200 < np.nansum(flow) < 1500


def test_a_fit_looks_at_nothing_later_and_says_when_there_is_no_record():
    from detente.data.bundle import table

    frames = [table(n) for n in ("tourism_seen", "state_year", "peace", "geodist")]
    before = fit.estimates(*frames, 2010)
    assert before["within"]["joint"] == fit.PRIOR
    cut = [frames[0].filter(frames[0]["year"] <= 2014), *frames[1:]]
    assert fit.estimates(*frames, 2014) == fit.estimates(*cut, 2014)


def test_the_word_visa_waiver():
    from detente.mechanisms.written import parse_scenario
    from detente.model.errors import DetenteError

    text = (
        "id: x\ntitle: a test\npremise: none\ninterventions:\n"
        '  - {use: visa_waiver, between: [RUS, "bloc:EU"], start: 2030, why: test}\n'
    )
    move = parse_scenario(text).scenario.interventions[0]
    assert (move.field, move.to, move.at.between) == ("visa_free", 1.0, ("RUS", "bloc:EU"))
    with pytest.raises(DetenteError, match="did you mean 'visa_waiver'"):
        parse_scenario(text.replace("visa_waiver", "visa_waver"))
