"""Tables of accession: bids and holdouts (our own record), and the standards that entrants are measured by.

``standards`` ships what is derived of Freedom House's publication: the mean of its two ratings and one
sub-score of 26, without the rest. V-Dem's columns are free to pass on.
"""

from __future__ import annotations

from importlib.resources import files

import polars as pl

from detente.data.tables_state import Loaded

FIRST, NEWEST = 1946, 2024


def accession_bids_table(loaded: Loaded) -> pl.DataFrame:
    """Bids for NATO and the EU since 1949: bloc, state, bid (year), kind, talks (action plan or accession
    talks opened), end, outcome, consent (protocol or treaty signed), accession, months between the two,
    source, note. Null ``end``: open at the end of 2024."""
    years = ("bid", "talks", "end", "consent", "accession")
    frame = _curated("accession_bids.csv")
    return frame.with_columns(*(pl.col(c).cast(pl.Int16) for c in years), pl.col("months").cast(pl.Float32))


def accession_holdouts_table(loaded: Loaded) -> pl.DataFrame:
    """Members that blocked or held out: bloc, state, member, first and last year, end (lifted, bid ended,
    open), phase (invitation: before consent; ratification: after it), quarrel (spells of one name stand and
    fall together), demand, its kind (price: somebody can pay it; time: a later round, reforms first; tie: a
    quarrel between the two; purpose: against the candidate as such), negotiable (judged with hindsight),
    others (true: the rest had agreed), bought, source, asked."""
    frame = _curated("accession_holdouts.csv")
    flags = [(pl.col(c) == 1).alias(c) for c in ("negotiable", "others")]
    return frame.with_columns(*flags, *(pl.col(c).cast(pl.Int16) for c in ("first", "last")))


def standards_table(loaded: Loaded) -> pl.DataFrame:
    """State-years 1946-2024: liberty (V-Dem v2xcl_rol), corruption (V-Dem v2x_corr, 1 is most corrupt),
    freedom (mean of Freedom House's two ratings, 1 free to 7), equal_treatment (its F4, 0-4)."""
    rights, freedom = loaded["vdem_rights"], loaded["freedom_house"]
    frame = rights.join(freedom, on=["state", "year"], how="full", coalesce=True)
    kept = pl.col("year").is_between(FIRST, NEWEST)
    return (
        frame.filter(kept)
        .select(
            "state",
            pl.col("year").cast(pl.Int16),
            pl.col("liberty", "corruption").round(3).cast(pl.Float32),
            pl.col("rating").cast(pl.Float32).alias("freedom"),
            pl.col("equal_treatment").cast(pl.Int8),
        )
        .sort("state", "year")
    )


def _curated(name: str) -> pl.DataFrame:
    text = files("detente.data").joinpath("curated", name).read_text(encoding="utf-8")
    return pl.read_csv(text.encode())
