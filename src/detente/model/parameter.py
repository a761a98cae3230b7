"""Parameters are small documents: unit, prior or estimate with its error, source, and why."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from statistics import NormalDist
from typing import Annotated, Any, Literal

import numpy as np
import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from detente.model.errors import DetenteError, Problem, Problems, nearest

_normal = NormalDist()


class Strict(BaseModel):
    """Base of every document: frozen, no unknown keys, finite numbers."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


def _z(u: np.ndarray) -> np.ndarray:
    """Standard normal quantiles of uniforms."""
    flat = [_normal.inv_cdf(min(max(float(x), 1e-12), 1 - 1e-12)) for x in u.ravel()]
    return np.array(flat).reshape(u.shape)


class Fixed(Strict):
    """A known constant."""

    fixed: float

    def at(self, u: np.ndarray) -> np.ndarray:
        """The constant, once for each draw."""
        return np.full(u.shape[0], self.fixed)


class _Normal(Strict):
    mean: float
    sd: Annotated[float, Field(gt=0)]


class Normal(Strict):
    """Normal with mean and standard deviation."""

    normal: _Normal

    def at(self, u: np.ndarray) -> np.ndarray:
        """Inverse distribution function."""
        return self.normal.mean + self.normal.sd * _z(u[:, 0])


class _LogNormal(Strict):
    median: Annotated[float, Field(gt=0)]
    sigma: Annotated[float, Field(gt=0)]


class LogNormal(Strict):
    """Log-normal with its median and the standard deviation of its logarithm."""

    lognormal: _LogNormal

    def at(self, u: np.ndarray) -> np.ndarray:
        """Inverse distribution function."""
        return self.lognormal.median * np.exp(self.lognormal.sigma * _z(u[:, 0]))


class _Range(Strict):
    low: float
    high: float

    @model_validator(mode="after")
    def _ordered(self) -> _Range:
        if self.low >= self.high:
            raise ValueError("low must be below high")
        return self


class Uniform(Strict):
    """Any value between low and high alike."""

    uniform: _Range

    def at(self, u: np.ndarray) -> np.ndarray:
        """Inverse distribution function."""
        return self.uniform.low + (self.uniform.high - self.uniform.low) * u[:, 0]


class _Triangle(Strict):
    low: float
    mode: float
    high: float

    @model_validator(mode="after")
    def _ordered(self) -> _Triangle:
        if not self.low <= self.mode <= self.high or self.low >= self.high:
            raise ValueError("low ≤ mode ≤ high, and low below high")
        return self


class Triangular(Strict):
    """A likeliest value between two bounds."""

    triangular: _Triangle

    def at(self, u: np.ndarray) -> np.ndarray:
        """Inverse distribution function."""
        t, x = self.triangular, u[:, 0]
        width, left = t.high - t.low, t.mode - t.low
        rising = t.low + np.sqrt(x * width * left)
        falling = t.high - np.sqrt((1 - x) * width * (t.high - t.mode))
        return np.where(x < left / width, rising, falling)


class Choice(Strict):
    """Rival theories with the odds given to each; the value is the theory's place in the list."""

    choice: dict[str, Annotated[float, Field(ge=0)]]

    @model_validator(mode="after")
    def _some_weight(self) -> Choice:
        if sum(self.choice.values()) <= 0:
            raise ValueError("at least one theory needs a weight above 0")
        return self

    @property
    def theories(self) -> tuple[str, ...]:
        """The rival theories in the order written."""
        return tuple(self.choice)

    def at(self, u: np.ndarray) -> np.ndarray:
        """Which theory holds in each draw."""
        weights = np.array(list(self.choice.values()))
        edges = np.cumsum(weights / weights.sum())
        edges[-1] = 1.0
        return np.searchsorted(edges, u[:, 0], side="right").clip(0, len(edges) - 1).astype(float)


class _Joint(Strict):
    names: tuple[str, ...]
    mean: tuple[float, ...]
    covariance: tuple[tuple[float, ...], ...]

    @model_validator(mode="after")
    def _fits_together(self) -> _Joint:
        k = len(self.names)
        if len(self.mean) != k or len(self.covariance) != k or any(len(r) != k for r in self.covariance):
            raise ValueError(f"{k} names need {k} means and a {k} × {k} covariance")
        return self


class Joint(Strict):
    """Estimates made together: normal with their covariance, drawn together."""

    joint: _Joint

    def at(self, u: np.ndarray) -> np.ndarray:
        """Draws of shape (draw, k): mean plus the symmetric root of the covariance times quantiles.

        The root by eigenvalues also takes a covariance that is not of full rank.
        """
        covariance = np.array(self.joint.covariance)
        values, vectors = np.linalg.eigh((covariance + covariance.T) / 2)
        root = vectors * np.sqrt(values.clip(0)) @ vectors.T
        # einsum and not BLAS: a draw's value must not depend on how many are drawn beside it.
        return np.asarray(self.joint.mean + np.einsum("dk,jk->dj", _z(u), root))


Prior = Fixed | Normal | LogNormal | Uniform | Triangular | Choice | Joint


class Parameter(Strict):
    """One number (or one jointly estimated set) that a mechanism needs.

    Exactly one of ``source`` (a key of ``docs/sources.bib``, or ``fit:NAME`` for an estimate of
    our own) and ``judgement`` (whose, and on what) must be given.
    """

    name: str
    unit: str
    prior: Prior
    source: str = ""
    judgement: str = ""
    why: str
    range: tuple[float, float] | None = None

    @model_validator(mode="after")
    def _rests_on_something(self) -> Parameter:
        if bool(self.source) == bool(self.judgement):
            raise ValueError("give either a 'source' or a 'judgement', and not both")
        if not self.why.strip():
            raise ValueError("'why' must say why this value")
        return self

    @property
    def width(self) -> int:
        """How many uniforms one draw needs."""
        return len(self.prior.joint.names) if isinstance(self.prior, Joint) else 1

    @property
    def basis(self) -> Literal["estimate", "literature", "judgement"]:
        """What the parameter rests on."""
        if self.judgement:
            return "judgement"
        return "estimate" if self.source.startswith("fit:") else "literature"

    def at(self, u: np.ndarray) -> np.ndarray:
        """Values for uniforms ``u`` of shape (draw, width): the same u gives the same value in every world.

        Shape (draw,), or (draw, k) for joint estimates. Values are held inside ``range``.
        """
        value = self.prior.at(u)
        return value if self.range is None else value.clip(*self.range)


class _Entry(Strict):
    unit: str
    prior: Prior | None = None
    estimate: str | None = None
    source: str = ""
    judgement: str = ""
    why: str
    range: tuple[float, float] | None = None


def load_parameters(folder: Path, owner: str, as_of: int | None = None) -> tuple[Parameter, ...]:
    """Read ``parameters.yaml`` of a mechanism, and ``estimates.yaml`` where an entry points there.

    Parameters
    ----------
    folder : the mechanism's folder.
    owner : the mechanism's name; parameters are called ``owner.name``.
    as_of : use the newest estimate made from data up to this year; ``None`` for the newest of all.

    Raises
    ------
    DetenteError : with every mistake found in the two files.
    """
    problems = Problems()
    path = folder / "parameters.yaml"
    entries = yaml.load(path.read_text(encoding="utf-8"), yaml.CSafeLoader) or {}
    vintage = _vintage(folder / "estimates.yaml", as_of)
    loaded = []
    for name, raw in entries.items():
        where = f"{owner}/parameters.yaml, {name}"
        try:
            loaded.append(_parameter(f"{owner}.{name}", _Entry.model_validate(raw), vintage, where))
        except ValidationError as error:
            problems.extend(Problem(where, _plain(e)) for e in error.errors())
        except DetenteError as error:
            problems.extend(error.problems)
    problems.raise_if_any()
    return tuple(loaded)


def _parameter(name: str, entry: _Entry, vintage: Mapping[str, Any], where: str) -> Parameter:
    prior: Any = entry.prior
    if entry.estimate is not None:
        if entry.estimate not in vintage:
            raise DetenteError(
                Problem(where, f"no estimate '{entry.estimate}'", nearest(entry.estimate, vintage))
            )
        prior = vintage[entry.estimate]
    if prior is None:
        raise DetenteError(Problem(where, "has neither a prior nor an estimate"))
    return Parameter(
        name=name,
        unit=entry.unit,
        prior=prior,
        source=entry.source,
        judgement=entry.judgement,
        why=entry.why,
        range=entry.range,
    )


def _vintage(path: Path, as_of: int | None) -> Mapping[str, Any]:
    """Estimates made from data up to ``as_of``; nothing later may be known."""
    if not path.exists():
        return {}
    vintages: dict[int, dict[str, Any]] = yaml.load(path.read_text(encoding="utf-8"), yaml.CSafeLoader)[
        "vintages"
    ]
    years = [y for y in vintages if as_of is None or y <= as_of]
    if not years:
        raise DetenteError(
            Problem(
                f"{path.parent.name}/estimates.yaml",
                f"no estimate from data up to {as_of} or earlier",
                f"start in {min(vintages)} or later",
            )
        )
    return vintages[max(years)]


def _plain(error: Mapping[str, Any]) -> str:
    at = ".".join(str(part) for part in error["loc"])
    return f"{at}: {error['msg']}" if at else str(error["msg"])
