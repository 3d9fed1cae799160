"""The views of the program, in the order of their tabs."""

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


def make_view_controllers(workspace: Workspace, parent: QObject) -> tuple[ViewController, ...]:
    """Make one controller, with its view, for every view of the window."""
    return (
        CubeController(workspace, parent),
        StarResponseController(workspace, parent),
        StarCombinationController(workspace, parent),
        SpectraController(workspace, parent),
        AsteroidController(workspace, parent),
        Channel4Controller(workspace, parent),
        JunctionsController(workspace, parent),
        RepeatabilityController(workspace, parent),
        TrendsController(workspace, parent),
        SnrController(workspace, parent),
        VisitNoiseController(workspace, parent),
        BandSnrController(workspace, parent),
        NormalizedController(workspace, parent),
        ModelChoiceController(workspace, parent),
        CountRateLossController(workspace, parent),
        CorrectedRateController(workspace, parent),
        SpectralLeakController(workspace, parent),
        ResidualFringesController(workspace, parent),
        GrowthCurveController(workspace, parent),
        PixelFlatController(workspace, parent),
        NarrowFeatureController(workspace, parent),
        FringeFlatController(workspace, parent),
        FootprintsController(workspace, parent),
        ReferencesController(workspace, parent),
        FiltersController(workspace, parent),
        SpectrographController(workspace, parent),
        TemperaturesController(workspace, parent),
        EpochsController(workspace, parent),
        ModuleOffsetsController(workspace, parent),
        ModuleGradientsController(workspace, parent),
        PhotometryController(workspace, parent),
        EncircledEnergyController(workspace, parent),
        ModelFluxesController(workspace, parent),
        DropoutsController(workspace, parent),
        NodsController(workspace, parent),
        SlitlessController(workspace, parent),
        ImagingFactorsController(workspace, parent),
        SourceTypesController(workspace, parent),
        TimeLossController(workspace, parent),
        SubarraysController(workspace, parent),
        CalibrationHistoryController(workspace, parent),
        ErrorBudgetController(workspace, parent),
    )
