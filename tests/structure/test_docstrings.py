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
@pytest.mark.parametrize("name", MODULES)
def test_public_names_are_documented(name):
    module = importlib.import_module(name)
    public = [
        f"{name}.{member}"
        for member, value in vars(module).items()
        if not member.startswith("_")
        and getattr(value, "__module__", "") == name
        and (inspect.isfunction(value) or inspect.isclass(value))
    ]

    found = [
        f"{one}: {message}"
        for one in public
        for code, message in numpydoc.validate(one)["errors"]
        if code in CHECKS
    ]

    assert not found
