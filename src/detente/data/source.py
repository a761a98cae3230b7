"""What is written at the head of every source, and how its files are found and verified."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import quote

from detente.model.errors import DetenteError, Problem, nearest

if TYPE_CHECKING:
    import polars as pl

NAMES = (
    "states",
    "crosswalk",
    "wdi",
    "weo",
    "ssp",
    "democracy",
    "ideal_points",
    "nmc",
    "sipri",
    "peace_scale",
    "rivalries",
    "atop",
    "atop_members",
    "nato",
    "contiguity",
    "distance",
    "ucdp",
    "mids",
    "gml",
    "majors",
    "stockpiles",
    "inventories",
    "nmc_parts",
    "troopdata",
    "gsdb",
    "geodist",
    "cow_trade",
    "baci",
    "baci_2023",
    "comtrade_2021",
    "icio",
    "icio_sectors",
    "wiod",
    "elasticities",
    "hinz_trade",
    "agtpa",
    "desta",
    "wdi_economy",
    "weo_fiscal",
    "ti_cpi",
    "wgi",
    "gapminder",
    "sipri_transfers",
    "ssp_rivals",
    "pinksheet",
    "ei_oil",
    "icio_metals",
    "oecd_tourism",
    "unwto",
    "gas_review",
    "iea_gas",
    "gem_lng",
    "freedom_house",
    "vdem_rights",
    "archigos",
    "reign",
    "pew",
    "dcad",
    "exercises",
    "signals",
    "icews",
    "mid_claims",
    "icb",
    "gdelt",
    "icow_colonial",
    "maddison",
    "pwt",
)
"""Modules of :mod:`detente.data.sources`, in the order in which they are listed."""


@dataclass(frozen=True, slots=True)
class RawFile:
    """One file of a source as it lies in the raw folder, and where the same bytes are published."""

    path: str
    sha256: str
    repository: str = ""
    commit: str = ""
    origin: str = ""
    packaged: str = ""
    """Path of the same bytes inside this package, for tables that the project made itself."""

    @property
    def address(self) -> str | None:
        """Public address of these bytes; None where they are not published as such."""
        if not self.repository:
            return None
        return f"https://raw.githubusercontent.com/{self.repository}/{self.commit}/{quote(self.origin)}"


@dataclass(frozen=True)
class Source:
    """Header of a source: who made it, on what terms, which version, and how to get it."""

    key: str
    title: str
    producer: str
    citation: str
    bib: tuple[str, ...]
    licence: str
    redistributable: Literal["yes", "derived", "no"]
    """yes: values ship in the bundle; derived: only what we compute from them; no: nothing ships."""
    version: str
    files: tuple[RawFile, ...]
    by_hand: str
    """How a person gets the files without this program."""


@dataclass(frozen=True)
class Input:
    """A source with its two functions: ``load(raw)`` gives a frame, ``check(frame)`` what is odd in it."""

    header: Source
    load: Callable[[Path], pl.DataFrame]
    check: Callable[[Any], list[Problem]]


def source(key: str) -> Input:
    """One source by its key; raises :class:`DetenteError` naming the nearest valid key."""
    if key not in NAMES:
        raise DetenteError(Problem("", f"unknown source '{key}'", nearest(key, NAMES)))
    module = import_module(f"detente.data.sources.{key}")
    return Input(module.SOURCE, module.load, module.check)


def sources() -> dict[str, Input]:
    """All sources in their order."""
    return {key: source(key) for key in NAMES}


def raw_folder(given: str | Path | None = None) -> Path:
    """The folder of raw files: the one given, else ``DETENTE_RAW``, else ``../shared/data/raw``.

    The last is looked for next to a source checkout. Raises :class:`DetenteError` if there is none.
    """
    checkout = Path(__file__).resolve().parents[3]
    named = given or os.environ.get("DETENTE_RAW")
    folder = Path(named) if named else checkout.parent / "shared" / "data" / "raw"
    if not folder.is_dir():
        raise DetenteError(
            Problem(
                str(folder),
                "there is no folder of raw files here",
                "name it with --from FOLDER or DETENTE_RAW, or get the files with: detente data fetch",
            )
        )
    return folder


def digest(path: Path) -> str:
    """SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def damaged(header: Source, raw: Path) -> list[Problem]:
    """Files of a source that are absent from ``raw`` or differ from what was read when this was written."""
    found = []
    for file in header.files:
        path = raw / file.path
        if not path.is_file():
            found.append(Problem(file.path, f"file of source '{header.key}' is not there", header.by_hand))
        elif digest(path) != file.sha256:
            found.append(
                Problem(
                    file.path,
                    f"file of source '{header.key}' has other bytes than those of its checksum "
                    f"({file.sha256[:12]}…)",
                    "get it again: detente data fetch; by hand: " + header.by_hand,
                )
            )
    return found


def bounds(where: str, figures: Iterable[tuple[str, float | None, float, float]]) -> list[Problem]:
    """Sanity check: (what, value read, lowest and highest acceptable value), as problems.

    The bounds come from figures that were known before the file was read.
    """
    return [
        Problem(
            where,
            f"{what} reads {value}, expected {low:g} to {high:g}",
            "is this the right release of the file?",
        )
        for what, value, low, high in figures
        if value is None or not low <= value <= high
    ]
