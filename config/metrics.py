"""Counters of this process and gauges of the database, in the Prometheus text format."""

import threading
from collections import Counter

_BUCKETS_S = (0.01, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)
_lock = threading.Lock()
_requests: Counter[tuple[str, int]] = Counter()
_buckets: Counter[float] = Counter()
_total_s = 0.0


def observe_request(method: str, status: int, elapsed_s: float) -> None:
    """Count one HTTP request; safe to call from several threads."""
    global _total_s  # noqa: PLW0603  one process-wide sum, guarded by the lock
    with _lock:
        _requests[method, status] += 1
        _total_s += elapsed_s
        for bound in _BUCKETS_S:
            if elapsed_s <= bound:
                _buckets[bound] += 1


def render(gauges: dict[str, float]) -> str:
    """Return everything as text.

    Args:
        gauges: Name to value, read from the database by the caller.
    """
    with _lock:
        lines = ["# TYPE kedja_http_requests_total counter"]
        lines += [
            f'kedja_http_requests_total{{method="{method}",status="{status}"}} {count}'
            for (method, status), count in sorted(_requests.items())
        ]
        lines.append("# TYPE kedja_http_request_seconds histogram")
        lines += [
            f'kedja_http_request_seconds_bucket{{le="{bound}"}} {_buckets[bound]}'
            for bound in _BUCKETS_S
        ]
        count = sum(_requests.values())
        lines.append(f'kedja_http_request_seconds_bucket{{le="+Inf"}} {count}')
        lines.append(f"kedja_http_request_seconds_sum {_total_s:.6f}")
        lines.append(f"kedja_http_request_seconds_count {count}")
    for name, value in sorted(gauges.items()):
        lines += [f"# TYPE {name} gauge", f"{name} {value:g}"]
    return "\n".join(lines) + "\n"
