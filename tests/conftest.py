"""Fixtures for all tests."""

import logging
import os
import socket
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ["FLUXKNOT_CACHE"] = "off"  # no test finds results of another

import numpy as np
import pytest
from hypothesis import settings

# A slow machine is no failure, so no example has a deadline. The fast tier tries the same examples
# each time; `packaging/test.sh --full` looks for new ones.
settings.register_profile("same examples", deadline=None, derandomize=True)
settings.register_profile("new examples", deadline=None, print_blob=True)
settings.load_profile("same examples")

_CHECKOUT = Path(__file__).resolve().parent.parent


@pytest.fixture
def rng():
    """Return a random generator with a fixed seed, fresh for each test."""
    return np.random.default_rng(20250113)


def _real_data_folder():
    return Path(os.environ.get("FLUXKNOT_DATA", _CHECKOUT.parent / "shared" / "data"))


@pytest.fixture(scope="session")
def real_data():
    """Return a function from a relative path to a real file; skips, saying so, without it."""
    folder = _real_data_folder()

    def path_of(relative):
        path = folder / relative
        if not path.exists():
            pytest.skip(f"no real data: {relative} is not in FLUXKNOT_DATA")
        return path

    return path_of


class _Listener(logging.Handler):
    """Keeps what is logged at WARNING or above."""

    def __init__(self):
        super().__init__(logging.WARNING)
        self.records = []

    def emit(self, record):
        self.records.append(record)


@pytest.fixture(autouse=True)
def _no_unexpected_log(request):
    """Fail a test that logs a warning or an error without looking at the log."""
    listener = _Listener()
    logging.getLogger().addHandler(listener)
    yield
    logging.getLogger().removeHandler(listener)
    if listener.records and "caplog" not in request.fixturenames:
        said = "; ".join(record.getMessage() for record in listener.records[:3])
        pytest.fail(f"unexpected in the log: {said}")


@pytest.fixture(autouse=True)
def _no_network(monkeypatch):
    """Refuse every connection that leaves this machine."""
    connect = socket.socket.connect

    def guarded(self, address):
        if self.family in {socket.AF_INET, socket.AF_INET6} and not _is_local(address):
            pytest.fail(f"a test wants to connect to {address}")
        return connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", guarded)


def _is_local(address):
    return str(address[0]) in {"127.0.0.1", "::1", "localhost"}


_real_data_tests = {"collected": 0, "ran": 0}


def pytest_runtest_logreport(report):
    """Count the tests on real data, and those that were not skipped."""
    if report.when == "setup" and "real_data" in report.keywords:
        _real_data_tests["collected"] += 1
    if report.when == "call" and "real_data" in report.keywords and not report.skipped:
        _real_data_tests["ran"] += 1


def pytest_sessionfinish(session, exitstatus):
    """Fail the run when real data are there and no test looked at them."""
    counted = _real_data_tests
    if counted["collected"] and not counted["ran"] and _real_data_folder().is_dir():
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter):
    """List what the rigs measured and recorded with `record_property`."""
    reports = [one for found in terminalreporter.stats.values() for one in found]
    for report in reports:
        if getattr(report, "when", "") == "call" and "tests/rigs/" in report.nodeid:
            for name, value in report.user_properties:
                terminalreporter.write_line(f"{name}: {value}")
