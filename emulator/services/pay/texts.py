"""What the wearer is told when nothing is paid: for every reason a title and what to do, in Chinese and English."""

from __future__ import annotations

from typing import NamedTuple


class Words(NamedTuple):
    """Title and advice; ``{amount}``, ``{payee}`` and ``{reason}`` are filled in."""

    title_zh: str
    title_en: str
    advice_zh: str = ""
    advice_en: str = ""


REASONS: dict[str, Words] = {
    # what the code is
    "unknown-code": Words("不是收款码", "Not a payment code", "请对准支付宝收款码", "Point at an Alipay payee code"),
    "two-codes": Words("画面里有两个码", "Two codes in view", "请只对准一个再试", "Point at one only, then try again"),
    "aggregate": Words("不支持聚合码", "Aggregate code", "请让商家出示支付宝收款码", "Ask for an Alipay payee code"),
    "wechat": Words("这是微信收款码", "A WeChat Pay code", "眼镜只能用支付宝付款", "The glasses pay with Alipay only"),
    "unionpay": Words("这是银联收款码", "A UnionPay code", "眼镜只能用支付宝付款", "The glasses pay with Alipay only"),
    "other-wallet": Words("其他钱包的收款码", "Another wallet's code", "眼镜只能用支付宝付款", "The glasses pay with Alipay only"),
    "own-pay-code": Words("这是付款码，不要给人看", "A pay code: hide it", "谁看到都能扣钱；请对准商家的收款码", "Whoever sees it can charge you. Point at the shop's code"),
    "bad-crc": Words("码的校验值不对", "The code's checksum is wrong", "可能印错或被改动，请换一个码", "Misprinted or changed: ask for another code"),
    "broken-code": Words("码不完整", "The code is damaged", "请让商家换一个码", "Ask for another code"),
    "disguised": Words("网址可疑，已拦截", "Suspicious address", "它冒充支付宝，请勿支付", "It poses as Alipay. Do not pay"),
    "payee-not-resolved": Words("查不到收款方", "Payee not found", "请勿支付，或改用手机", "Do not pay, or use your phone"),
    "order-paid": Words("订单已支付", "Already paid", "没有再次扣款", "You were not charged again"),
    "order-closed": Words("订单已关闭", "The order is closed", "请让商家重新出码", "Ask for a new code"),
    # how much
    "amount-missing": Words("请说出金额", "Say the amount", "例如：帮我支付20元", "For example: pay 20 yuan"),
    "amount-differs": Words("金额不一致", "The amounts differ", "订单是 ¥{amount}，和你说的不同", "The order says ¥{amount}, not what you said"),
    "over-limit": Words("超过今天的限额", "Over today's limit", "¥{amount} 未支付", "¥{amount} was not paid"),
    "balance": Words("余额不足", "Balance too low", "¥{amount} 未支付", "¥{amount} was not paid"),
    # who pays
    "unbound": Words("未绑定支付宝账号", "No Alipay account bound", "请在「App-账号与安全」绑定", "Bind one in App - Account and security"),
    "not-worn": Words("眼镜已摘下", "Glasses taken off", "支付已取消", "The payment was cancelled"),
    "voice-not-enrolled": Words("未录入声纹", "Voice not enrolled", "没有可用的声纹模型：大额用电脑上的 PIN 验证", "No speaker model ships: large amounts take the PIN on the laptop"),
    "pin-unset": Words("需要支付 PIN", "A PIN is needed", "请先在电脑上设置 PIN", "Set one on the laptop first"),
    "pin-wanted": Words("现在需要支付 PIN", "A PIN is wanted now", "没有扣款，请重新扫码", "Nothing was charged. Scan again"),
    "pin-locked": Words("PIN 已锁定", "The PIN is locked", "错了三次，请 15 分钟后再试", "Three misses: try again in 15 minutes"),
    # what came between
    "network": Words("网络不通", "No network", "没有扣款，请稍后再试", "Nothing was charged. Try again later"),
    "time-out": Words("已超时", "Timed out", "没有扣款", "Nothing was charged"),
    "cancelled": Words("已取消", "Cancelled", "没有扣款", "Nothing was charged"),
    "interrupted": Words("上次支付被中断", "Interrupted", "没有扣款", "Nothing was charged"),
    "unknown": Words("结果未知", "Outcome unknown", "请先查账单，不要重复支付", "Check your bills before you pay again"),
    "failed": Words("支付没有完成", "Not paid", "{reason}", "{reason}"),
}  # fmt: skip


def words(reason: str) -> Words:
    """Return what to say for a reason; one that is not known is told as it is."""
    return REASONS.get(reason, REASONS["failed"])
