"""What the pages show works: code blocks are run, tables are the data's, links lead somewhere.

Convention for ``README.md``, ``CONTRIBUTING.md`` and ``docs/``: a ``python`` block is run, the blocks of one page in
order and in one namespace. In an ``sh`` block every line that starts with ``glasses`` is run in an empty folder, the
lines of one page in the same one. A fence that says ``norun: reason`` is not run.

``python -m tests.test_docs --write`` writes the table of ``docs/profiles.md`` anew.
"""

from __future__ import annotations

import re
import shlex
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from emulator.cli import main
from emulator.core.profile import Profile, load_profile, numbers, profile_ids

ROOT = Path(__file__).parents[1]
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]
PROFILES = ROOT / "docs" / "profiles.md"
FENCE = re.compile(r"^```(?P<info>[^\n`]*)\n(?P<body>.*?)^```\s*$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\[[^\]\n]*\]\((?!https?:|mailto:|#)([^)\s#]+)")
TABLE = re.compile(r"(<!-- table: written by tests/test_docs.py -->\n).*?(<!-- end of table -->)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Block:
    """A fenced block: its language, why it is not run, its text and its first line number."""

    language: str
    norun: str | None
    text: str
    line: int


def blocks(page: Path) -> list[Block]:
    """Return the fenced blocks of ``page``."""
    text = page.read_text("utf-8")
    found = []
    for match in FENCE.finditer(text):
        language, _, rest = match["info"].strip().partition(" ")
        norun = rest.partition("norun")[2].lstrip(": ") if "norun" in rest else None
        found.append(Block(language, norun, match["body"], text.count("\n", 0, match.start()) + 2))
    return found


def runnable(page: Path, language: str) -> list[Block]:
    return [block for block in blocks(page) if block.language == language and block.norun is None]


def pages_with(language: str) -> list[Path]:
    return [page for page in PAGES if page.exists() and runnable(page, language)]


def short(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("page", pages_with("python"), ids=short)
def test_python_of_a_page_runs(page, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    names: dict[str, object] = {"__name__": "__page__"}
    for block in runnable(page, "python"):
        padded = "\n" * (block.line - 1) + block.text  # so that a traceback shows the page's line
        exec(compile(padded, str(page), "exec"), names)


@pytest.mark.parametrize("page", pages_with("sh"), ids=short)
def test_glasses_commands_of_a_page_run(page, monkeypatch, tmp_path, capsys):
    monkeypatch.chdir(tmp_path)
    for block in runnable(page, "sh"):
        for line in block.text.replace("\\\n", " ").splitlines():
            words = shlex.split(line, comments=True)
            if words[:1] == ["glasses"]:
                code = main(words[1:])
                assert code == 0, f"{short(page)}:{block.line}: {line}\n{capsys.readouterr().err}"


def test_a_block_that_is_not_run_says_why():
    silent = [
        f"{short(page)}:{block.line}" for page in PAGES if page.exists() for block in blocks(page) if block.norun == ""
    ]
    assert silent == []


@pytest.mark.parametrize("page", [page for page in PAGES if page.exists()], ids=short)
def test_links_lead_to_files(page):
    absent = [link for link in LINK.findall(page.read_text("utf-8")) if not (page.parent / link).exists()]
    assert absent == []


def test_the_table_of_devices_is_that_of_the_files():
    found = TABLE.search(PROFILES.read_text("utf-8"))
    assert found
    assert found[0] == found[1] + table() + found[2], "run: python -m tests.test_docs --write"


def table() -> str:
    """Return the tables of ``docs/profiles.md``: one row a device, then what stands in for unknown numbers."""
    profiles = [load_profile(profile_id) for profile_id in profile_ids()]
    head = "| device | id | display | field of view | nits | processors | packs | camera | controls | weight |\n"
    rows = head + "|---" * 10 + "|\n" + "".join(_row(profile) for profile in profiles)
    counts = "| id | numbers | published | derived | assumed | of these standing in for an unknown one |\n"
    counts += "|---" * 6 + "|\n" + "".join(_counts(profile) for profile in profiles)
    return f"\n{rows}\n{counts}\n"


def _row(profile: Profile) -> str:
    display, camera, battery = profile.display, profile.camera, profile.battery
    cells = [
        profile.name,
        f"`{profile.id}`",
        "none"
        if display is None
        else _marked(profile, "display.canvas_px", f"{display.canvas_px[0]} × {display.canvas_px[1]}")
        + f" {display.colour}, {'one eye' if display.eyes == 1 else 'both eyes'}",
        "" if display is None else _marked(profile, "display.fov_diag_deg", f"{display.fov_diag_deg:g}°"),
        "" if display is None else _marked(profile, "display.nits_max", f"{display.nits_max:,.0f}"),
        " + ".join(f"{name}: {p.chip or 'unknown'}" for name, p in profile.processors.items()),
        _marked(profile, "battery.capacity_mah", f"{len(battery.slots)} × {battery.capacity_mah:g} mAh")
        + (", swappable" if battery.swappable else ""),
        "none" if camera is None else _marked(profile, "camera.fov_deg", f"{camera.fov_deg:g}°"),
        ", ".join(profile.controls),
        "unknown" if profile.weight_g is None else f"{profile.weight_g:g} g",
    ]
    return f"| {' | '.join(cells)} |\n"


def _counts(profile: Profile) -> str:
    sources = [profile.source(key) for key in numbers(profile)]
    by_confidence = [sum(s.confidence == word for s in sources) for word in ("published", "derived", "assumed")]
    standing_in = sum(bool(s.published) for s in sources)
    return f"| `{profile.id}` | {len(sources)} | {' | '.join(map(str, by_confidence))} | {standing_in} |\n"


def _marked(profile: Profile, key: str, text: str) -> str:
    """Return ``text``, in italics if it stands in for a number that nobody published."""
    return f"*{text}*" if profile.source(key).published else text


if __name__ == "__main__" and sys.argv[1:] == ["--write"]:
    written = TABLE.sub(lambda found: found[1] + table() + found[2], PROFILES.read_text("utf-8"))
    PROFILES.write_text(written, "utf-8")
