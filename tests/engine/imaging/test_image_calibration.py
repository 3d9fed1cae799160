"""C(t) applied to images: never twice, and refused where it cannot be known."""

import numpy as np
import pytest

from engine.errors import DataError
from engine.imaging.calibration_curve import published_curve
from engine.imaging.image_calibration import calibrate_image
from engine.model.image import Image

CURVE = published_curve("F2550W")
MJD = 59955.4  # one time constant after day zero
FACTOR = (0.9064 - 0.2011 * np.exp(-1.0)) / 0.966


def image(unit: str, value: float, **changes: object) -> Image:
    data = np.full((4, 5), value, dtype=np.float32)
    data[0, 0] = np.nan
    return Image(data, 0.1 * data, np.zeros((4, 5), np.uint32), unit, **changes)  # type: ignore[arg-type]


def test_a_rate_becomes_surface_brightness() -> None:
    done = calibrate_image(image("DN/s", 2.0), CURVE, subarray="SUB64", mjd=MJD)

    assert done.unit == "MJy/sr"
    assert done.conversion_mjy_sr == pytest.approx(FACTOR, rel=1e-12)
    assert done.data[1, 1] == pytest.approx(2.0 * FACTOR, rel=1e-7)
    assert done.error[1, 1] == pytest.approx(0.2 * FACTOR, rel=1e-6)
    assert np.isnan(done.data[0, 0])


def test_a_calibrated_image_gets_the_new_factor_in_place_of_the_old_one() -> None:
    before = image("MJy/sr", 3.0, conversion_mjy_sr=0.75)

    done = calibrate_image(before, CURVE, subarray="SUB64", mjd=MJD)
    again = calibrate_image(done, CURVE, subarray="SUB64", mjd=MJD)

    assert done.data[1, 1] == pytest.approx(3.0 / 0.75 * FACTOR, rel=1e-7)
    np.testing.assert_array_equal(again.data, done.data)


@pytest.mark.parametrize(
    ("before", "subarray", "mjd", "said"),
    [
        (image("MJy/sr", 1.0), "FULL", MJD, "does not say by which factor"),
        (image("Jy", 1.0), "FULL", MJD, "is in Jy"),
        (image("DN/s", 1.0), "SUB32", MJD, "SUB32 is not known"),
        (image("DN/s", 1.0), "FULL", np.nan, "date of the image is not known"),
    ],
)
def test_what_cannot_be_calibrated_says_why(
    before: Image, subarray: str, mjd: float, said: str
) -> None:
    with pytest.raises(DataError, match=said):
        calibrate_image(before, CURVE, subarray=subarray, mjd=mjd)
