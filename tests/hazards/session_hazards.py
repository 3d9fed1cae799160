"""Session files with traps: damaged JSON, wrong types, places that are no data, immense ones."""

import gzip
import hashlib
import json
import os

from tests.hazards import text_hazards
from tests.hazards.hazard import Hazard

FORMAT = "fluxknot session"


def session(entries=(), **document):
    """Return the text of a session with some entries."""
    return json.dumps({"format": FORMAT, "version": 1, "entries": list(entries)} | document)


def entry(path="spectrum.csv", **fields):
    """Return an entry that names a file beside the session."""
    content = text_hazards.csv().encode()
    return {
        "id": "e1", "path": path, "sha256": hashlib.sha256(content).hexdigest(),
        "size": len(content), "kind": "spectrum", "role": "standard star",
        "parts": [{"target": "10 Lac", "band": "1A", "mjd": 59888.5}],
    } | fields  # fmt: skip


def text(content):
    """Return a function that writes a session."""

    def write(path):
        content_made = content() if callable(content) else content
        is_text = isinstance(content_made, str)
        path.write_bytes(content_made.encode("utf-8", "surrogatepass") if is_text else content_made)

    return write


def beside(make, **fields):
    """Return a function that writes a session and, beside it, the file that it names."""

    def write(path):
        place = path.with_name(f"{path.stem}-data")
        make(place)
        path.write_text(session([entry(place.name, **fields)]), encoding="utf-8")

    return write


def good_table(path):
    path.write_text(text_hazards.csv(), encoding="utf-8")


def other_table(path):
    path.write_text(text_hazards.csv(rows=text_hazards.ROWS[:9]), encoding="utf-8")


def raw(old, new, **fields):
    """Return the text of a session with one entry and one piece replaced."""
    content = session([entry(**fields)])
    assert old in content
    return content.replace(old, new)


def deep(n, inner="{}"):
    return '{"a": ' * n + inner + "}" * n


DAMAGED = (
    Hazard("cut.fluxknot", "refused", "json", text(session([entry()])[:-30])),
    Hazard("no_json.fluxknot", "refused", "json", text("entries: []\n")),
    Hazard("comma.fluxknot", "refused", "json", text('{"format": "fluxknot session",}')),
    Hazard("single_quotes.fluxknot", "refused", "json", text("{'format': 'fluxknot session'}")),
    Hazard("nan.fluxknot", "refused", "json", text(raw("59888.5", "NaN"))),
    Hazard("infinity.fluxknot", "refused", "json", text(raw("59888.5", "-Infinity"))),
    Hazard("too_large_number.fluxknot", "refused", "json", text(raw("59888.5", "1e999"))),
    Hazard("long_number.fluxknot", "refused", "json", text(raw("59888.5", "9" * 5000))),
    Hazard("key_twice.fluxknot", "refused", "json", text(raw('"size"', '"path": "x", "size"'))),
    Hazard("deep.fluxknot", "refused", "json", text("[" * 100_000)),
    Hazard("deep_but_whole.fluxknot", "refused", "json", text(raw("59888.5", deep(90)))),
    Hazard("deep_object.fluxknot", "refused", "json", text(deep(100_000))),
    Hazard("list.fluxknot", "refused", "session", text("[1, 2]")),
    Hazard("null.fluxknot", "refused", "session", text("null")),
    Hazard("text.fluxknot", "refused", "session", text('"fluxknot session"')),
    Hazard("other_format.fluxknot", "refused", "session", text('{"format": "qgis"}')),
    Hazard("format_a_list.fluxknot", "refused", "session",
           text('{"format": ["fluxknot session"]}')),
    Hazard("empty.fluxknot", "refused", "empty", text("")),
    Hazard("blank.fluxknot", "refused", "json", text("\n\n")),
    Hazard("zeros.fluxknot", "refused", "zero bytes", text(bytes(4096))),
    Hazard("latin.fluxknot", "refused", "utf-8", text(b'{"format": "\xe9"}')),
    Hazard("picture.fluxknot", "refused", "utf-8", text(b"\x89PNG\r\n\x1a\n" + bytes(50))),
    Hazard("pickle.fluxknot", "refused", "utf-8", text(b"\x80\x04\x95cos\nsystem\n(S'true'\ntR.")),
    Hazard("web_page.fluxknot", "refused", "json", text("<html><body>Login</body></html>")),
    Hazard("fits.fluxknot", "refused", "json", text("SIMPLE  =                    T".ljust(2880))),
    Hazard("gzip_cut.fluxknot", "refused", "gzip", text(gzip.compress(session().encode())[:-9])),
    Hazard("gzip_bomb.fluxknot", "refused", "too l",
           text(lambda: gzip.compress(bytes(90 << 20), 1))),
)  # fmt: skip

WRONG = (
    Hazard("no_version.fluxknot", "refused", "version", text('{"format": "fluxknot session"}')),
    Hazard("version_text.fluxknot", "refused", "version", text(session(version="1"))),
    Hazard("version_true.fluxknot", "refused", "version", text(session(version=True))),
    Hazard("version_0.fluxknot", "refused", "version", text(session(version=0))),
    Hazard("version_real.fluxknot", "refused", "version", text(session(version=1.5))),
    Hazard("version_2.fluxknot", "refused", "newer", text(session(version=2))),
    Hazard("version_immense.fluxknot", "refused", "newer", text(session(version=10**40))),
    Hazard("entries_object.fluxknot", "refused", "entries", text(session() .replace("[]", "{}"))),
    Hazard("entry_text.fluxknot", "refused", "entries[0]", text(session(["spectrum.csv"]))),
    Hazard("entry_bare.fluxknot", "refused", "entries[0]", text(session([{"path": "a.fits"}]))),
    Hazard("entry_no_path.fluxknot", "refused", "path", text(session([{"id": "e1"}]))),
    Hazard("path_number.fluxknot", "refused", "path", text(session([entry(5)]))),
    Hazard("path_empty.fluxknot", "refused", "path", text(session([entry("")]))),
    Hazard("path_zero_byte.fluxknot", "refused", "path", text(session([entry("a\0b")]))),
    Hazard("path_half_a_character.fluxknot", "refused", "path", text(session([entry("\ud800")]))),
    Hazard("id_climbs.fluxknot", "refused", "id", text(session([entry(id="../../e1")]))),
    Hazard("id_of_other_form.fluxknot", "refused", "id", text(session([entry(id="x1")]))),
    Hazard("id_with_line_end.fluxknot", "refused", "id", text(session([entry(id="e1\n")]))),
    Hazard("id_immense.fluxknot", "refused", "id", text(session([entry(id="e" + "9" * 400)]))),
    Hazard("id_twice.fluxknot", "refused", "same id", text(session([entry(), entry()]))),
    Hazard("size_text.fluxknot", "refused", "size", text(session([entry(size="big")]))),
    Hazard("role_unknown.fluxknot", "refused", "role", text(session([entry(role="villain")]))),
    Hazard("parts_object.fluxknot", "refused", "parts", text(session([entry(parts={})]))),
    Hazard("part_text.fluxknot", "refused", "parts", text(session([entry(parts=["10 Lac"])]))),
    Hazard("part_mjd_text.fluxknot", "refused", "mjd",
           text(session([entry(parts=[{"mjd": "today"}])]))),
    Hazard("part_mjd_immense.fluxknot", "refused", "mjd",
           text(session([entry(parts=[{"mjd": 10**400}])]))),
    Hazard("surrogate.fluxknot", "refused", "unicode",
           text(session([entry(parts=[{"target": "\ud800"}])]))),
    Hazard("warnings_number.fluxknot", "refused", "warnings", text(session([entry(warnings=3)]))),
    Hazard("params_list.fluxknot", "refused", "params", text(session(params=[1]))),
    Hazard("params_no_subject.fluxknot", "refused", "params",
           text(session(params={"extract": {}}))),
    Hazard("params_wrong_type.fluxknot", "refused", "extract",
           text(session(params={"extract:e1": 7}))),
    Hazard("models_list.fluxknot", "refused", "models", text(session(models=["10 Lac"]))),
    Hazard("model_number.fluxknot", "refused", "models", text(session(models={"10 Lac": 1}))),
    Hazard("exclusions_text.fluxknot", "refused", "exclusions", text(session(exclusions="none"))),
    Hazard("exclusion_bare.fluxknot", "refused", "exclusions", text(session(exclusions=[{}]))),
    Hazard("subsets_text.fluxknot", "refused", "subsets", text(session(subsets="all"))),
    Hazard("subset_bare.fluxknot", "refused", "subsets", text(session(subsets=[{"name": 1}]))),
    Hazard("next_id_text.fluxknot", "refused", "next_id", text(session(next_id="two"))),
    Hazard("other_list.fluxknot", "refused", "other", text(session(other=[1]))),
    Hazard("other_damaged.fluxknot", "refused", "entries",
           text(session(other={"label": "B", "session": {"entries": 1}}))),
)  # fmt: skip

IMMENSE = (
    Hazard("many_objects.fluxknot", "refused", "too many",
           text(lambda: b"[" + b"{}," * (9 << 20) + b"{}]")),
    Hazard("many_lists.json", "refused", "too many",
           text(lambda: b"[" + b"[]," * (15 << 20) + b"[]]")),
    Hazard("long_text.fluxknot", "refused", "too l",
           text(lambda: session(note="x" * (70 << 20)))),
    Hazard("long_target.fluxknot", "warns", "no such file",
           text(lambda: session([entry("gone.csv", parts=[{"target": "x" * 1_000_000}])]))),
    Hazard("many_entries.fluxknot", "warns", "no such file",
           text(lambda: session([entry("gone.csv", id=f"e{n + 1}") for n in range(2000)]))),
    Hazard("long_path.fluxknot", "warns", "cannot read",
           text(lambda: session([entry("n" * 5000 + ".fits")]))),
)  # fmt: skip

HARMLESS = (
    Hazard("empty_session.fluxknot", "loads", "", text(session())),
    Hazard("with_table.fluxknot", "loads", "", beside(good_table)),
    Hazard("byte_order_mark.fluxknot", "loads", "", text(b"\xef\xbb\xbf" + session().encode())),
    Hazard("utf16.fluxknot", "loads", "", text(session().encode("utf-16"))),
    Hazard("dos_lines.fluxknot", "loads", "",
           text(json.dumps(json.loads(session()), indent=1).replace("\n", "\r\n"))),
    Hazard("packed.fluxknot", "loads", "", text(gzip.compress(session().encode()))),
    Hazard("unknown_keys.fluxknot", "loads", "", text(session(from_later={"a": [1, 2]}))),
    Hazard("unknown_step.fluxknot", "loads", "", text(session(params={"later:e1": {"a": 1}}))),
    Hazard("next_id_negative.fluxknot", "loads", "", text(session(next_id=-7))),
    Hazard("code_in_text.fluxknot", "loads", "",
           text(session(note="__import__('os').system('touch canary')"))),
)  # fmt: skip

PLACES = (
    Hazard("file_gone.fluxknot", "warns", "no such file", text(session([entry("gone.csv")]))),
    Hazard("file_changed.fluxknot", "warns", "changed", beside(other_table)),
    Hazard("file_of_other_kind.fluxknot", "warns", "expects", beside(good_table, kind="cube")),
    Hazard("file_a_folder.fluxknot", "warns", "folder", beside(lambda path: path.mkdir())),
    Hazard("file_a_pipe.fluxknot", "warns", "pipe", beside(os.mkfifo)),
    Hazard("file_a_device.fluxknot", "warns", "device", text(session([entry("/dev/zero")]))),
    Hazard("file_a_loop.fluxknot", "warns", "links", beside(lambda path: path.symlink_to(path))),
    Hazard("file_of_the_system.fluxknot", "warns", "",
           text(session([entry("../" * 30 + "etc/hostname")]))),
    Hazard("file_empty.fluxknot", "warns", "empty", beside(lambda path: path.touch())),
    Hazard("mapping_no_json.fluxknot", "warns", "column",
           beside(good_table, mapping="{wave: 1")),
    Hazard("mapping_deep.fluxknot", "warns", "column", beside(good_table, mapping="[" * 50_000)),
    Hazard("mapping_of_other_types.fluxknot", "warns", "mapping",
           beside(good_table, mapping='{"wave": 5}')),
    Hazard("mapping_of_no_column.fluxknot", "warns", "column",
           beside(good_table, mapping='{"wave": "nowhere", "flux": "flux_jy"}')),
)  # fmt: skip

HAZARDS = DAMAGED + WRONG + HARMLESS + PLACES
