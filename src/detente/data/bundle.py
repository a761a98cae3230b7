"""The bundle: the small harmonised snapshot of the observed world that ships with the package.

``build`` makes it from the producers' raw files, byte for byte the same each time; ``table`` reads it.

The law of the data: no values of a restricted source ship. SIPRI's workbook and UN Comtrade 2021 only
check other sources; GSDB ships as yearly flags derived from its cases. With ``include_restricted=True`` a
user's own build adds tables of the restricted sources (``sipri``, ``comtrade_2021``); such a bundle is for
its maker's use and must not be passed on.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Sequence
from functools import cache
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from detente.data.source import Problem, damaged, digest, raw_folder, sources
from detente.model.errors import DetenteError, Problems, nearest

if TYPE_CHECKING:
    import polars as pl

MANIFEST = "manifest.json"
REMEDY = "reinstall detente, or rebuild the bundle: detente data build --from RAW"


TABLES = {
    "tables_state": ("states", "state_year", "projection", "blocs"),
    "tables_pair": ("peace", "rivalry", "conflict", "pacts", "contiguity", "distance", "geodist"),
    "tables_conflict": ("disputes", "majors", "warheads"),
    "tables_force": ("inventories", "capabilities", "forces_abroad"),
    "tables_sanctions": ("sanctions",),
    "tables_trade": ("trade", "domestic"),
    "tables_early": ("early",),
    "tables_sectors": ("sector_flows", "sector_inputs", "elasticities", "input_origin", "sector_trade_2013"),
    "tables_economy": ("economy", "arms", "pathways"),
    "tables_agreements": ("agreements",),
    "tables_treaties": ("alliances",),
    "tables_commodities": ("commodity_prices", "commodity_shares"),
    "tables_tourism": ("tourism", "tourism_seen"),
    "tables_accession": ("accession_bids", "accession_holdouts", "standards"),
    "tables_leaders": ("leaders", "favourability"),
    "tables_gas": ("gas_nodes", "gas_pipes", "gas_lng", "gas_terminals", "gas_sea", "gas_prices"),
    "tables_gas_growth": ("gas_growth",),
    "tables_ladder": ("steps", "event_warmth", "crises"),
    "tables_territory": (
        "territorial_disputes",
        "territories",
        "territorial_claims",
        "territory_sizes",
        "former_rulers",
    ),
    "tables_hostility": ("hostile_days",),
    "tables_chronology": ("chronology",),
}
"""Tables of the bundle by the module that makes them; table ``x`` is made by its function ``x_table``."""


def recipes() -> dict[str, Callable[..., pl.DataFrame]]:
    """Each table of the bundle and the pure function that makes it from the loaded sources."""
    from importlib import import_module

    return {
        name: getattr(import_module(f"detente.data.{module}"), f"{name}_table")
        for module, names in TABLES.items()
        for name in names
    }


RESTRICTED = ("sipri", "comtrade_2021")
"""Sources whose values never ship; tables of them only in a user's own build."""
SEPARATE = ("agtpa", "unvotes")
"""Sources that are checked and loaded by those who need them but make no table here."""


def read_sources(raw: Path) -> dict[str, pl.DataFrame]:
    """All sources, verified by checksum, loaded and checked; every problem raised together."""
    from detente.data.sources.sipri import disagreement

    problems, held = Problems(), sources()
    for item in held.values():
        problems.extend(damaged(item.header, raw))
    problems.raise_if_any()
    loaded = {}
    for key, item in held.items():
        loaded[key] = item.load(raw)
        problems.extend(item.check(loaded[key]))
    problems.extend(disagreement(loaded["sipri"], loaded["wdi"]))
    problems.raise_if_any()
    return loaded


def build(
    raw: str | Path | None,
    out: str | Path,
    include_restricted: bool = False,
    only: Sequence[str] = (),
) -> Path:
    """Make the bundle in folder ``out`` from the folder of raw files; two builds are byte-identical.

    ``only`` remakes the tables named and leaves the others of ``out`` as they stand.

    Raises :class:`DetenteError` with every missing or damaged raw file, or every figure that is not what
    the producers' records say, and for a build with restricted tables into the folder that ships. A bundle
    that stands in ``out`` is replaced only once the new one is whole.
    """
    target = Path(out)
    if include_restricted and target.resolve() == packaged().resolve():
        raise DetenteError(
            Problem(
                str(target),
                "tables of restricted sources must not go into the bundle that ships",
                "name another folder and use it with DETENTE_BUNDLE",
            )
        )
    made = _chosen(only)
    loaded = read_sources(raw_folder(raw))
    frames = {name: make(loaded) for name, make in made.items()}
    if include_restricted:
        frames |= {name: loaded[name] for name in RESTRICTED}
    target.parent.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=target.parent, prefix=".bundle-") as workshop:
        if only:
            _carry_over(target, Path(workshop), made)
        _write(Path(workshop), frames, include_restricted)
        target.mkdir(exist_ok=True)
        for file in sorted(Path(workshop).iterdir()):
            file.replace(target / file.name)
    return target


def _chosen(only: Sequence[str]) -> dict[str, Callable[..., pl.DataFrame]]:
    every = recipes()
    unknown = [name for name in only if name not in every]
    if unknown:
        raise DetenteError(
            [Problem("--only", f"the bundle has no table '{n}'", nearest(n, every)) for n in unknown]
        )
    return {name: make for name, make in every.items() if not only or name in only}


def _carry_over(held: Path, place: Path, made: Collection[str]) -> None:
    """Copy the tables that are not remade, verified, and the manifest's word on them."""
    kept = [name for name in manifest(held)["tables"] if name in recipes() and name not in made]
    problems = [p for name in kept for p in _damage(held, name)]
    if problems:
        raise DetenteError(problems)
    for name in kept:
        file = manifest(held)["tables"][name]["file"]
        (place / file).write_bytes((held / file).read_bytes())
    body = manifest(held) | {"tables": {name: manifest(held)["tables"][name] for name in kept}}
    (place / MANIFEST).write_text(json.dumps(body), encoding="utf-8")


def _write(place: Path, frames: dict[str, pl.DataFrame], restricted: bool) -> None:
    for name, frame in frames.items():
        frame.write_parquet(
            place / f"{name}.parquet",
            compression="zstd",
            compression_level=19,
            statistics=False,
            row_group_size=1_000_000,
        )
    manifest = _manifest(place, frames, restricted)
    text = json.dumps(manifest, indent=1, sort_keys=True, ensure_ascii=False)
    (place / MANIFEST).write_text(text + "\n", encoding="utf-8")


def _manifest(folder: Path, frames: dict[str, pl.DataFrame], restricted: bool) -> dict:
    import polars

    inputs = [
        {"path": file.path, "sha256": file.sha256, "source": key}
        for key, item in sources().items()
        for file in item.header.files
    ]
    carried = manifest(folder)["tables"] if (folder / MANIFEST).exists() else {}
    tables = carried | {
        name: {
            "file": f"{name}.parquet",
            "sha256": digest(folder / f"{name}.parquet"),
            "rows": frame.height,
            "columns": {c: str(t) for c, t in frame.schema.items()},
        }
        for name, frame in frames.items()
    }
    return {
        "detente": version("detente"),
        "polars": polars.__version__,
        "restricted": restricted,
        "inputs": inputs,
        "tables": tables,
    }


def packaged() -> Path:
    """The folder of the bundle that ships with the package."""
    return Path(str(files("detente.data").joinpath("bundle")))


@cache
def folder() -> Path:
    """Where the bundle lies: in the package, or in the folder that ``DETENTE_BUNDLE`` names."""
    import os

    named = os.environ.get("DETENTE_BUNDLE")
    return Path(named) if named else packaged()


def manifest(where: Path | None = None) -> dict:
    """The manifest of a bundle; raises :class:`DetenteError` if it is not there or not readable."""
    path = (where or folder()) / MANIFEST
    try:
        body = json.loads(path.read_text(encoding="utf-8"))
        if not isinstance(body, dict) or not isinstance(body.get("tables"), dict):
            raise ValueError("it lists no tables")
        return body
    except (OSError, ValueError) as error:
        raise DetenteError(
            Problem(str(path), f"the manifest of the bundle cannot be read ({error})", REMEDY)
        ) from error


def verify(where: str | Path | None = None) -> list[Problem]:
    """Every table of the bundle against the manifest; the problems found, an empty list if all is well."""
    place = Path(where) if where else folder()
    return [p for name in manifest(place)["tables"] for p in _damage(place, name)]


def _damage(place: Path, name: str) -> list[Problem]:
    entry = manifest(place)["tables"][name]
    path = place / entry["file"]
    if not path.is_file():
        return [Problem(str(path), f"table '{name}' of the bundle is not there", REMEDY)]
    if digest(path) != entry["sha256"]:
        return [
            Problem(
                str(path),
                f"table '{name}' of the bundle is damaged: its bytes are not those of the manifest",
                REMEDY,
            )
        ]
    return []


@cache
def _read(place: Path, name: str) -> pl.DataFrame:
    import polars as pl

    tables = manifest(place)["tables"]
    if name not in tables:
        raise DetenteError(Problem("", f"unknown table '{name}'", nearest(name, tables)))
    found = _damage(place, name)
    if found:
        raise DetenteError(found)
    return pl.read_parquet(place / tables[name]["file"])


def table(name: str) -> pl.DataFrame:
    """One table of the bundle, verified against its checksum on first reading and kept in memory.

    Raises :class:`DetenteError` for an unknown name (with the nearest valid one) and for a damaged or
    missing file (with the remedy).
    """
    return _read(folder(), name)
