"""Ensembles: many paired draws of many scenarios, kept in a folder that verifies itself."""
