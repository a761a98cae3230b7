"""Gravity estimation on anybody's table: PPML with high-dimensional effects, phase-in, anticipation, lifting.

``table`` reads and checks, ``design`` builds the regressors, ``fitting`` runs pyfixest and clusters errors,
``estimation`` is the tool, ``result`` what it returns, ``panel`` the panel of our own bundle, ``by_type`` the
estimates that the trade mechanism ships, ``chapter1`` the Advanced Guide made again.
"""
