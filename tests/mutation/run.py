"""One run: walk what is not walked yet, draw the sample, judge what is not judged yet."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path, PurePosixPath
from typing import Any

from engine.bundle import Bundle
from tests.mutation.edition import bundle_of, read_folder
from tests.mutation.sample import ordered, sites, usable, walks_for
from tests.mutation.sites import Site
from tests.mutation.store import Store, folder_of
from tests.mutation.walks import scenarios_of
from tests.mutation.work import answers

Say = Callable[[str], None]


@dataclass(frozen=True)
class Wish:
    """What is asked for. ``most``: scenarios walked per alteration, 0 for all that pass it."""

    seed: int = 1
    count: int = 1500
    kind: str = ""
    process: str = ""
    most: int = 0


@dataclass
class Run:
    """An edition in a folder that does not change meanwhile, and what is known of it."""

    folder: Path
    wish: Wish
    say: Say
    files: dict[str, bytes] = field(init=False)
    clean: Store = field(init=False)
    judged: Store = field(init=False)
    edition: Bundle = field(init=False)

    def __post_init__(self) -> None:
        self.files = read_folder(self.folder)
        self.edition = bundle_of(self.files)
        build = folder_of(self.files)
        self.clean = Store(build / "clean.jsonl")
        self.judged = Store(build / "judged.jsonl")

    def rows(self) -> list[dict[str, Any]]:
        """Do the run; return what was found of each alteration of the sample."""
        self._walk_clean()
        drawn: list[str] = []
        for task, found in answers(self._tasks(drawn), self.folder):
            row = {**task["row"], **found}
            self.judged.add(str(task["row"]["key"]), row)
            self.say(f"{len(drawn)}/{self.wish.count} {_told(row)}")
        return [self.judged.found[key] for key in drawn]

    def _walk_clean(self) -> None:
        names = [name for name in scenarios_of(self.files) if name not in self.clean.found]
        tasks = ({"do": "clean", "scenario": name} for name in names)
        for number, (task, found) in enumerate(answers(tasks, self.folder), start=1):
            self.clean.add(task["scenario"], found)
            self.say(f"{number}/{len(names)} unaltered: {task['scenario']} {found['seconds']} s")
        for name, row in self.clean.found.items():
            if not _held(row):
                self.say(f"LEFT OUT {name}: it does not go as written on the unaltered edition")

    def _tasks(self, drawn: list[str]) -> Iterator[dict[str, Any]]:
        """Yield what is to be judged; ``drawn`` grows by every alteration of the sample."""
        held = {name: row for name, row in self.clean.found.items() if _held(row)}
        passed = {name: frozenset(row["marks"]) for name, row in held.items()}
        seconds = {name: float(row["seconds"]) for name, row in held.items()}
        for site, content in islice(self._drawn(), self.wish.count):
            able = walks_for(site, passed, seconds)
            chosen = able[: self.wish.most or None]
            drawn.append(site.key)
            if not self._known(site.key, len(chosen)):
                yield {
                    "do": "altered",
                    "file": site.file,
                    "content": site.alter() if content is None else content,
                    "scenarios": [(name, seconds[name]) for name in chosen],
                    "row": _row(site, len(able)),
                }

    def _drawn(self) -> Iterator[tuple[Site, bytes | None]]:
        """Yield the sample; what was judged before has been read before."""
        for site in ordered(filter(self._asked, sites(self.files)), self.wish.seed):
            if site.key in self.judged.found:
                yield site, None
                continue
            content = usable(site, self.files, self.edition)
            if content is not None:
                yield site, content

    def _asked(self, site: Site) -> bool:
        return self.wish.kind in ("", site.kind) and self.wish.process in (
            "",
            PurePosixPath(site.file).stem,
        )

    def _known(self, key: str, walks: int) -> bool:
        """Whether it was judged: noticed, or walked as many scenarios as are asked for now."""
        row = self.judged.found.get(key)
        return row is not None and bool(row["by"] or row["walked"] >= walks)


def _row(site: Site, could: int) -> dict[str, Any]:
    return {
        "key": site.key,
        "kind": site.kind,
        "file": site.file,
        "line": site.line,
        "place": site.place,
        "what": site.what,
        "could": could,
    }


def _held(row: Mapping[str, Any]) -> bool:
    return not (row["failures"] or row["broken"] or row["stopped"])


def _told(row: Mapping[str, Any]) -> str:
    how = f"noticed by {row['by']}: {row['how']}" if row["by"] else "SURVIVED"
    return f"{row['kind']} {row['file']} {row['place']}: {how}"[:200]
