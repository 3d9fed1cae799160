"""The theme in use: follows the system or the user's choice, and tells who draws."""

from typing import Literal

from PyQt6.QtCore import QObject, Qt, pyqtSignal
from PyQt6.QtGui import QColor, QFont, QGuiApplication, QPalette
from PyQt6.QtWidgets import QApplication

from guiapp.look.fonts import interface_font
from guiapp.look.style import style_sheet
from guiapp.look.tokens import Scheme, Tokens, band_color, class_color, class_symbol, tokens_of

Choice = Literal["system", "light", "dark"]


class Theme(QObject):
    """The colors in use. There is one in a process, as there is one `QApplication`.

    Who draws with its colors listens to ``changed`` and draws again.
    """

    changed = pyqtSignal()

    def __init__(self) -> None:
        super().__init__()
        self._choice: Choice = "system"
        self._tokens = tokens_of("light")
        self._font_scale = 1.0

    @property
    def tokens(self) -> Tokens:
        """The colors in use."""
        return self._tokens

    @property
    def scheme(self) -> Scheme:
        """``"light"`` or ``"dark"``."""
        return self._tokens.scheme

    @property
    def choice(self) -> Choice:
        """What the user chose: ``"system"`` follows the desktop."""
        return self._choice

    def band(self, band: str) -> str:
        """Return the color of an MRS band on the card of this theme."""
        return band_color(band, self.scheme)

    def star_class(self, star_class: str) -> str:
        """Return the color of a class of stars."""
        return class_color(star_class)

    def symbol(self, star_class: str) -> str:
        """Return the symbol of a class of stars."""
        return class_symbol(star_class)

    def install(self, application: QApplication) -> None:
        """Dress ``application``, now and whenever the system's scheme changes."""
        application.setStyle("Fusion")
        hints = QGuiApplication.styleHints()
        if hints is not None:
            hints.colorSchemeChanged.connect(self._on_system_scheme_changed)
        self._dress()

    def choose(self, choice: Choice, *, font_scale: float | None = None) -> None:
        """Take the user's choice of theme, and of the size of text (1 is the system's)."""
        self._choice = choice
        self._font_scale = self._font_scale if font_scale is None else font_scale
        self._dress()

    def _on_system_scheme_changed(self) -> None:
        if self._choice == "system":
            self._dress()

    def _dress(self) -> None:
        self._tokens = tokens_of(_wanted(self._choice))
        application = QApplication.instance()
        if isinstance(application, QApplication):
            _put_on(application, self._tokens, interface_font(self._font_scale))
        self.changed.emit()


def _put_on(application: QApplication, tokens: Tokens, font: QFont) -> None:
    """Give ``application`` font, palette and style sheet, if they are not what it has.

    The old sheet is taken off first: Qt lays a sheet on bare widgets in one pass, but goes through
    all parts of every part to replace one, which takes five times as long. Widgets also follow the
    font only without a sheet. No widget may have a sheet of its own: with one, Qt would keep its
    books while there is no sheet, but not hear of widgets that end, and crash on the next sheet.
    """
    sheet = style_sheet(tokens)
    if application.font() == font and application.styleSheet() == sheet:
        return
    application.setStyleSheet("")
    application.setFont(font)
    application.setPalette(palette_of(tokens))
    application.setStyleSheet(sheet)


def palette_of(tokens: Tokens) -> QPalette:
    """Return the palette that widgets without a rule of their own are painted with."""
    palette = QPalette()
    role = QPalette.ColorRole
    colors = {
        role.Window: tokens.window,
        role.Base: tokens.card,
        role.AlternateBase: tokens.hover,
        role.Button: tokens.card,
        role.WindowText: tokens.text,
        role.Text: tokens.text,
        role.ButtonText: tokens.text,
        role.PlaceholderText: tokens.dim,
        role.ToolTipBase: tokens.card,
        role.ToolTipText: tokens.text,
        role.Highlight: tokens.selected,
        role.HighlightedText: tokens.text,
        role.Link: tokens.accent,
        role.Mid: tokens.hairline,
        role.Midlight: tokens.hover,
        role.Light: tokens.card,
        role.Dark: tokens.edge,
        role.Shadow: tokens.edge,
    }
    for which, color in colors.items():
        palette.setColor(which, QColor(color))
    for which in (role.WindowText, role.Text, role.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, which, QColor(tokens.dim))
    return palette


def _wanted(choice: Choice) -> Scheme:
    if choice != "system":
        return choice
    hints = QGuiApplication.styleHints()
    dark = hints is not None and hints.colorScheme() == Qt.ColorScheme.Dark
    return "dark" if dark else "light"


theme = Theme()
