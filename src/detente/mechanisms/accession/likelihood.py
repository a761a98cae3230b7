"""Estimation of consent: a common judgement that the candidate is ready, and a veto of every member.

The chance of consent in a year is q Π p over the members: q logistic in the candidate's standing, p in the
interests of the member. A year with consent says that both held. Named refusals are refusals; where the
record says that the others had agreed, they count as accepting and the candidate as ready. A veto becomes
known; so a year of a request without consent and without a name says that the candidate was not judged ready,
1 − q. A sounding to which nobody answered may have failed of either: 1 − q Π p. A member that was known to
hold out the year before says yes with the rate at which holdouts give in. Ridge priors, pooled with the other
bloc's estimates; posterior mode, Laplace covariance.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from detente.mechanisms.accession import equations as eq
from detente.mechanisms.accession.holdouts import Rate
from detente.mechanisms.accession.panel import Case

RIDGE = 1.0
"""Prior standard deviation of an effect, log-odds per standard deviation of the covariate."""
FLAT = 5.0
"""Prior standard deviation of an intercept."""
NOTHING = 1e9
"""Scale of a covariate that the record up to the vintage does not know."""
SPREADS = (0.25, 0.5, 1.0)
"""Standard deviations of members' own leanings among which the marginal likelihood chooses."""
TIES = (0.25, 0.5, 1.0)
"""Standard deviations between the blocs' effects among which the marginal likelihood chooses."""
VOTES = 1 + len(eq.VOTE)
TERMS = VOTES + 1 + len(eq.READY)
"""Intercept and effects of the votes, then those of readiness; members' leanings follow."""


@dataclass(frozen=True)
class Prior:
    """A joint normal prior of the effects (votes and readiness)."""

    mean: np.ndarray
    precision: np.ndarray


@dataclass(frozen=True)
class Consent:
    """Estimates: ``beta`` (votes, readiness), leanings ``own`` of ``members``, and what they rest on."""

    beta: np.ndarray
    covariance: np.ndarray
    members: tuple[str, ...]
    own: np.ndarray
    own_sd: np.ndarray
    spread: float
    centre: np.ndarray
    scale: np.ndarray
    tie: float = 0.0
    """Standard deviation between the blocs' effects (0: the other bloc was not looked at)."""

    def odds(self, case: Case) -> np.ndarray:
        """Log-odds of each member's yes by its interests."""
        k = len(eq.VOTE)
        x = eq.standard(case.x, self.centre[:k], self.scale[:k])
        place = {m: k for k, m in enumerate(self.members)}
        lean = np.array([self.own[place[m]] if m in place else 0.0 for m in case.members])
        return np.asarray(self.beta[0] + x @ self.beta[1:VOTES] + lean)

    def votes(self, case: Case, rate: Rate) -> np.ndarray:
        """Chance of each member's yes (known holdouts: the rate at which they give in)."""
        told = {h.member: rate.of(h.kind, h.years, len(case.held) - 1) for h in case.held}
        mine = np.array([told.get(m, np.nan) for m in case.members])
        return np.where(np.isfinite(mine), mine, eq.chance(self.odds(case)))

    def ready(self, case: Case) -> float:
        """Chance that the candidate is judged ready."""
        k = len(eq.VOTE)
        r = eq.standard(case.r, self.centre[k:], self.scale[k:])
        return float(eq.chance(self.beta[VOTES] + r @ self.beta[VOTES + 1 :]))

    def chance(self, case: Case, rate: Rate) -> float:
        """Chance of consent in the year; holdouts of one quarrel give in together."""
        p = self.votes(case, rate)
        held = {h.member: h.quarrel for h in case.held}
        free = float(np.prod([v for m, v in zip(case.members, p, strict=True) if m not in held]))
        for quarrel in set(held.values()):
            free *= float(
                np.mean([v for m, v in zip(case.members, p, strict=True) if held.get(m) == quarrel])
            )
        return self.ready(case) * free


@dataclass(frozen=True)
class _Rows:
    """Votes of all cases under each other, and the cases themselves; standardised, a one in front."""

    x: np.ndarray
    member: np.ndarray
    case: np.ndarray
    kind: np.ndarray
    """1 accepted, -1 refused, 0 one of those who may have refused a sounding, 9 not known."""
    r: np.ndarray
    agreed: np.ndarray
    """Of each case: 1 judged ready, 0 no consent without a name, 9 not known."""


def fit_consent(cases: Sequence[Case], other: Sequence[Case] = ()) -> Consent:
    """Posterior mode of effects and leanings, with the spread of leanings of the greatest evidence.

    ``other``: cases of the other bloc. Its effects, estimated alone, are then the centre of the prior, as far
    as the spread between the blocs with the greatest evidence lets them (intercepts stay this bloc's own).
    """
    both = [*cases, *other]
    sizes = [measured(e) for e in (np.concatenate([c.x for c in both]), np.array([c.r for c in both]))]
    centre, scale = (np.concatenate(part) for part in zip(*sizes, strict=True))
    alone = _best(cases, centre, scale, [(s, 0.0, _flat()) for s in SPREADS])
    if not other:
        return alone
    far = _best(other, centre, scale, [(s, 0.0, _flat()) for s in SPREADS])
    return _best(cases, centre, scale, [(alone.spread, t, _tied(far, t)) for t in TIES])


def _flat() -> Prior:
    precision = np.full(TERMS, 1 / RIDGE**2)
    precision[[0, VOTES]] = 1 / FLAT**2
    return Prior(np.zeros(TERMS), np.diag(precision))


def _tied(far: Consent, tie: float) -> Prior:
    """Effects centred on the other bloc's, with its error and the spread between blocs; wide intercepts."""
    mean, covariance = far.beta.copy(), far.covariance + tie**2 * np.eye(TERMS)
    for k in (0, VOTES):
        mean[k] = covariance[k] = covariance[:, k] = 0.0
        covariance[k, k] = FLAT**2
    return Prior(mean, np.linalg.inv(covariance))


def _best(
    cases: Sequence[Case],
    centre: np.ndarray,
    scale: np.ndarray,
    options: Sequence[tuple[float, float, Prior]],
) -> Consent:
    """The fit of the greatest evidence among options (spread of leanings, spread between blocs, prior)."""
    members = tuple(sorted({m for c in cases for m in c.members}))
    rows = _rows(cases, members, centre, scale)
    found = [_mode(rows, len(members), spread, prior) for spread, _, prior in options]
    best = max(range(len(options)), key=lambda k: found[k][2])
    theta, covariance, _ = found[best]
    return Consent(
        theta[:TERMS],
        covariance[:TERMS, :TERMS],
        members,
        theta[TERMS:],
        np.sqrt(np.diag(covariance)[TERMS:]),
        options[best][0],
        centre,
        scale,
        options[best][1],
    )


def measured(x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Mean and standard deviation of each column; one that does not vary is made to count for nothing."""
    known = np.isfinite(x)
    n = np.maximum(known.sum(axis=0), 1)
    mean = np.where(known, x, 0.0).sum(axis=0) / n
    sd = np.sqrt((np.where(known, x - mean, 0.0) ** 2).sum(axis=0) / n)
    return mean, np.where(sd > 1e-9, sd, NOTHING)


def _rows(
    cases: Sequence[Case],
    members: tuple[str, ...],
    centre: np.ndarray,
    scale: np.ndarray,
) -> _Rows:
    place, k = {m: n for n, m in enumerate(members)}, len(eq.VOTE)
    x, who, which, kind = [], [], [], []
    for n, c in enumerate(cases):
        z = eq.standard(c.x, centre[:k], scale[:k])
        for j, m in enumerate(c.members):
            x.append(np.concatenate(([1.0], z[j])))
            who.append(place[m])
            which.append(n)
            kind.append(_told(c, m))
    r = eq.standard(np.array([c.r for c in cases]), centre[k:], scale[k:])
    agreed = [1 if c.consent or (c.refusing and c.others_agreed) else (9 if c.refusing else 0) for c in cases]
    return _Rows(
        np.array(x),
        np.array(who),
        np.array(which),
        np.array(kind),
        np.c_[np.ones(len(cases)), r],
        np.array(agreed),
    )


def _told(c: Case, member: str) -> int:
    """What the record says of one vote."""
    if any(h.member == member for h in c.held):
        return 9
    if c.consent:
        return 1
    if member in c.refusing:
        return -1
    if not c.refusing:
        return 0 if c.sounding else 9
    return 1 if c.others_agreed else 9


def _mode(rows: _Rows, members: int, spread: float, prior: Prior) -> tuple[np.ndarray, np.ndarray, float]:
    from scipy.optimize import minimize

    precision = np.eye(TERMS + members) / spread**2
    precision[:TERMS, :TERMS] = prior.precision
    centre = np.r_[prior.mean, np.zeros(members)]
    start = centre.copy()
    start[0] = 3.0
    given = (rows, precision, centre)
    done = minimize(_loss, start, given, jac=True, method="L-BFGS-B", options={"maxiter": 2000})
    hessian = _hessian(done.x, *given)
    evidence = -done.fun + 0.5 * np.linalg.slogdet(precision)[1] - 0.5 * np.linalg.slogdet(hessian)[1]
    return done.x, np.linalg.inv(hessian), float(evidence)


def _loss(
    theta: np.ndarray, rows: _Rows, precision: np.ndarray, centre: np.ndarray
) -> tuple[float, np.ndarray]:
    """Minus the log posterior and its gradient."""
    told, slope, slope_r = _told_by(theta, rows)
    gradient = np.r_[
        rows.x.T @ slope, rows.r.T @ slope_r, np.bincount(rows.member, slope, len(theta) - TERMS)
    ]
    away = theta - centre
    pull = precision @ away
    return float(-told + 0.5 * away @ pull), -gradient + pull


def _told_by(theta: np.ndarray, rows: _Rows) -> tuple[float, np.ndarray, np.ndarray]:
    """Log likelihood, and its slopes in the log-odds of every vote and of every case's readiness."""
    eta = rows.x @ theta[:VOTES] + theta[TERMS:][rows.member]
    zeta = rows.r @ theta[VOTES:TERMS]
    log_p, log_q = -np.logaddexp(0, -eta), -np.logaddexp(0, -zeta)
    p, q, yes, no, open_vote = np.exp(log_p), np.exp(log_q), rows.kind == 1, rows.kind == -1, rows.kind == 0
    n, open_case = len(rows.agreed), rows.agreed == 0
    together = np.bincount(rows.case[open_vote], log_p[open_vote], n) + log_q
    together = np.minimum(together, -1e-12)
    pull = np.where(open_case, np.exp(together) / -np.expm1(together), 0.0)
    total = log_p[yes].sum() + -np.logaddexp(0, eta[no]).sum() + log_q[rows.agreed == 1].sum()
    total += np.log(-np.expm1(together[open_case])).sum()
    slope = np.where(yes, 1 - p, np.where(no, -p, np.where(open_vote, -pull[rows.case] * (1 - p), 0.0)))
    slope_r = np.where(rows.agreed == 1, 1 - q, -pull * (1 - q))
    return float(total), slope, np.where(rows.agreed == 9, 0.0, slope_r)


def _hessian(theta: np.ndarray, rows: _Rows, precision: np.ndarray, centre: np.ndarray) -> np.ndarray:
    """Second derivatives of the loss by central differences of its gradient, symmetric and positive."""
    n, step = len(theta), 1e-4
    out = np.empty((n, n))
    for i in range(n):
        e = np.zeros(n)
        e[i] = step
        up, down = (_loss(theta + s * e, rows, precision, centre)[1] for s in (1, -1))
        out[i] = (up - down) / (2 * step)
    values, vectors = np.linalg.eigh((out + out.T) / 2)
    least = np.linalg.eigvalsh(precision).min() / 10
    return np.asarray(vectors * values.clip(least) @ vectors.T)


@dataclass(frozen=True)
class Hazard:
    """A chance a year: intercept and effects with covariance, and what they rest on."""

    beta: np.ndarray
    covariance: np.ndarray
    centre: np.ndarray
    scale: np.ndarray

    def chance(self, x: np.ndarray) -> np.ndarray:
        """Chance in the year, from covariates (row, k)."""
        return eq.chance(self.beta[0] + eq.standard(x, self.centre, self.scale) @ self.beta[1:])


def fit_hazard(x: np.ndarray, y: np.ndarray) -> Hazard:
    """Ridge logit of events ``y`` (row,) on covariates (row, k), the unknown at the sample's mean."""
    centre, scale = measured(x)
    z = np.c_[np.ones(len(x)), eq.standard(x, centre, scale)]
    precision = np.r_[1 / FLAT**2, np.full(z.shape[1] - 1, 1 / RIDGE**2)]
    return Hazard(*eq.ridge_logit(z, y.astype(float), precision), centre, scale)
