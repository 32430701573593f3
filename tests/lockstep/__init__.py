"""Random walks on random diagrams: a live, never stored instance against stored bytes.

``python -m tests.lockstep --steps N --seed S --seconds T [--mutate NAME|all]``.
"""
