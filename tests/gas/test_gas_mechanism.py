"""The mechanism in the yearly engine: cases, start years, what scenarios do, what must not move."""

from pathlib import Path

import numpy as np
import pytest
import yaml

import detente.mechanisms.gas as mechanism
from detente import gas
from detente.data.start import observed
from detente.mechanisms import default_model
from detente.mechanisms.gas import score
from detente.mechanisms.gas.network import calibrated
from detente.mechanisms.gas.year import atlas
from detente.model.chance import Chance
from detente.model.scenario import Scenario, compile_scenario
from detente.model.simulate import simulate

CASES = yaml.safe_load((Path(mechanism.__file__).parent / "cases.yaml").read_text(encoding="utf-8"))


def change(found, what):
    """Before and after of a quantity named as in cases.yaml."""
    prices = {h: (b, a) for h, b, a in found.prices().select("hub", "before", "after").iter_rows()}
    if what in prices:
        return prices[what]
    quantity, who = what.split()
    rows = found.states()
    rows = rows.filter(rows["state"].is_in(gas.UNION if who == "EU" else [who]))
    return tuple(float(rows[f"{quantity}_{x}"].sum()) for x in ("before", "after"))


@pytest.mark.parametrize("case", CASES, ids=lambda c: c["case"])
def test_cases(case):
    given = dict(case["given"])
    found = gas.market(given.pop("year"), **given)
    for what, outcome in case["then"].items():
        before, after = change(found, what)
        if outcome == "unchanged":
            assert after == pytest.approx(before, abs=1e-9), what
        elif isinstance(outcome, list):
            assert outcome[0] <= 100 * (after / before - 1) <= outcome[1], what
        else:
            assert (after > before + 1e-6) if outcome == "rises" else (after < before - 1e-6), what


def worlds(interventions, start=2024, years=range(2025, 2027), draws=2):
    """Last year's worlds of (baseline, scenario) with the mechanisms that gas needs."""
    machine = default_model(start)
    world = observed(start)
    moves = tuple(m | {"why": "a test"} for m in interventions)
    texts = [
        Scenario(id="base", title="Base", premise="-"),
        Scenario.model_validate({"id": "moved", "title": "Moved", "premise": "-", "interventions": moves}),
    ]
    programs = [compile_scenario(s, machine, world.index) for s in texts]
    *_, (_, lanes) = simulate(machine, world, programs, years, Chance(1), list(range(draws)))
    return world.index, lanes


def test_a_scenario_acts_and_nothing_acts_without_one():
    index, lanes = worlds([
        {"do": "set", "field": "gas_pipe_open", "at": {"state": "RUS", "partner": "DEU"}, "to": 1, "start": 2025},
        {"do": "shift", "field": "lng_regasification", "at": {"state": "DEU"}, "by": 10, "start": 2025},
    ])  # fmt: skip
    base, moved = (lane.world for lane in lanes)
    de, ru = index.states.index("DEU"), index.states.index("RUS")
    assert not lanes[0].failed.any()
    assert (moved["gas_price"][:, de] < base["gas_price"][:, de]).all()
    assert (moved["gas_exports"][:, ru] > base["gas_exports"][:, ru]).all()
    assert np.allclose(moved["lng_regasification"][:, de] - base["lng_regasification"][:, de], 10)
    twice = worlds([])[1]
    for field in mechanism.written():
        same = [lane.world[field.name] for lane in twice]
        assert np.array_equal(same[0], same[1], equal_nan=True), field.name


def test_accounts_of_the_engine_close():
    _, lanes = worlds([])
    world = lanes[0].world
    own = world["gas_use"] - world["gas_imports"]
    assert (own[np.isfinite(own)] > -1e-6).all()
    sold = world["gas_pipe_flow"].sum(axis=2) + world["gas_lng_flow"].sum(axis=2)
    known = np.isfinite(world["gas_exports"])
    left = (
        world["gas_exports"][known] - sold[known]
    )  # what the rest of the Caribbean takes, which is no state
    assert (left > -1e-6).all()
    assert left.sum() < 20
    assert np.isnan(world["gas_price"]).any()
    assert np.isfinite(world["gas_price"]).sum() > 150


@pytest.mark.parametrize("start", [1995, 2021, 2022])
def test_other_start_years(start):
    _, lanes = worlds([], start=start, years=range(start + 1, start + 2), draws=1)
    price = lanes[0].world["gas_price"]
    assert np.isfinite(price).sum() == 0 if start < 2021 else np.isfinite(price).sum() > 80


def test_a_state_without_data_does_not_poison_the_market():
    index = observed(2024).index
    laid = atlas(calibrated(2023), index.states)
    from detente.mechanisms.gas.year import spread

    values = np.full(len(index), np.nan)
    assert np.array_equal(spread(laid, values, laid.net.price), laid.net.price)


def test_2023_is_foretold_from_2021_as_recorded():
    """Validation without refit; the record of docs/mechanisms/gas.md."""
    from detente.data.bundle import table

    for seller, hub, asia in (("withholding", 10.8, 13.0), ("competitive", 11.1, 13.3)):
        made = score.forecast(table, seller)[2023]
        assert made.price("NLD") == pytest.approx(hub, abs=0.2)  # published 12.9
        assert made.price("JPN") == pytest.approx(asia, abs=0.2)  # published 13.8
        assert made.price("USA") == pytest.approx(2.8, abs=0.2)  # published 2.5
        ours, truth = (
            score.corridors(*pair)
            for pair in ((made.net, made.found), (made.then, score.base_flows(made.then)))
        )
        naive = score.rival(table)
        error = {k: np.mean([abs(v[n] - truth[n]) for n in truth]) for k, v in (("o", ours), ("n", naive))}
        assert error["o"] < 0.7 * error["n"]
