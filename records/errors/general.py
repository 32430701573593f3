"""What any record may refuse. Identifiers only."""

from cases.errors import CaseError


class RecordNotFoundError(CaseError):
    """No such row here: wrong id, or another holder's."""

    code = "record_not_found"

    def __init__(self, kind: str, ref: object) -> None:
        super().__init__(f"{kind} {ref} finns inte hos den här enheten.")


class ConfigurationMissingError(CaseError):
    """A table or term that the edition must have is missing."""

    code = "configuration_missing"

    def __init__(self, name: str) -> None:
        super().__init__(f"Utgåvan saknar {name}. Lägg till den i processes/ och driftsätt.")


class RecordRefusedError(CaseError):
    """The database refused; ``constraint`` names its rule."""

    code = "record_refused"

    def __init__(self, constraint: str) -> None:
        super().__init__(f"Dokumentationen tillåter inte ändringen ({constraint}).")
        self.constraint = constraint
