"""The gravity regression behind the Advanced Guide's border experiment."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import polars as pl

REGRESSORS = ("log_distance", "contiguity", "border")


def border_gravity(flows: pl.DataFrame) -> dict[str, tuple[float, float]]:
    """PPML coefficients and robust standard errors of distance, contiguity and the international border.

    ``flows``: one cross-section with domestic sales, columns exporter, importer, trade, and
    :data:`REGRESSORS`. Exporter and importer effects; errors robust to heteroskedasticity without
    small-sample correction, as Stata's ``ppml`` gives them (Yotov et al. 2016, ch. 2, application 1).
    """
    import pandas as pd
    import pyfixest as pf

    data = pd.DataFrame({c: flows[c].to_list() for c in ("exporter", "importer", "trade", *REGRESSORS)})
    fit = pf.fepois(
        f"trade ~ {' + '.join(REGRESSORS)} | exporter + importer",
        data=data,
        vcov="hetero",
        ssc=pf.ssc(k_adj=False),
        iwls_tol=1e-10,
    )
    return {name: (float(b), float(se)) for name, b, se in zip(REGRESSORS, fit.coef(), fit.se(), strict=True)}
