"""What the glasses know of themselves: time, battery, what they can do."""

from __future__ import annotations

from emulator.core.events import IntentRecognized
from emulator.sdk import Context, Manifest

MANIFEST = Manifest(
    title="Status",
    title_zh="状态",
    intents={
        "status.time": (
            r"^(?:现在|请问)?(?:是)?几点(?:了|钟|钟了)?$|现在(?:的)?时间",
            r"\bwhat(?:'s| is) the time\b|\bwhat time is it\b",
        ),
        "status.battery": (r"(?:还有|剩)(?:多少|几)?(?:格)?电|电量|电池", r"\bbattery\b|\bhow much (?:power|charge)\b"),
        "status.help": (r"你(?:会|能)(?:做|干)?(?:什么|啥)|有什么功能|^帮助$", r"\bwhat can you do\b|^help$"),
        "status.hello": (
            r"^(?:你好|您好|嗨|早上好|下午好|晚上好)$",
            r"^(?:hello|hi|hey|good (?:morning|afternoon|evening))$",
        ),
        "status.thanks": (r"^(?:谢谢你?|多谢)$", r"^(?:thanks|thank you)$"),
        "status.who": (r"^你(?:是谁|叫什么)", r"^(?:who are you|what(?:'s| is) your name)$"),
    },
)


async def run(ctx: Context) -> None:
    """Answer from clock and gauge."""
    ear = ctx.hear(IntentRecognized)
    while True:
        asked = await ear.next()
        if asked is None:
            continue
        now, percent = ctx.now(), round(100 * ctx.battery_level)
        answers = {
            "status.time": ctx.text(f"现在{now.hour}点{now.minute}分", f"It is {now:%H:%M}"),
            "status.battery": ctx.text(f"电量还有{percent}%", f"{percent} % of the battery is left"),
            "status.help": ctx.text(
                "可以说：拍照、录像、录音、来点音乐、记一下买牛奶、十分钟后提醒我喝水、音量调到50、打电话给妈妈、去附近的地铁口、"
                "帮我支付20元、这个多少钱、我的航班、退出",
                "Try: take a photo, record video, play music, note buy milk, remind me to drink in 10 minutes, volume 50, "
                "take me to the nearest cafe, pay 20 yuan, how much is this, my next flight, go home",
            ),
            "status.hello": ctx.text("你好，请说", "Hello, how can I help?"),
            "status.thanks": ctx.text("不客气", "You are welcome"),
            "status.who": ctx.text(
                "我是这副眼镜的助手，在模拟器里", "I am the assistant of these glasses, in an emulator"
            ),
        }
        ctx.answer(answers[asked.intent], turn=asked.turn)
