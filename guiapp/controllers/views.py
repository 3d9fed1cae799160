"""The views of the program, in the order of their tabs."""

from collections.abc import Callable, Iterator, Mapping
from typing import Protocol

from PyQt6.QtCore import QObject

from guiapp.controllers.asteroid import AsteroidController
from guiapp.controllers.band_snr import BandSnrController
from guiapp.controllers.calibration_history import CalibrationHistoryController
from guiapp.controllers.channel4 import Channel4Controller
from guiapp.controllers.corrected_rate import CorrectedRateController
from guiapp.controllers.count_rate_loss import CountRateLossController
from guiapp.controllers.cube import CubeController
from guiapp.controllers.dropouts import DropoutsController
from guiapp.controllers.encircled_energy import EncircledEnergyController
from guiapp.controllers.epochs import EpochsController
from guiapp.controllers.error_budget import ErrorBudgetController
from guiapp.controllers.filters import FiltersController
from guiapp.controllers.footprints import FootprintsController
from guiapp.controllers.fringe_flat import FringeFlatController
from guiapp.controllers.growth_curve import GrowthCurveController
from guiapp.controllers.imaging_factors import ImagingFactorsController
from guiapp.controllers.junctions import JunctionsController
from guiapp.controllers.model_choice import ModelChoiceController
from guiapp.controllers.model_fluxes import ModelFluxesController
from guiapp.controllers.module_gradients import ModuleGradientsController
from guiapp.controllers.module_offsets import ModuleOffsetsController
from guiapp.controllers.narrow_feature import NarrowFeatureController
from guiapp.controllers.nods import NodsController
from guiapp.controllers.normalized_spectra import NormalizedController
from guiapp.controllers.photometry import PhotometryController
from guiapp.controllers.pixel_flat import PixelFlatController
from guiapp.controllers.references import ReferencesController
from guiapp.controllers.repeatability import RepeatabilityController
from guiapp.controllers.residual_fringes import ResidualFringesController
from guiapp.controllers.signal_to_noise import SnrController
from guiapp.controllers.slitless import SlitlessController
from guiapp.controllers.source_types import SourceTypesController
from guiapp.controllers.spectra import SpectraController
from guiapp.controllers.spectral_leak import SpectralLeakController
from guiapp.controllers.spectrographs import SpectrographController
from guiapp.controllers.star_combination import StarCombinationController
from guiapp.controllers.star_response import StarResponseController
from guiapp.controllers.subarrays import SubarraysController
from guiapp.controllers.temperatures import TemperaturesController
from guiapp.controllers.time_loss import TimeLossController
from guiapp.controllers.trends import TrendsController
from guiapp.controllers.view_controller import ViewController
from guiapp.controllers.visit_noise import VisitNoiseController
from guiapp.controllers.workspace import Workspace


class ViewKind(Protocol):
    """The class of a view's controller: what is known of a view before it is made."""

    name: str
    group: str
    title: str
    tip: str
    words: str
    step: str

    @property
    def further_steps(self) -> tuple[str, ...]: ...
    def __call__(self, workspace: Workspace, parent: QObject) -> ViewController: ...


VIEWS: tuple[ViewKind, ...] = (
    CubeController,
    StarResponseController,
    StarCombinationController,
    SpectraController,
    AsteroidController,
    Channel4Controller,
    JunctionsController,
    RepeatabilityController,
    TrendsController,
    SnrController,
    VisitNoiseController,
    BandSnrController,
    NormalizedController,
    ModelChoiceController,
    CountRateLossController,
    CorrectedRateController,
    SpectralLeakController,
    ResidualFringesController,
    GrowthCurveController,
    PixelFlatController,
    NarrowFeatureController,
    FringeFlatController,
    FootprintsController,
    ReferencesController,
    FiltersController,
    SpectrographController,
    TemperaturesController,
    EpochsController,
    ModuleOffsetsController,
    ModuleGradientsController,
    PhotometryController,
    EncircledEnergyController,
    ModelFluxesController,
    DropoutsController,
    NodsController,
    SlitlessController,
    ImagingFactorsController,
    SourceTypesController,
    TimeLossController,
    SubarraysController,
    CalibrationHistoryController,
    ErrorBudgetController,
)


class Views(Mapping[str, ViewController]):
    """The controllers by the names of their views, in the order of the tabs.

    A controller is made, with its view, when it is first asked for: a session shows a few of them.

    Parameters
    ----------
    workspace : Workspace
        What they work on.
    parent : QObject
        Owns them.
    made : callable
        Called with each controller when it has been made.
    """

    def __init__(
        self, workspace: Workspace, parent: QObject, made: Callable[[ViewController], object]
    ) -> None:
        self.kinds: dict[str, ViewKind] = {kind.name: kind for kind in VIEWS}
        self._workspace, self._parent, self._tell = workspace, parent, made
        self._made: dict[str, ViewController] = {}

    @property
    def made(self) -> tuple[ViewController, ...]:
        """Those that were asked for."""
        return tuple(self._made.values())

    def showing(self, step: str) -> str:
        """Return the name of the view that shows a step of the chain; ``""``: none does."""
        names = (kind.name for kind in VIEWS if step in {kind.step, *kind.further_steps})
        return next(names, "")

    def __getitem__(self, name: str) -> ViewController:
        if name not in self._made:
            self._made[name] = self.kinds[name](self._workspace, self._parent)
            self._tell(self._made[name])
        return self._made[name]

    def __contains__(self, name: object) -> bool:
        return name in self.kinds

    def __iter__(self) -> Iterator[str]:
        return iter(self.kinds)

    def __len__(self) -> int:
        return len(self.kinds)
