"""The names of data-quality bits, compared with the pipeline's."""

import pytest

pytest.importorskip("jwst")
from stdatamodels.jwst.datamodels import dqflags

from engine.model.data_quality import DQ_BITS

pytestmark = pytest.mark.reference


def test_the_names_are_those_of_the_pipeline():
    known = {name: bit for bit, name in DQ_BITS if bit != 256}  # now RESERVED there

    assert {name: dqflags.pixel[name] for name in known} == known
