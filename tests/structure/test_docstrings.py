"""Docstrings of the engine say what they promise to say."""

import importlib
import inspect
import pkgutil

import pytest

import engine

numpydoc = pytest.importorskip("numpydoc.validate")

# What is checked: a docstring is there, begins with a sentence, knows no parameter that does not
# exist, and its sections are known and in order. Short functions may do with one line.
CHECKS = {"GL06", "GL07", "GL08", "SS01", "SS03", "SS06", "PR02", "PR10"}
MODULES = sorted(module.name for module in pkgutil.walk_packages(engine.__path__, "engine."))


@pytest.mark.filterwarnings("default")
def test_public_names_are_documented():
    found = [
        f"{one}: {message}"
        for name in MODULES
        for one in _public(name)
        for code, message in numpydoc.validate(one)["errors"]
        if code in CHECKS
    ]

    assert not found


def _public(name):
    """Return the functions and classes that a module makes for others."""
    return [
        f"{name}.{member}"
        for member, value in vars(importlib.import_module(name)).items()
        if not member.startswith("_")
        and getattr(value, "__module__", "") == name
        and (inspect.isfunction(value) or inspect.isclass(value))
    ]
