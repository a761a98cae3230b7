"""What sanctions cost and what goes round them: the accounts, the placebos, the command."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from typer.testing import CliRunner

from detente.cli import app
from detente.data.bundle import table
from detente.judge import coalitions, record_sanctions
from detente.judge.record import measure
from detente.mechanisms.trade import diversion, friendly_fire
from detente.mechanisms.trade.equilibrium import solve
from detente.model.errors import DetenteError


@pytest.fixture(scope="module")
def russia():
    return {theory: coalitions.coalition(table, "RUS", theory=theory) for theory in coalitions.THEORIES}


def test_senders_are_those_of_the_record_with_the_year_they_began():
    who = coalitions.senders(table, "RUS")
    row = dict(zip(who.columns, who.filter(pl.col("sender") == "JPN").row(0), strict=True))
    assert row["since"] == 2014
    assert row["partial"]
    assert row["financial"]
    assert not row["complete"]
    assert coalitions.senders(table, "RUS", 2013)["sender"].to_list() == []


@pytest.mark.parametrize("theory", coalitions.THEORIES)
def test_accounts_of_a_coalition_fit_together(russia, theory):
    found = russia[theory]
    assert found.everybody < found.target < 0
    assert (found.members["alone_target"] < 0).all()
    assert (found.members["leaves_target"] > 0).all()
    assert found.members["leaves_target"].max() < -found.target
    assert (found.outsiders["joins_target"] < 0).all()
    assert (found.outsiders["joins_own"] < 0).all()
    assert abs(found.members["alone_target"].sum() / found.target - 1) < 0.1


def test_all_the_missing_trade_costs_more_than_the_average_sanction(russia):
    assert russia["measured"].target < 5 * russia["average"].target


def test_one_sender_alone_is_the_same_asked_either_way(russia):
    (row,) = russia["average"].members.filter(pl.col("state") == "DEU").iter_rows(named=True)
    alone = coalitions.coalition(table, "RUS", members=["DEU"], theory="average", outsiders=())
    # The others' sanctions are in the record of both worlds here, and in neither there: nearly the same.
    assert alone.target == pytest.approx(row["leaves_target"] * -1, rel=0.02)


def test_the_coalition_of_2014_compares_with_the_published_one():
    """Chowdhry et al. (2022): 57.9 % of what everybody could do; China would add 22 % (seminar abstract)."""
    found = coalitions.coalition(table, "RUS", theory="average", year=2014)
    assert 0.5 < found.target / found.everybody < 0.7
    (china,) = found.outsiders.filter(pl.col("state") == "CHN")["joins_target"]
    assert 0.15 < china / found.target < 0.3


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"on": "RUSS"}, "did you mean 'RUS'"),
        ({"on": "RUS", "kinds": ("finance",)}, "did you mean 'financial'"),
        ({"on": "RUS", "theory": "measure"}, "did you mean 'measured'"),
        ({"on": "URY"}, "no sanctions on URY"),
    ],
)
def test_what_cannot_be_computed_is_said(given, said):
    with pytest.raises(DetenteError) as caught:
        coalitions.coalition(table, **given)
    assert said in str(caught.value)


def test_the_command_shows_who_what_it_costs_and_what_members_add():
    out = CliRunner().invoke(app, ["sanctions", "--on", "RUS", "--by=-HUN", "--add", "CHN"]).output
    assert "47 states" in out
    assert "if it leaves" in out
    assert "CHN" in out
    quiet = CliRunner().invoke(app, ["sanctions", "--on", "RUS", "--kind", "travel"]).output
    assert "no effect" in quiet or "None of them" in quiet


N = 40


def flows_with_a_detour(extra: float, seed: int = 3) -> tuple[np.ndarray, np.ndarray, list[str]]:
    """Gravity flows; S00-S09 stop selling to S39, and S20 buys from them and sells on what ``extra`` says."""
    rng = np.random.default_rng(seed)
    size = rng.lognormal(4, 1, N)
    before = np.outer(size, size) * rng.lognormal(0, 1, (N, N)) / 100
    now = before * rng.lognormal(0.1, 0.1, (N, N)) * np.outer(rng.lognormal(0, 0.2, N), rng.lognormal(0, 0.2, N))
    now[:10, 39] *= 0.1
    now[:10, 20] *= np.exp(extra)
    now[20, 39] *= np.exp(extra)
    for m in (before, now):
        np.fill_diagonal(m, 0.0)
    return before, now, [f"S{k:02d}" for k in range(N)]


@pytest.mark.parametrize("extra", [0.0, 1.0])
def test_a_detour_is_found_and_only_where_it_is(extra):
    before, now, names = flows_with_a_detour(extra)
    west = names[:10]
    found, gone = diversion.detours(before, now, names, target="S39", coalition=west, thirds=["S20", "S25"])
    through, other = found
    assert through.bought.excess == pytest.approx(extra, abs=0.15)
    assert through.sold.excess == pytest.approx(extra, abs=0.35)
    assert abs(other.bought.excess) < 0.15
    assert gone == pytest.approx(before[:10, 39].sum() * 0.9, rel=0.5)
    assert (through.rerouted > 0) or extra == 0.0
    assert through.rerouted <= max(0.0, through.bought.surplus)


def test_the_equilibrium_sends_nobody_more_than_gravity_says():
    """Structural gravity diverts through every third state alike: the test of detours must find none in it."""
    here = coalitions.world(table, 2023)
    who = coalitions.senders(table, "RUS").filter(~pl.col("sender").is_in(record_sanctions.THIRDS))
    gone = coalitions.suppressed(here, "RUS", who, "measured")
    free = solve(here.flow, coalitions.lift(here, "RUS", gone), sigma=np.array([6.0])).flow[0]
    off = 1.0 - np.eye(len(here.states))
    found, _ = diversion.detours(
        free * off, here.flow * off, here.states, target="RUS", coalition=list(gone), thirds=["KGZ", "TUR"]
    )
    for one in found:
        assert abs(one.bought.excess) < 1e-6
        assert abs(one.sold.excess) < 1e-6


def test_kyrgyzstan_bought_what_gravity_does_not_explain():
    found = measure("detour", {"third": "KGZ"})
    assert found.low > 0.2
    assert measure("detour", {"third": "UZB"}).low < 0
    with pytest.raises(DetenteError, match="trade of GEO with RUS"):
        record_sanctions.detour(table, third="GEO", leg="sold")


@pytest.mark.slow
def test_exports_lost_in_2014_and_2015_are_of_the_published_size():
    """Target T6, Crozet & Hinz (2020): Russia 53 billion or 7.4 %, its sanctioners 42 billion or 0.3 %."""
    target, others = friendly_fire.losses(table("trade"), table("sanctions"))
    for loss in (target, others):
        billion, _ = friendly_fire.PUBLISHED[loss.side]
        assert abs(loss.billion - billion) < 2 * loss.error
    assert others.percent == pytest.approx(0.3, abs=0.15)
    assert target.percent > 10 * others.percent
