"""The panel of our own bundle: recorded flows, sanctions by type, agreements, alliances, geography."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import reduce
from typing import TYPE_CHECKING

from detente.mechanisms.trade.flows import one_source_a_year, open_to_some, sanctioned_pairs
from detente.mechanisms.trade.gravity.table import KEYS, Panel
from detente.model.errors import DetenteError, Problem, nearest

if TYPE_CHECKING:
    import polars as pl

    Tables = Callable[[str], pl.DataFrame]

SANCTION_KINDS = ("complete", "partial", "financial", "arms", "military", "travel", "other", "nontrade")
SANCTIONS = {f"sanction_{kind}": kind for kind in SANCTION_KINDS}
AGREEMENTS = {"rta": "free_trade", "rta_one_way": "one_way", "rta_framework": "framework"}
ALLIANCES = {
    "alliance": "defence",
    "alliance_nonaggression": "nonaggression",
    "alliance_neutrality": "neutrality",
    "alliance_consultation": "consultation",
}
BLOCS = {"eu": "EU"}
CONSTANT = ("log_distance", "contiguity", "language", "colony", "common_coloniser", "border")
POLICIES = (*SANCTIONS, *AGREEMENTS, *ALLIANCES, *BLOCS)
DEFAULT = ("sanction_complete", "sanction_partial", "rta")
MEANING = {
    "sanction_complete": "a complete trade sanction of either side on the other (GSDB)",
    "sanction_partial": "a partial one, and no complete one",
    "sanction_financial": "a financial sanction of either side, whatever else is in force",
    "sanction_arms": "an arms embargo of either side, whatever else is in force",
    "sanction_military": "military assistance withheld by either side",
    "sanction_travel": "a travel ban of either side",
    "sanction_other": "any other sanction of either side",
    "sanction_nontrade": "sanctions of other types alone, no trade sanction",
    "rta": "a trade agreement in force (DESTA; with the EU), but for the two kinds that follow",
    "rta_one_way": "preferences given by one side (Lomé, Cotonou)",
    "rta_framework": "plans and partial lists among dozens of states (GSTP, African Economic Community …)",
    "alliance": "a defence pact (ATOP; NATO's accessions after 2018)",
    "alliance_nonaggression": "a non-aggression pact",
    "alliance_neutrality": "a neutrality pact",
    "alliance_consultation": "a consultation pact",
    "eu": "both are members of the EU (EEC)",
    "log_distance": "log of the population-weighted distance, km (GeoDist)",
    "contiguity": "common border (GeoDist)",
    "language": "common official language",
    "colony": "ever in a colonial relationship",
    "common_coloniser": "common coloniser after 1945",
    "border": "international flow (0 for sales at home)",
}


def assemble(table: Tables, policies: Iterable[str], *, domestic: bool = False) -> Panel:
    """Flows of the bundle with what ``policies`` needs; ``table`` gives the bundle's tables by name.

    The flow of a state and year in which more than half of all states have a trade sanction on it is left out
    unless sales at home are there to compare with (``domestic``): what everybody does to one state cannot be
    told from its own year effect. Each source has pair effects of its own (COW 1948-1999 counts importers'
    CIF, BACI from 2000 FOB). With sales at home only the newest source is used, since effects of pairs that
    change with the source and of borders that change with the year cannot be told apart. Policies are
    undirected: in force if either side has them on the other.

    Raises
    ------
    DetenteError : a name that is no policy of the bundle.
    """
    wanted = tuple(dict.fromkeys(policies))
    valid = (*POLICIES, *CONSTANT)
    unknown = [
        Problem("policy", f"our panel has no '{n}'", nearest(n, valid)) for n in wanted if n not in valid
    ]
    if unknown:
        raise DetenteError(unknown)
    flows, notes = _flows(table, domestic)
    history, known = _history(table, [n for n in wanted if n in POLICIES])
    constants = [n for n in wanted if n in CONSTANT]
    return Panel(_geography(flows, table, constants) if constants else flows, history, known, notes)


def _flows(table: Tables, domestic: bool) -> tuple[pl.DataFrame, tuple[str, ...]]:
    import polars as pl

    trade = one_source_a_year(table("trade").with_columns(pl.col("year").cast(pl.Int64)))
    abroad = trade if domestic else open_to_some(table("trade"), table("sanctions"))
    abroad = abroad.filter(~pl.col("imputed"), pl.col("exporter") != pl.col("importer"))
    flows = abroad.select(*KEYS, "value", "source")
    notes: tuple[str, ...] = ()
    if domestic:
        home = table("domestic").filter(pl.col("rule") == "icio")
        main = trade.group_by("year").agg(pl.col("source").first())
        main = main.filter(pl.col("source") == main.sort("year")["source"][-1])
        rows = home.with_columns(pl.col("year").cast(pl.Int64)).join(main, on="year")
        state = pl.col("state")
        sales = pl.col("domestic_sales").alias("value")
        made = rows.select(state.alias("exporter"), state.alias("importer"), "year", sales, "source")
        flows = pl.concat([flows.filter(pl.col("year") >= made["year"].min()), made], how="vertical_relaxed")
        notes = (
            f"sales at home of {made['exporter'].n_unique()} states since {made['year'].min()} are made: "
            "the share of output sold at home in 2022 (ICIO), carried by GDP and exports",
        )
    pair = pl.concat_str("exporter", "importer", "source", separator="-").alias("pair")
    return flows.with_columns(pair), notes


def _history(table: Tables, policies: list[str]) -> tuple[pl.DataFrame | None, dict[str, tuple[int, int]]]:
    """exporter, importer, year and each policy, where one is in force; first and last year of knowledge."""
    parts, known = [], {}
    for names, make in (
        (SANCTIONS, _sanctions),
        (AGREEMENTS, _agreements),
        (ALLIANCES, _pacts),
        (BLOCS, _blocs),
    ):
        chosen = [n for n in policies if n in names]
        if chosen:
            frame, first, last = make(table, chosen)
            parts.append(frame)
            known |= dict.fromkeys(chosen, (first, last))
    if not parts:
        return None, {}
    joined = reduce(lambda x, y: x.join(y, on=["a", "b", "year"], how="full", coalesce=True), parts)
    return _both_ways(joined.fill_null(0)), known


def _both_ways(pairs: pl.DataFrame) -> pl.DataFrame:
    import polars as pl

    there = pairs.rename({"a": "exporter", "b": "importer"})
    back = pairs.rename({"b": "exporter", "a": "importer"}).select(there.columns)
    keys = [*KEYS, *(c for c in there.columns if c not in KEYS)]
    return pl.concat([there, back]).select(keys).with_columns(year=there_year())


def there_year() -> pl.Expr:
    """Years as whole numbers of one width, so that tables join."""
    import polars as pl

    return pl.col("year").cast(pl.Int32)


def _sanctions(table: Tables, names: list[str]) -> tuple[pl.DataFrame, int, int]:
    sanctions = table("sanctions")
    pairs = sanctioned_pairs(sanctions, each=True)
    frame = pairs.select("a", "b", year=there_year(), **{n: SANCTIONS[n] for n in names})
    return _any(frame, names), int(sanctions["year"].min()), int(sanctions["year"].max())


def _any(frame: pl.DataFrame, names: list[str]) -> pl.DataFrame:
    import polars as pl

    return frame.filter(pl.any_horizontal(pl.col(n) > 0 for n in names)).with_columns(
        pl.col(names).cast(pl.Int8)
    )


def _agreements(table: Tables, names: list[str]) -> tuple[pl.DataFrame, int, int]:
    import polars as pl

    last = 2023
    spells = table("agreements").with_columns(
        pl.col("start").cast(pl.Int32), pl.col("end").cast(pl.Int32).fill_null(last)
    )
    parts = [_yearly(spells.filter(pl.col("kind") == AGREEMENTS[n]), n) for n in names]
    return _outer(parts), 1948, last


def _yearly(spells: pl.DataFrame, name: str) -> pl.DataFrame:
    """a, b (alphabetical), year and ``name`` = 1 for every year of spells a, b, start, end."""
    import polars as pl

    years = (
        spells.with_columns(year=pl.int_ranges("start", pl.col("end") + 1)).explode("year").drop_nulls("year")
    )
    low, high = pl.min_horizontal("a", "b"), pl.max_horizontal("a", "b")
    rows = years.select(low.alias("a"), high.alias("b"), there_year())
    return rows.unique().with_columns(pl.lit(1, dtype=pl.Int8).alias(name))


def _outer(parts: list[pl.DataFrame]) -> pl.DataFrame:
    whole = reduce(lambda x, y: x.join(y, on=["a", "b", "year"], how="full", coalesce=True), parts)
    return whole.fill_null(0)


def _pacts(table: Tables, names: list[str]) -> tuple[pl.DataFrame, int, int]:
    import polars as pl

    pacts = table("pacts")
    low, high = pl.min_horizontal("a", "b"), pl.max_horizontal("a", "b")
    frame = pacts.select(
        low.alias("a"), high.alias("b"), there_year(), *(pl.col(ALLIANCES[n]).alias(n) for n in names)
    )
    return _any(frame, names), int(pacts["year"].min()), int(pacts["year"].max())


def _blocs(table: Tables, names: list[str]) -> tuple[pl.DataFrame, int, int]:
    import polars as pl

    last, parts = int(table("pacts")["year"].max()), []
    for name in names:
        member = (
            table("blocs")
            .filter(pl.col("bloc") == BLOCS[name])
            .with_columns(
                pl.col("from_year").cast(pl.Int32), pl.col("to_year").cast(pl.Int32).fill_null(last + 1)
            )
        )
        pairs = member.join(member, how="cross", suffix="_b").filter(pl.col("state") < pl.col("state_b"))
        both = pairs.select(
            a="state",
            b="state_b",
            start=pl.max_horizontal("from_year", "from_year_b"),
            end=pl.min_horizontal("to_year", "to_year_b") - 1,
        )
        parts.append(_yearly(both.filter(pl.col("start") <= pl.col("end")), name))
    return _outer(parts), 1946, last


def _geography(flows: pl.DataFrame, table: Tables, names: list[str]) -> pl.DataFrame:
    """Constants of the pair from GeoDist; null for states that it does not have."""
    import polars as pl

    made = table("geodist").select(
        "exporter",
        "importer",
        pl.col("distw").cast(pl.Float64).log().alias("log_distance"),
        pl.col("contig").cast(pl.Int8).alias("contiguity"),
        pl.col("comlang").cast(pl.Int8).alias("language"),
        pl.col("colony").cast(pl.Int8).alias("colony"),
        pl.col("comcol").cast(pl.Int8).alias("common_coloniser"),
    )
    flows = flows.with_columns(border=(pl.col("exporter") != pl.col("importer")).cast(pl.Int8))
    held = [n for n in names if n != "border"]
    flows = flows.join(made.select("exporter", "importer", *held), on=["exporter", "importer"], how="left")
    return flows if "border" in names else flows.drop("border")
