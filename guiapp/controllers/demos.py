"""The demo: made the first time it is wanted, opened, and never taken for one's own work."""

from collections.abc import Callable
from pathlib import Path

from engine.demo_titles import FIRST_DEMO, demo_folder_name
from engine.errors import EngineError
from engine.progress import Progress
from engine.project.demo import demo_session
from guiapp.controllers.session import SessionController
from guiapp.controllers.telling import Telling
from guiapp.controllers.tour import TourController
from guiapp.jobs.runner import Job, Runner
from guiapp.settings.preferences import Preferences


class Demos:
    """Opens the sets of the demo.

    Parameters
    ----------
    folder : Path
        Where they are made.
    """

    def __init__(
        self,
        folder: Path,
        runner: Runner,
        session: SessionController,
        tour: TourController,
        telling: Telling,
        preferences: Preferences,
    ) -> None:
        self._folder = folder
        self._runner = runner
        self._session = session
        self._tour = tour
        self._telling = telling
        self._preferences = preferences

    def make(self, name: str, then: Callable[[str], object]) -> None:
        """Make a set of the demo the first time, then call ``then`` with its session."""
        folder = self._folder / demo_folder_name(name)

        def work(progress: Progress) -> object:
            return demo_session(folder, name=name, progress=progress)

        def show(job: Job) -> None:
            if isinstance(job.result, Path):
                then(str(job.result))
            elif isinstance(job.error, EngineError):
                self._telling.failed(job.error.what, job.error.hint)

        self._runner.start("Make the demo", work, show, lane="queue")

    def open(self, name: str) -> None:
        """Open a set of the demo; the first one begins with the tour until someone ended it."""

        def show(path: str) -> None:
            if self._session.open(path) and name == FIRST_DEMO:
                self._tour.greet()

        self.make(name, show)

    def begin_with(self, name: str) -> None:
        """Open a set of the demo because the program was started with it.

        Whoever has work of his own already is told where it is.
        """

        def show(path: str) -> None:
            if not self._session.open(path):
                return
            if name == FIRST_DEMO:
                self._tour.greet()
            own = next((one for one in self._preferences.recent() if Path(one).exists()), "")
            if own:
                self._telling.offer(
                    f"This is the demo. {Path(own).name} was open last.",
                    ("Open it", lambda: self._session.open(own)),
                )

        self.make(name, show)

    def lead_through(self) -> None:
        """Open the first demo and begin the tour."""

        def show(path: str) -> None:
            if self._session.open(path):
                self._tour.begin()

        self.make(FIRST_DEMO, show)

    def forget_as_recent(self) -> None:
        """Take demos off the recent sessions, where earlier versions listed them."""
        for path in self._preferences.recent():
            if self._session.is_demo(Path(path)):
                self._preferences.forget_recent(path)
