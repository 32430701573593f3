"""Stored states of every version of the format; a version's folder is never changed.

``python -m tests.engine.samples`` writes the folder of the current version once.
"""
