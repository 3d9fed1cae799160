"""The palette can be told apart: on both cards, and with every kind of color vision."""

import itertools

import numpy as np
import pytest

from guiapp.look.tokens import band_color, class_color, class_symbol, tokens_of

BANDS = [f"{channel}{letter}" for channel in "1234" for letter in "ABC"]

# Machado, Oliveira & Fernandes 2009, Table 1, severity 1.0; on linear RGB.
VISION = {
    "normal": np.eye(3),
    "protanopia": [
        [0.152286, 1.052583, -0.204868],
        [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
    ],
    "deuteranopia": [
        [0.367322, 0.860646, -0.227968],
        [0.280085, 0.672501, 0.047413],
        [-0.011820, 0.042940, 0.968881],
    ],
    "tritanopia": [
        [1.255528, -0.076749, -0.178779],
        [-0.078411, 0.930809, 0.147602],
        [0.004733, 0.691367, 0.303900],
    ],
}


def linear(color):
    """Linear RGB of a color of the sRGB standard, IEC 61966-2-1."""
    encoded = np.array([int(color[i : i + 2], 16) for i in (1, 3, 5)]) / 255
    return np.where(encoded <= 0.04045, encoded / 12.92, ((encoded + 0.055) / 1.055) ** 2.4)


def contrast(one, other):
    """Contrast ratio of WCAG 2.2."""
    dark, light = sorted(linear(color) @ [0.2126, 0.7152, 0.0722] for color in (one, other))
    return (light + 0.05) / (dark + 0.05)


def oklab(rgb):
    """Coordinates in OKLab (Ottosson 2020), in which distance follows perceived difference."""
    cone = np.array(
        [
            [0.4122214708, 0.5363325363, 0.0514459929],
            [0.2119034982, 0.6806995451, 0.1073969566],
            [0.0883024619, 0.2817188376, 0.6299787005],
        ]
    ) @ np.clip(rgb, 0, 1)
    to_lab = [
        [0.2104542553, 0.7936177850, -0.0040720468],
        [1.9779984951, -2.4285922050, 0.4505937099],
        [0.0259040371, 0.7827717662, -0.8086757660],
    ]
    return np.array(to_lab) @ np.cbrt(cone)


def difference(one, other, vision):
    seen = [oklab(np.array(VISION[vision]) @ linear(color)) for color in (one, other)]
    return float(np.linalg.norm(seen[0] - seen[1]))


def test_black_on_white_has_the_largest_contrast_there_is():
    assert contrast("#000000", "#ffffff") == pytest.approx(21.0)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_band_stands_out_from_the_card(scheme):
    card = tokens_of(scheme).card

    low = {band: contrast(band_color(band, scheme), card) for band in BANDS}

    assert min(low.values()) >= 3.0, low


@pytest.mark.parametrize("vision", VISION)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_neighboring_bands_differ_clearly_in_every_vision(scheme, vision):
    colors = [band_color(band, scheme) for band in BANDS]

    differences = [difference(a, b, vision) for a, b in itertools.pairwise(colors)]

    assert min(differences) >= 0.10


@pytest.mark.parametrize("vision", VISION)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_two_bands_look_the_same_in_any_vision(scheme, vision):
    colors = [band_color(band, scheme) for band in BANDS]

    differences = [difference(a, b, vision) for a, b in itertools.combinations(colors, 2)]

    assert min(differences) >= 0.03


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_can_be_read_on_card_and_window(scheme):
    tokens = tokens_of(scheme)

    for back in (tokens.card, tokens.window):
        assert contrast(tokens.text, back) >= 7.0
        assert contrast(tokens.dim, back) >= 4.5
    assert contrast(tokens.on_accent, tokens.accent) >= 4.5
    assert contrast(tokens.text, tokens.selected) >= 7.0


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_classes_of_stars_stand_out_and_have_symbols_of_their_own(scheme):
    classes = ["hot", "A", "G", "other"]

    for one in classes:
        assert contrast(class_color(one), tokens_of(scheme).card) >= 3.0

    assert len({class_symbol(one) for one in classes}) == len(classes)


def test_a_class_that_nobody_declared_looks_like_other():
    assert class_color("asteroid") == class_color("other")
    assert class_symbol("asteroid") == class_symbol("other")


def test_what_is_no_band_is_dim():
    assert band_color("5A", "dark") == tokens_of("dark").dim
