"""Trade elasticities by GTAP sector from two published studies."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from detente.data.sector_codes import GTAP
from detente.data.source import Problem, RawFile, Source, bounds
from detente.data.sources._read import cell, from_pandas

SOURCE = Source(
    key="elasticities",
    title="Trade elasticities by GTAP sector",
    producer="L. Fontagné, H. Guimbard, G. Orefice; J. Hinz, E. Monastyrenko",
    citation="Fontagné, Guimbard and Orefice (2022), Tariff-based product-level trade elasticities, JIE 137; "
    "Hinz and Monastyrenko (2022), Bearing the cost of politics, JIE 137, 103581.",
    bib=("fontagne2022", "hinz2022"),
    licence="none stated; published estimates, cited",
    redistributable="yes",
    version="aggregation of 8 October 2020; replication files of 2022",
    files=(
        RawFile(
            "iea-oecd-bilateral-energy-services/final_tariff_GTAP_2020_10_08.dta",
            "3a5f314166aae1fb2cf1e2d553a240300a791309fc080eb17dcec02a1aa6a98b",
            "julianhinz/sanctions-coalitions",
            "09ac621597938ffbd6d858768510b9358e12ba1e",
            "input/elasticities/final_tariff_GTAP_2020_10_08.dta",
        ),
        RawFile(
            "hinz-monastyrenko-2013/T.mat",
            "1667fe34cd8e452266e2b3d1da4e94bf8e149b68162554a73613979c70d3878e",
            "julianhinz/prices-in-russia",
            "81ba3558bab7116f80bcc0b2b61ab6945a5256ed",
            "section 4 - Counterfactuals/data/T.mat",
        ),
        RawFile(
            "hinz-monastyrenko-2013/embargo.csv",
            "8b780f018cacaaad4205ba6627e8b7b5f9fc0bcd19211d884b597cac5947934f",
            "julianhinz/prices-in-russia",
            "81ba3558bab7116f80bcc0b2b61ab6945a5256ed",
            "section 4 - Counterfactuals/data/embargo.csv",
        ),
    ),
    by_hand="take the files from github.com/julianhinz/sanctions-coalitions and prices-in-russia",
)


def load(raw: Path) -> pl.DataFrame:
    """One row a study and GTAP sector: study, gtap, sector (ours), elasticity (positive).

    ``fontagne`` gives the response of trade to tariffs, ``hinz`` the parameter theta of its model; both
    are used as theta, as the users of the former do. Coal, gas and five others are missing in ``fontagne``.
    """
    import pandas
    from scipy.io import loadmat

    tariff = from_pandas(pandas.read_stata(raw / SOURCE.files[0].path))
    theta = loadmat(str(raw / SOURCE.files[1].path))["T"].ravel()
    order = pl.read_csv(raw / SOURCE.files[2].path)["sectors"].to_list()
    first = tariff.select(
        pl.lit("fontagne").alias("study"),
        pl.col("gtap_sector").alias("gtap"),
        (-pl.col("epsilon_GTAP").cast(pl.Float64)).alias("elasticity"),
    )
    second = pl.DataFrame({"study": "hinz", "gtap": order, "elasticity": theta[: len(order)]})
    sector = pl.col("gtap").replace_strict(GTAP, default=None).alias("sector")
    whole = pl.concat([first, second]).drop_nulls("elasticity").with_columns(sector)
    return whole.select("study", "gtap", "sector", "elasticity").sort("study", "gtap")


def check(frame: pl.DataFrame) -> list[Problem]:
    """Figures named in the record of the files."""
    return bounds(
        "source 'elasticities'",
        [
            ("oil, Fontagné", cell(frame, "elasticity", study="fontagne", gtap="oil"), 10.8, 11.0),
            ("refined, Fontagné", cell(frame, "elasticity", study="fontagne", gtap="p_c"), 3.6, 3.7),
            ("oil, Hinz", cell(frame, "elasticity", study="hinz", gtap="oil"), 15.3, 15.4),
            ("smallest, Hinz", frame.filter(pl.col("study") == "hinz")["elasticity"].min(), 2.0, 2.3),
            ("without a sector of ours", frame["sector"].null_count(), 0, 2),
        ],
    )
