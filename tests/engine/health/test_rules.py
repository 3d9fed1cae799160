"""Tests of engine.health: each rule with a file that has the issue and files that do not."""

from dataclasses import dataclass, field, replace

import numpy as np
import pytest

from engine.health.issues import LEVELS, issues, worst
from engine.health.rules import RULES, find_issues
from engine.model.identity import Identity, Origin
from engine.model.image import Image
from engine.model.ramp import Ramp


@dataclass(frozen=True)
class Product:
    """What a file that is known by its header alone gives."""

    identity: Identity = field(default_factory=Identity)
    origin: Origin = field(default_factory=Origin)


def steps(**states):
    return tuple(sorted(states.items()))


DONE = steps(
    S_FRINGE="COMPLETE", S_RESFRI="COMPLETE", S_STRAY="COMPLETE", S_SPLEAK="COMPLETE",
    S_PXREPL="COMPLETE", S_BPXSLF="COMPLETE", S_BKDSUB="COMPLETE", S_PHOTOM="COMPLETE",
    S_TWKREG="COMPLETE", S_PTHLOS="COMPLETE", S_TACNTR="COMPLETE", S_MIREMI="COMPLETE",
)  # fmt: skip
CLEAN = Origin(
    cal_version="1.20.2",
    crds_context="jwst_1464.pmap",
    steps=DONE,
    header=(("EFFEXPTM", "5000"), ("EFFINTTM", "500"), ("NGROUPS", "50"), ("NUMDTHPT", "4")),
)
MRS = Identity(exp_type="MIR_MRS", band="4A", instrument="MIRI")
LEAKY = replace(MRS, band="3A", source_type="POINT")
IMAGE = Identity(exp_type="MIR_IMAGE", filter="F1800W", subarray="FULL", instrument="MIRI")
LYOT = Identity(exp_type="MIR_LYOT", filter="F2300C", instrument="MIRI")
SLIT = Identity(exp_type="MIR_LRS-FIXEDSLIT", instrument="MIRI")
SLITLESS = Identity(exp_type="MIR_LRS-SLITLESS", subarray="SLITLESSPRISM", instrument="MIRI")
TACQ = Identity(exp_type="MIR_TACQ", instrument="MIRI")
DO_NOT_USE = 1
NO_FLAGS = np.zeros((8, 8), dtype=np.uint32)
ALWAYS = {"MIRI-LRS05", "LRS-FOLD"}  # in every file of their mode, in every build


def without(keyword, state="SKIPPED", **changes):
    """Return a clean origin in which a step was not completed."""
    told = {**dict(DONE), keyword: state}
    return replace(CLEAN, steps=steps(**told), **changes)


def saying(**keywords):
    """Return a clean origin with other keywords."""
    return replace(CLEAN, header=tuple(sorted({**dict(CLEAN.header), **keywords}.items())))


def image(identity, *, data, kind="rate", unit="DN/s", flags=None):
    return Image(
        data=data,
        error=np.ones_like(data),
        flags=np.zeros(data.shape, dtype=np.uint32) if flags is None else flags,
        unit=unit,
        kind=kind,
        identity=identity,
        origin=CLEAN,
    )


def trace(*, missing_rows=(), how="nan"):
    """Return a two-dimensional LRS spectrum, its trace in column 20, with rows lacking the peak."""
    columns = np.arange(41)
    data = np.tile(np.exp(-0.5 * ((columns - 20) / 1.5) ** 2), (390, 1))
    data[:, :3] = np.nan  # beyond the slit
    data[:12] = np.nan
    flags = np.zeros(data.shape, dtype=np.uint32)
    for row in missing_rows:
        if how == "nan":
            data[row, 20] = np.nan
        else:
            flags[row, 20] = DO_NOT_USE
    return image(SLIT, data=data, kind="s2d", unit="MJy/sr", flags=flags)


def rate_with_gap(level):
    data = np.full((1024, 1032), 5.0)
    data[:, 500:516] = level
    return image(MRS, data=data)


OLD = replace(CLEAN, cal_version="1.11.4", crds_context="jwst_1118.pmap")
CASES = [
    ("MRS-TIME", Product(MRS, OLD), "jwst_1118.pmap"),
    ("MRS-ERR", Product(MRS, OLD), "1.11.4"),
    ("MRS-ERR", Product(MRS, replace(CLEAN, cal_version="1.14.0")), "1.14.0"),
    ("MRS-FRINGE", Product(MRS, without("S_FRINGE")), "S_FRINGE is SKIPPED"),
    ("MRS-RESFRINGE", Product(MRS, without("S_RESFRI")), "S_RESFRI is SKIPPED"),
    ("MRS-LEAK", Product(LEAKY, without("S_SPLEAK")), "S_SPLEAK is SKIPPED"),
    ("MRS-DITHER", Product(MRS, saying(NUMDTHPT="2")), "NUMDTHPT is 2"),
    (
        "MRS-BACKGROUND",
        Product(MRS, without("S_BKDSUB", "FAILED")),
        "S_BKDSUB is FAILED",
    ),
    ("MRS-SHOWER", Product(MRS, replace(CLEAN, cal_version="1.16.1")), "1.16.1"),
    ("MRS-CROSS", Product(MRS, without("S_STRAY")), "S_STRAY is SKIPPED"),
    ("MRS-PEDESTAL", rate_with_gap(0.3), "0.30 DN/s"),
    ("MRS-PIXELS", Product(MRS, without("S_BPXSLF")), "S_BPXSLF is SKIPPED"),
    ("MRS-REPLACE", Product(MRS, without("S_PXREPL")), "S_PXREPL is SKIPPED"),
    ("IMG-CRUCIFORM", Product(replace(IMAGE, filter="F560W"), CLEAN), "F560W"),
    ("IMG-BACKGROUND", Product(IMAGE, without("S_BKDSUB")), "F1800W"),
    ("IMG-LYOT", image(IMAGE, data=np.zeros((4, 4)), kind="i2d"), "FULL"),
    ("IMG-ASTROMETRY", Product(IMAGE, without("S_TWKREG")), "S_TWKREG is SKIPPED"),
    ("IMG-SHOWER", Product(IMAGE, replace(CLEAN, cal_version="1.15.1")), "1.15.1"),
    ("COR-GLOWSTICK", Product(LYOT, without("S_BKDSUB")), "S_BKDSUB is SKIPPED"),
    ("COR-EDGE", Product(LYOT, without("S_BKDSUB")), "S_BKDSUB is SKIPPED"),
    ("MIRI-LRS03", trace(missing_rows=(200, 201, 202)), "3 rows"),
    ("MIRI-LRS03", trace(missing_rows=(150,), how="flag"), "1 row lacks"),
    ("MIRI-LRS04", Product(SLIT, replace(CLEAN, cal_version="1.11.0")), "1.11.0"),
    ("MIRI-LRS05", Product(SLIT, CLEAN), "1.20.2"),
    ("MIRI-LRS06", Product(TACQ, saying(READPATT="FASTGRPAVG8")), "FASTGRPAVG8"),
    ("MIRI-LRS07", Product(SLIT, without("S_TACNTR")), "S_TACNTR is SKIPPED"),
    ("MIRI-LRS08", Product(SLIT, without("S_BKDSUB")), "S_BKDSUB is SKIPPED"),
    ("LRS-FOLD", Product(SLITLESS, CLEAN), "SLITLESS"),
    ("LRS-EMI", Product(SLITLESS, without("S_MIREMI")), "S_MIREMI is SKIPPED"),
    ("LRS-EMI", Product(SLITLESS, replace(CLEAN, cal_version="1.12.5")), "1.12.5"),
    (
        "LRS-EMI",
        Product(SLITLESS, replace(saying(NGROUPS="8"), cal_version="1.17.1")),
        "NGROUPS is 8",
    ),
    ("LRS-BACKGROUND", Product(SLITLESS, replace(CLEAN, cal_version="1.18.0")), "1.18.0"),
]


@pytest.mark.parametrize(("rule", "product", "evidence"), CASES)
def test_each_rule_finds_its_issue_and_says_what_to_do(rule, product, evidence):
    found = {one.id: one for one in find_issues([product])}

    assert evidence in found[rule].evidence
    assert found[rule].evidence.endswith(".")
    assert found[rule].level in LEVELS


def test_every_rule_has_a_file_that_has_its_issue():
    assert {rule for rule, _, _ in CASES} == {rule.id for rule in RULES}


def test_every_rule_has_its_text_and_every_text_its_rule():
    assert [rule.id for rule in RULES] == [issue.id for issue in issues()]
    for issue in issues():
        for text in (issue.what, issue.effect, issue.action):
            assert text.endswith(".")
        assert issue.level in LEVELS
        assert issue.source


@pytest.mark.parametrize(
    "product",
    [
        *(Product(one, CLEAN) for one in (MRS, LEAKY, IMAGE, LYOT, SLIT, SLITLESS, TACQ)),
        trace(),
        trace(missing_rows=(3,)),  # a row that is missing as a whole
        rate_with_gap(0.02),
        rate_with_gap(np.nan),
        Ramp(np.zeros((1, 5, 8, 8)), NO_FLAGS, "DN", "ramp", SLITLESS, without("S_BKDSUB")),
        image(SLIT, data=np.zeros((390, 41)), kind="s2d", unit="MJy/sr"),  # no trace
    ],
)
def test_a_clean_file_raises_no_alarm(product):
    found = {one.id for one in find_issues([product])} - ALWAYS

    assert found == set()


@pytest.mark.parametrize("mode", sorted({"", *(case[1].identity.exp_type for case in CASES)}))
def test_a_file_that_says_nothing_raises_no_alarm(mode):
    product = Product(Identity(exp_type=mode))

    assert {one.id for one in find_issues([product])} <= {"LRS-FOLD"}
    assert find_issues(["no product"]) == ()


@pytest.mark.parametrize("mode", ["NRC_IMAGE", "NIS_WFSS", "NRS_IFU"])
def test_rules_of_miri_leave_other_instruments_alone(mode):
    worst_of_all = replace(OLD, steps=tuple((key, "SKIPPED") for key, _ in DONE))

    assert find_issues([Product(Identity(exp_type=mode, filter="F560W"), worst_of_all)]) == ()


def test_a_background_exposure_needs_no_background():
    origin = replace(without("S_BKDSUB"), header=(("BKGDTARG", "T"),))

    for identity in (MRS, IMAGE, LYOT):
        assert find_issues([Product(identity, origin)]) == ()


def test_an_issue_of_several_products_is_told_once_and_the_gravest_first():
    origin = replace(without("S_RESFRI"), cal_version="1.8.0", crds_context="jwst_1000.pmap")

    found = find_issues([Product(MRS, origin), Product(MRS, origin)])

    assert [one.id for one in found] == ["MRS-TIME", "MRS-ERR", "MRS-RESFRINGE", "MRS-SHOWER"]
    assert worst(found) == "wrong"
    assert worst(()) == ""
