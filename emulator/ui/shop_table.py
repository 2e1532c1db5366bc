"""Texts of the shop: codes to hold before the camera."""

from __future__ import annotations

SHOP = {
    "shop": ("商店", "Shop"),
    "shop.sandbox": ("沙箱", "SANDBOX"),
    "shop.sandbox.tip": (
        "本机扮演支付宝和商店，钱不是真的",
        "This computer plays Alipay and the shop; the money is no money",
    ),
    "shop.live": ("实时", "LIVE"),
    "shop.live.tip": (
        "支付宝开放平台沙箱：用沙箱版支付宝付款",
        "Alipay's sandbox for developers: its sandbox app pays this",
    ),
    "shop.static": ("店内收款码", "Code on the counter"),
    "shop.static.note": ("金额由付款人说", "The payer says the amount"),
    "shop.hold": ("拿到镜头前", "Hold up"),
    "shop.hold.tip": ("放到眼镜相机前，6 秒", "Hold it before the camera of the glasses for 6 s"),
    "shop.refund": ("退款", "Refund"),
    "shop.refund.tip": ("全额退回付款人", "Give all of it back to the payer"),
    "shop.amount": ("金额 ¥", "Amount ¥"),
    "shop.subject": ("商品", "What for"),
    "shop.make": ("出码", "Make a code"),
    "shop.make.tip": ("通过 OpenAPI 预下单", "Precreate an order through the OpenAPI"),
    "shop.vendor": ("在支付宝沙箱下单", "Order at Alipay's sandbox"),
    "shop.vendor.tip": ("需要服务面板中的密钥", "Needs the keys in the panel Services"),
    "shop.list": ("订单", "Orders"),
    "shop.state.new": ("未扫码", "new"),
    "shop.state.waiting": ("待支付", "waiting"),
    "shop.state.paid": ("已支付", "paid"),
    "shop.state.refunded": ("已退款", "refunded"),
    "shop.state.closed": ("已关闭", "closed"),
    "shop.bad-amount": ("金额应为 0.01 至 100000000，最多两位小数", "An amount is 0.01 to 100000000 with two decimals at most"),
    "shop.opening": ("正在打开…", "Opening…"),
    "shop.broken": ("商店不可用：{error}", "The shop cannot be used: {error}"),
}  # fmt: skip
