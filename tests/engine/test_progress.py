"""Tests of engine.progress."""

from engine.progress import Counting


class Heard:
    """Keeps what is reported."""

    def __init__(self):
        self.said = []

    def step(self, done, total, note=""):
        self.said.append((done, total, note))


def test_what_work_needs_on_the_way_keeps_the_count_of_the_work():
    heard = Heard()
    work = Counting(heard)

    work.below.step(5, 1300, "reading")  # before the work has a count of its own
    work.step(3, 34, "16 Cyg B 1A")
    work.below.step(7, 1300, "reading")

    assert heard.said == [(5, 1300, "reading"), (3, 34, "16 Cyg B 1A"), (3, 34, "reading")]
