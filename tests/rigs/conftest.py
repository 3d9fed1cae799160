"""What the rigs measured is told at the end of a run."""


def pytest_terminal_summary(terminalreporter):
    """List what tests recorded with `record_property`."""
    reports = [one for found in terminalreporter.stats.values() for one in found]
    for report in reports:
        if getattr(report, "when", "") == "call" and "tests/rigs/" in report.nodeid:
            for name, value in report.user_properties:
                terminalreporter.write_line(f"{name}: {value}")
