"""A real worker process with the sample actors: ``python -m tests.workers.worker_process``.

Environment: as for the product, with ``KEDJA_BROKER``; arguments: lease in seconds, max deliveries.
"""

import signal
import sys
import threading

import django

django.setup()

from django.conf import settings  # noqa: E402
from dramatiq import Worker  # noqa: E402

from tests.workers import sample_actors  # noqa: E402
from workers import assembly  # noqa: E402
from workers.relay import Relay  # noqa: E402


def main(lease_s: float, max_deliveries: int) -> None:
    conninfo = assembly.database()
    url = settings.KEDJA_BROKER
    broker = assembly.build_broker(url, conninfo, lease_s=lease_s, max_deliveries=max_deliveries)
    sample_actors.register(broker, conninfo)
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    if assembly.uses_rabbitmq(url):
        rabbit = assembly.rabbitmq(url, [])
        relay = Relay(conninfo, rabbit=rabbit, queues=frozenset({"test"}), lease_s=lease_s)
        threading.Thread(target=relay.run, args=(stop,), daemon=True).start()
    broker.emit_after("process_boot")
    worker = Worker(broker, worker_timeout=100, worker_threads=1)
    worker.queue_prefetch = 1
    worker.start()
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    stop.wait()
    worker.stop(timeout=5000)
    broker.close()


if __name__ == "__main__":
    main(float(sys.argv[1]), int(sys.argv[2]))
