"""Tests of engine.lrs.slitless_background: gradient and noise are injected."""

from dataclasses import replace

import numpy as np
import pytest
from numpy.testing import assert_allclose

from engine.errors import DataError
from engine.lrs.slitless_background import SlitlessParams, subtract_background
from engine.model.identity import Origin
from engine.model.image import Image

ROWS, COLUMNS = 208, 72
MIDDLE = slice(20, 56)


def plane(seed, *, across=0.25, level=60.0, noise=1.0, source=800.0, center=37.4):
    """Return one integration and its true background."""
    rng = np.random.default_rng(seed)
    along = 0.6 + 0.8 * np.linspace(0.0, 1.0, ROWS) ** 2
    columns = np.arange(COLUMNS)
    back = level * along[:, None] * (1.0 + across * (columns / (COLUMNS - 1.0) - 0.5))
    light = source * np.exp(-0.5 * ((columns - center) / 1.5) ** 2)
    data = back + light + noise * rng.standard_normal((ROWS, COLUMNS))
    data[:, :4] = -200.0  # reference pixels
    return data, back


def images(count=3, **options):
    found, truth = [], []
    for seed in range(count):
        data, back = plane(seed, **options)
        truth.append(back)
        found.append(
            Image(
                data=data,
                error=np.ones_like(data),
                flags=np.zeros(data.shape, dtype=np.uint32),
                unit="DN/s",
            )
        )
    return found, np.array(truth)


def test_a_gradient_along_and_across_is_removed():
    found, truth = images(across=0.3)

    result = subtract_background(found)

    for i, back in enumerate(truth):
        away = (result.image_of(i) - back)[:, MIDDLE]
        assert abs(np.mean(away)) < 0.03
        assert np.std(away) < 0.5
    expected = np.mean(truth[:, :, 60:72]) - np.mean(truth[:, :, 4:16])
    assert abs(result.gradient_before - expected) < 0.1
    assert abs(result.gradient_after) < 0.1


def test_each_integration_has_the_gradient_that_was_put_into_it():
    parts = [images(1, across=one) for one in (0.1, 0.3, -0.2)]
    truth = np.array([back[0] for _, back in parts])

    result = subtract_background([found[0] for found, _ in parts])

    expected = truth[:, :, 60:72].mean(axis=(1, 2)) - truth[:, :, 4:16].mean(axis=(1, 2))
    assert_allclose(result.across_before, expected, atol=0.15)
    assert_allclose(result.across_after, 0.0, atol=0.15)
    assert result.gradient_before == pytest.approx(np.mean(result.across_before))


def test_one_number_a_row_leaves_the_gradient_across():
    found, truth = images(across=0.3)

    result = subtract_background(found, SlitlessParams(shape="median"))

    assert np.ptp(result.image_of(0)[10]) == 0.0
    assert abs(result.gradient_after - result.gradient_before) < 0.1
    middle = 0.5 * (result.left_columns[0] + result.right_columns[1])
    at = round(middle)
    assert abs(np.mean(result.image_of(0)[:, at] - truth[0][:, at])) < 0.5


def test_the_error_is_the_scatter_of_the_background_about_the_truth():
    found, truth = images(count=20)

    result = subtract_background(found)

    center = round(0.25 * sum(result.left_columns + result.right_columns))
    away = [result.image_of(i)[:, center] - back[:, center] for i, back in enumerate(truth)]
    pulls = np.array(away) / result.error
    assert abs(np.mean(pulls)) < 0.1
    assert 0.9 < np.std(pulls) < 1.1


def test_each_integration_has_a_background_of_its_own():
    first, _ = images(1, level=60.0)
    second, _ = images(1, level=66.0)

    level = subtract_background([*first, *second]).level

    assert abs(level[1] / level[0] - 1.1) < 0.005


def test_the_first_four_columns_and_the_source_never_count():
    found, _ = images()

    result = subtract_background(found, SlitlessParams(columns=60))

    assert result.left_columns[0] == 4
    assert result.left_columns[1] < 37 - 10
    assert result.right_columns[0] > 37 + 10
    assert result.trace_column == 37


def test_flagged_columns_do_not_count():
    found, _ = images()
    flags = found[0].flags.copy()
    flags[:, 60:] = 1

    result = subtract_background([replace(one, flags=flags) for one in found])

    assert result.right_columns == ()
    assert "Only the left edge" in " ".join(result.messages)


def test_smoothing_along_the_rows_lowers_the_scatter():
    found, truth = images()

    rough, smooth = (
        np.std((subtract_background(found, SlitlessParams(smooth_rows=n)).left - truth[:, :, 9])[0])
        for n in (1, 9)
    )

    assert smooth < 0.6 * rough


@pytest.mark.parametrize(
    ("make", "word"),
    [
        (lambda: [], "no integration"),
        (lambda: images(1, center=8.0)[0][:1] and _narrow(), "off the target"),
        (lambda: [_square()], "not the slitless"),
        (lambda: [images(1)[0][0], _square()], "differ in shape"),
    ],
)
def test_bad_input_is_said_in_one_sentence(make, word):
    with pytest.raises(DataError, match=word):
        subtract_background(make())


def _cut(image, columns):
    return replace(
        image,
        data=image.data[:, columns],
        error=image.error[:, columns],
        flags=image.flags[:, columns],
    )


def _narrow():
    """Return an integration whose columns all lie near the source."""
    return [_cut(images(1)[0][0], slice(28, 48))]


def _square():
    found = images(1)[0][0]
    return replace(found, data=found.data[:72], error=found.error[:72], flags=found.flags[:72])


def test_what_the_pipeline_did_is_said():
    found, _ = images(1)
    origin = Origin(steps=(("S_BKDSUB", "COMPLETE"),))

    said = " ".join(subtract_background([replace(found[0], origin=origin)]).messages)

    assert "S_BKDSUB is COMPLETE" in said
    assert "flags no pixel" in said


def test_an_empty_field_has_no_trace_but_a_background():
    found, _ = images(source=0.0)

    result = subtract_background(found)

    assert result.trace_column == -1
    assert "No source stands out" in " ".join(result.messages)
