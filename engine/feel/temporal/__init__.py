"""Dates, times, zones and durations."""
