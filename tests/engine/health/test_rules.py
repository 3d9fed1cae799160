"""Tests of engine.health.rules."""

import pytest

from engine.health.rules import RULES, find_issues
from engine.model.identity import Identity, Origin

MRS = Identity(exp_type="MIR_MRS", band="4A")
CLEAN = Origin(cal_version="1.19.1", steps=(("S_FRINGE", "COMPLETE"),), header=(("NUMDTHPT", "4"),))


def test_a_clean_file_raises_no_alarm():
    assert find_issues([(MRS, CLEAN)]) == ()


def test_a_file_that_says_nothing_raises_no_alarm():
    assert find_issues([(Identity(), Origin())]) == ()
    assert find_issues([(MRS, Origin())]) == ()


@pytest.mark.parametrize(
    ("origin", "rule", "evidence"),
    [
        (Origin(cal_version="1.11.4"), "MRS-ERR", "1.11.4"),
        (Origin(cal_version="1.14.0"), "MRS-ERR", "1.14.0"),
        (Origin(steps=(("S_FRINGE", "SKIPPED"),)), "MRS-FRINGE", "SKIPPED"),
        (Origin(header=(("NUMDTHPT", "2"),)), "MRS-DITHER", "2"),
    ],
)
def test_each_rule_finds_its_issue_and_says_what_to_do(origin, rule, evidence):
    [finding] = find_issues([(MRS, origin)])

    assert finding.id == rule
    assert evidence in finding.evidence
    assert finding.what
    assert finding.effect
    assert finding.action
    assert finding.source


def test_rules_of_the_mrs_leave_other_instruments_alone():
    image = Identity(exp_type="NRC_IMAGE")
    origin = Origin(cal_version="1.9.4", steps=(("S_FRINGE", "SKIPPED"),))

    assert find_issues([(image, origin)]) == ()


def test_an_issue_of_several_products_is_told_once():
    old = Origin(cal_version="1.8.0")

    assert len(find_issues([(MRS, old), (MRS, old)])) == 1
    assert len(RULES) == 3
