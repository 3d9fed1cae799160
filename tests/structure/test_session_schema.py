"""The schema in resources is the one that the code follows."""

import json

from engine.project.session_schema import session_schema
from engine.resources import read_text


def test_the_published_schema_is_the_one_of_the_code():
    published = json.loads(read_text("session.schema.json"))

    assert published == session_schema()
