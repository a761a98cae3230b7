"""The request for a run, and carrying it out chunk by chunk."""

from __future__ import annotations

import contextlib
import os
import pickle
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field
from multiprocessing import get_context, parent_process
from pathlib import Path
from threading import Thread

import numpy as np

from detente.model.chance import Chance
from detente.model.errors import DetenteError, Problem, Problems
from detente.model.mechanism import Model
from detente.model.scenario import BASELINE, Scenario, compile_scenario
from detente.model.simulate import draw_parameters, simulate
from detente.model.world import Start
from detente.run.keep import Keep, kept_arrays, to_keep
from detente.run.means import DIGEST, History, Sums, cells_of, summed
from detente.run.record import request_record
from detente.run.result import Result
from detente.run.store import Store

MOST_DRAWS = 100_000
MOST_YEARS = 100
CHUNK = 10
"""Draws in one file: small enough for steady progress and little memory."""

SAVE_EVERY = 30.0
"""Seconds between savings of what has been added up."""

Progress = Callable[[int, int], None]
Computed = tuple[dict[str, np.ndarray], Sums]


@dataclass(frozen=True)
class Ensemble:
    """What is asked for: which scenarios, over which years, in how many paired draws.

    ``texts`` are the scenario files as their authors wrote them, kept with the run.
    ``watch`` are pairs of selectors whose own values are kept draw by draw, beside those that the
    scenarios ask for.
    """

    scenarios: tuple[Scenario, ...]
    draws: int
    years: range
    seed: int = 1
    texts: dict[str, str] = field(default_factory=dict)
    watch: tuple[tuple[str, str], ...] = ()
    chunk: int = CHUNK

    @property
    def worlds(self) -> tuple[Scenario, ...]:
        """The baseline and every scenario."""
        return (BASELINE, *self.scenarios)

    def check(self, model: Model, start: Start, jobs: int = 1) -> None:
        """Raise :class:`DetenteError` with everything wrong with the request."""
        problems = Problems()
        if not 1 <= self.draws <= MOST_DRAWS:
            problems.add(
                "draws",
                f"{self.draws:,} draws were asked for",
                f"between 1 and {MOST_DRAWS:,}; 200 give a first answer, 2,000 a steady one",
            )
        if not len(self.years) or self.years.start != start.year + 1:
            problems.add(
                "years",
                f"{_span(self.years)} does not follow the start of {start.year}",
                f"begin in {start.year + 1}, the year after the last observed one",
            )
        if len(self.years) > MOST_YEARS:
            problems.add(
                "years",
                f"{_span(self.years)} are {len(self.years):,} years",
                f"at most {MOST_YEARS}: nothing is known of what lies further ahead",
            )
        if jobs < 1:
            problems.add("jobs", f"{jobs} processes were asked for", "1 or more")
        ids = [s.id for s in self.worlds]
        for twice in sorted({i for i in ids if ids.count(i) > 1}):
            problems.add(
                "scenarios",
                f"'{twice}' is given more than once",
                "each scenario needs its own id, and 'baseline' is taken",
            )
        for scenario in self.scenarios:
            for number, found in scenario.problems(model, start.index, self.years).items():
                place = scenario.id if number is None else f"{scenario.id}, intervention {number + 1}"
                for p in found:
                    problems.add(f"{place}, {p.where}" if p.where else place, p.what, p.remedy)
        missing = [n for n in model.needed_at_start if n not in start.values]
        if missing:
            problems.add("start", f"the observed world lacks {', '.join(missing)}", "rebuild the data bundle")
        problems.raise_if_any()

    def run(
        self,
        model: Model,
        start: Start,
        out: Path | None = None,
        jobs: int = 1,
        progress: Progress | None = None,
    ) -> Result:
        """Run what is missing and return the result.

        A folder that holds part of the same run is continued, and ends bit for bit as if it had
        never stopped. Without ``out`` a temporary folder is used that lives as long as the result.

        Raises
        ------
        DetenteError : a wrong request, a folder that holds something else or is in use, a full disk.
        """
        self.check(model, start, jobs)
        keep = to_keep(model, start, (*self.watch, *(w for s in self.scenarios for w in s.watch)))
        temporary = tempfile.TemporaryDirectory(prefix="detente-") if out is None else None
        store = Store(Path(temporary.name) / "run" if temporary else Path(out or ""))
        record = request_record(self, model, start, keep)
        began = time.monotonic()
        with store.opened(record, self._bytes(model, start, keep)):
            sums, added = store.sums(), not keep.averaged or store.means_whole()
            todo = [c for c in self.chunks() if not (store.has(c) and (added or c[0] in sums.chunks))]
            done = len(self.chunks()) - len(todo)
            with _saved(store, sums) as save:
                for c, (arrays, more) in self._computed(model, start, keep, todo, jobs):
                    store.write(c, arrays)
                    sums.take_in(more)
                    save()
                    done += 1
                    if progress:
                        progress(done, len(self.chunks()))
            if todo or not store.finished:
                store.finish(self.chunks(), time.monotonic() - began, sums if keep.averaged else None)
        return Result.open(store.folder, keep_alive=temporary)

    def chunks(self) -> list[tuple[int, ...]]:
        """The numbers of the draws in each file."""
        return [tuple(range(a, min(a + self.chunk, self.draws))) for a in range(0, self.draws, self.chunk)]

    def compute(self, model: Model, start: Start, keep: Keep, draws: Sequence[int]) -> Computed:
        """Everything that is kept of one chunk of draws: arrays by draw, and sums over draws.

        Sums leave a draw that failed in any world out of all worlds; the arrays hold their hash.
        """
        chance, names, sums = Chance(self.seed), [s.id for s in self.worlds], Sums()
        programs = [compile_scenario(s, model, start.index) for s in self.worlds]
        fields = [model[name] for name in keep.averaged]

        def history(chosen: Sequence[int], into: Sums) -> History:
            years = simulate(model, start, programs, self.years, chance, chosen)
            return summed(years, fields, names, self.years, into) if fields else years

        arrays = kept_arrays(history(draws, sums), model, keep, names, self.years)
        lost = np.any([arrays[f"{name}/failed"] for name in names], axis=0)
        if fields and lost.any():
            good, sums = [d for d, gone in zip(draws, lost, strict=True) if not gone], Sums()
            for _ in history(good, sums) if good else ():
                pass
        if fields:
            sums.chunks = frozenset(draws[:1])
            arrays[DIGEST] = sums.digest()
        for name, value in draw_parameters(model.parameters, chance, draws, start).items():
            arrays[f"param/{name}"] = np.array(value)
        return arrays, sums

    def _computed(
        self, model: Model, start: Start, keep: Keep, todo: list[tuple[int, ...]], jobs: int
    ) -> Iterator[tuple[tuple[int, ...], Computed]]:
        if jobs <= 1 or len(todo) <= 1:
            for c in todo:
                yield c, self.compute(model, start, keep, c)
            return
        request = tempfile.NamedTemporaryFile(prefix="detente-")  # noqa: SIM115  (closed below)
        pool = ProcessPoolExecutor(
            min(jobs, len(todo)),
            mp_context=get_context("spawn"),
            initializer=_prepare,
            initargs=(request.name,),
        )
        with _one_thread_each(), request:
            try:
                # By file: a process that dies while it is started would leave us writing to it for ever.
                pickle.dump((self, model, start, keep), request)
                request.flush()
                waiting = {pool.submit(_work, c): c for c in todo}
                for job in as_completed(waiting):
                    yield waiting.pop(job), job.result()
            except BrokenProcessPool:
                raise DetenteError(_LOST_A_PROCESS) from None
            finally:
                # Who stops in the middle (a full disk, Ctrl-C) does not wait for all that is left.
                pool.shutdown(cancel_futures=True)

    def _bytes(self, model: Model, start: Start, keep: Keep) -> int:
        """Roughly how much disk the run will take."""
        n = len(start.index)
        cells = sum((1, n, len(keep.of(f.name)))[len(f.dims)] for f in model.told)
        sums = sum(len(cells_of(model[k], n)) * max(1, len(model[k].grid)) for k in keep.averaged)
        return (4 * cells * self.draws + 8 * sums) * len(self.years) * len(self.worlds)


_worker: tuple[Ensemble, Model, Start, Keep] | None = None


_LOST_A_PROCESS = Problem(
    "jobs",
    "a process of the run ended before its time (out of memory, or killed)",
    "run the same command again with fewer jobs: finished chunks are kept; in a script of your own, "
    'put the call under `if __name__ == "__main__":`',
)


def _prepare(request: str) -> None:
    """Hand a worker process the request once, instead of with every chunk."""
    Thread(target=_end_with_the_run, daemon=True).start()
    global _worker  # noqa: PLW0603  (a process pool has no other place to put it)
    _worker = pickle.loads(Path(request).read_bytes())  # noqa: S301  (we have just written it)


def _end_with_the_run() -> None:
    """A run that is killed takes its processes with it; they would wait for work for ever."""
    run = parent_process()
    if run is not None:
        run.join()
        os._exit(1)


def _work(draws: tuple[int, ...]) -> Computed:
    if _worker is None:
        raise DetenteError(Problem("", "a worker process began without its request"))
    ensemble, model, start, keep = _worker
    return ensemble.compute(model, start, keep, draws)


@contextlib.contextmanager
def _saved(store: Store, sums: Sums) -> Iterator[Callable[[], None]]:
    """Sums put by now and then, and when the run ends, is stopped or fails: they are large, and a kill
    costs no more than the chunks since."""
    last = time.monotonic()

    def save() -> None:
        nonlocal last
        if time.monotonic() - last > SAVE_EVERY:
            store.save(sums)
            last = time.monotonic()

    try:
        yield save
    except BaseException:
        store.save(sums)
        raise


@contextlib.contextmanager
def _one_thread_each() -> Iterator[None]:
    """Processes share the cores already; threads inside them would only quarrel."""
    names = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS")
    before = {n: os.environ.get(n) for n in names}
    os.environ.update(dict.fromkeys(names, "1"))
    try:
        yield
    finally:
        for name, value in before.items():
            os.environ.pop(name, None) if value is None else os.environ.__setitem__(name, value)


def _span(years: range) -> str:
    return f"{years.start}–{years.stop - 1}" if len(years) else "an empty span"
