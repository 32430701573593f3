"""Writes the sample of the current version; refuses to change one that is there."""

import json
import sys
from pathlib import Path

from engine.codec import VERSION
from tests.engine.samples.make import diagram, instance, summary


def main() -> int:
    folder = Path(__file__).parent / f"v{VERSION}"
    folder.mkdir(exist_ok=True)
    if (folder / "state.json").exists():
        print(f"v{VERSION} is there and is never changed; raise engine.codec.VERSION")
        return 1
    xml = diagram()
    play = instance(xml)
    (folder / "p.bpmn").write_bytes(xml)
    (folder / "state.json").write_bytes(play.outcome.state)
    text = json.dumps(summary(play), ensure_ascii=False, indent=1, sort_keys=True)
    (folder / "expected.json").write_text(text + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
