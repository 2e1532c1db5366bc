"""HUD documents: what they mean, and that every mistake is told with file, line, column and the nearest name."""

from __future__ import annotations

import re

import pytest

from emulator.core.assets import asset
from emulator.core.errors import HudError
from emulator.hud.document import load_documents, parse_document, replace_document
from emulator.hud.nodes import Condition, Group, Icon, Repeat, Text
from emulator.hud.sizes import Size

HEAD = "hud: x\nsamples: {a: {word: hi, count: 2, items: [{label: one}]}}\n"  # the root stands in line 3


def parse(root: str, head: str = HEAD):
    return parse_document(f"{head}root: {root}\n", "x.hud.yaml")


def shown_error(text: str) -> str:
    with pytest.raises(HudError) as error:
        parse_document(text, "x.hud.yaml")
    return str(error.value)


def test_a_document_is_frozen_nodes():
    document = parse(
        "{column: {gap: 0.25deg, items: [{text: {bind: word, style: title, id: w}}, {icon: {name: bell}}]}}"
    )
    assert document.root == Group(
        kind="column",
        gap=Size(0.25, "deg"),
        items=(Text(id="w", format="{word}", style="title"), Icon(name="bell")),
    )
    assert (document.id, document.anchor, document.beneath, document.states) == ("x", "fill", "hide", ("a",))


def test_a_list_shows_its_item_where_nothing_is_said_of_the_selected_one():
    root = parse("{list: {bind: items, index: count, item: {text: {bind: item.label}}}}").root
    assert isinstance(root, Repeat)
    assert root.selected == root.item == Text(format="{item.label}")


def test_conditions_ask_for_a_value_or_for_any():
    root = parse("{spacer: {when: word, unless: {count: [1, 2]}}}").root
    assert root.conditions == (Condition("word"), Condition("count", (1, 2), negated=True))


def test_a_token_stands_for_a_size_and_an_own_one_wins():
    head = HEAD + "tokens: {wide: 3deg, icon: 9px}\n"  # `icon` is a token of common.hud.yaml too
    root = parse("{row: {gap: $wide, items: [{icon: {name: bell, size: $icon}}]}}", head).root
    assert isinstance(root, Group)
    assert (root.gap, root.items[0]) == (Size(3, "deg"), Icon(name="bell", size=Size(9, "px")))


def test_a_fragment_is_read_where_it_is_used():
    head = HEAD + "fragments: {greeting: {text: {bind: word}}}\n"
    assert parse("{use: greeting}", head).root == Text(format="{word}")


def test_every_document_may_use_the_shipped_fragments():
    head = "hud: x\nsamples: {a: {hint_left: Tap · open, hint_right: ''}}\n"
    assert isinstance(parse("{use: hint-row}", head).root, Group)


def test_fades_are_times():
    document = parse("{spacer: {}}", HEAD + "enter: {fade: 250ms}\nleave: {fade: 0.2s}\n")
    assert (document.enter_ms, document.leave_ms) == (250.0, 200.0)


def test_the_names_an_app_may_give_are_those_of_the_samples():
    assert parse("{spacer: {}}").bindings == ("count", "items", "word")


@pytest.mark.parametrize(
    ("root", "told"),
    [
        ("{colum: {items: []}}", "3:8: unknown kind of node 'colum'; did you mean 'column'?"),
        ("{row: {items: []}, column: {items: []}}", "3:7: a node is one key, its kind, got 2"),
        ("{row: {}}", "3:13: the key 'items' is missing"),
        ("{row: {items: [], gapp: 1px}}", "3:25: unknown key 'gapp' in row; did you mean 'gap'?"),
        ("{row: {items: [], gap: 1}}", "3:30: size: expected text, got 1; quote it"),
        ("{row: {items: [], gap: 1pt}}", "3:30: expected a size such as 0.25deg, 12px, 60% or 18sp, got '1pt'"),
        ("{row: {items: [], gap: -1px}}", "3:30: expected a size such as 0.25deg, 12px, 60% or 18sp, got '-1px'"),
        ("{row: {items: [], gap: 5%}}", "3:30: expected a size in deg, px or sp; % is for w, h, min-w and min-h"),
        ("{row: {items: [], gap: $icn}}", "3:30: unknown token '$icn'; did you mean 'icon'?"),
        ("{row: {items: [], pad: [1px, 2px, 3px]}}", "3:30: pad: expected one size, or [vertical, horizontal]"),
        ("{row: {items: [], align: middle}}", "3:32: align: unknown value 'middle'"),
        ("{row: {items: [], box: outlin}}", "3:30: box: unknown value 'outlin'; did you mean 'outline'?"),
        ("{row: {items: [], brightness: brite}}", "3:37: brightness: unknown value 'brite'; did you mean 'bright'?"),
        ("{row: {items: [], grow: x}}", "3:31: grow: expected a number from 0 to 1000, got 'x'"),
        ("{row: {items: [], grow: -1}}", "3:31: grow: expected a number from 0 to 1000, got -1"),
        ("{row: {items: [], cover: 1}}", "3:32: cover: expected true or false, got 1"),
        ("{row: {items: [], when: wrd}}", "3:31: unknown binding 'wrd'; did you mean 'word'?"),
        ("{row: {items: [], when: {wrd: 1}}}", "3:32: unknown binding 'wrd'; did you mean 'word'?"),
        ("{row: {items: [], when: {word: [{}]}}}", "3:38: when: expected a value or a list of values"),
        ("{text: {bind: wrd}}", "3:21: unknown binding 'wrd'; did you mean 'word'?"),
        ("{text: {bind: item.labl}}", "3:21: unknown binding 'item.labl'; did you mean 'item.label'?"),
        ("{text: {format: 'to {wrd}'}}", "3:23: unknown binding 'wrd'; did you mean 'word'?"),
        ("{text: {format: 'to {word'}}", "3:23: format: a { without its }"),
        ("{text: {}}", "3:14: text: give one of bind and format"),
        ("{text: {bind: word, format: x}}", "3:14: text: give one of bind and format"),
        ("{text: {bind: word, style: titel}}", "3:34: style: unknown value 'titel'; did you mean 'title'?"),
        ("{text: {bind: word, max-lines: 0}}", "3:38: max-lines: expected a whole number from 1 to 1000, got 0"),
        ("{text: {bind: word, max-lines: 1.5}}", "3:38: max-lines: expected a whole number from 1 to 1000, got 1.5"),
        ("{icon: {name: bel}}", "3:21: icon: unknown value 'bel'; did you mean 'bell'?"),
        ("{icon: {size: 1deg}}", "3:14: icon: give one of bind and name"),
        ("{bar: {}}", "3:13: the key 'bind' is missing"),
        ("{list: {bind: items}}", "3:14: the key 'item' is missing"),
        ("{list: {bind: items, ring: maybe, item: {spacer: {}}}}", "3:34: ring: expected true or false, got 'maybe'"),
        ("{use: hint-rwo}", "3:13: unknown fragment 'hint-rwo'; did you mean 'hint-row'?"),
        ("{image: {src: ../secret.png}}", "3:21: src: expected a file beside the document, got '../secret.png'"),
        ("{image: {src: none.png}}", "3:21: none.png: cannot read the picture: No such file or directory"),
        ("{map: {bind: word}}", "2:21: a map: expected a mapping, got 'hi'"),
        ("{map: {w: 9deg}}", "3:13: the key 'bind' is missing"),
        ("{qr: {}}", "3:12: the key 'bind' is missing"),
        ("[]", "3:7: node: expected a mapping, got a list"),
        ("{text: words}", "3:14: text: expected a mapping, got 'words'"),
        ("{text: {bind: word, bind: word}}", "3:27: duplicate key 'bind'; it stands in line 3 already"),
    ],
)  # fmt: skip
def test_a_wrong_node_is_told_with_its_place(root, told):
    assert shown_error(f"{HEAD}root: {root}\n").startswith(f"x.hud.yaml:{told}")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("hud: x\nroot: {spacer: {}}\n", "1:1: a HUD document needs the key 'samples'"),
        ("hud: x\nsamples: {}\nroot: {spacer: {}}\n", "2:10: samples: give at least one"),
        ("hud: x\nsamples: {a: {items: [one]}}\nroot: {spacer: {}}\n", "2:23: entry of 'items': expected a mapping"),
        (HEAD + "root: {spacer: {}}\nancor: top\n", "4:1: unknown key 'ancor' in HUD document; did you mean 'anchor'?"),
        (HEAD + "root: {spacer: {}}\nanchor: tpo\n", "4:9: anchor: unknown value 'tpo'; did you mean 'top'?"),
        (HEAD + "root: {spacer: {}}\nbeneath: dimm\n", "4:10: beneath: unknown value 'dimm'; did you mean 'dim'?"),
        (HEAD + "root: {spacer: {}}\nstates: [a, b]\n", "4:13: state without sample data: unknown value 'b'"),
        (HEAD + "root: {spacer: {}}\nenter: {fade: fast}\n", "4:15: expected a number with a unit, got 'fast'"),
        (HEAD + "root: {spacer: {}}\nenter: {fade: 9s}\n", "4:15: fade: expected 0 to 5 s, got '9s'"),
        (HEAD + "root: {spacer: {}}\nenter: {}\n", "4:8: expected {fade: 200ms}"),
        (HEAD + "root: {use: a}\nfragments: {a: {use: a}}\n", "4:22: fragment 'a' uses itself"),
        (HEAD + "root: {column: {items: [\n", "4:1: "),
        ("", "1:1: HUD document: expected a mapping, got nothing"),
    ],
)
def test_a_wrong_document_is_told_with_its_place(text, told):
    assert shown_error(text).startswith(f"x.hud.yaml:{told}")


def test_a_folder_gives_its_documents_by_id(tmp_path):
    (tmp_path / "one.hud.yaml").write_text(HEAD.replace("hud: x", "hud: one") + "root: {spacer: {}}\n")
    (tmp_path / "two.hud.yaml").write_text(HEAD.replace("hud: x", "hud: two") + "root: {spacer: {}}\n")
    assert list(load_documents(tmp_path)) == ["one", "two"]


def test_two_files_with_one_id_are_refused(tmp_path):
    for name in ("one", "two"):
        (tmp_path / f"{name}.hud.yaml").write_text(HEAD + "root: {spacer: {}}\n")
    with pytest.raises(HudError, match=r"two\.hud\.yaml:1:1: .*one\.hud\.yaml has the id 'x' already"):
        load_documents(tmp_path)


def test_a_file_that_is_not_text_is_refused(tmp_path):
    (tmp_path / "x.hud.yaml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(HudError, match=r"x\.hud\.yaml: cannot read the HUD document"):
        load_documents(tmp_path)


def test_a_folder_may_bring_its_own_fragments(tmp_path):
    own = "hud: common\nsamples: {a: {word: hi}}\nfragments: {mine: {text: {bind: word}}}\nroot: {use: mine}\n"
    (tmp_path / "common.hud.yaml").write_text(own)
    (tmp_path / "x.hud.yaml").write_text(HEAD + "root: {use: mine}\n")
    assert load_documents(tmp_path)["x"].root == Text(format="{word}")


def test_a_new_text_replaces_one_document_only():
    documents = load_documents(asset("huds"))
    changed = replace_document(documents, "clock", documents["clock"].text.replace("style: display", "style: title"))
    assert [name for name in documents if documents[name] is not changed[name]] == ["clock"]
    assert changed["clock"].path == documents["clock"].path


def test_a_new_common_document_reaches_all_that_use_it():
    documents = load_documents(asset("huds"))
    text = documents["common"].text.replace("style: hint", "style: title")
    changed = replace_document(documents, "common", text)
    assert changed["clock"].root != documents["clock"].root
    assert changed["toast"].root == documents["toast"].root


def test_a_new_text_that_is_wrong_changes_nothing():
    documents = load_documents(asset("huds"))
    with pytest.raises(HudError, match=re.escape("clock.hud.yaml:1:1: a HUD document needs the key 'samples'")):
        replace_document(documents, "clock", "hud: clock\nroot: {spacer: {}}\n")
