"""Backups that prove themselves: a dump, and what was in it, from one snapshot."""
