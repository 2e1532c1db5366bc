"""The YAML reader: YAML 1.2, positions, and what it refuses."""

from __future__ import annotations

import pytest

from emulator.core.errors import FlowFileError
from emulator.core.yaml import read_yaml


def test_words_that_yaml_1_1_would_change_stay_text():
    node = read_yaml("wear: on\nsay: no\nat: 1:30\nn: 012\nempty:\nq: '5'", "x.yaml")
    assert node.plain == {"wear": "on", "say": "no", "at": "1:30", "n": 12, "empty": None, "q": "5"}


def test_every_value_and_key_knows_its_place():
    node = read_yaml("a:\n  - b: 1\n    c: [x, y]\n", "x.yaml")
    inner = node.mapping("x")["a"].sequence("a")[0]
    assert inner.keys["c"].place == "x.yaml:3:5"
    assert inner.mapping("b")["c"].sequence("c")[1].place == "x.yaml:3:12"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a: 1\na: 2", "x.yaml:2:1: duplicate key 'a'; it stands in line 1 already"),
        ("a: [1", "x.yaml:1:6: expected ',' or ']', but got '<stream end>'"),
        ("\t- a", "x.yaml:1:1: found character '\\t' that cannot start any token"),
        ("a: &x [*x]", "x.yaml:1:4: anchors and aliases are not allowed"),
        ("a: !!python/none 1", "x.yaml:1:4: tags are not allowed; quote the value"),
        ("a: !foo [1]", "x.yaml:1:4: tags are not allowed; quote the value"),
        ("a: 1\n---\nb: 2", "x.yaml:2:1: expected one document, found another one"),
        ("[a]: 1", "x.yaml:1:1: a key must be a word"),
        ("a: 1\nb: x\0y", "x.yaml:2:5: character U+0000 is not allowed"),
        ("a: \ud800", "x.yaml:1:4: character U+D800 is not allowed"),
        ('a: ["\\uD800"]', "x.yaml:1:5: half a surrogate pair is not text"),
        ('"\\uDFFF": 1', "x.yaml:1:1: half a surrogate pair is not text"),
        ("a: " + "9" * 5000, "x.yaml:1:4: a number of more than 18 digits"),
        ("a: 1e400", "x.yaml:1:4: a number that is too large"),
        ("[" * 80 + "]" * 80, "x.yaml:1:62: nested more than 60 deep"),
    ],
)
def test_what_is_not_plain_data_is_refused_with_its_place(text, message):
    with pytest.raises(FlowFileError) as raised:
        read_yaml(text, "x.yaml", FlowFileError)
    assert str(raised.value) == message


def test_unknown_keys_and_words_name_the_nearest():
    node = read_yaml("flow: a\ntag: b\n", "x.yaml", FlowFileError)
    with pytest.raises(FlowFileError, match=r"x.yaml:2:1: unknown key 'tag' in the header; did you mean 'tags'\?"):
        node.mapping("the header", ["flow", "tags"])
    with pytest.raises(FlowFileError, match=r"x.yaml:2:6: dir: unknown value 'b'; known: back, forward"):
        node.mapping("x")["tag"].one_of("dir", ["forward", "back"])


def test_an_empty_file_is_nothing():
    assert read_yaml("", "x.yaml").plain is None
    assert read_yaml("# only a comment\n", "x.yaml").plain is None
