"""What an exported file says about how it was made."""

from dataclasses import dataclass

SHORT_HASH = 12  #: characters of a hash that are shown to people


@dataclass(frozen=True, slots=True)
class Provenance:
    """The version, the inputs and the recipe behind an export; no wall-clock time.

    Attributes
    ----------
    version : str
        Version of the program.
    inputs : tuple of (str, str)
        File name and SHA-256 of each input.
    recipe : str
        JSON of all parameters, from which the export can be made again.
    """

    version: str
    inputs: tuple[tuple[str, str], ...] = ()
    recipe: str = ""

    @property
    def creator(self) -> str:
        """Program and version in one phrase: ``"Fluxknot 0.1.0"``."""
        return f"Fluxknot {self.version}"
