"""The files that a model may import, by the namespace that each of them declares."""

from collections.abc import Callable, Iterator, Mapping
from functools import cached_property

from engine.dmn.errors import DmnError, DmnParseError
from engine.dmn.xml import attribute, read_root

_NOTHING: Mapping[str, bytes] = {}


class Library(Mapping[str, bytes]):
    """DMN files by namespace (DMN 1.5, 6.3.3: an import names a namespace, not a file).

    Nothing is read before something is imported. A file that is no DMN is left out: what is wrong
    with it is told where it is checked itself.

    Args:
        files: Gives path to content.
        beyond: Where to look for a namespace that none of the files has.
    """

    def __init__(
        self, files: Callable[[], Mapping[str, bytes]], beyond: Mapping[str, bytes] = _NOTHING
    ) -> None:
        self._give = files
        self._beyond = beyond

    @cached_property
    def _files(self) -> Mapping[str, bytes]:
        return self._give()

    @cached_property
    def _paths(self) -> Mapping[str, tuple[str, ...]]:
        found: dict[str, tuple[str, ...]] = {}
        for path in sorted(self._files):
            try:
                namespace = attribute(read_root(self._files[path], path), "namespace")
            except DmnError:
                continue
            if namespace:
                found[namespace] = (*found.get(namespace, ()), path)
        return found

    def __getitem__(self, namespace: str) -> bytes:
        """Return the file with a namespace.

        Raises:
            KeyError: There is none.
            DmnParseError: There are several.
        """
        paths = self._paths.get(namespace, ())
        if len(paths) > 1:
            raise DmnParseError(
                f"Several files have the namespace {namespace}: {', '.join(paths)}. "
                "Give each file a namespace of its own, or remove all but one.",
                code="dmn_import_ambiguous",
            )
        return self._files[paths[0]] if paths else self._beyond[namespace]

    def __iter__(self) -> Iterator[str]:
        """Iterate over the namespaces."""
        return iter({**self._paths, **dict.fromkeys(self._beyond)})

    def __len__(self) -> int:
        """Return the number of namespaces."""
        return len(set(self))
