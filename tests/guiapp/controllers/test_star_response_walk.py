"""Random walks through the spline editor: nothing breaks, and undo leads back to the start."""

import numpy as np
import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import QApplication

from engine.analyses import RESPONSE
from engine.mrs.star_response import StarResponseParams
from engine.project.keys import NodeKey
from guiapp.controllers.star_response import StarResponseController
from tests.helpers.mouse import (
    CTRL,
    LEFT,
    MIDDLE,
    NO_KEYS,
    RIGHT,
    SHIFT,
    click,
    double_click,
    drag,
    hover,
    key,
    type_key,
    wheel,
)
from tests.helpers.workspaces import workspace

KEY = NodeKey(RESPONSE.name, "e1")
TYPED = "aAdumM+_wsztfgiocF?"
CODES = (
    Qt.Key.Key_Left,
    Qt.Key.Key_Up,
    Qt.Key.Key_Delete,
    Qt.Key.Key_Escape,
    Qt.Key.Key_Backspace,
    Qt.Key.Key_Return,
)


def step(view, rng):
    """Do one thing at a random place, as a hand might."""
    plot = view.plot if rng.random() < 0.85 else view.residual_plot
    places = [
        (float(rng.uniform(*plot.view[0])), float(rng.uniform(*plot.view[1]))) for _ in range(2)
    ]
    handles = view.canvas.layers.handles
    if plot is view.plot and handles.xs.size and rng.random() < 0.5:
        index = int(rng.integers(handles.xs.size))
        places[0] = (float(handles.xs[index]), float(handles.ys[index]))
    keys = (NO_KEYS, SHIFT, CTRL)[rng.integers(3)]
    button = (LEFT, LEFT, RIGHT, MIDDLE)[rng.integers(4)]
    acts = [
        lambda: drag(plot, *places, button=button, keys=keys, steps=2),
        lambda: drag(plot, *places, button=button, keys=keys, steps=2),
        lambda: click(plot, places[0], button=button, keys=keys),
        lambda: double_click(plot, places[0]),
        lambda: (hover(plot, places[0]), type_key(plot, TYPED[rng.integers(len(TYPED))])),
        lambda: key(plot, CODES[rng.integers(len(CODES))]),
        lambda: wheel(plot, places[0], float(rng.choice([-1, 1]))),
        lambda: view.set_mode(("breakpoints", "masks", "break")[rng.integers(3)]),
    ]
    acts[rng.integers(len(acts))]()


@pytest.mark.parametrize("seed", range(4))
def test_any_walk_can_be_undone_to_the_start(seed, qtbot, runner):
    rng = np.random.default_rng(seed)
    space = workspace(runner)
    start = space.session.with_params(
        KEY, StarResponseParams(breakpoints_um=(5.85, 6.05, 6.25, 6.45), line_windows="none")
    )
    space.document.start_over(start)
    controller = StarResponseController(space)
    view = controller.response
    qtbot.addWidget(view)
    view.resize(900, 640)
    with qtbot.waitExposed(view):
        view.show()
    controller.set_active(True)
    qtbot.waitUntil(lambda: view.result is not None)

    for _ in range(60):
        step(view, rng)
    QTest.qWait(QApplication.doubleClickInterval() + 50)
    stack = space.document.undo_stack
    end = space.session
    n_edits = stack.count()
    while stack.canUndo():
        stack.undo()
    back = space.session
    while stack.canRedo():
        stack.redo()

    assert n_edits > 3
    assert back == start
    assert space.session == end
    qtbot.waitUntil(lambda: not runner.jobs, timeout=20_000)
