"""A run on disk: one file per chunk, a record, a manifest; killed and resumed it is the same run."""

from __future__ import annotations

import contextlib
import errno
import fcntl
import hashlib
import json
import os
import shutil
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from detente.model.errors import DetenteError, Problem
from detente.run.means import Sums
from detente.run.record import request_hash

RECORD, MANIFEST, TIMING, LOCK, CHUNKS = "record.json", "manifest.json", "timing.json", ".lock", "chunks"
SUMS, MEANS = "sums.npz", "means.npz"


@dataclass(frozen=True)
class Store:
    """One folder with one run in it."""

    folder: Path

    @contextlib.contextmanager
    def opened(self, record: dict[str, Any], expected_bytes: int) -> Iterator[None]:
        """Begin or continue the run of ``record`` here, and let no other process in meanwhile."""
        where = str(self.folder)
        try:
            self._belongs(record, where)
            (self.folder / CHUNKS).mkdir(parents=True, exist_ok=True)
            with self._locked(where):
                self._belongs(record, where)  # again: another process may have begun meanwhile
                self._room(expected_bytes, where)
                if not (self.folder / RECORD).exists():
                    write_json(self.folder / RECORD, record)
                yield
        except OSError as error:
            raise explained(error, where) from error

    def _belongs(self, record: dict[str, Any], where: str) -> None:
        """Nothing that is already here may be overwritten by a different run."""
        if self.folder.exists() and not self.folder.is_dir():
            raise DetenteError(Problem(where, "is a file", "name a folder"))
        if (self.folder / RECORD).exists():
            held = self.record()
            if held["request_hash"] != record["request_hash"]:
                raise DetenteError(
                    Problem(
                        where,
                        "holds another run (other scenarios, draws, years, seed, data or model)",
                        "name another folder; nothing here was touched",
                    )
                )
            self._same_versions(held["versions"], record["versions"], where)
        elif self.folder.is_dir() and not self._only_leftovers():
            raise DetenteError(
                Problem(
                    where,
                    "is not empty and holds no run",
                    "name a new or empty folder; nothing here was touched",
                )
            )

    def _same_versions(self, held: dict[str, str], now: dict[str, str], where: str) -> None:
        """One run is never mixed from the numbers of two versions."""
        if held == now or (self.finished and not self.damaged()):
            return
        made = ", ".join(f"{name} {v}" for name, v in held.items() if now.get(name) != v)
        raise DetenteError(
            Problem(
                where,
                f"holds part of this run, made with {made}; here is "
                + ", ".join(f"{name} {v}" for name, v in now.items() if held.get(name) != v),
                "finish it with those versions, or name another folder; nothing here was touched",
            )
        )

    def _only_leftovers(self) -> bool:
        """Whether there is nothing but what a run leaves that was stopped before its record was written."""
        ours = {CHUNKS, LOCK, Path(RECORD).with_suffix(".partial").name}
        inside = {p.name for p in self.folder.iterdir()}
        return inside <= ours and not (CHUNKS in inside and any((self.folder / CHUNKS).iterdir()))

    def _room(self, expected: int, where: str) -> None:
        have = sum(f.stat().st_size for f in (self.folder / CHUNKS).glob("*.npz"))
        free = shutil.disk_usage(self.folder).free
        if expected - have > free:
            raise DetenteError(
                Problem(
                    where,
                    f"the run needs about {_size(expected - have)} and {_size(free)} are free",
                    "fewer draws, or a folder on a larger disk",
                )
            )

    @contextlib.contextmanager
    def _locked(self, where: str) -> Iterator[None]:
        """The kernel holds the lock and lets go when the process ends, however it ends."""
        lock = self.folder / LOCK
        with lock.open("a+", encoding="utf-8") as handle:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                mine = lock.exists() and os.path.samestat(os.fstat(handle.fileno()), lock.stat())
            except BlockingIOError:
                mine = False
            if not mine:
                handle.seek(0)
                raise DetenteError(
                    Problem(
                        where,
                        f"is in use by process {handle.read().strip() or '(just beginning)'}",
                        "wait for it to end, or name another folder",
                    )
                )
            handle.truncate(0)
            handle.write(str(os.getpid()))
            handle.flush()
            try:
                yield
            finally:
                lock.unlink(missing_ok=True)

    def path(self, draws: Sequence[int]) -> Path:
        """File of a chunk, named by its first draw."""
        return self.folder / CHUNKS / f"{draws[0]:06d}.npz"

    def paths(self, record: dict[str, Any]) -> list[Path]:
        """Every chunk file that a run of this record has, in the order of draws."""
        return [self.path([first]) for first in range(0, record["draws"], record["chunk"])]

    def has(self, draws: Sequence[int]) -> bool:
        """Whether the chunk is there and whole; a torn or changed file counts as missing."""
        path = self.path(draws)
        try:
            if self.finished:
                return sha256(path) == self.manifest()["chunks"].get(path.name)
            with zipfile.ZipFile(path) as archive:
                if archive.testzip() is not None:
                    return False
            with np.load(path) as chunk:
                return len(chunk["baseline/failed"]) == len(draws)
        except (OSError, ValueError, KeyError, zipfile.BadZipFile, EOFError):
            return False

    def write(self, draws: Sequence[int], arrays: dict[str, np.ndarray]) -> None:
        """Put a chunk in place in one move, so that a kill never leaves half a file under its name."""
        write_arrays(self.path(draws), arrays)

    def sums(self) -> Sums:
        """What an unfinished run has added up so far; nothing if that cannot be read."""
        try:
            with np.load(self.folder / SUMS) as held:
                arrays = {k: held[k] for k in held.files}
        except (OSError, ValueError, KeyError, zipfile.BadZipFile, EOFError):
            return Sums()
        return Sums(int(arrays.pop("draws")), frozenset(arrays.pop("chunks").tolist()), arrays)

    def save(self, sums: Sums) -> None:
        """Put by what has been added up, so that a run can be continued."""
        if sums.chunks:
            named = {"draws": np.array(sums.draws), "chunks": np.array(sorted(sums.chunks))}
            write_arrays(self.folder / SUMS, named | sums.arrays)

    def finish(self, chunks: Sequence[Sequence[int]], seconds: float, sums: Sums | None = None) -> None:
        """Write the manifest: the hash of every chunk file, and of the means that ``sums`` make.

        Raises
        ------
        DetenteError : a part of a finished run was computed again and came out otherwise.
        """
        files = {self.path(c).name: sha256(self.path(c)) for c in chunks}
        body: dict[str, Any] = {"chunks": files}
        if sums is not None:
            if not self.means_whole():
                write_arrays(self.folder / MEANS, sums.means(), small=True)
            body["means"] = sha256(self.folder / MEANS)
        before = self.manifest() if self.finished else body
        otherwise = [CHUNKS + "/" + k for k, made in files.items() if before["chunks"].get(k, made) != made]
        otherwise += [MEANS] if before.get("means", body.get("means")) != body.get("means") else []
        if otherwise:
            raise DetenteError(
                Problem(
                    str(self.folder / otherwise[0]),
                    "was computed again and came out otherwise",
                    "the code, a library or the data differs: run into a new folder",
                )
            )
        write_json(self.folder / MANIFEST, body)
        (self.folder / SUMS).unlink(missing_ok=True)
        # Apart from the manifest, which must come out the same when a run was interrupted.
        write_json(self.folder / TIMING, {"seconds": round(seconds, 1)})

    def means_whole(self) -> bool:
        """Whether the means of a finished run are there as they were written."""
        path = self.folder / MEANS
        return self.finished and path.exists() and sha256(path) == self.manifest().get("means")

    @property
    def finished(self) -> bool:
        """Whether the run has once come to its end."""
        return (self.folder / MANIFEST).exists()

    def record(self) -> dict[str, Any]:
        """The run record; raises :class:`DetenteError` if it is not what the run wrote."""
        body = read_json(self.folder / RECORD)
        if "versions" not in body or body.get("request_hash") != request_hash(body):
            raise DetenteError(_damaged(self.folder / RECORD, "its hash does not fit"))
        return body

    def manifest(self) -> dict[str, Any]:
        """The manifest of a finished run."""
        if not self.finished:
            raise DetenteError(
                Problem(str(self.folder), "holds no finished run", "run the same command again to finish it")
            )
        body = read_json(self.folder / MANIFEST)
        if not isinstance(body.get("chunks"), dict):
            raise DetenteError(_damaged(self.folder / MANIFEST, "it lists no chunks"))
        return body

    def damaged(self) -> list[Problem]:
        """Chunk files that are missing or not what they were when the run ended."""
        found, manifest = [], self.manifest()
        known = manifest["chunks"] | ({MEANS: manifest["means"]} if "means" in manifest else {})
        means = [self.folder / MEANS] if "means" in manifest else []
        for path in [*self.paths(self.record()), *means]:
            expected = known.get(path.name)
            if not path.exists():
                found.append(Problem(str(path), "is missing", "run the same command again to recompute it"))
            elif sha256(path) != expected:
                found.append(
                    Problem(
                        str(path),
                        "has changed since the run ended",
                        "delete it and run the same command again to recompute it",
                    )
                )
        return found


def sha256(path: Path) -> str:
    """Hash of a file's bytes."""
    digest = hashlib.sha256()
    with path.open("rb") as handle:
        while block := handle.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()


def write_arrays(path: Path, arrays: Mapping[str, np.ndarray], small: bool = False) -> None:
    """Write arrays in one move; ``small``: packed, which takes longer."""
    partial = path.with_suffix(".partial")
    try:
        with partial.open("wb") as handle:
            (np.savez_compressed if small else np.savez)(handle, allow_pickle=False, **arrays)
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)


def write_json(path: Path, body: dict[str, Any]) -> None:
    """Write a document in one move."""
    partial = path.with_suffix(".partial")
    try:
        partial.write_text(json.dumps(body, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)


def read_json(path: Path) -> dict[str, Any]:
    """Read a document that :func:`write_json` wrote."""
    try:
        body = json.loads(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, NotADirectoryError):
        raise DetenteError(
            Problem(str(path.parent), "holds no run", "name a folder that `detente run --out` wrote")
        ) from None
    except ValueError as error:
        raise DetenteError(_damaged(path, str(error))) from None
    if not isinstance(body, dict):
        raise DetenteError(_damaged(path, "it is no mapping"))
    return body


def _damaged(path: Path, why: str) -> Problem:
    return Problem(str(path), f"is damaged ({why})", "restore it from a copy, or run again into a new folder")


def _size(count: int) -> str:
    return f"{count / 1e9:.1f} GB" if count >= 1e8 else f"{count / 1e6:.1f} MB"


def explained(error: OSError, where: str) -> DetenteError:
    """A failure of the disk in our words."""
    if error.errno == errno.ENOSPC:
        return DetenteError(
            Problem(
                where,
                "the disk is full",
                "make room and run the same command again: finished chunks are kept",
            )
        )
    if error.errno in (errno.EACCES, errno.EROFS, errno.EPERM):
        return DetenteError(Problem(where, "cannot be written to", "name a folder of your own"))
    return DetenteError(Problem(where, f"{error.strerror or error}", "name another place"))
