"""Takes the offset between the modules out of magnitudes and images (Ma+2023, Sec. 5.2)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from engine.arrays import FloatArray
from engine.errors import DataError, EngineError
from engine.nircam.difference_images import DifferenceImage, difference_images
from engine.nircam.epoch_images import EpochImage
from engine.nircam.field_place import place_in_field
from engine.nircam.gradient_model import GradientModels
from engine.nircam.matching import EpochMatches, EpochPair, with_magnitudes
from engine.nircam.module_offsets import ArrayOffset, OffsetParams, measure_module_offsets
from engine.nircam.module_terms import Baseline, ModuleTerm, ModuleTerms, SlopeGoesTo
from engine.nircam.sky_axis import SkyAxis, directed
from engine.progress import SILENT, Progress


@dataclass(frozen=True, slots=True)
class CorrectionParams:
    """What the user decides about the correction.

    Attributes
    ----------
    terms : {"fitted", "published", "file"}
        The fit of this session, Table 2 of Ma+2023, or the table of terms that is open.
    baseline : {"B", "A"}
        The module that stays as it is.
    slope_to : {"the other module", "half to each"}
        Which module the gradient is taken out of.
    origin : {"field", "file"}
        Where the gradient is zero: where the field turns about, or in the middle of the modules of
        each file, which a long-wave file tells itself.
    smoothing_pixels : float
        Radius of the circle that difference images are averaged in. Unit: pixel.
    """

    terms: Literal["fitted", "published", "file"] = "fitted"
    baseline: Baseline = "B"
    slope_to: SlopeGoesTo = "the other module"
    origin: Literal["field", "file"] = "field"
    smoothing_pixels: float = 3.0


@dataclass(frozen=True, slots=True)
class FileCorrection:
    """What the correction does to one file.

    Attributes
    ----------
    name : str
        Name of `EpochImage`: the id of the file.
    filter, module, array, epoch : str
        What it shows.
    term : ModuleTerm or None
        What is taken out of it.
    factor, lowest, highest : float
        Median, smallest and largest factor of its pixels. NaN: it is not corrected.
    reason : str
        Why it is not corrected; ``""``: it is.
    title : str
        Name of the file.
    """

    name: str
    filter: str
    module: str
    array: str
    epoch: str
    term: ModuleTerm | None = None
    factor: float = float("nan")
    lowest: float = float("nan")
    highest: float = float("nan")
    reason: str = ""
    title: str = ""


@dataclass(frozen=True, eq=False, slots=True)
class ModuleCorrection:
    """What `correct_modules` found.

    Attributes
    ----------
    terms : ModuleTerms
        What is taken out.
    baseline, slope_to : str
        As in `CorrectionParams`.
    center_deg : tuple of float or None
        Where gradients are zero; `None`: in the middle of the modules of each file. Unit: deg.
    before, after : tuple of ArrayOffset
        Offsets of the sources without and with the correction.
    differences : tuple of DifferenceImage
        Epochs against each other, without and with the correction.
    files : tuple of FileCorrection
        Open images of NIRCam arrays.
    messages : tuple of str
        What the user should know.
    """

    terms: ModuleTerms
    baseline: Baseline
    slope_to: SlopeGoesTo
    center_deg: tuple[float, float] | None
    before: tuple[ArrayOffset, ...]
    after: tuple[ArrayOffset, ...]
    differences: tuple[DifferenceImage, ...]
    files: tuple[FileCorrection, ...]
    messages: tuple[str, ...] = ()


def correct_modules(
    terms: ModuleTerms,
    images: Sequence[EpochImage],
    params: CorrectionParams = CorrectionParams(),
    *,
    matches: EpochMatches | None = None,
    models: GradientModels | None = None,
    progress: Progress = SILENT,
) -> ModuleCorrection:
    """Apply terms to the sources and to the images that are open.

    Parameters
    ----------
    terms : ModuleTerms
        Offsets and gradients by filter and array.
    images : sequence of EpochImage
        Images of any arrays and epochs; none is needed.
    params : CorrectionParams, optional
        Baseline, and what has the gradient.
    matches : EpochMatches, optional
        Sources, for the offsets before and after.
    models : GradientModels, optional
        Tells where the field turns, and along which direction.
    progress : Progress, optional
        Told after each image.

    Returns
    -------
    ModuleCorrection
        Files themselves are written by `engine.files.write_corrected_image`.

    Raises
    ------
    DataError
        If there is nothing to apply the terms to.

    Notes
    -----
    With module B as the baseline the data of A are multiplied by 10^(0.4 (Delta_AB - k x)); x is
    the coordinate along the direction from A to B, in arcmin from the point that the field turns
    about. The time term is no error of a module and stays.
    """
    if not images and matches is None:
        raise DataError(
            "There is nothing to correct.", hint="Open cal images of NIRCam, or catalogs."
        )
    center = models.center_deg if models is not None and params.origin == "field" else None
    corrector = Corrector(terms, params.baseline, params.slope_to, center)
    matches = _of_calibration(matches, terms.calibration)
    pairs = () if matches is None else matches.pairs
    angle = None if models is None else models.angle_deg
    corrected = tuple(corrector.corrected_pair(one, models, angle) for one in pairs)
    before, after = _offsets(matches, corrected)
    files = tuple(corrector.about_file(one) for one in images)
    differences = difference_images(
        images, corrector.factor_or_one, radius=params.smoothing_pixels, progress=progress
    )
    return ModuleCorrection(
        terms=terms,
        baseline=params.baseline,
        slope_to=params.slope_to,
        center_deg=center,
        before=before,
        after=after,
        differences=differences,
        files=files,
        messages=(*_messages(terms, pairs, center, params), *_about_contexts(terms, images)),
    )


@dataclass(frozen=True, slots=True)
class Corrector:
    """Terms together with how they are applied.

    Attributes
    ----------
    terms : ModuleTerms
        What is taken out.
    baseline, slope_to : str
        As in `CorrectionParams`.
    center_deg : tuple of float or None
        Where gradients are zero; `None`: in the middle of the modules of each file. Unit: deg.
    """

    terms: ModuleTerms
    baseline: Baseline = "B"
    slope_to: SlopeGoesTo = "the other module"
    center_deg: tuple[float, float] | None = None

    def factor(self, image: EpochImage) -> FloatArray:
        """Return what the pixels of an image are multiplied by.

        Raises
        ------
        DataError
            If the image must not be corrected, or there is no term for it.
        """
        term = self._term_for(image)
        shape = image.image.data.shape
        x = np.zeros(shape) if term.slope == 0.0 else place_in_field(image, self.center_deg)
        error = term.magnitude_error(
            image.module, x, baseline=self.baseline, slope_to=self.slope_to
        )
        factor: FloatArray = 10.0 ** (0.4 * error)
        return factor

    def factor_or_one(self, image: EpochImage) -> FloatArray:
        """Return the factor of an image, 1 where it is not corrected."""
        try:
            return self.factor(image)
        except EngineError:
            return np.ones(image.image.data.shape)

    def about_file(self, image: EpochImage) -> FileCorrection:
        """Tell what is done to a file, or why nothing is."""
        about = FileCorrection(
            image.name, image.filter, image.module, image.array, image.epoch,
            self.terms.of(image.filter, image.array), title=image.title,
        )  # fmt: skip
        try:
            factor = self.factor(image)
        except EngineError as error:
            return replace(about, reason=error.sentence)
        low, middle, high = (float(one(factor)) for one in (np.min, np.median, np.max))
        return replace(about, factor=middle, lowest=low, highest=high)

    def corrected_pair(
        self, pair: EpochPair, models: GradientModels | None, angle_deg: float | None
    ) -> EpochPair:
        """Return a pair of epochs with corrected magnitudes; arrays without a term stay."""
        d = np.zeros(len(pair))
        if models is not None and angle_deg is not None:
            axis = SkyAxis(*models.center_deg, directed(angle_deg, pair))
            d = axis.along(pair.ra_deg, pair.dec_deg)
        is_turned = pair.is_p | pair.is_q
        magnitudes = []
        for values, modules, x in (
            (pair.mag_first, pair.modules_first, d),
            (pair.mag_second, pair.modules_second, np.where(is_turned, -d, d)),
        ):
            magnitudes.append(values - self._errors_of(pair, modules, x))
        return with_magnitudes(pair, *magnitudes)

    def _errors_of(
        self, pair: EpochPair, modules: tuple[str, ...], x_arcmin: FloatArray
    ) -> FloatArray:
        found = np.zeros(len(pair))
        for array, module in set(zip(pair.arrays, modules, strict=True)):
            term = self.terms.of(pair.filter, array)
            if term is not None:
                here = pair.of_array(array) & (np.array(modules) == module)
                found[here] = term.magnitude_error(
                    module, x_arcmin[here], baseline=self.baseline, slope_to=self.slope_to
                )
        return found

    def _term_for(self, image: EpochImage) -> ModuleTerm:
        if image.is_corrected:
            raise DataError(
                "This image is corrected for the offset of its module already: doing it twice "
                "would put the offset back in the other direction."
            )
        if image.is_mosaic:
            raise DataError("This is a mosaic: correct the cal images that it was made from.")
        if not image.is_calibrated:
            raise DataError(f"The image is in {image.image.unit or 'no unit'}, not in MJy/sr.")
        term = self.terms.of(image.filter, image.array)
        if term is None:
            raise DataError(
                f"{self.terms.source} has no offset for array {image.array} in {image.filter}."
            )
        has_gradient = term.slope != 0.0 and self.slope_to == "half to each"
        if image.module == self.baseline and not has_gradient:
            raise DataError(f"Module {image.module} is the baseline: it stays as it is.")
        return term


def _of_calibration(matches: EpochMatches | None, calibration: str) -> EpochMatches | None:
    """Return the pairs of the calibration that terms hold for, or all when none is of it."""
    if matches is None:
        return None
    kept = tuple(one for one in matches.pairs if one.calibration == calibration)
    return replace(matches, pairs=kept) if kept else matches


def _about_contexts(terms: ModuleTerms, images: Sequence[EpochImage]) -> tuple[str, ...]:
    contexts = {one.image.origin.crds_context for one in images} - {"", terms.calibration}
    if not (contexts and terms.calibration):
        return ()
    found = ", ".join(sorted(contexts))
    return (
        f"The offsets are those of {terms.calibration}; images are of {found}, and may differ.",
    )


def _offsets(
    matches: EpochMatches | None, corrected: tuple[EpochPair, ...]
) -> tuple[tuple[ArrayOffset, ...], tuple[ArrayOffset, ...]]:
    if matches is None:
        return (), ()
    before = measure_module_offsets(matches, OffsetParams()).arrays
    after = measure_module_offsets(replace(matches, pairs=corrected), OffsetParams()).arrays
    return before, after


def _messages(
    terms: ModuleTerms,
    pairs: Sequence[EpochPair],
    center: tuple[float, float] | None,
    params: CorrectionParams,
) -> tuple[str, ...]:
    other = "A" if params.baseline == "B" else "B"
    has_slope = any(one.slope for one in terms.terms)
    source = f"{terms.source}, {terms.calibration}" if terms.calibration else terms.source
    said = [f"Module {params.baseline} stays as it is, {other} is brought to it ({source})."]
    if has_slope and params.slope_to == "half to each":
        said = [f"Offsets go to module {other}, half of each gradient to both ({source})."]
    elif has_slope:
        said.append(
            f"All of the gradient goes to module {other}: the data cannot tell whose it is."
        )
    if has_slope and center is None:
        said.append("Gradients are counted from the middle of both modules, as each file tells it.")
    known = {(one.filter, one.array) for one in terms.terms}
    missing = sorted({(pair.filter, one) for pair in pairs for one in pair.arrays} - known)
    said += [f"There is no offset for array {array} in {name}." for name, array in missing]
    return tuple(said)
