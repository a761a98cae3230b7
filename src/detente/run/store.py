"""A run on disk: one file per chunk, a record, a manifest; killed and resumed it is the same run."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import json
import os
import shutil
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from detente.model.errors import DetenteError, Problem

RECORD, MANIFEST, TIMING, LOCK, CHUNKS = "record.json", "manifest.json", "timing.json", ".lock", "chunks"


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
            self._room(expected_bytes, where)
            with self._locked(where):
                if not (self.folder / RECORD).exists():
                    write_json(self.folder / RECORD, record)
                yield
        except OSError as error:
            raise _explained(error, where) from error

    def _belongs(self, record: dict[str, Any], where: str) -> None:
        """Nothing that is already here may be overwritten by a different run."""
        if self.folder.exists() and not self.folder.is_dir():
            raise DetenteError(Problem(where, "is a file", "name a folder"))
        if (self.folder / RECORD).exists():
            if self.record()["request_hash"] != record["request_hash"]:
                raise DetenteError(
                    Problem(
                        where,
                        "holds another run (other scenarios, draws, years, seed, data or model)",
                        "name another folder; nothing here was touched",
                    )
                )
        elif self.folder.is_dir() and any(self.folder.iterdir()):
            raise DetenteError(
                Problem(
                    where,
                    "is not empty and holds no run",
                    "name a new or empty folder; nothing here was touched",
                )
            )

    def _room(self, expected: int, where: str) -> None:
        have = sum(f.stat().st_size for f in (self.folder / CHUNKS).glob("*.npz"))
        free = shutil.disk_usage(self.folder).free
        if expected - have > free:
            raise DetenteError(
                Problem(
                    where,
                    f"the run needs about {(expected - have) / 1e9:.1f} GB and {free / 1e9:.1f} GB are free",
                    "fewer draws, or a folder on a larger disk",
                )
            )

    @contextlib.contextmanager
    def _locked(self, where: str) -> Iterator[None]:
        lock = self.folder / LOCK
        if lock.exists() and not _alive(lock.read_text()):
            lock.unlink()
        try:
            handle = os.open(lock, os.O_CREAT | os.O_EXCL | os.O_WRONLY)
        except FileExistsError:
            raise DetenteError(
                Problem(
                    where,
                    f"is in use by process {lock.read_text().strip()}",
                    "wait for it to end, or name another folder",
                )
            ) from None
        os.write(handle, str(os.getpid()).encode())
        os.close(handle)
        try:
            yield
        finally:
            lock.unlink(missing_ok=True)

    def path(self, draws: Sequence[int]) -> Path:
        """File of a chunk, named by its first draw."""
        return self.folder / CHUNKS / f"{draws[0]:06d}.npz"

    def has(self, draws: Sequence[int]) -> bool:
        """Whether the chunk is there and whole; a torn file counts as missing."""
        try:
            with np.load(self.path(draws)) as chunk:
                return len(chunk["baseline/failed"]) == len(draws)
        except (OSError, ValueError, KeyError, zipfile.BadZipFile, EOFError):
            return False

    def write(self, draws: Sequence[int], arrays: dict[str, np.ndarray]) -> None:
        """Put a chunk in place in one move, so that a kill never leaves half a file under its name."""
        partial = self.path(draws).with_suffix(".partial")
        try:
            with partial.open("wb") as handle:
                np.savez(handle, allow_pickle=False, **arrays)
            partial.replace(self.path(draws))
        finally:
            partial.unlink(missing_ok=True)

    def finish(self, chunks: Sequence[Sequence[int]], seconds: float) -> None:
        """Write the manifest: the hash of every chunk file."""
        files = {self.path(c).name: sha256(self.path(c)) for c in chunks}
        write_json(self.folder / MANIFEST, {"chunks": files})
        # Apart from the manifest, which must come out the same when a run was interrupted.
        write_json(self.folder / TIMING, {"seconds": round(seconds, 1)})

    def record(self) -> dict[str, Any]:
        """The run record."""
        return read_json(self.folder / RECORD)

    def manifest(self) -> dict[str, Any]:
        """The manifest of a finished run."""
        if not (self.folder / MANIFEST).exists():
            raise DetenteError(
                Problem(str(self.folder), "holds no finished run", "run the same command again to finish it")
            )
        return read_json(self.folder / MANIFEST)

    def damaged(self) -> list[Problem]:
        """Chunk files that are missing or not what they were when the run ended."""
        found = []
        for name, expected in self.manifest()["chunks"].items():
            path = self.folder / CHUNKS / name
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


def write_json(path: Path, body: dict[str, Any]) -> None:
    """Write a document in one move."""
    partial = path.with_suffix(".partial")
    partial.write_text(json.dumps(body, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    partial.replace(path)


def read_json(path: Path) -> dict[str, Any]:
    """Read a document that :func:`write_json` wrote."""
    try:
        body: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise DetenteError(
            Problem(str(path.parent), "holds no run", "name a folder that `detente run --out` wrote")
        ) from None
    except (UnicodeDecodeError, json.JSONDecodeError) as error:
        raise DetenteError(
            Problem(
                str(path), f"is damaged ({error})", "restore it from a copy, or run again into a new folder"
            )
        ) from None
    return body


def _alive(pid: str) -> bool:
    try:
        os.kill(int(pid), 0)
    except (ValueError, ProcessLookupError):
        return False
    except PermissionError:
        return True
    return True


def _explained(error: OSError, where: str) -> DetenteError:
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
    return DetenteError(Problem(where, f"{error.strerror or error}"))
