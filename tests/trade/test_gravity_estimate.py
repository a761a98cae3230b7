"""``detente.trade.estimate``: known effects found, an oracle in statsmodels, timing, errors of bad tables."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detente import trade
from detente.model.errors import DetenteError

pytest.importorskip("pyfixest")

FEW = settings(max_examples=8, deadline=None)


def world(
    states: int = 8,
    years: range = range(2000, 2010),
    *,
    effect: float = 0.5,
    noise: float = 0.0,
    seed: int = 0,
    home: bool = False,
    slow: float = 0.0,
) -> pl.DataFrame:
    """Flows made by a gravity equation with a policy that a third of the pairs adopt in some year.

    ``slow``: further effect of the policy four years after it began.
    """
    draw = np.random.default_rng(seed)
    names = [f"S{k}" for k in range(states)]
    pair, size = draw.normal(0, 1, (states, states)), draw.normal(5, 1, (2, len(years), states))
    begins = np.where(
        draw.random((states, states)) < 0.4, draw.integers(years[1], years[-1], (states, states)), 9999
    )
    rows = []
    for t, year in enumerate(years):
        for i in range(states):
            for j in range(states):
                if i == j and not home:
                    continue
                since = year - min(begins[i, j], begins[j, i]) if i != j else -1
                log = size[0, t, i] + size[1, t, j] + pair[i, j] + effect * (since >= 0) + slow * (since >= 4)
                value = np.exp(log + 2.0 * (i == j)) * (1 + noise * draw.uniform(-1, 1))
                rows.append((names[i], names[j], year, value, int(since >= 0)))
    return pl.DataFrame(rows, schema=["exporter", "importer", "year", "value", "deal"], orient="row")


def pandas_of(table):
    import pandas as pd

    return pd.DataFrame({c: table[c].to_list() for c in table.columns})


@FEW
@given(effect=st.floats(-2, 2), seed=st.integers(0, 10_000))
def test_the_effect_that_made_the_flows_is_found(effect, seed):
    found = trade.estimate(world(effect=effect, seed=seed), "deal")
    assert found.of("deal")[0] == pytest.approx(effect, abs=2e-5)


@FEW
@given(seed=st.integers(0, 10_000), factor=st.floats(1e-3, 1e3))
def test_money_of_another_unit_and_rows_in_another_order_change_nothing(seed, factor):
    table = world(noise=0.3, seed=seed)
    turned = table.sample(fraction=1.0, shuffle=True, seed=1).with_columns(pl.col("value") * factor)
    one, other = trade.estimate(table, "deal"), trade.estimate(turned, "deal")
    np.testing.assert_allclose([*one.of("deal")], [*other.of("deal")], rtol=1e-4)


def test_statsmodels_with_dummies_is_the_oracle():
    import statsmodels.api as sm
    from scipy.linalg import qr

    table = world(6, range(2000, 2006), noise=0.5, seed=3).with_columns(
        pl.concat_str("exporter", "year").alias("ey"),
        pl.concat_str("importer", "year").alias("iy"),
        pl.concat_str("exporter", "importer").alias("ij"),
        pl.concat_str(
            pl.min_horizontal("exporter", "importer"), pl.max_horizontal("exporter", "importer")
        ).alias("p"),
    )
    dummies = table.select("ey", "iy", "ij").to_dummies().to_numpy().astype(float)
    _, size, order = qr(dummies, mode="economic", pivoting=True)
    free = order[np.abs(np.diag(size)) > 1e-9]
    design = np.column_stack([table["deal"].to_numpy(), dummies[:, free]]).astype(float)
    groups = table["p"].rank("dense").to_numpy().astype(int)
    theirs = sm.GLM(table["value"].to_numpy(), design, family=sm.families.Poisson()).fit(
        cov_type="cluster", cov_kwds={"groups": groups, "use_correction": False}, tol=1e-12, maxiter=200
    )
    ours = trade.estimate(table, "deal", adjust=False)
    clusters = ours.groups["pair"]
    assert clusters == 15
    assert ours.of("deal")[0] == pytest.approx(theirs.params[0], abs=1e-5)
    assert ours.of("deal")[1] == pytest.approx(theirs.bse[0] * (clusters / (clusters - 1)) ** 0.5, rel=1e-4)


@pytest.mark.parametrize("adjust", [True, False])
@pytest.mark.parametrize("cluster", ["exporter", "exporter,importer", "pair"])
def test_errors_are_those_of_pyfixest(cluster, adjust):
    import pyfixest as pf

    table = world(10, noise=0.5, seed=4).with_columns(
        pl.concat_str("exporter", "year").alias("ey"),
        pl.concat_str("importer", "year").alias("iy"),
        pl.concat_str("exporter", "importer").alias("ij"),
        pl.concat_str(
            pl.min_horizontal("exporter", "importer"), pl.max_horizontal("exporter", "importer")
        ).alias("pair"),
    )
    theirs = pf.fepois(
        "value ~ deal | ey + iy + ij",
        pandas_of(table),
        vcov={"CRV1": cluster.replace(",", "+")},
        ssc=pf.ssc(k_adj=adjust),
    )
    ours = trade.estimate(table.drop("pair"), "deal", cluster=cluster, adjust=adjust)
    assert ours.of("deal")[0] == pytest.approx(theirs.coef()["deal"], abs=1e-6)
    assert ours.of("deal")[1] == pytest.approx(theirs.se()["deal"], rel=1e-5)


def test_three_ways_of_clustering_add_up():
    from detente.mechanisms.trade.gravity.fitting import clustered

    draw = np.random.default_rng(0)
    scores, hessian = draw.normal(size=(60, 2)), np.eye(2)
    ways = pl.DataFrame({c: draw.integers(0, 6, 60) for c in "abc"})
    found, groups = clustered(scores, hessian, ways, 1)

    def meat(*columns):
        keys = list(zip(*(ways[c] for c in columns), strict=True))
        sums = [scores[[k == key for k in keys]].sum(axis=0) for key in set(keys)]
        return sum(np.outer(s, s) for s in sums)

    whole = (
        meat("a")
        + meat("b")
        + meat("c")
        - meat("a", "b")
        - meat("a", "c")
        - meat("b", "c")
        + meat("a", "b", "c")
    )
    values, vectors = np.linalg.eigh(whole * 6 / 5)
    np.testing.assert_allclose(found, vectors @ np.diag(values.clip(0)) @ vectors.T, rtol=1e-10)
    assert groups == {"a": 6, "b": 6, "c": 6}


def test_phasing_in_is_found_and_adds_up():
    found = trade.estimate(world(10, range(2000, 2016), effect=0.3, slow=0.4), "deal", lags=4)
    assert found.of("deal")[0] == pytest.approx(0.3, abs=1e-4)
    assert found.of("deal_lag4")[0] == pytest.approx(0.4, abs=1e-4)
    total, error = found.total("deal")
    k = [found.names.index(n) for n in ("deal", "deal_lag4")]
    assert total == pytest.approx(0.7, abs=1e-4)
    assert error == pytest.approx(np.sqrt(np.ones(2) @ found.covariance[np.ix_(k, k)] @ np.ones(2)))
    assert found.years[0] == 2004
    assert any("rows left out" in n for n in found.notes)


def test_a_column_of_the_table_is_the_lag_where_there_is_one():
    table = world(8).with_columns(deal_lag4=pl.col("deal").shift(3).fill_null(0))
    assert trade.estimate(table, "deal", lags=4).years[0] == 2000


def test_anticipation_of_a_policy_that_nobody_foresaw_is_nothing():
    found = trade.estimate(world(10, range(2000, 2014), noise=0.1), "deal", leads=2)
    statistic, p = found.jointly_zero(["deal_lead2"])
    assert p > 0.01
    assert statistic == pytest.approx((found.of("deal_lead2")[0] / found.of("deal_lead2")[1]) ** 2)


def test_what_is_left_after_lifting():
    table = world(10, range(2000, 2020), effect=0.0)
    seller, buyer, year = pl.col("exporter"), pl.col("importer"), pl.col("year")
    early = (seller == "S9") & (buyer < "S2") & (year < 2006)
    late = (seller < "S3") & (buyer > "S5") & year.is_between(2004, 2009)
    table = table.with_columns(ban=(early | late).cast(pl.Int8))
    on = pl.col("ban") == 1
    after = year - pl.when(on).then("year").max().over("exporter", "importer")
    factor = pl.when(on).then(0.5).when(after.is_between(1, 2)).then(0.8).otherwise(1.0)
    found = trade.estimate(table.with_columns(pl.col("value") * factor), "ban", lifted="1,3")
    assert found.of("ban")[0] == pytest.approx(np.log(0.5), abs=1e-3)
    assert found.of("ban_lifted1")[0] == pytest.approx(np.log(0.8), abs=1e-3)
    assert found.of("ban_lifted3")[0] == pytest.approx(0, abs=1e-3)


def test_border_by_year_needs_and_uses_sales_at_home():
    table = world(8, range(2000, 2005), effect=0.2, home=True)
    abroad = pl.col("exporter") != pl.col("importer")
    opened = table.with_columns(
        pl.col("value") * pl.when(abroad & (pl.col("year") == 2004)).then(2.0).otherwise(1.0)
    )
    found = trade.estimate(opened, "deal", border_by_year=True)
    assert found.of("border_2000")[0] == pytest.approx(-np.log(2), abs=1e-3)
    assert found.of("deal")[0] == pytest.approx(0.2, abs=1e-3)
    with pytest.raises(DetenteError, match="no domestic trade"):
        trade.estimate(opened, "deal", border_by_year=True, domestic=False)


def test_years_intervals_and_balance():
    table = world(6, range(2000, 2010), noise=0.2)
    assert trade.estimate(table, "deal", years="2001:2009", every=4).years == (2001, 2005, 2009)
    assert 2005 not in trade.estimate(table, "deal", without=2005).years
    assert "no flows in 1998, 1999" in trade.estimate(table, "deal", years="1998:2009").notes
    holed = table.filter(~((pl.col("exporter") == "S0") & (pl.col("year") == 2003)))
    assert trade.estimate(holed, "deal", balanced=True).observations == 25 * 10


def test_zeros_that_say_nothing_are_dropped_and_counted():
    table = world(8, noise=0.2)
    dead = (pl.col("exporter") == "S0") & (pl.col("importer") == "S1")
    found = trade.estimate(
        table.with_columns(pl.when(dead).then(0.0).otherwise("value").alias("value")), "deal"
    )
    assert found.dropped["zero, and so is all trade of its effect"] == 10
    without = trade.estimate(table.filter(~dead), "deal")
    np.testing.assert_allclose(found.of("deal"), without.of("deal"), rtol=1e-6)


def test_separation_by_a_policy_is_said():
    table = world(8, noise=0.2).with_columns(
        ban=((pl.col("exporter") == "S0") & (pl.col("importer") == "S1") & (pl.col("year") > 2004)).cast(int)
    )
    none = table.with_columns(pl.when(pl.col("ban") == 1).then(0.0).otherwise("value").alias("value"))
    with pytest.raises(DetenteError, match="minus infinity"):
        trade.estimate(none, "ban")


@pytest.mark.parametrize("effects", ["exporter_year,importer_year", "exporter,importer,year"])
def test_other_effects_give_a_constant_of_the_pair_a_chance(effects):
    table = world(8, noise=0.1).with_columns(near=(pl.col("exporter") < pl.col("importer")).cast(int))
    assert "near" in trade.estimate(table, "deal", controls="near", effects=effects).names
    with pytest.raises(DetenteError, match="'near' cannot be told"):
        trade.estimate(table, "deal", controls="near")


def test_files_and_pandas_and_other_names(tmp_path):
    table = world(6, noise=0.2)
    ours = trade.estimate(table, "deal").of("deal")
    renamed = table.rename({"value": "flow", "exporter": "iso_o"})
    renamed.write_csv(tmp_path / "t.csv")
    renamed.write_parquet(tmp_path / "t.parquet")
    names = {"value": "flow", "exporter": "iso_o"}
    for given_table in (pandas_of(renamed), tmp_path / "t.csv", str(tmp_path / "t.parquet"), renamed.lazy()):
        np.testing.assert_allclose(
            trade.estimate(given_table, "deal", columns=names).of("deal"), ours, rtol=1e-6
        )


def problems(*args, **kwargs):
    with pytest.raises(DetenteError) as told:
        trade.estimate(*args, **kwargs)
    return "\n".join(str(p) for p in told.value.problems)


def test_every_mistake_is_told_at_once():
    table = world(5, home=False)
    bad = pl.concat([table, table.head(1)]).with_columns(
        value=pl.when(pl.int_range(pl.len()) == 7).then(-1.0).otherwise("value")
    )
    said = problems(bad, "deal", border_by_year=True)
    for part in ("is listed twice", "-1", "no domestic trade"):
        assert part in said
    said = problems(table, "dael,peace", cluster="exporters")
    for part in ("'dael'", "did you mean 'deal'", "'peace'", "did you mean 'exporter'"):
        assert part in said


@pytest.mark.parametrize(
    ("change", "part"),
    [
        (lambda t: t.drop("value"), "no column 'value'"),
        (lambda t: t.rename({"importer": "imorter"}), "did you mean 'imorter'"),
        (lambda t: t.with_columns(deal=pl.lit(1)), "no variation: it is 1"),
        (lambda t: t.with_columns(deal=pl.lit("yes")), "such as 'yes'"),
        (lambda t: t.with_columns(value=pl.lit(float("inf"))), "inf"),
        (lambda t: t.head(0), "holds no flow"),
        (lambda t: 7, "is a int"),
        (lambda t: "no/such.csv", "no such file"),
        (lambda t: t.with_columns(year=pl.col("year") + 0.5), "whole years"),
        (lambda t: t.with_columns(value=pl.lit(None, dtype=pl.Float64)), "holds no flow"),
    ],
)
def test_bad_tables(change, part):
    assert part in problems(change(world(4)), "deal")


@pytest.mark.parametrize(
    ("options", "part"),
    [
        ({"years": "2010"}, "FIRST:LAST"),
        ({"years": (2010, 2000)}, "comes after"),
        ({"years": (1900, 1950)}, "no row is left"),
        ({"lags": "four"}, "'four'"),
        ({"lags": 0}, "not a number of years"),
        ({"lifted": (3, 1)}, "rising"),
        ({"every": 0}, "is 0"),
        ({"estimator": "probit"}, "no 'probit'"),
        ({"cluster": ""}, "clustered"),
        ({"policy": ""}, "nothing is to be estimated"),
        ({"policy": "deal,deal"}, "more than once"),
        ({"columns": {"worth": "value"}}, "no column 'worth' to name"),
        ({"effects": "exporter_yaer"}, "did you mean 'exporter_year'"),
    ],
)
def test_bad_options(options, part):
    options = {"policy": "deal"} | options
    assert part in problems(world(4), **options)


def test_what_cannot_be_estimated_is_said():
    one_year = world(6).filter(pl.col("year") == 2008)
    assert "no flow is left" in problems(one_year, "deal")
    assert "only one cluster of 'year'" in problems(
        one_year, "deal", effects="exporter,importer", cluster="year"
    )
    assert "deal" in trade.estimate(one_year, "deal", effects="exporter,importer", cluster="exporter").names
    tiny = world(3, range(2000, 2004), seed=5)
    assert "can be told from the fixed effects" in problems(tiny, "deal", cluster="year")


def test_borders_that_the_effects_hold_are_left_out_and_said():
    table = world(6, range(2000, 2008), noise=0.2, home=True)
    half = pl.when(pl.col("year") < 2004).then(pl.lit("old")).otherwise(pl.lit("new"))
    found = trade.estimate(
        table.with_columns(pair=pl.concat_str("exporter", "importer", half)), "deal", border_by_year=True
    )
    assert any("the fixed effects hold it" in n for n in found.notes)
    assert len([n for n in found.names if n.startswith("border")]) == 6


def test_a_coefficient_that_nothing_pins_down_is_no_estimate():
    from detente.mechanisms.trade.gravity.estimation import _vague
    from detente.mechanisms.trade.gravity.fitting import Fit

    rows = pl.DataFrame({"sure": [0.0, 1.0, 0.0, 1.0], "vague": [1.0, 0.0, 0.0, 1.0]})
    found = Fit(("sure", "vague"), np.zeros(2), np.diag([0.01, 600.0**2]), 4, {}, {}, (), 0.9)
    assert _vague(found, rows) == ["vague"]


def test_a_fit_that_does_not_settle_is_an_error(monkeypatch):
    import pyfixest

    real = pyfixest.fepois
    monkeypatch.setattr(pyfixest, "fepois", lambda *a, **k: real(*a, **{**k, "iwls_maxiter": 2}))
    assert "do not settle" in problems(world(6, noise=0.5), "deal")

    def broken(*a, **k):
        raise ValueError("Demeaning failed after 10 iterations.")

    monkeypatch.setattr(pyfixest, "fepois", broken)
    assert "Demeaning failed" in problems(world(6), "deal")


def test_a_policy_of_true_and_false():
    table = world(8, noise=0.2)
    asked = {"lags": 2, "lifted": "1,3", "effects": "exporter_year,importer_year"}
    with pytest.raises(DetenteError, match="no variation"):
        trade.estimate(table.with_columns(pl.col("deal") == 1), "deal", **asked)
    plain = trade.estimate(table, "deal", lags=2).of("deal")
    assert trade.estimate(table.with_columns(pl.col("deal") == 1), "deal", lags=2).of("deal") == plain


def test_without_pyfixest_it_says_how_to_install(monkeypatch):
    import builtins

    real = builtins.__import__

    def hidden(name, *args, **kwargs):
        if name.startswith("pyfixest"):
            raise ImportError(name)
        return real(name, *args, **kwargs)

    monkeypatch.setattr(builtins, "__import__", hidden)
    assert "detente[fit]" in problems(world(4), "deal")


def test_what_it_prints():
    found = trade.estimate(
        world(6, range(2000, 2012), noise=0.2), "deal", lags=4, cluster="exporter,importer"
    )
    text, html = repr(found), found._repr_html_()
    for part in ("deal_lag4", "deal, total", "PPML", "exporter (6)", "fixed effects: exporter_year"):
        assert part in text
        assert part in html
    frame = found.frame
    assert frame.columns == ["term", "coefficient", "se", "z", "p", "low", "high", "percent"]
    row = frame.row(0, named=True)
    assert row["low"] < row["coefficient"] < row["high"]
    assert row["percent"] == pytest.approx(100 * np.expm1(row["coefficient"]))
    with pytest.raises(DetenteError, match="did you mean 'deal'"):
        found.of("deel")
    with pytest.raises(DetenteError, match="no policy"):
        found.total("ban")
