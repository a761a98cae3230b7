"""The command line. Every command imports what it needs when it is called, so that help is instant."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from detente.commands.accession import accession
from detente.commands.balance import balance, warheads
from detente.commands.criteria import criteria
from detente.commands.gas import gas
from detente.commands.gravity import gravity
from detente.commands.law import law
from detente.commands.leaders import leaders, opinion
from detente.commands.regret import regret
from detente.commands.risk import risk
from detente.commands.sanctions import sanctions
from detente.commands.weight import weight
from detente.model.errors import DetenteError

app = typer.Typer(
    help="detente: run the world with and without a what-if, on real data, and read what changes.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
scenarios = typer.Typer(help="Write, check and look at scenario files.", no_args_is_help=True)
data = typer.Typer(help="The observed world: what is in it, how old, from where.", no_args_is_help=True)
app.add_typer(scenarios, name="scenario")
app.add_typer(data, name="data")

STOPPED = 130
Raw = Annotated[Path, typer.Option("--from", help="folder with the producers' files")]


def main() -> None:
    """Entry point: mistakes become a list on standard error and a code other than 0."""
    try:
        app()
    except DetenteError as error:
        print(_listed(error), file=sys.stderr)
        raise SystemExit(1) from None
    except BrokenPipeError:  # whoever read our output has closed it
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise SystemExit(1) from None
    except OSError as error:
        from detente.run.store import explained

        print(_listed(explained(error, str(error.filename or "disk"))), file=sys.stderr)
        raise SystemExit(1) from None
    except MemoryError:
        print("detente: not enough memory.\n    → fewer --jobs, draws or years", file=sys.stderr)
        raise SystemExit(1) from None
    except SystemExit as end:
        if end.code == STOPPED:  # typer has turned Ctrl-C into this
            print("Stopped. A run can be continued by the same command.", file=sys.stderr)
        raise


def _listed(error: DetenteError) -> str:
    many = len(error.problems)
    head = "detente: " + ("one problem" if many == 1 else f"{many} problems")
    return "\n".join([head, *(f"  • {p}" for p in error.problems)])


def _years(text: str | None) -> tuple[int, int] | None:
    if text is None:
        return None
    first, _, last = text.partition(":")
    if not (first.isdecimal() and last.isdecimal()):
        raise typer.BadParameter(f"'{text}' is not a span of years; write FIRST:LAST, as in 2025:2045")
    return int(first), int(last)


@app.command()
def run(
    scenario: Annotated[list[str], typer.Argument(help="scenario files, or ids of shipped ones")],
    draws: Annotated[int, typer.Option(help="paired draws")] = 200,
    years: Annotated[str | None, typer.Option(help="first and last year, as 2025:2045")] = None,
    start: Annotated[int | None, typer.Option(help="last observed year; nothing later is known")] = None,
    seed: Annotated[int, typer.Option(help="seed of all luck")] = 1,
    jobs: Annotated[int, typer.Option(help="processes")] = 2,
    out: Annotated[Path, typer.Option(help="folder for the run")] = Path("runs/latest"),
) -> None:
    """Run the world with and without each scenario; continues a run that was stopped."""
    from detente.api import what_if
    from detente.report.terminal import progress_bar, show_summary

    with progress_bar() as progress:
        result = what_if(
            *scenario,
            draws=draws,
            years=_years(years),
            start=start,
            seed=seed,
            jobs=jobs,
            out=out,
            progress=progress,
        )
    show_summary(result)


@app.command()
def judge(
    folder: Annotated[Path, typer.Argument(help="folder of a finished run")],
    claims: Annotated[list[Path] | None, typer.Option(help="claim files (shipped ones if left out)")] = None,
) -> None:
    """Judge claims on a finished run and on the record; writes verdicts.json beside the run."""
    from detente.api import verdicts
    from detente.judge.verdict import write_verdicts
    from detente.report.terminal import show_verdicts
    from detente.run.result import Result

    judged = verdicts(Result.open(folder), claims)
    write_verdicts(judged, folder / "verdicts.json")
    show_verdicts(judged)


@app.command()
def report(
    folder: Annotated[Path, typer.Argument(help="folder of a finished run")],
    out: Annotated[
        Path | None, typer.Option(help="file to write (left out: report.html in the folder)")
    ] = None,
) -> None:
    """Write the one-file page of a finished run."""
    from detente.api import page, verdicts
    from detente.run.result import Result

    result = Result.open(folder)
    written = page(result, verdicts(result), out or folder / "report.html")
    print(f"The page: {written}")


@app.command()
def verify(
    folder: Annotated[Path, typer.Argument(help="folder of a finished run")],
    sample: Annotated[int, typer.Option(min=1, help="chunks to recompute and compare bit for bit")] = 1,
) -> None:
    """Verify a run: every file's hash, and a sample of draws recomputed."""
    from detente.api import laboratory
    from detente.run.store import Store
    from detente.run.verify import verify as check

    year = Store(folder).record()["start_year"]
    machine, world = laboratory()
    if world.year != year:
        machine, world = laboratory(year)
    done = check(folder, machine, world, sample)
    for remark in done.remarks:
        print(f"note: {remark}")
    if not done.holds:
        raise DetenteError(done.problems)
    print(f"{done.chunks} chunk files are whole; {len(done.recomputed)} draws came out again bit for bit.")


@app.command("track-record")
def track_record(
    out: Annotated[Path, typer.Option(help="file to write")] = Path("docs/track-record.md"),
) -> None:
    """Fit each mechanism to data up to past years, score what followed against naive rivals."""
    from detente.judge.track_record import track_record as scored
    from detente.judge.track_record import write

    print(f"Written: {write(scored(), out)}")


@app.command()
def model(
    start: Annotated[int | None, typer.Option(help="with estimates up to this year")] = None,
) -> None:
    """Show the year as a numbered list: who reads and writes what."""
    from detente.mechanisms import default_model

    print(default_model(start))


@app.command()
def fit(
    mechanism: Annotated[list[str], typer.Argument(help="mechanisms to fit again")],
) -> None:
    """Estimate mechanisms again on the bundle and rewrite their estimates.yaml."""
    from detente.judge.fitting import refit

    for name in mechanism:
        print(f"Written: {refit(name)}")


app.command()(balance)
app.command()(warheads)
app.command()(gravity)
app.command()(law)
app.command()(leaders)
app.command()(opinion)
app.command()(risk)
app.command()(regret)
app.command()(sanctions)
app.command()(weight)
app.command()(gas)
app.command()(criteria)
app.command()(accession)


@scenarios.command("list")
def list_scenarios() -> None:
    """List the scenarios that ship."""
    from detente.library import shipped
    from detente.mechanisms.written import load_all

    for written in load_all(shipped("scenarios")):
        begins = f" (from {written.start})" if written.start is not None else ""
        print(f"{written.scenario.id:28} {written.scenario.title}{begins}")


@scenarios.command()
def show(name: str) -> None:
    """Show a scenario and the primitives that its words expand to."""
    from detente.library import find_scenario
    from detente.mechanisms.written import read_scenario
    from detente.report.terminal import show_scenario

    show_scenario(read_scenario(find_scenario(name)).scenario)


@scenarios.command()
def check(
    names: Annotated[list[str], typer.Argument(help="scenario files, or ids of shipped ones")],
    years: Annotated[str | None, typer.Option(help="years of the run, as 2025:2045")] = None,
    start: Annotated[int | None, typer.Option(help="last observed year")] = None,
) -> None:
    """Check scenario files: every problem at once, with file and line."""
    from functools import cache

    from detente.api import laboratory, span_of
    from detente.library import find_scenario
    from detente.mechanisms.at_start import unfit
    from detente.mechanisms.written import read_scenario
    from detente.model.errors import Problems

    problems, room = Problems(), cache(laboratory)
    for name in names:
        try:
            written = read_scenario(find_scenario(name))
        except DetenteError as error:
            problems.extend(error.problems)
            continue
        machine, world = room(written.start if start is None else start)
        problems.extend(written.problems(machine, world.index, span_of(_years(years), world.year)))
        problems.extend(unfit(written.document, world.index, world.values))
    problems.raise_if_any()
    print(f"{len(names)} scenario{'s' if len(names) > 1 else ''}: nothing wrong.")


@scenarios.command()
def new(path: Path) -> None:
    """Write a template to start from; never overwrites."""
    from detente.library import write_template

    print(f"Written: {write_template(path)}. Check it with: detente scenario check {path}")


@scenarios.command()
def schema() -> None:
    """Print the JSON schema of scenario files, for editors."""
    import json

    from detente.mechanisms.written import file_schema

    print(json.dumps(file_schema(), indent=1))


@data.command()
def build(
    raw: Raw,
    out: Annotated[Path | None, typer.Option(help="folder to write")] = None,
    only: Annotated[list[str] | None, typer.Option(help="remake only these tables")] = None,
) -> None:
    """Make the bundle from the producers' files."""
    from detente.data.bundle import build as make
    from detente.data.bundle import folder

    print(f"Written: {make(raw, out or folder(), only=only or ())}")


@data.command()
def status() -> None:
    """Each field: source, newest year, coverage, licence, rule of imputation."""
    from detente.data.status import rows
    from detente.report.terminal import show_rows

    show_rows(rows())


@data.command()
def fetch(
    to: Annotated[Path, typer.Option(help="folder for the producers' files")],
    source: Annotated[list[str] | None, typer.Option(help="only these sources")] = None,
) -> None:
    """Get the producers' files from their public addresses, checked by hash."""
    from detente.data.fetch import fetch as get

    get(to, source)
