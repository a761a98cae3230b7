"""Treaties as data and the pure functions that answer questions of law.

``texts/*.yaml`` hold the treaties (parties with dates, obligations by article, where they apply, how
states join and leave), ``gazetteer.yaml`` and ``capitals.csv`` the places. :func:`detente.treaties.law.law`
answers who owes what to whom. Nothing here reads the observed data: registry and other alliances are
handed in by whoever asks.
"""
