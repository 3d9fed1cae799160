"""A view that draws nothing and remembers what it was told."""


class RecordingView:
    """What `guiapp.controllers.node_follower.ResultView` asks for."""

    def __init__(self):
        self.said = []
        self.result = None
        self.is_stale = False
        self.problem = None
        self.reason = ""

    @property
    def kinds(self):
        """Names of what it was told, in order."""
        return [kind for kind, _ in self.said]

    def show_result(self, result):
        self.said.append(("result", result))
        self.result, self.is_stale, self.problem, self.reason = result, False, None, ""

    def show_stale(self):
        self.said.append(("stale", None))
        self.is_stale = True

    def show_problem(self, what, hint):
        self.said.append(("problem", (what, hint)))
        self.problem = (what, hint)

    def clear(self, reason):
        self.said.append(("clear", reason))
        self.result, self.is_stale, self.problem, self.reason = None, False, None, reason
