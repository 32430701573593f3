"""What notices an alteration without a case: examples of tables and forms, and the DMN analysis."""

from collections import Counter
from collections.abc import Iterator, Mapping
from functools import cached_property
from pathlib import Path

from engine.bundle import Bundle
from engine.dmn.analysis import analyse
from engine.examples import forms as form_examples
from engine.examples import tables as table_examples
from tests.mutation.edition import bundle_of

TABLES = Path(__file__).parents[1] / "processes" / "tabeller"
FORMS = Path(__file__).parents[1] / "processes" / "exempel"

Noticed = tuple[str, str]
"""Who noticed (example or analysis), and what."""


class Guards:
    """The examples, and what they and the analysis say of the edition as it is."""

    def __init__(
        self, files: Mapping[str, bytes], *, tables: Path = TABLES, forms: Path = FORMS
    ) -> None:
        self.files = dict(files)
        self.tables = table_examples.read_examples(tables)
        self.forms = form_examples.read_examples(forms)
        self._clean: dict[str, list[Noticed]] = {}

    @cached_property
    def bundle(self) -> Bundle:
        """The edition as it is."""
        return bundle_of(self.files)

    def notice(self, path: str, files: Mapping[str, bytes]) -> Noticed | None:
        """Say what an alteration of one file makes differ that did not before; None: nothing.

        Args:
            path: The altered file.
            files: The whole edition, altered.
        """
        if path not in self._clean:
            self._clean[path] = list(self._found(path, self.bundle))
        fresh = Counter(self._found(path, bundle_of(files))) - Counter(self._clean[path])
        return min(fresh, key=lambda found: found[0] != "example", default=None)

    def _found(self, path: str, bundle: Bundle) -> Iterator[Noticed]:
        name = Path(path).stem
        if path.endswith(".form"):
            yield from self._form(name, bundle)
        elif path.endswith(".dmn"):
            yield from self._table(name, bundle)
            yield from _analysed(f"dmn/{name}.dmn", bundle)

    def _form(self, name: str, bundle: Bundle) -> Iterator[Noticed]:
        if name in self.forms:
            examples = self.forms[name]
            trial = form_examples.trial_of(bundle.form(name), examples)
            for text in form_examples.differences(trial, examples):
                yield "example", f"{name}: {text}"

    def _table(self, name: str, bundle: Bundle) -> Iterator[Noticed]:
        """Ask every example: a table may be read by others, and a local one by its own name."""
        for decision in sorted({name} & set(self.tables)):
            file = self.tables[decision]
            for number, example in enumerate(file.example, start=1):
                _matched, told = table_examples.answer(bundle, decision, example, file.now)
                for text in told:
                    yield "example", f"{decision} example {number}: {text}"


def _analysed(path: str, bundle: Bundle) -> Iterator[Noticed]:
    """What the analysis finds, without lines and samples: a moved cell changes those anyway."""
    model = bundle.decision(Path(path).stem)
    for fault in analyse(bundle.files[path], name=path, model=model):
        if fault.severity != "undecided":
            yield "analysis", f"{fault.code} in {fault.decision}, rules {list(fault.rules)}"
