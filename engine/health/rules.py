"""The health check: every known issue as a rule on what a file says of itself, and on its data.

A rule is a row of ``resources/health.toml`` (what is wrong, what it does to the flux, what to do,
where that is written) and a row of `RULES` here: the modes that it holds for, and the condition,
a function that returns the evidence or ``""``. A condition that needs a keyword finds nothing
where the file is silent: no alarm rests on something that was not said.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from engine.health import imaging, lrs, mrs
from engine.health.facts import Facts
from engine.health.issues import Finding, issues
from engine.model.identity import Identity, Origin

Condition = Callable[[Facts], str]
Mode = Callable[[Facts], bool]


@dataclass(frozen=True, slots=True)
class Rule:
    """When an issue is there.

    Attributes
    ----------
    id : str
        The issue.
    mode : callable
        Whether the rule is about a product at all.
    condition : callable
        Evidence; ``""``: the product does not have the issue, or does not say.
    """

    id: str
    mode: Mode
    condition: Condition


RULES: tuple[Rule, ...] = (
    Rule("MRS-TIME", mrs.is_mrs, mrs.time_not_corrected),
    Rule("MRS-ERR", mrs.is_mrs, mrs.errors_too_small),
    Rule("MRS-FRINGE", mrs.is_mrs, mrs.fringe_flat_missing),
    Rule("MRS-RESFRINGE", mrs.is_mrs, mrs.residual_fringes),
    Rule("MRS-LEAK", mrs.is_mrs, mrs.leak_not_corrected),
    Rule("MRS-DITHER", mrs.is_mrs, mrs.few_dithers),
    Rule("MRS-BACKGROUND", mrs.is_mrs, mrs.no_background),
    Rule("MRS-SHOWER", mrs.is_mrs, mrs.showers),
    Rule("MRS-CROSS", mrs.is_mrs, mrs.stray_light),
    Rule("MRS-PEDESTAL", mrs.is_mrs, mrs.pedestal),
    Rule("MRS-PIXELS", mrs.is_mrs, mrs.bad_pixels),
    Rule("MRS-REPLACE", mrs.is_mrs, mrs.pixels_not_replaced),
    Rule("IMG-CRUCIFORM", imaging.is_image, imaging.cruciform),
    Rule("IMG-BACKGROUND", imaging.is_image, imaging.no_background),
    Rule("IMG-LYOT", imaging.is_image, imaging.lyot_border),
    Rule("IMG-ASTROMETRY", imaging.is_image, imaging.not_aligned),
    Rule("IMG-SHOWER", imaging.is_image, imaging.showers),
    Rule("COR-GLOWSTICK", imaging.is_coronagraphic, imaging.glow_sticks),
    Rule("COR-EDGE", imaging.is_coronagraphic, imaging.edge_light),
    Rule("MIRI-LRS03", lrs.is_lrs, lrs.dropouts),
    Rule("MIRI-LRS04", lrs.is_slit, lrs.wrong_path_loss),
    Rule("MIRI-LRS05", lrs.is_lrs, lrs.wrong_errors),
    Rule("MIRI-LRS06", lrs.is_acquisition, lrs.acquisition_rate),
    Rule("MIRI-LRS07", lrs.is_slit, lrs.blind_pointing),
    Rule("MIRI-LRS08", lrs.is_slit, lrs.scattered_light),
    Rule("LRS-FOLD", lrs.is_slitless, lrs.fold_over),
    Rule("LRS-EMI", lrs.is_slitless, lrs.emi),
    Rule("LRS-BACKGROUND", lrs.is_slitless, lrs.slitless_background),
)


def find_issues(products: Iterable[Any]) -> tuple[Finding, ...]:
    """Return the known issues of the products of one file, each once, the gravest first.

    Parameters
    ----------
    products : iterable
        Products of a file: whatever has an `Identity` and an `Origin`; others are skipped.

    Returns
    -------
    tuple of Finding
        In the order of `RULES` within a level.
    """
    facts = tuple(
        Facts(one.identity, one.origin, one)
        for one in products
        if isinstance(getattr(one, "identity", None), Identity)
        and isinstance(getattr(one, "origin", None), Origin)
    )
    texts = {issue.id: issue for issue in issues()}
    found = []
    for rule in RULES:
        evidence = next((said for one in facts if (said := _evidence(rule, one))), "")
        if evidence:
            text = texts[rule.id]
            found.append(
                Finding(
                    id=text.id,
                    what=text.what,
                    evidence=evidence,
                    effect=text.effect,
                    action=text.action,
                    source=text.source,
                    level=text.level,
                    view=text.view,
                )
            )
    order = {"wrong": 0, "care": 1, "info": 2}
    return tuple(sorted(found, key=lambda one: order[one.level]))


def _evidence(rule: Rule, facts: Facts) -> str:
    return rule.condition(facts) if rule.mode(facts) else ""
