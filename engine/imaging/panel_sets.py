"""What is shown together: one filter against eight parameters, or one parameter in all filters."""

from dataclasses import dataclass

from engine.compare.factor_table import Parameter
from engine.compare.trend_results import FactorTrends
from engine.errors import DataError
from engine.imaging.factor_results import FactorStudy
from engine.imaging.parameters import CHANCE, all_trends, filter_trends, parameter_kinds


@dataclass(frozen=True, slots=True)
class PanelParams:
    """What the user decides about the panels.

    Attributes
    ----------
    chance : float
        A trend is reported when it arises by chance less often than this, the eight parameters
        of a filter taken together.
    """

    chance: float = CHANCE


_DEFAULTS = PanelParams()


@dataclass(frozen=True, eq=False, slots=True)
class PanelSet:
    """Panels of factors over parameters.

    Attributes
    ----------
    subject : str
        A filter, or the name of one of the eight parameters.
    trends : tuple of FactorTrends
        Of the filter; or of all filters, in the order of wavelength.
    """

    subject: str
    trends: tuple[FactorTrends, ...]

    @property
    def is_of_filter(self) -> bool:
        """Whether it is one filter against eight parameters."""
        return self.subject not in parameter_kinds()

    @property
    def panels(self) -> tuple[tuple[FactorTrends, Parameter], ...]:
        """What each panel shows, in their order."""
        names = tuple(parameter_kinds()) if self.is_of_filter else (self.subject,)
        found = ((one, one.table.parameter(name)) for one in self.trends for name in names)
        return tuple((one, parameter) for one, parameter in found if parameter is not None)

    @property
    def title(self) -> str:
        """What is shown, in words."""
        if self.is_of_filter:
            return f"{self.subject} against eight parameters"
        kind = parameter_kinds()[self.subject]
        return f"All filters against {kind.label.lower()} (Gordon+2025, {kind.figure})"


def panel_set(study: FactorStudy, subject: str, params: PanelParams = _DEFAULTS) -> PanelSet:
    """Return the panels of a filter, or of one of the eight parameters.

    Parameters
    ----------
    study : FactorStudy
        Corrected factors of all filters.
    subject : str
        Name of a filter of the study, or one of `parameter_kinds`.
    params : PanelParams, optional
        What the user decides.

    Raises
    ------
    DataError
        If no observation is used.
    """
    if subject not in parameter_kinds():
        return PanelSet(subject, (filter_trends(study, subject, chance=params.chance),))
    trends = tuple(all_trends(study, chance=params.chance).values())
    if not trends:
        raise DataError("No observation is used.", hint="Bring observations back.")
    return PanelSet(subject, trends)
