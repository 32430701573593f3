"""Static files with their content's hash in the name."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class StaticFilesStorage(CompressedManifestStaticFilesStorage):  # type: ignore[misc]  # untyped
    """Serves a file that was not collected under its plain name.

    The browser part may be missing (no node, no registry): then the drawing is
    missing too, and the page around it must still open.
    """

    manifest_strict = False

    def stored_name(self, name: str) -> str:
        """Return the hashed name, or the plain one of a file that is not there."""
        try:
            return str(super().stored_name(name))
        except ValueError:
            return name
