"""AI camera: what is this (识物) and what does it cost (识价), in the three ways of the S1 (device.md, F5).

A photo and then the question within five seconds; the question alone, upon which it looks by itself; or without a word:
launcher, slide to the mode, camera key. The display shows name and mean price only, the list goes to the phone.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from emulator.core.ear import Ear
from emulator.core.events import (
    AppClosed,
    AppOpened,
    Event,
    GestureRecognized,
    IntentRecognized,
    LedChanged,
    PhotoTaken,
)
from emulator.sdk import Context, Manifest, Work
from emulator.services.naming import NameThing
from emulator.services.photo import KeepPhoto
from emulator.services.shopping import AddProduct, FindProduct, Identify
from emulator.wallet.money import SPOKEN, show_yuan, spoken_fen

MANIFEST = Manifest(
    title="AI camera",
    title_zh="AI相机",
    icon="price",
    place=25,
    needs=frozenset({"camera"}),
    intents={
        "shopping.price": (
            r"(?:这|那)(?:个|件|款|瓶|包|盒|袋|本)\S{0,8}?(?:在淘宝上?|网上)?(?:要|卖|得)?(?:多少钱|什么价|怎么卖|贵不贵|贵吗)",
            r"(?:这|那)(?:东西|商品)?(?:要|卖|得)?(?:多少钱|什么价|怎么卖)",
            r"(?:查|看|比)(?:一?下|一查|一比)?(?:(?:这|那)(?:个|件|款)?)?(?:东西|商品)?的?(?:价格|价钱|价)",
            r"^(?:识价|比价|多少钱|打开识价|打开比价)$",
            r"\bhow much (?:is|does|are|do) (?:this|that|it|these)\b(?! (?:in|to|plus|minus|times)\b)",
            r"\b(?:price of (?:this|that|it)|compare prices)\b",
        ),
        "shopping.thing": (
            r"^(?:看看|看一下)?(?:这|那)(?:个|件|款)?(?:东西|商品)?(?:是|叫)(?:什么|啥)(?:东西|商品|牌子)?$",
            r"^识物$",
            r"^(?:what is|what's|identify) (?:this|that)(?: (?:thing|product))?$",
        ),
        "shopping.add": (
            rf"(?:记住|添加|加入|收录)(?:这个|这件)?商品[,，]?(?:叫|名叫|名字是)(?P<name>.+?)"
            rf"(?:[,，]?(?=\S*[元块圆角毛])(?P<price>{SPOKEN}))?$",
            r"\badd this (?:product|item) as (?P<name>.+?)(?: for (?P<price>\d+(?:\.\d+)?) yuan)?$",
        ),
    },
    works=(Work("snap", "shopping", ap_ms=220.0, ap_threads=3),),  # as a photo; what is seen is computed on the phone
)
MODES = {"thing": ("识物", "What is it"), "price": ("识价", "Price")}
PHOTO_MS = 5_000  # a question so long after a photo is about the photo (device.md, F5)
SHOWN_MS = 8_000
WHICH = ("是哪一个？", "Which one is it?")
NO_ANSWER = {  # kind or code of an error: title and advice, in Chinese and English
    "dark": ("相机没有画面", "请检查摄像头是否被遮住", "No picture", "Is something in front of the camera?"),
    "phone": ("手机未连接", "连上手机后再试", "No phone", "Try again once the phone is in reach"),
    "network": ("网络不可用", "稍后再试", "No network", "Try again later"),
    "not-found": ("没有找到报价", "换个角度再拍一次", "No offers found", "Try from another side"),
    "name": ("名称太长", "请说短一点", "The name is too long", "Say a shorter one"),
    "plain": ("画面太单调，记不住", "让包装占满画面再试", "Too plain to remember", "Let the package fill the view"),
    "": ("识别失败", "稍后再试", "That did not work", "Try again later"),
}


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked: ``thing`` or ``price``, aloud or by gesture, about the photo just taken or what is seen now."""

    mode: str
    aloud: bool = False
    photo: bool = False


@dataclass(slots=True)
class Eye:
    """What the app hears, and when the latest photo was taken."""

    ear: Ear[Event]
    photo_ms: float = -float("inf")

    async def next(self, ctx: Context, timeout_ms: float | None = None) -> Event | None:
        """Return the next event, or None after ``timeout_ms``; photos are kept on the way."""
        while isinstance(event := await self.ear.next(timeout_ms), PhotoTaken):
            self.photo_ms = ctx.uptime_ms
            await ctx.call(KeepPhoto())
        return event


async def run(ctx: Context) -> None:
    """Wait for a photo, a question, or the launcher."""
    eye = Eye(ctx.hear(AppOpened, AppClosed, GestureRecognized, IntentRecognized, PhotoTaken))
    while True:
        match await eye.next(ctx):
            case AppOpened():
                await aim(ctx, eye)
            case IntentRecognized(intent="shopping.add") as asked:
                await add(ctx, asked)
            case IntentRecognized() as asked:
                await visit(ctx, eye, question_of(ctx, eye, asked))


def question_of(ctx: Context, eye: Eye, asked: IntentRecognized) -> Question:
    """Return what was asked aloud; its turn ends, the answer is this app's own."""
    ctx.answer("", turn=asked.turn, on_screen=False)
    photo = ctx.uptime_ms - eye.photo_ms <= PHOTO_MS
    return Question(asked.intent.removeprefix("shopping."), aloud=True, photo=photo)


async def visit(ctx: Context, eye: Eye, question: Question) -> None:
    """Come to the front for one question."""
    ctx.light()
    ctx.open(ctx.app)
    eye.ear.forget()
    try:
        await answer(ctx, eye, question)
    finally:
        ctx.close()
        eye.ear.forget()


async def aim(ctx: Context, eye: Eye) -> None:
    """The silent way: a reticle; slide changes the mode, the camera key or a tap looks."""
    mode, keep = "thing", ctx.keep_lit()
    ctx.take_focus("camera-key")
    try:
        while True:
            show_aim(ctx, mode)
            match await eye.next(ctx):
                case GestureRecognized("temple", "swipe-forward" | "swipe-back"):
                    mode = "price" if mode == "thing" else "thing"
                case GestureRecognized("camera-key", "short") | GestureRecognized("temple", "tap"):
                    await answer(ctx, eye, Question(mode))
                case IntentRecognized(intent="shopping.add") as asked:
                    await add(ctx, asked)
                case IntentRecognized() as asked:
                    await answer(ctx, eye, question_of(ctx, eye, asked))
                case GestureRecognized("temple", "double-tap" | "triple-tap") | AppClosed():
                    return
    finally:
        keep.release()
        ctx.close()
        eye.ear.forget()


async def answer(ctx: Context, eye: Eye, question: Question) -> None:
    """Look, ask, show; candidates are chosen by slide and tap."""
    keep = ctx.keep_lit()
    try:
        show(ctx, "waiting", title=ctx.text("正在识别", "Looking"))
        reply = await recognise(ctx, question)
        if reply.get("likely") and not reply["sure"] and seen(ctx):
            if question.aloud:
                ctx.say(ctx.text(*WHICH))
            chosen = await choose(ctx, eye, reply)
            if chosen is None:
                return
            reply = chosen
        text = tell(ctx, question, reply)
        if question.aloud:
            ctx.say(text)
    finally:
        keep.release()
    while True:
        match await eye.next(ctx, SHOWN_MS):
            case None | AppClosed() | GestureRecognized("temple", "tap" | "double-tap" | "triple-tap"):
                return
            case IntentRecognized() as asked if asked.intent != "shopping.add":
                await answer(ctx, eye, question_of(ctx, eye, asked))
                return
            case IntentRecognized() as asked:
                await add(ctx, asked)
                return


async def recognise(ctx: Context, question: Question) -> dict[str, Any]:
    """Return the reply of whoever knows the product.

    The catalogue; else, by name, the catalogue or a shop: as a vision model names it, or as it reads.
    """
    if not ctx.linked:
        return {"error": "phone", "engine": "offline"}
    if not question.photo:
        await look(ctx)
    reply: dict[str, Any] = await ctx.call(Identify(photo=question.photo))
    if "error" in reply or reply["sure"]:
        return reply
    named: dict[str, Any] = await ctx.call(NameThing(photo=question.photo))
    name = str(named.get("name", ""))
    if not name and reply["label"] and not reply["likely"]:
        name = str(reply["label"])
        named = reply | {"about": ctx.text("包装上的字，目录里没有", "as it reads; not in the catalogue")}
    if not name:
        return reply
    known = named | {"sure": True, "product": {"name": name, "mean_fen": None}}
    if question.mode == "thing":
        return known
    found: dict[str, Any] = await ctx.call(FindProduct(name))
    return found if found.get("sure") else known


async def look(ctx: Context) -> None:
    """Use the camera as long as a photo takes, its light on."""
    ctx.emit(LedChanged("right", "on"))
    camera = ctx.hold("camera")
    await ctx.work("snap")
    await ctx.sleep(ms=ctx.camera_snap_ms)
    camera.release()
    ctx.emit(LedChanged("right", "off"))


async def choose(ctx: Context, eye: Eye, reply: dict[str, Any]) -> dict[str, Any] | None:
    """Let the wearer say which of the candidates it is; None if it is none of them."""
    candidates, index = reply["candidates"], 0
    while True:
        show_candidates(ctx, reply, index)
        match await eye.next(ctx):
            case GestureRecognized("temple", "swipe-forward"):
                index = min(index + 1, len(candidates) - 1)
            case GestureRecognized("temple", "swipe-back"):
                index = max(index - 1, 0)
            case GestureRecognized("temple", "tap"):
                show(ctx, "waiting", title=candidates[index]["name"])
                found: dict[str, Any] = await ctx.call(FindProduct(candidates[index]["name"], candidates[index]["key"]))
                return found
            case IntentRecognized(turn=turn):
                ctx.answer(ctx.text("请滑动选择", "Slide to choose"), turn=turn, on_screen=False)
            case GestureRecognized("temple", "double-tap" | "triple-tap") | AppClosed():
                return None


async def add(ctx: Context, asked: IntentRecognized) -> None:
    """Add what is seen to the user's catalogue, under the name that was said."""
    price_fen = spoken_fen(str(asked.slots.get("price", ""))) or 0
    await look(ctx)
    reply = await ctx.call(AddProduct(str(asked.slots["name"]), price_fen))
    if "error" in reply:
        title, advice = why(ctx, reply)
        ctx.answer(f"{title}，{advice}" if ctx.language == "zh" else f"{title}. {advice}", turn=asked.turn)
        return
    name = reply["product"]["name"]
    ctx.answer(ctx.text(f"记住了：{name}", f"Remembered: {name}"), turn=asked.turn)


# --- what is shown and said ---


def seen(ctx: Context) -> bool:
    """Say whether there is a display; without one everything is said aloud."""
    return ctx.canvas_deg[0] > 0


def tell(ctx: Context, question: Question, reply: dict[str, Any]) -> str:
    """Show the answer, hand the list to the phone, and return what is said aloud."""
    product = reply.get("product")
    if not product:
        title, advice = why(ctx, reply) if "error" in reply else unknown(ctx)
        show(ctx, "none", title=title, line=advice, label=ctx.half(reply))
        return f"{title}，{advice}" if ctx.language == "zh" else f"{title}. {advice}"
    if product.get("offers"):
        ctx.hand_over("price-list", product=product, label=ctx.half(reply), mode=question.mode)
    name, mean_fen = str(product["name"]), product.get("mean_fen")
    more = {"label": ctx.half(reply), "sample": ctx.text("示例", "sample") if product.get("sample") else ""}
    if question.mode == "thing":
        about = str(reply.get("about") or " · ".join(filter(None, (product.get("brand"), product.get("quantity")))))
        show(ctx, "thing", title=name, line=about, **more)
        return f"{name}，{about}" if about and ctx.language == "zh" else f"{name}. {about}".strip(" .")
    if mean_fen is None:
        line = ctx.text("没有价格", "No price known")
        show(ctx, "thing", title=name, line=line, **more)
        return f"{name}，{line}" if ctx.language == "zh" else f"{name}. {line}"
    price = money(product)
    stale = ctx.text(f"{product['as_of']} 的价格", f"as of {product['as_of']}") if product.get("stale") else ""
    show(ctx, "price", title=name, price=price, line=stale, **more)
    return ctx.text(f"{name}，均价{show_yuan(mean_fen)}元", f"{name}, {price} on average")


def money(product: dict[str, Any]) -> str:
    """Return the mean price with its currency."""
    sign = "¥" if product["currency"] == "CNY" else f"{product['currency']} "
    return f"{sign}{show_yuan(product['mean_fen'])}"


def unknown(ctx: Context) -> tuple[str, str]:
    """Return what is said of a product that nobody knows."""
    return ctx.text("没有认出商品", "Not recognised"), ctx.text(
        "对准包装正面，再靠近一点", "Face the package, a little closer"
    )


def why(ctx: Context, reply: dict[str, Any]) -> tuple[str, str]:
    """Return title and advice for an error."""
    known = NO_ANSWER.get(str(reply.get("code", "-"))) or NO_ANSWER.get(str(reply["error"])) or NO_ANSWER[""]
    return ctx.text(known[0], known[2]), ctx.text(known[1], known[3])


def show_aim(ctx: Context, mode: str) -> None:
    """Show the reticle and the two modes."""
    ctx.light()
    thing, price = (ctx.text(*MODES[one]) for one in MODES)
    ctx.show(
        "shopping-aim",
        mode=mode,
        thing=thing,
        price=price,
        hint_left=ctx.text("拍照键·识别  滑动·切换", "Camera key · look  Slide · mode"),
        hint_right=ctx.text("双击·退出", "Double tap · leave"),
    )


def show(ctx: Context, phase: str, **data: str) -> None:
    """Show one of the answer's screens."""
    if not seen(ctx):
        return
    ctx.light()
    hint = ctx.text("双击·返回", "Double tap · back")
    empty = {"title": "", "price": "", "mean": ctx.text("均价", "on average"), "line": "", "label": "", "sample": ""}
    ctx.show("shopping", phase=phase, hint_left="", hint_right=hint, **(empty | data))


def show_candidates(ctx: Context, reply: dict[str, Any], index: int) -> None:
    """Show the candidates with one selected."""
    ctx.light()
    items = [
        {"label": one["name"], "value": money(one) if one.get("mean_fen") is not None else str(one.get("brand", ""))}
        for one in reply["candidates"]
    ]
    sample = any(one.get("sample") for one in reply["candidates"])
    ctx.show(
        "shopping-list",
        title=ctx.text(*WHICH),
        label=ctx.half(reply),
        sample=ctx.text("示例", "sample") if sample else "",
        items=items,
        index=index,
        count=len(items),
        hint_left=ctx.text("滑动·选择 单击·确认", "Slide · choose  Tap · confirm"),
        hint_right=ctx.text("双击·都不是", "Double tap · none"),
    )
