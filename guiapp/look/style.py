"""The style sheet of the window, made from the colors of a theme."""

from string import Template

from engine.resources import read_text, resource_path
from guiapp.look.tokens import GRID, RADIUS, Tokens, mixed

_SHEET = "window.qss"


def style_sheet(tokens: Tokens) -> str:
    """Return the style sheet in the colors of ``tokens``."""
    arrow = resource_path(f"icons/arrow_{tokens.scheme}.svg").as_posix()
    check = resource_path(f"icons/check_{tokens.scheme}.svg").as_posix()
    return Template(read_text(_SHEET)).substitute(
        window=tokens.window,
        card=tokens.card,
        hairline=tokens.hairline,
        edge=tokens.edge,
        text=tokens.text,
        dim=tokens.dim,
        faint=mixed(tokens.dim, tokens.card, 0.6),
        accent=tokens.accent,
        accent_hover=mixed(tokens.text, tokens.accent, 0.12),
        accent_pressed=mixed(tokens.text, tokens.accent, 0.24),
        on_accent=tokens.on_accent,
        quiet=mixed(tokens.dim, tokens.card, 0.3),
        selected=tokens.selected,
        hover=tokens.hover,
        pressed=tokens.pressed,
        ok=tokens.ok,
        ok_back=mixed(tokens.ok, tokens.card, 0.12),
        care=tokens.care,
        care_back=mixed(tokens.care, tokens.card, 0.12),
        wrong=tokens.wrong,
        wrong_back=mixed(tokens.wrong, tokens.card, 0.12),
        radius=f"{RADIUS}px",
        small=f"{GRID}px",
        arrow=arrow,
        check=check,
    )
