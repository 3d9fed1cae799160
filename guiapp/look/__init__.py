"""Colors, fonts and icons: how everything in the window looks."""

from guiapp.look.icons import icon
from guiapp.look.numbers import number_text
from guiapp.look.themes import theme
from guiapp.look.tokens import Tokens

__all__ = ["Tokens", "icon", "number_text", "theme"]
