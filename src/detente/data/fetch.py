"""Getting the producers' files from their public addresses, each checked against its SHA-256."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Mapping
from importlib.resources import files
from pathlib import Path
from urllib.parse import urlsplit

from detente.data import source as record
from detente.data.source import RawFile, Source, digest
from detente.model.errors import DetenteError, Problem, Problems

Registry = Mapping[str, Source]


def fetch(
    to: str | Path,
    sources: Iterable[str] | None = None,
    base_url: str | None = None,
    registry: Registry | None = None,
) -> list[Path]:
    """Get every file of the sources (None: all) into folder ``to``, as they lie in the raw folder.

    A file that is there already with the right bytes is kept and not asked for again; one with wrong bytes
    is replaced only by right ones. ``base_url`` stands in for the public host (a mirror: ``base_url`` + the
    path in the raw folder); ``registry`` for our own headers, in tests.

    Returns the paths of all good files. Raises :class:`DetenteError` listing every file that is
    unreachable, damaged or not published, each with the way to get it by hand; good files stay.
    """
    headers = dict(registry) if registry is not None else _headers(sources)
    problems, good = Problems(), []
    for header in headers.values():
        for file in header.files:
            target = Path(to) / file.path
            fault = _get(file, target, base_url)
            if fault is None:
                good.append(target)
            else:
                problems.add(file.path, f"{fault} (source '{header.key}')", "by hand: " + header.by_hand)
    problems.raise_if_any()
    return good


def _headers(wanted: Iterable[str] | None) -> dict[str, Source]:
    if wanted is None:
        return {key: item.header for key, item in record.sources().items()}
    return {key: record.source(key).header for key in wanted}


def _get(file: RawFile, target: Path, base_url: str | None) -> str | None:
    """Put one file in its place; what went wrong, or None."""
    if target.is_file() and digest(target) == file.sha256:
        return None
    if file.packaged:
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(files("detente.data").joinpath(file.packaged).read_bytes())
        return None
    address = f"{base_url.rstrip('/')}/{file.path}" if base_url else file.address
    if address is None:
        return "these bytes are not published at any address"
    if urlsplit(address).scheme not in ("http", "https"):
        raise DetenteError(
            Problem("base_url", f"'{base_url}' is no web address", "write http://… or https://…")
        )
    try:
        held = _download(address, file.sha256, target.parent)
    except ValueError:
        return f"the bytes at {address} are not those of the checksum"
    except Exception as error:  # whatever the network does, the other files are still wanted
        return f"{address} could not be reached ({type(error).__name__})"
    held.replace(target)
    return None


def _download(address: str, sha256: str, folder: Path) -> Path:
    """The file at an address in a temporary place; ``ValueError`` if its bytes are not those expected."""
    import logging

    import pooch

    pooch.get_logger().setLevel(logging.ERROR)
    parts = folder / ".part"
    parts.mkdir(parents=True, exist_ok=True)
    try:
        got = Path(pooch.retrieve(address, known_hash=f"sha256:{sha256}", fname=sha256[:16], path=parts))
        return got.replace(folder / f".{sha256[:16]}")
    finally:
        shutil.rmtree(parts, ignore_errors=True)
