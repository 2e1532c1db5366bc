"""What the wearer may say to navigation, and what it means."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Annotated, Any, TypedDict

from emulator.core.actions import PhoneSent
from emulator.core.events import AppOpened, Event, IntentRecognized
from emulator.maps.costs import MODES, Mode
from emulator.maps.spacing import apart, settled
from emulator.sdk import Context

NUMBERS = "一二三四五六"
ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth")
_BY = r"(?:(?P<walk>走路|步行)|(?P<bike>骑自行车|骑车|骑行)|(?P<car>开车|驾车))"
_BY_EN = r"(?:(?P<walk>walk)|(?P<bike>cycle|ride|bike)|(?P<car>drive))"

INTENTS: dict[str, str | tuple[str, ...]] = {
    "navigation.stop": (
        r"(?:退出|结束|停止|取消|关闭)导航",
        r"\b(?:stop|end|exit|leave|cancel) (?:the )?navigation\b",
    ),
    "navigation.open": (r"^(?:打开)?导航$", r"^(?:open )?(?:the )?navigation$"),
    "navigation.begin": (r"^开始导航$|^出发$", r"^(?:start|begin) (?:the )?navigation$|^let's go$"),
    "navigation.overview": (r"路线全览|查看(?:路线|全程)", r"\b(?:route )?overview\b|\bshow (?:me )?the route\b"),
    "navigation.left": (
        r"还有多远|还要多久|多久(?:能)?到",
        r"\bhow (?:far|long) (?:is it|is left|to go)\b|^how (?:far|long)$|\bwhen do (?:i|we) arrive\b",
    ),
    "navigation.next": (
        r"^下一步(?:怎么走)?$|^(?:接下来|现在|然后)?该?(?:怎么|往哪[里儿]?)走$|^再说一[遍次]$",
        r"^(?:what(?:'s| is) next|next (?:turn|step)|repeat(?: that)?|say (?:it|that) again)$",
    ),
    "navigation.map": (r"^(?:显示|打开|查看|切换到?)地图$", r"^show (?:me )?the map$"),
    "navigation.speed": (r"^(?:关闭|隐藏)地图$|^显示速度$", r"^(?:hide the map|show the speed)$"),
    "navigation.again": (
        r"^重新(?:规划|算)(?:一下)?(?:路线)?$|^换一?条(?:路线|路)$",
        r"^re-?route$|^(?:find |take )?(?:another|a new|a different) (?:route|way)$",
    ),
    "navigation.pick": (
        rf"^第(?P<number>[{NUMBERS}])(?:个|条)?$",
        rf"^the (?P<word>{'|'.join(ORDINALS)})(?: one)?$",
    ),
    "navigation.mode": (
        rf"^(?:换成?|改成?|改为)?{_BY}(?:去|吧)?$",
        r"^(?:by )?(?:(?P<walk>walk|foot)|(?P<bike>cycle|bike)|(?P<car>drive|car))$",
    ),
    "navigation.route": (
        r"^(?:(?P<best>最佳|推荐)|(?P<shortest>最短)|(?P<quiet>安静))的?(?:路线)?$",
        r"^the (?:(?P<best>best|fastest)|(?P<shortest>shortest)|(?P<quiet>quiet(?:est)?))(?: one| route)?$",
    ),
    "navigation.go": (
        rf"^(?!.*提醒)(?:我(?:要|想)|带我)?{_BY}?(?:导航(?:去|到)|去)(?!年|掉|除)(?P<place>.+?)(?:怎么走)?$",
        r"^(?P<near>(?:附近|最近)的?.+?)(?:在哪(?:里|儿)?|怎么走)$",
        r"^(?:找(?:一下|找)?)?(?P<near>附近的.+)$",
        r"^(?:附近|周围)(?:哪[里儿])?有(?:没有|什么|哪些)?(?P<any>.+?)$",
        rf"\b(?:navigate|take me|guide me|directions|how (?:do|can) I get|{_BY_EN}) to (?P<place>.+)|^go to (?P<there>.+)",
        r"^(?:where is |find |show )?(?:me )?(?P<near>(?:the )?(?:nearest|closest) .+)",
        r"^(?:find |show (?:me )?|are there )?(?:any |an? |the |some )?(?P<any>.+?) (?:nearby|near me|around here)$",
    ),
}


class PlaceTold(TypedDict):
    """A place that the phone names, in degrees."""

    name: str
    lat_deg: Annotated[float, (-90, 90)]
    lon_deg: Annotated[float, (-180, 180)]


class DestinationTold(PlaceTold, total=False):
    """Where the phone wants to go to, and how."""

    mode: Mode


@dataclass(frozen=True, slots=True)
class Wish:
    """What the wearer wants: words, or a place that is known, and a mode; what was not said is empty."""

    words: str = ""
    mode: Mode | None = None
    place: dict[str, Any] | None = None


class Way(Enum):
    """How a choice may end without one."""

    BACK = 1
    HOME = 2


def wished(ctx: Context, event: Event | None) -> Wish | None:
    """Return the wish in ``event``; whatever else was said is answered."""
    match event:
        case AppOpened():
            return Wish()
        case PhoneSent(
            "destination",
            {"name": str(name), "lat_deg": float() | int() as lat, "lon_deg": float() | int() as lon} as data,
        ):
            mode = data.get("mode")
            return Wish(mode=mode if mode in MODES else None, place={"name": name, "lat": lat, "lon": lon})
        case IntentRecognized(intent="navigation.go", slots=slots, turn=turn):
            near = ctx.text(f"附近的{slots.get('any')}", f"the nearest {slots.get('any')}")
            words = str(slots.get("place") or slots.get("there") or slots.get("near") or near)
            answer = ctx.text(settled(f"好的，去{apart(words)}"), f"All right, {words}")
            ctx.answer(answer, turn=turn, on_screen=False)
            return Wish(words, next((mode for mode in MODES if mode in slots), None))
        case IntentRecognized(intent="navigation.open", turn=turn):
            ctx.answer(ctx.text("打开导航", "Navigation"), turn=turn, on_screen=False)
            return Wish()
        case IntentRecognized(turn=turn):
            ctx.answer(ctx.text("现在没有在导航。请说去哪里", "Not navigating. Say where to"), turn=turn)
    return None


def understood(
    ctx: Context, said: IntentRecognized | PhoneSent, count: int, names: Sequence[str] = ()
) -> int | Wish | Way | None:
    """Return what words mean while one of ``count`` is to be chosen, by number or name; None if nothing."""
    if isinstance(said, PhoneSent) or said.intent in ("navigation.go", "navigation.open"):
        return wished(ctx, said)
    if said.intent == "navigation.stop":
        agree(ctx, said)
        return Way.HOME
    number = _number(said, names)
    if not 0 <= number < count:
        ctx.answer(ctx.text("这里没有这一项", "That is not among these"), turn=said.turn)
        return None
    agree(ctx, said)
    return number


def agree(ctx: Context, said: IntentRecognized) -> None:
    """Answer that it will be so."""
    ctx.answer(ctx.text("好的", "All right"), turn=said.turn, on_screen=False)


def _number(said: IntentRecognized, names: Sequence[str]) -> int:
    """Return the number that was meant, from 0; -1 for none."""
    slots = said.slots
    match said.intent:
        case "navigation.pick" if "number" in slots:
            return NUMBERS.index(slots["number"])
        case "navigation.pick":
            return ORDINALS.index(str(slots["word"]).lower())
        case "navigation.mode" | "navigation.route":
            return next((number for number, name in enumerate(names) if name in slots), -1)
    return -1
