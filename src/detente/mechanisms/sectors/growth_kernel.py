"""The base economy carried to new sizes at unchanged trade costs, prices and wages: compiled."""

from __future__ import annotations

import numpy as np
from numba import njit

STEEPEST = 0.02
"""Least slope of a seller's market share; a seller that only sells to itself would have none."""
LONGEST = 0.5
"""No step moves the log of a seller's factor by more."""
MOST_INPUTS = 0.98
"""Inputs stay below output in a few tiny sectors that come close to it in the base."""


@njit(cache=True, nogil=True, error_model="numpy")
def target(output, bought, inputs, growth, goal_output, goal_bought, new_inputs):
    """Fill the sizes that growth calls for: outputs and uses by sector, and the input shares at these.

    Every sector of a country grows with the country. World output of a sector then differs a little from
    what all would use of it; its use, as input and final good alike, is scaled by one factor for all.
    """
    sectors, n = output.shape
    for k in range(sectors):
        made, wanted = 0.0, 0.0
        for i in range(n):
            goal_output[k, i] = growth[i] * output[k, i]
            goal_bought[k, i] = growth[i] * bought[k, i]
            made += goal_output[k, i]
            wanted += goal_bought[k, i]
        for i in range(n):
            goal_bought[k, i] *= made / wanted
        for j in range(sectors):
            for i in range(n):
                new_inputs[j, k, i] = inputs[j, k, i] * made / wanted
    for j in range(sectors):
        for i in range(n):
            spent = 0.0
            for k in range(sectors):
                spent += new_inputs[j, k, i]
            if spent > MOST_INPUTS:
                for k in range(sectors):
                    new_inputs[j, k, i] *= MOST_INPUTS / spent


@njit(cache=True, nogil=True, error_model="numpy")
def sold_at(flow, flow_t, a, bought, c, y, slope):
    """Fill buyers' sums c and sellers' sales y of one sector at seller factors a; the slopes if still 0."""
    n = a.size
    for q in range(n):
        c[q], y[q] = 0.0, 0.0
    for i in range(n):
        for q in range(n):
            c[q] += a[i] * flow[i, q]
    for q in range(n):
        share = bought[q] / c[q]
        for i in range(n):
            y[i] += share * flow_t[q, i]
    for i in range(n):
        y[i] *= a[i]
        if slope[i] == 0.0 and y[i] > 0.0:
            kept = 0.0
            for q in range(n):
                part = a[i] * flow[i, q] / c[q]
                kept += part * part * bought[q]
            slope[i] = max(1.0 - kept / y[i], STEEPEST)


@njit(cache=True, nogil=True, error_model="numpy")
def margins(flow, flow_t, output, bought, a, c, rounds, tolerance):
    """Find seller factors ``a`` in place: flows a_i X_in E_n / c_n are to add up to one sector's ``output``.

    What is bought adds up exactly; output to ``tolerance`` (relative), or as far as ``rounds`` lead: the
    remaining gap is returned. Each factor moves by its gap over its slope, by less once the gap has grown.
    """
    n = output.size
    y, slope, worst, pace = np.empty(n), np.zeros(n), np.inf, 1.0
    for _ in range(rounds):
        sold_at(flow, flow_t, a, bought, c, y, slope)
        before, worst = worst, 0.0
        for i in range(n):
            if y[i] > 0.0:
                worst = max(worst, abs(np.log(output[i] / y[i])))
        if worst <= tolerance:
            break
        if worst > before:
            pace *= 0.5
        for i in range(n):
            if y[i] > 0.0:
                move = pace * np.log(output[i] / y[i]) / slope[i]
                a[i] *= np.exp(min(max(move, -LONGEST), LONGEST))
    return worst


@njit(cache=True, nogil=True, error_model="numpy")
def grown(flow, flow_t, output, bought, inputs, growth, rounds, tolerance, new_flow, new_inputs):
    """Fill flows and input shares of the economy at sizes ``growth`` (n,) times the base's; return the gap.

    Flows are the base's times a seller and a buyer factor (structural gravity with given margins).
    """
    sectors, n = output.shape
    goal_output, goal_bought = np.empty((sectors, n)), np.empty((sectors, n))
    a, c, gap = np.empty(n), np.empty(n), 0.0
    target(output, bought, inputs, growth, goal_output, goal_bought, new_inputs)
    for j in range(sectors):
        for i in range(n):
            a[i] = np.sqrt(growth[i])
        gap = max(gap, margins(flow[j], flow_t[j], goal_output[j], goal_bought[j], a, c, rounds, tolerance))
        for q in range(n):
            c[q] = 0.0
        for i in range(n):
            for q in range(n):
                c[q] += a[i] * flow[j, i, q]
        for i in range(n):
            for q in range(n):
                new_flow[j, i, q] = a[i] * flow[j, i, q] * goal_bought[j, q] / c[q]
    return gap
