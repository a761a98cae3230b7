"""Trade between states and home sales of goods: the matrices that the gravity model stands on."""

from __future__ import annotations

import polars as pl

from detente.data.sources import icio
from detente.data.sources.baci import ELSEWHERE
from detente.data.states import slots
from detente.data.tables_pair import by_slot
from detente.data.tables_sanctions import sanctions_table
from detente.data.tables_state import Loaded, state_year_table
from detente.data.tables_unreported import unreported

FROM_BACI = 2000
NEWEST = 2023
GDP_SHARE = 0.65
"""Goods output of a country outside ICIO as a share of its GDP: the median of those inside."""
FLOOR = 0.5
"""Home share of goods absorption is at least this part of the home share of goods inputs in ICIO."""


def trade_table(loaded: Loaded) -> pl.DataFrame:
    """Goods trade: exporter, importer, year, value (million current USD), source, imputed.

    * ``cow`` 1948-1999 (importer's declaration, rounded to million USD); absent means unknown;
    * ``baci`` 2000-2020 and 2023 (FOB, reconciled); zero is recorded absence; absent means that one of the
      two is not covered. Taiwan is in no BACI extract: its flows are ``cow`` to 2014, missing to 2020;
    * ``icio`` 2023, Taiwan alone, see :func:`taiwan`;
    * ``imputed`` is true for Taiwan in 2023 and for pairs of which neither had declared that year, see
      :func:`detente.data.tables_unreported.unreported`.

    Territories that are no states (Hong Kong, Macao, ...) are left out here and counted in ``domestic``.
    """
    cow = loaded["cow_trade"].filter(
        (pl.col("year") < FROM_BACI) | (pl.col("exporter") == "TWN") | (pl.col("importer") == "TWN")
    )
    inside = (pl.col("exporter") != ELSEWHERE) & (pl.col("importer") != ELSEWHERE)
    old, new = loaded["baci"].filter(inside), loaded["baci_2023"].filter(inside)
    silent = unreported(old, new, sanctions_table(loaded))
    parts = [
        (cow, "cow", False),
        (old, "baci", False),
        (new.join(silent, on=["exporter", "importer"], how="anti"), "baci", False),
        (silent, "baci", True),
        (taiwan(new, loaded["icio"]), "icio", True),
    ]
    whole = pl.concat(
        [
            part.select(
                "exporter",
                "importer",
                pl.col("year").cast(pl.Int16),
                pl.col("value").cast(pl.Float32),
                pl.lit(name).alias("source"),
                pl.lit(imputed).alias("imputed"),
            )
            for part, name, imputed in parts
        ]
    )
    return by_slot(whole)


def taiwan(new: pl.DataFrame, inputs: pl.DataFrame, missing: str = "TWN") -> pl.DataFrame:
    """Taiwan's trade with 78 states in 2023, from the goods that industries bought as inputs in 2022 (ICIO).

    A sale to j is the inputs that j bought from Taiwan times j's ratio of all goods imports (BACI 2023) to
    inputs (ICIO 2022) over its other suppliers; a purchase from j likewise with j's ratio as a seller.
    Partners outside ICIO stay missing. The same rule applied to each state whose trade is known
    (``missing``) gives a median 0.93 of its exports and 0.90 of its imports (10-90 %: 0.6-1.8 and 0.5-1.2);
    a single flow is off by 0.4 log points in the median.
    """
    abroad = inputs.filter(pl.col("exporter") != pl.col("importer")).drop("output")
    both = abroad.join(new, on=["exporter", "importer"])
    others = both.filter((pl.col("exporter") != missing) & (pl.col("importer") != missing))
    parts = []
    for own, partner in (("exporter", "importer"), ("importer", "exporter")):
        ratio = others.group_by(partner).agg((pl.col("value").sum() / pl.col("inputs").sum()).alias("ratio"))
        parts.append(
            abroad.filter(pl.col(own) == missing)
            .join(ratio, on=partner)
            .select(
                "exporter",
                "importer",
                pl.lit(NEWEST, dtype=pl.Int32).alias("year"),
                (pl.col("inputs") * pl.col("ratio")).alias("value"),
            )
        )
    return pl.concat(parts).sort("exporter", "importer")


def _totals(loaded: Loaded, trade: pl.DataFrame) -> pl.DataFrame:
    """Goods exports and imports of each state and year, trade with territories included where known."""
    with_elsewhere = (
        pl.concat([loaded["baci"], loaded["baci_2023"]])
        .filter((pl.col("exporter") == ELSEWHERE) | (pl.col("importer") == ELSEWHERE))
        .select(
            pl.col("exporter"), "importer", pl.col("year").cast(pl.Int16), pl.col("value").cast(pl.Float32)
        )
    )
    flows = pl.concat([trade.select("exporter", "importer", "year", "value"), with_elsewhere])
    sums = [
        flows.group_by(side, "year")
        .agg(pl.col("value").cast(pl.Float64).sum().alias(name))
        .rename({side: "state"})
        for side, name in (("exporter", "exports"), ("importer", "imports"))
    ]
    return (
        sums[0]
        .join(sums[1], on=["state", "year"], how="full", coalesce=True)
        .filter(pl.col("state") != ELSEWHERE)
    )


def domestic_table(loaded: Loaded) -> pl.DataFrame:
    """Home sales of goods: state, year, goods_output, domestic_sales (million current USD), rule.

    For 1988-2020 and 2023, wherever GDP and trade are known. Goods output is that of ICIO 2022 moved to
    the year by nominal GDP (``icio``) or 0.65 of GDP (``gdp``); home sales are output less exports. That is
    small or negative for hubs that re-export, so the home share of absorption is at least half the home
    share of goods inputs in ICIO (``icio floor``; ``gdp floor`` uses the median country's). The structure
    of 2022 is applied to all years.
    """
    held = state_year_table(loaded)
    money = held.select("state", "year", (pl.col("gdp_usd") / 1e6).alias("gdp")).filter(
        pl.col("year") >= 1988
    )
    return home_sales(loaded, trade_table(loaded), money, held.filter(pl.col("year") == 2022))


def home_sales(
    loaded: Loaded, trade: pl.DataFrame, money: pl.DataFrame, of_2022: pl.DataFrame
) -> pl.DataFrame:
    """As :func:`domestic_table`, for the state-years of ``money`` (state, year, gdp in million USD).

    ``of_2022`` are the state-years of the year of ICIO (state, gdp_usd).
    """
    base = of_2022.select("state", (pl.col("gdp_usd") / 1e6).alias("gdp_2022"))
    known_home = icio.home(loaded["icio"]).select(
        "state",
        pl.col("goods_output").cast(pl.Float64).alias("output_2022"),
        pl.col("home_share").cast(pl.Float64),
    )
    middle = float(known_home["home_share"].median() or 0.0)
    known = _totals(loaded, trade).join(money, on=["state", "year"]).drop_nulls("gdp")
    rows = known.join(known_home, on="state", how="left").join(base, on="state", how="left")
    output = pl.coalesce(
        pl.col("output_2022") * pl.col("gdp") / pl.col("gdp_2022"), GDP_SHARE * pl.col("gdp")
    )
    share = FLOOR * pl.col("home_share").fill_null(middle)
    rows = rows.with_columns(
        output.alias("goods_output"), (share / (1 - share) * pl.col("imports").fill_null(0)).alias("low")
    )
    home = pl.col("goods_output") - pl.col("exports").fill_null(0)
    kind = pl.when(pl.col("output_2022").is_not_null()).then(pl.lit("icio")).otherwise(pl.lit("gdp"))
    return (
        rows.with_columns(
            pl.max_horizontal(home, "low").alias("domestic_sales"),
            pl.when(home < pl.col("low")).then(kind + " floor").otherwise(kind).alias("rule"),
        )
        .select(
            "state",
            "year",
            pl.col("goods_output").cast(pl.Float32),
            pl.col("domestic_sales").cast(pl.Float32),
            "rule",
        )
        .sort(pl.col("state").replace_strict(slots()), "year")
    )
