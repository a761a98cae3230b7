"""Alignment as it runs: vintages, missing states, what a scenario's shift does, and the record."""

import numpy as np
import polars as pl
import pytest

from detente.mechanisms.alignment import BEFORE, FOUR, mechanism, triads
from detente.mechanisms.alignment import equations as eq
from detente.mechanisms.alignment.assembly import count_alike, count_vetoes, shipped
from detente.model.chance import Chance
from detente.model.errors import DetenteError
from detente.model.mechanism import Values, View, theories_of
from detente.model.space import Index

VINTAGES = (1990, 1995, 2000, 2005, 2010, 2014, 2018, None)
INDEX = Index(("USA", "GBR", "FRA", "RUS", "XXX"), (0, 1, 2, 3, 4))
START = np.array([2.2, 1.7, 1.4, -0.6, 0.0])


def one_year(position=START, draws=100, passing=0.0, theory=None, peace=0.5, pact=0.0, polyarchy=0.6, u=None, index=INDEX, **more):
    model, luck = mechanism(), Chance(11)
    n = len(position)
    values = {
        q.name.partition(".")[2]: q.at(luck.row(q.name, range(draws), 0, q.width)) for q in model.parameters
    }
    if theory is not None:
        values["home"] = np.full(draws, float(theory))
    values["third_parties"] = np.full(draws, float(more.pop("third_parties", 0)))
    before, memory = more.pop("before", position), more.pop("memory", 2 + 6 * (2 + 6 * (2 + 6 * (2 + 6 * 2))))
    assert not more
    arrays = {
        "last.ideal_point": np.tile(position, (draws, 1)),
        "last.ideal_point_passing": np.tile(np.full(n, passing), (draws, 1)),
        "last.peace_level": np.broadcast_to(peace, (draws, n, n)),
        "last.peace_levels_before": np.broadcast_to(memory, (draws, n, n)).astype(float),
        **{f"last.{f.name}": np.tile(before, (draws, 1)) for f in BEFORE},
        "defence_pact": np.full((draws, n, n), pact),
        "polyarchy": np.full((draws, n), polyarchy),
        "last.polyarchy": np.full((draws, n), polyarchy),
    }
    uniforms = {
        s: luck.uniforms(s, range(draws), 2025, d, index)
        if u is None
        else np.full((draws, *(n for _ in d)), u)
        for s, d in model.chance.items()
    }
    return model.step(
        View(2025, index, draws, arrays), Values(values, theories_of(model.parameters)), uniforms
    )


@pytest.mark.parametrize("year", VINTAGES)
def test_every_vintage_loads_with_sane_values(year):
    p = {q.name.partition(".")[2]: q.prior for q in mechanism(year).parameters}
    reversion = p["moves"].joint.mean[1]
    assert 0 < reversion < 0.15
    log_shock, slope, log_df = p["shocks"].joint.mean[:3]
    assert 0.02 < np.exp(log_shock) < 0.25
    assert slope < 0, "democracies move less in every vintage"
    assert 1.3 < np.exp(log_df) < 8
    assert 1 < p["largest_move"].fixed < 3


def test_a_start_before_the_first_vintage_is_refused():
    with pytest.raises(DetenteError, match="start in 1990 or later"):
        mechanism(1985)


def test_a_state_without_a_position_stays_without_and_poisons_nobody():
    holed = START.copy()
    holed[4] = np.nan
    whole, new = one_year(), one_year(holed)
    assert np.isnan(new["ideal_point"][:, 4]).all()
    assert np.isnan(new["ideal_point_passing"][:, 4]).all()
    np.testing.assert_array_equal(whole["ideal_point"][:, :4], new["ideal_point"][:, :4])
    assert np.isfinite(new["p4_agreement"]).all()


def test_a_missing_permanent_member_leaves_their_agreement_unknown():
    holed = START.copy()
    holed[INDEX.position("RUS")] = np.nan
    assert np.isnan(one_year(holed)["p4_agreement"]).all()
    assert set(FOUR) <= set(INDEX.states)


def test_the_passing_part_is_forgotten_and_a_shift_is_not():
    # The same observed position: once all of it lasts, once 0.3 of it was only that year's agenda.
    lasting, passing = one_year(theory=1, u=0.5), one_year(theory=1, passing=0.3, u=0.5)
    np.testing.assert_allclose(lasting["ideal_point"] - passing["ideal_point"], 0.3, atol=1e-9)
    moved = one_year(START + np.array([0, 0, 0, 1.0, 0]), theory=1, u=0.5)
    np.testing.assert_allclose((moved["ideal_point"] - lasting["ideal_point"])[:, 3], 1.0, atol=1e-9)


def test_warm_peace_and_pacts_move_by_exactly_their_coefficients():
    model = mechanism()
    mean = dict(zip(model.parameters[0].prior.joint.names, model.parameters[0].prior.joint.mean, strict=True))
    alone, pact = one_year(theory=1, u=0.5, draws=4), one_year(theory=1, u=0.5, draws=4, pact=1.0)
    others = (START.sum() - START[3]) / 4
    drawn = (pact["ideal_point"] - alone["ideal_point"])[:, 3] / (others - START[3])
    spread = 4 * np.sqrt(model.parameters[0].prior.joint.covariance[5][5])
    assert np.abs(drawn - mean["allies"]).max() < spread
    assert np.ptp(drawn) > 0, "draws differ in what they take the pull to be"


def test_the_largest_moves_are_rare_and_on_record():
    new = one_year(draws=4000, theory=1)
    move = np.abs(new["ideal_point"] - START)
    assert 0.05 < np.median(move) < 0.2
    assert np.quantile(move, 0.999) > 8 * np.median(move), "leaps must be possible"
    assert new["ideal_point"].max() <= 4.0


# The USA and Russia drew closer by 0.6 in five years; XXX (at -1.2) is a rival of the USA alone.
CAMPS = np.array([2.2, 1.7, 1.4, -0.6, -1.2])
EARLIER = CAMPS - np.array([0, 0, 0, 0.6, 0])
RIVALS = np.full((5, 5), 0.5)
RIVALS[0, 4] = RIVALS[4, 0] = 0.25


def moved(**changes):
    given = {"position": CAMPS, "peace": RIVALS, "before": EARLIER, "u": 0.5, "theory": 1, "draws": 60} | changes
    return one_year(**given)["ideal_point"] - one_year(**given, third_parties=1)["ideal_point"]


def test_a_third_party_moves_by_its_effects_and_nobody_else_does():
    model, luck = mechanism(), Chance(11)
    drawn = next(q for q in model.parameters if q.name == "alignment.answers")
    effects = drawn.at(luck.row("alignment.answers", range(60), 0, drawn.width))
    answer = moved()
    # Russia and the USA lie above XXX; it is the only rival of the USA, so there are no others.
    np.testing.assert_allclose(answer[:, 4], (effects[:, 0] + effects[:, 1]) / 5, atol=1e-12)
    np.testing.assert_array_equal(answer[:, :4], 0.0)
    below = moved(position=CAMPS + np.array([0, 0, 0, 0, 3.9]))
    np.testing.assert_allclose(below[:, 4], -answer[:, 4], atol=1e-12)


def test_a_step_of_peace_within_five_years_is_drawing_closer_too():
    rivalry = RIVALS.copy()
    rivalry[0, 3] = rivalry[3, 0] = 0.25
    memory = np.zeros((5, 5)) + 2 + 6 * (2 + 6 * (2 + 6 * (2 + 6 * 2)))
    memory[0, 3] = memory[3, 0] = 0 + 6 * 0 + 36 * 0 + 216 * 1 + 1296 * 1
    assert (moved(peace=rivalry, before=CAMPS, memory=memory) == 0).all(), "no better than five years ago"
    memory[0, 3] = memory[3, 0] = 216 * 1 + 1296 * 0
    assert (moved(peace=rivalry, before=CAMPS, memory=memory)[:, 4] != 0).all()


@pytest.mark.parametrize(
    "change",
    [
        {"before": CAMPS},
        {"before": CAMPS - np.array([0, 0, 0, 0.4, 0])},
        {"peace": 0.5},
        {"before": np.full(5, np.nan)},
        {"position": np.where(np.arange(5) == 4, np.nan, CAMPS)},
    ],
    ids=["no closing", "too small a closing", "no rivalry", "unknown past", "unknown third"],
)
def test_nothing_happens_without_a_treated_pair_and_a_third(change):
    answer = moved(**change)
    assert (np.nan_to_num(answer) == 0).all()


def test_answers_do_not_depend_on_the_order_of_states():
    order = np.array([4, 2, 0, 3, 1])
    other = Index(tuple(INDEX.states[k] for k in order), (0, 1, 2, 3, 4))
    here = moved()
    there = moved(
        position=CAMPS[order], before=EARLIER[order], peace=RIVALS[np.ix_(order, order)], index=other
    )
    np.testing.assert_allclose(there, here[:, order], atol=1e-12)


def test_five_years_are_remembered_and_the_sixth_is_forgotten():
    levels = np.array([[0.0, 0.25, 0.5, np.nan, 1.0, 0.75]])
    memory, told = np.full((1, 1), np.nan), []
    for now in levels.T:
        memory = triads.remembered(level=now[:, None], memory=memory)
        told.append(triads.oldest(memory=memory)[0, 0])
    np.testing.assert_array_equal(told, [np.nan, np.nan, np.nan, np.nan, 0.0, 0.25])


def test_the_start_remembers_as_the_mechanism_does():
    from detente.data.start_pairs import digits

    years = np.array([[[np.nan, 0.0], [0.0, np.nan]], [[np.nan, 0.25], [0.25, np.nan]], *[[[np.nan, 1.0], [1.0, 0.5]]] * 3])
    memory = np.full((2, 2), np.nan)
    for now in years:
        memory = triads.remembered(level=now, memory=memory)
    np.testing.assert_array_equal(digits(years), memory)


@pytest.mark.parametrize(("year", "votes", "alike"), [(1989, 113, 5), (1995, 77, 25), (2016, 108, 33)])
def test_shipped_roll_call_counts(year, votes, alike):
    row = shipped("alike").filter(pl.col("year") == year).row(0, named=True)
    assert (row["votes"], row["alike"]) == (votes, alike)


def test_shipped_vetoes_by_decade():
    table = shipped("vetoes")
    per_decade = dict(table.group_by(pl.col("year") // 10 * 10).agg(pl.col("vetoes").sum()).iter_rows())
    assert (per_decade[1940], per_decade[1980], per_decade[1990]) == (41, 46, 9)


@pytest.mark.raw
def test_shipped_counts_are_what_the_raw_files_say(raw):
    pyreadr = pytest.importorskip("pyreadr")

    def frame(path, columns):
        table = next(iter(pyreadr.read_r(str(raw / path)).values()))
        return pl.DataFrame(
            {
                c: [None if x != x else int(x) if c == "rcid" else str(x) for x in table[c].tolist()]
                for c in columns
            }
        )

    alike = count_alike(
        frame("unvotes/un_votes.rda", ["rcid", "country_code", "vote"]),
        frame("unvotes/un_roll_calls.rda", ["rcid", "date"]),
    )
    assert alike.rows() == shipped("alike").rows()
    vetoes = pl.read_csv(
        raw / "unsc/unsc_vetoes_1946_sept2022.csv", encoding="utf8-lossy", infer_schema_length=0
    )
    assert count_vetoes(vetoes).rows() == shipped("vetoes").rows()


def test_positions_of_the_release_in_the_bundle():
    table = pytest.importorskip("detente.data.bundle").table
    seen = {(s, y): x for s, y, x in table("state_year").select("state", "year", "ideal_point").iter_rows()}
    for (state, year), value in {
        ("RUS", 2024): -0.60,
        ("POL", 2024): 1.25,
        ("USA", 2024): 2.21,
        ("RUS", 1993): 1.28,
        ("RUS", 2022): -0.81,
        ("POL", 1990): 1.24,
        ("USA", 1993): 2.94,
        ("FRA", 1993): 1.90,
    }.items():
        assert seen[state, year] == pytest.approx(value, abs=0.006), (state, year)
    four = np.array([[seen[s, 1993] for s in FOUR]])
    assert eq.widest_gap(position=four)[0] == pytest.approx(2.94 - 1.28, abs=0.01)
