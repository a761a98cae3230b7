"""The part on force: what it shows is what the run says, and it hides what the run cannot tell."""

import re

import numpy as np
import pytest
from report_fake import FRIENDSHIP, fake

from detente.mechanisms import conflict
from detente.mechanisms.conflict import equations
from detente.model.chance import Chance
from detente.report import force, force_charts, page, risk, risk_parts, spending
from detente.report.parties import answer_year, party
from detente.run.keep import recorded_keep
from detente.run.record import parameter_card
from detente.run.result import BASE, _field

WORLDS, YEARS, YEAR = (BASE, "friendship"), 20, 2037
GRID = (0.0, 0.25, 0.5, 0.75, 1.0)
LEVELS = {"peace_level": GRID}


def card(name, dims=("state", "partner"), symmetric=True):
    grid = list(LEVELS.get(name, ()))
    return {
        "name": name,
        "dims": list(dims),
        "unit": "u",
        "kind": "stock",
        "meaning": name,
        "symmetric": symmetric,
        "grid": grid,
    }


def with_means(result, *, same=False, draws=40):
    """The fake run with made-up fields of conflict, by draw and as means."""
    rng = np.random.Generator(np.random.Philox(5))
    n, pairs = len(result.index), len(result.index) * (len(result.index) - 1) // 2
    squares, singles = risk_parts._wanted()
    names = {v.removeprefix("last.") for v in squares.values()} | {
        "dispute_risk",
        "fatal_risk",
        "war_risk",
        "peace_level",
    }
    of_state = {v.removeprefix("last.") for v in singles.values()} - {"ideal_point", "milex"}
    high = {
        "min_distance": 5000,
        "peace_years": 60,
        "dispute_memory": 2,
        "fatal_memory": 1,
        "milex_start": 500,
    }
    high |= {"dispute_risk": 0.4, "war_risk": 0.01, "fatal_risk": 0.1, "at_war": 0.06}
    held = {"draws": np.array(draws)}
    for w in WORLDS:
        for name in sorted(names):
            if name == "peace_level":
                held[f"{w}/{name}#levels"] = rng.dirichlet(np.ones(5), (YEARS, pairs)).transpose(0, 2, 1)
            else:
                held[f"{w}/{name}"] = high.get(name, 1) * rng.random((YEARS, pairs))
        for name in sorted(of_state):
            held[f"{w}/{name}"] = high.get(name, 1) * rng.random((YEARS, n))
        base = {k: v.copy() for k, v in held.items() if k.startswith(BASE)} if same else {}
        held |= {k.replace(BASE, "friendship", 1): v for k, v in base.items()}
    held[f"{BASE}/dispute_risk"][:, 1], held["friendship/dispute_risk"][:, 1] = 0.5, 0.5 if same else 0.01
    result.record["averaged"] = [card(k) for k in sorted(names)] + [
        card(k, ("state",), False) for k in sorted(of_state)
    ]
    result.averaged = {c["name"]: _field(c) for c in result.record["averaged"]}
    result.all_means = held
    return with_conflict(with_draws(result, rng), draws)


def with_draws(result, rng):
    """Fields of conflict that a run keeps by draw."""
    shape = (40, YEARS)
    states = len(result.index)
    for name, dims in (
        ("conflict_risk", ["state"]),
        ("dispute_risk", ["state", "partner"]),
        ("at_war", ["state", "partner"]),
    ):
        result.fields[name] = _field(card(name, dims, len(dims) == 2))
    for name in ("expected_disputes", "expected_fatal", "expected_wars"):
        result.fields[name] = _field(card(name, [], False))
    ours = len(result.pairs)
    for w in WORLDS:
        factor = 1.0 if w == BASE else 0.8
        result._cache[f"{w}/conflict_risk"] = factor * rng.random((*shape, states))
        result._cache[f"{w}/dispute_risk"] = factor * 0.1 * rng.random((*shape, ours))
        result._cache[f"{w}/at_war"] = (rng.random((*shape, ours)) < 0.1).astype(float)
        for name, size in (("expected_disputes", 50), ("expected_fatal", 5), ("expected_wars", 0.5)):
            result._cache[f"{w}/{name}"] = factor * size * (1 + rng.random(shape))
    return result


def with_conflict(result, draws):
    """The parameters of the conflict mechanism, drawn as a run draws them."""
    chance = Chance(1)
    for p in conflict.mechanism().parameters:
        result.record["parameters"].append(parameter_card(p))
        result._cache[f"param/{p.name}"] = p.at(chance.row(f"param/{p.name}", range(draws), 0, p.width))
    return result


@pytest.fixture(scope="module")
def run():
    return with_means(fake())


def test_the_table_shows_the_pairs_that_move_most(run):
    rows, rises = risk.movers(run, "friendship", YEAR)
    here, there = (run.pair_means("dispute_risk", w, YEAR) for w in WORLDS)
    assert len(rows) == risk.TOP
    sizes = []
    for row in (*rows, *rises):
        codes = [
            next(s for s in run.index.states if run.index.name(s) == part) for part in row.name.split(" – ")
        ]
        one, two = (100 * float(x.sel(state=codes[0], partner=codes[1])) for x in (here, there))
        assert number(row.here) == pytest.approx(one, abs=0.6)
        assert number(row.there) == pytest.approx(two, abs=0.6)
        assert number(row.change) == pytest.approx(two - one, abs=0.6)
        sizes.append(
            abs(float(risk.counted(run, "friendship", YEAR)[tuple(run.index.position(c) for c in codes)]))
        )
    left = np.abs(risk.counted(run, "friendship", YEAR)[np.triu_indices(8, 1)])
    assert sizes[:10] == sorted(left, reverse=True)[:10]
    kept = {r.name: r.interval != "not kept" for r in rows}
    assert kept["Russia – Germany"]
    assert not all(kept.values())
    each = run.differences("dispute_risk", "friendship", state="RUS", partner="DEU", year=YEAR)
    low = next(number(r.interval.split(" to ")[0]) for r in rows if r.name == "Russia – Germany")
    assert low == pytest.approx(100 * np.quantile(each, 0.05), abs=0.1)


def number(text):
    return float(text.replace("−", "-").replace("\u202f", ""))


def test_parts_and_rest_add_up_to_the_change(run):
    pairs = [(0, 1), (0, 3), (2, 5)]
    found = risk_parts.parts(run, "friendship", YEAR, pairs)
    for pair, parts in zip(pairs, found, strict=True):
        moved = [run.pair_means("dispute_risk", w, YEAR).values[pair] for w in WORLDS]
        assert sum(parts.values()) == pytest.approx(moved[1] - moved[0], abs=1e-9)
        assert {"relations", "war", "rest", "pacts"} <= set(parts)


def test_a_side_is_what_the_conflict_equation_says(run):
    """At one level of relations and with no war the chance of the parts is that of the mechanism's own logit."""
    ends = (np.array([0]), np.array([3]))
    weights = risk_parts.coefficients(run)
    side = risk_parts.side(run, BASE, YEAR, ends, weights)
    values = {
        k: run.pair_means(v.removeprefix("last."), BASE, YEAR - v.startswith("last.")).values
        for k, v in risk_parts._wanted()[0].items()
        if k != "at_war"
    }
    values = {k: np.fmax(v, v.T) for k, v in values.items()}
    see = {k: risk_parts._mean(run, BASE, YEAR, v) for k, v in risk_parts._wanted()[1].items()}
    cinc = equations.capability(**{k: see.pop(k) for k in ("cinc", "milex_start", "milex")})
    see |= {"log_power": equations.log_power(cinc), "activity": np.nansum(values["recent"], axis=1)}
    stand_in = run.parameters["conflict.stand_in"].mean(axis=0)
    x = equations.covariates(
        **{k: v[ends] for k, v in values.items()},
        shielded=equations.shields(np.nan_to_num(values["pact"]))[ends],
        covered=equations.covered(np.nan_to_num(values["pact"]), see["armed"])[ends],
        level=np.array([0.25]),
        states={k: (v[ends[0]], v[ends[1]]) for k, v in see.items()},
        stand_in=dict(zip(equations.STAND_IN, stand_in, strict=True)),
    )
    for draw in (0, 7):
        odds = sum(v[draw, 1] for v in side.parts.values())
        np.testing.assert_allclose(odds, equations.log_odds(x, weights[draw]), rtol=1e-9)


def test_equal_worlds_have_no_parts_and_no_table():
    same = with_means(fake(), same=True)
    for name in ("ideal_point", "milex"):
        same._cache[f"friendship/{name}"] = same._cache[f"{BASE}/{name}"]
    assert all(abs(v) < 1e-12 for v in risk_parts.parts(same, "friendship", YEAR, [(0, 1)])[0].values())
    assert risk.risk(same, "friendship", YEAR, ()).pairs == ()


def test_shares_of_one_part_are_the_whole_change():
    """With two parts that add, each has its own effect; with two that multiply, they share what is joint."""

    def value(f):
        return {frozenset(s): np.array(f("a" in s, "b" in s)) for s in ((), ("a",), ("b",), ("a", "b"))}

    plus = value(lambda a, b: 1.0 + 2 * a + 5 * b)
    assert risk_parts.shapley(plus, "a", ["a", "b"]) == 2
    times = value(lambda a, b: (1.0 + a) * (1.0 + 2 * b))
    both = [float(risk_parts.shapley(times, k, ["a", "b"])) for k in "ab"]
    assert both == [2.0, 3.0]


def test_the_war_of_one_world_makes_no_list(run):
    other = with_means(fake())
    key = "friendship/war_risk"
    at = run.index.position("FJI"), run.index.position("KOR")
    place = [k for k, (i, j) in enumerate(zip(*np.triu_indices(8, 1), strict=True)) if {i, j} == set(at)][0]
    year = other.years.index(YEAR)
    for name, by in (("war_risk", 0.03), ("dispute_risk", 0.03)):
        other.all_means[f"friendship/{name}"][year, place] = (
            other.all_means[f"{BASE}/{name}"][year, place] + by
        )
        other.all_means["friendship/at_war"][year - 1, place] = (
            other.all_means[f"{BASE}/at_war"][year - 1, place] + 0.03
        )
    assert risk.change_of_mean(other, "dispute_risk", "friendship", YEAR)[at] == pytest.approx(0.03)
    assert abs(risk.counted(other, "friendship", YEAR)[at]) < 0.02
    assert key in other.all_means


def test_quarrel_and_elsewhere_add_up(run):
    couple = (party("RUS", run.index), party("bloc:NATO", run.index))
    rows = {r.name: r for r in risk.totals(run, "friendship", YEAR, couple)}
    whole, inside, rest = (
        number(rows[k].change)
        for k in ("Disputes in the whole world", "Between Russia and NATO", "Elsewhere")
    )
    assert whole == pytest.approx(inside + rest, abs=1.1)
    effect = run.effect("expected_disputes", "friendship", year=YEAR)
    assert whole == pytest.approx(effect.mean, abs=0.6)
    assert {"Fatal disputes", "Wars"} < set(rows)


def test_two_at_war_begin_no_dispute(run):
    couple = (party("RUS", run.index), party("bloc:NATO", run.index))
    found = risk.in_quarrel(run, BASE, YEAR, couple)
    where = {"state": "RUS", "partner": ["USA", "DEU", "POL"], "how": "each"}
    chance = run.values("dispute_risk", BASE, year=YEAR, **where)
    war = run.values("at_war", BASE, year=YEAR - 1, **where)
    np.testing.assert_allclose(found, (chance * (war < 0.5)).sum(axis=1))
    assert (war > 0.5).any()


def test_a_quarrel_that_was_not_watched_whole_is_left_out(run):
    assert (
        risk.in_quarrel(run, BASE, YEAR, (party("RUS", run.index), party(("USA", "CHN"), run.index))) is None
    )
    rows = risk.totals(run, "friendship", YEAR, (party("RUS", run.index), party(("USA", "CHN"), run.index)))
    assert not any(r.name == "Elsewhere" for r in rows)


def test_maps_show_every_state_with_its_figures(run, areas):
    first, change = risk.risk_maps(run, "friendship", YEAR, areas)
    effect = run.effect("conflict_risk", "friendship", year=YEAR, state="POL")
    shown = re.search(r"Poland: (\S+) percentage points", change.figure.svg).group(1)
    assert number(shown) == pytest.approx(100 * effect.mean, abs=0.6)
    assert "hatch" in first.figure.svg
    assert 'class="up' not in first.figure.svg  # a risk is never painted as a gain
    assert {kind for kind, _ in first.legend} == {"level", "down1", "down2", "down3"}
    assert change.legend[0][0] == "up3"
    assert change.legend[0][1].startswith("below")


def test_spending_joins_the_record_to_both_worlds(run, monkeypatch):
    asked = []
    monkeypatch.setattr(force_charts, "fans", lambda rows: asked.append(rows) or {"real": rows and None})
    monkeypatch.setattr(spending.charts, "svg", lambda spec: "")
    run.fields.setdefault("real_gdp", run.fields["gdp"])
    for w in WORLDS:
        run._cache[f"{w}/real_gdp"] = run._cache[f"{w}/gdp"]
    share, money = spending.spending(run, "friendship", force.sides(run, "friendship"))
    rows = {(r["panel"], r["world"], r["year"]): r["mean"] for r in asked[1]}
    level = run.level("milex", "friendship", year=2040, state="RUS", how="sum").mean
    assert rows["Russia", "with", 2040] == pytest.approx(level)
    seen = spending.observed(run, [party("RUS", run.index)])["Russia"]["money"]
    assert min(seen) >= 1990
    assert max(seen) <= run.record["start_year"]
    assert rows["Russia", "without", max(seen)] == rows["Russia", "observed", max(seen)] == seen[max(seen)]
    assert "share of GDP" in share.subtitle
    assert "billion" in money.subtitle


def test_the_record_is_left_out_where_a_tenth_of_a_group_is_unknown(run):
    russia = spending.observed(run, [party("RUS", run.index)])["Russia"]
    assert pytest.approx(russia["share"][2024], abs=0.01) == 100 * 0.0705
    nobody = spending.observed(run, [party("FJI", run.index), party("PRK", run.index)])
    assert nobody[party("PRK", run.index).label]["share"] == {}


def test_what_is_freed_is_the_paired_difference(run):
    rows = {r.name: r for r in spending.freed(run, "friendship", YEAR, force.sides(run, "friendship"))}
    e = run.effect("milex", "friendship", year=YEAR, state="DEU")
    assert number(rows["Germany"].freed) == pytest.approx(-e.mean, rel=0.1)
    whole = -run.effect("milex", "friendship", year=YEAR, state="all", how="sum").mean
    assert number(rows["The world"].freed) == pytest.approx(whole, rel=0.1)
    assert rows["Germany"].per_head == "no data"  # the fake run has no budget mechanism


def test_money_per_head_is_money_over_heads():
    result = with_means(fake())
    for name, value in (("freed_share", 0.01), ("freed_per_head", 250.0), ("real_gdp", 2000.0)):
        result.fields[name] = _field(card(name, ["state"], False))
        for w in WORLDS:
            result._cache[f"{w}/{name}"] = np.full((40, YEARS, len(result.index)), value)
    np.testing.assert_allclose(spending._people(result, YEAR), 1e9 * 0.01 * 2000 / 250)


def test_the_page_holds_the_part_and_hides_it(run, areas):
    text = page.page(run, [], areas)
    assert "Where the risk goes" in text
    assert "What the premise frees" in text
    assert text.count('class="map"') == 3
    bare = page.page(fake(scenarios=(FRIENDSHIP,)), [], areas)
    assert "Where the risk goes" not in bare
    assert "The pairs whose risk moves most" not in bare


def test_without_the_fields_of_the_equation_the_reasons_are_left_out():
    result = with_means(fake())
    result.averaged = {k: v for k, v in result.averaged.items() if k != "dispute_memory"}
    found = risk.risk(result, "friendship", YEAR, ())
    assert found.pairs
    assert not found.explained
    assert not any(r.why for r in found.pairs)


def test_an_old_run_shows_totals_but_no_pairs():
    result = with_means(fake())
    result.averaged = {}
    found = risk.risk(result, "friendship", answer_year(result.documents["friendship"], result.years), ())
    assert found.totals
    assert found.pairs == ()
    assert found.elsewhere is None
    assert recorded_keep({"pairs": []}).averaged == ()
