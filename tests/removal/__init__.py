"""Each requirement's named part is taken away once: its test must fail (``make test-long``)."""
