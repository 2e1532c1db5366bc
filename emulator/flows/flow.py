"""Flow files: a YAML header and a list of steps, checked as a whole before anything runs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from emulator.core.errors import FlowFileError, nearest
from emulator.core.profile import load_profile
from emulator.core.why import why
from emulator.core.yaml import Node, Scalar, read_yaml
from emulator.flows import companion, journey, steps, values
from emulator.flows.given import Given, by_slot, read_given
from emulator.flows.play import Doing, Play
from emulator.flows.sweep import substitute, sweep_values

if TYPE_CHECKING:
    from emulator.session.glasses import Glasses

SUFFIX = ".flow.yaml"
HEADER = ("flow", "id", "profile", "tags", "seed", "given", "sweep", "steps")
HOMES = (steps, journey, companion)  # modules whose functions are steps
JUDGING = ("expect", "absent", "check", "snapshot", "until")


@dataclass(frozen=True, slots=True)
class Step:
    """One step: what it is called, where it stands, what it does. Steps that only judge or wait for it are not ``acting``."""

    verb: str
    node: Node
    act: Callable[[Play], Doing]
    acting: bool


@dataclass(frozen=True, slots=True)
class Variant:
    """One run of the flow: the values of its sweep, and given and steps with them filled in."""

    chosen: dict[str, Scalar]
    given: Given
    steps: tuple[Step, ...]

    @property
    def label(self) -> str:
        """The values as text: ``offset=20ms``; "" without a sweep."""
        return ", ".join(f"{name}={value}" for name, value in self.chosen.items())


@dataclass(frozen=True, slots=True)
class Flow:
    """A parsed flow file."""

    name: str
    id: str
    path: str
    profile: str
    tags: tuple[str, ...]
    seed: int
    variants: tuple[Variant, ...]

    def glasses(self, variant: Variant, profile: str | None = None, seed: int | None = None, **options: Any) -> Glasses:
        """Return a new pair as the flow wants it; ``profile``, ``seed`` and ``options`` win over the file.

        Raises:
            EmulatorError: If there is no such profile, policy or pack.
        """
        chosen = profile or self.profile
        from emulator.session.glasses import Glasses

        slots = load_profile(chosen).battery.slots
        levels = by_slot(variant.given.levels, slots)
        full = tuple(levels.get(slot, 1.0) for slot in slots)
        wanted = {"seed": self.seed if seed is None else seed, "pack_levels": full, **variant.given.options, **options}
        return Glasses(chosen, **wanted)


def load_flow(path: Path | str) -> Flow:
    """Read and check a flow file.

    Raises:
        FlowFileError: If it cannot be read, or anything in it is unknown or out of range: ``path:line:column: what``.
    """
    try:
        text = Path(path).read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise FlowFileError(f"{path}: cannot read the flow: {why(error)}") from error
    return parse_flow(text, path)


def parse_flow(text: str, path: Path | str) -> Flow:
    """Check the text of a flow file; see ``load_flow``."""
    root = read_yaml(text, path, FlowFileError)
    header = root.mapping("the flow", HEADER)
    for key in ("flow", "steps"):
        if key not in header:
            root.fail(f"{key!r} is missing")
    name = header["flow"].text("flow")
    return Flow(
        name=name,
        id=header["id"].text("id") if "id" in header else Path(path).name.removesuffix(SUFFIX),
        path=str(path),
        profile=header["profile"].text("profile") if "profile" in header else "quark_s1",
        tags=tuple(tag.text("tags") for tag in header["tags"].sequence("tags")) if "tags" in header else (),
        seed=values.count(header["seed"], "seed") if "seed" in header else 0,
        variants=tuple(_variant(header, chosen) for chosen in sweep_values(header.get("sweep"))),
    )


def parse_step(node: Node) -> Step:
    """Check one step: a mapping of one verb to its value."""
    if not isinstance(node.value, dict) or len(node.value) != 1:
        node.fail("a step is one word and its value, such as 'tap: temple'")
    ((verb, value),) = node.value.items()
    known = step_table()
    if verb not in known:
        node.keys[verb].fail(f"unknown step {verb!r}{nearest(verb, known)}")
    return Step(verb, node.keys[verb], known[verb](value), verb not in JUDGING)


def step_table() -> dict[str, Callable[[Node], Callable[[Play], Doing]]]:
    """Return every step by name: the public functions of ``HOMES``, ``double_tap`` being ``double-tap``."""
    return {
        name.rstrip("_").replace("_", "-"): function
        for home in HOMES
        for name, function in vars(home).items()
        if callable(function) and getattr(function, "__module__", "") == home.__name__ and not name.startswith("_")
    }


def _variant(header: dict[str, Node], chosen: dict[str, Scalar]) -> Variant:
    given = substitute(header["given"], chosen) if "given" in header else None
    steps = header["steps"].sequence("steps")
    if not steps:
        header["steps"].fail("steps: expected at least one step")
    return Variant(chosen, read_given(given), tuple(parse_step(substitute(step, chosen)) for step in steps))
