"""The requirements of the sources: read, counted and written out."""
