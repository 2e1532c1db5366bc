"""Look to pay (看一下支付): scan a payee code, look at payee and amount, confirm, wait, done (device.md, F7).

Nothing is paid without the exact phrase or a tap on the card that shows payee and amount; what the glasses say
themselves never counts, and the seconds after the confirmation are there to take it back. The wallet keeps the same
rules once more (``wallet/wallet.py``); a screen is never the proof, the ledger is.
"""

from __future__ import annotations

from emulator.apps.pay.confirm import PinTold, confirm
from emulator.apps.pay.result import refuse, thank, toast
from emulator.apps.pay.scan import scan
from emulator.apps.pay.spoken import INTENTS, spoken_fen
from emulator.apps.pay.visit import NOTHING_TO_CANCEL, NOTHING_TO_CONFIRM, Visit, Voice, trouble
from emulator.core.actions import PhoneSent, StartSpeech, Transcribe
from emulator.core.ear import Ear
from emulator.core.events import (
    AppClosed,
    AppOpened,
    DisplaySlept,
    Event,
    GestureRecognized,
    HudShown,
    IntentRecognized,
    LinkLost,
    PowerChanged,
    SpeechCut,
    SpeechSpoken,
    TurnStarted,
    WearChanged,
)
from emulator.sdk import Context, Manifest, NoData, Work
from emulator.services.pay import Account

MANIFEST = Manifest(
    title="Pay",
    title_zh="支付",
    place=25,
    needs=frozenset({"camera", "display"}),
    intents=INTENTS,
    phone={"pay-pin": PinTold, "pay-account": NoData},
    works=(  # simulation.md, 2.2, row "pay"
        Work("scan", "pay", ap_ms=350.0, ap_threads=4),
        Work("settle", "pay", ap_ms=250.0, ap_threads=3),
    ),
)
UNBOUND = ("请在「App-账号与安全」绑定支付宝账号", "Bind an Alipay account in App - Account and security")
BOUND = ("支付宝账号已绑定", "Alipay is bound")
RELEASED = ("支付宝账号已解绑", "Alipay is unbound")
NOT_DONE = ("没有办成，请稍后再试", "That did not work; try again later")


async def run(ctx: Context) -> None:
    """Take one payment at a time."""
    kinds = (IntentRecognized, GestureRecognized, AppOpened, AppClosed, WearChanged, LinkLost, PowerChanged, PhoneSent)
    ear: Ear[Event] = ctx.hear(
        *kinds, DisplaySlept, SpeechSpoken, SpeechCut, TurnStarted, StartSpeech, Transcribe, HudShown
    )
    voice, asked = Voice(), None
    while True:
        event = asked or await ear.next()
        voice.follow(ctx, event)
        asked = None
        match event:
            case IntentRecognized(intent="pay.start", slots=slots, turn=turn):
                ctx.answer("", turn=turn, on_screen=False)
                asked = await pay(ctx, Visit(ear, voice, spoken_fen(slots)))
            case IntentRecognized(intent="pay.bind" | "pay.unbind" as intent, turn=turn):
                ctx.answer("", turn=turn, on_screen=False)
                await bind(ctx, bound=intent == "pay.bind")
            case IntentRecognized(intent="pay.voice", turn=turn):
                ctx.answer("", turn=turn, on_screen=False)
                asked = await pay(ctx, Visit(ear, voice, None), "voice-not-enrolled")
            case IntentRecognized(intent=intent, turn=turn):
                nothing = NOTHING_TO_CANCEL if intent == "pay.cancel" else NOTHING_TO_CONFIRM
                ctx.answer(ctx.text(*nothing), turn=turn)


async def pay(ctx: Context, visit: Visit, reason: str = "") -> IntentRecognized | None:
    """Lead through one payment, or show at once why there is none; return the words that asked for another one."""
    account = await ctx.call(Account())
    visit.label = ctx.half(account)
    if not reason and not account.get("bound", True):
        await toast(ctx, *UNBOUND, visit.label)
        return None
    ctx.light()
    ctx.open(ctx.app)
    keep = ctx.keep_lit()
    try:
        visit.last = account if "error" in account else {}
        reason = reason or trouble(account) or _absence(ctx) or await scan(ctx, visit) or await confirm(ctx, visit)
        return await refuse(ctx, visit, reason) if reason else await thank(ctx, visit)
    finally:
        keep.release()
        ctx.close()
        visit.ear.forget()  # that it was closed is no news to the next one


async def bind(ctx: Context, *, bound: bool) -> None:
    """Bind or unbind the wallet by voice."""
    account = await ctx.call(Account(bind=bound))
    await toast(ctx, *(NOT_DONE if "error" in account else BOUND if bound else RELEASED), ctx.half(account))


def _absence(ctx: Context) -> str:
    return "not-worn" if not ctx.worn else "" if ctx.linked else "network"
