"""Own a server until killed: a stand-in for `kedja up` in tests of the launcher.

Prints the server's process id when it is up. ``python -m tests.config.owning DIR INSTANCE``.
"""

import signal
import sys
import time
from pathlib import Path

from config.environment import Environment
from config.errors import SetupError
from config.postgres import embedded, locks


def main(data_dir: str, instance: str) -> int:
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    environment = Environment(data_dir=Path(data_dir), database_url=None, instance=instance)
    try:
        server = embedded.server_of(environment)
        owner = locks.OwnerLock(server.layout.root)
        owner.acquire(limit_s=10)
        with embedded.own(server, owner) as owned:
            print(owned.process.pid, flush=True)
            while True:
                if owned.tend():
                    print(owned.process.pid, flush=True)
                time.sleep(0.05)
    except KeyboardInterrupt:
        return 0
    except SetupError as error:
        print(error, file=sys.stderr, flush=True)
        return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2]))
