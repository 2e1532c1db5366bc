"""Amap's infocodes as errors of services, with what to do (reference/services.md, 1.1; lbs.amap.com, error codes)."""

from __future__ import annotations

from emulator.live.errors import AuthError, NetworkError, NotFoundError, QuotaError, ServiceError

NO_PLACE = {"zh": "没有找到“{words}”，请换个说法", "en": "No “{words}” found; say it another way"}
_AUTH = {
    "10001": ("密钥不对或已过期：请检查 amap-key", "the key is wrong or expired: see amap-key"),
    "10002": ("密钥没有这项服务的权限", "the key has no permission for this service"),
    "10005": ("本机的 IP 不在密钥的白名单里", "the address of this computer is not on the key's list"),
    "10006": ("密钥绑定了别的域名", "the key belongs to another domain"),
    "10007": ("签名不对：请检查 amap-private-key", "the signature is wrong: see amap-private-key"),
    "10008": ("密钥绑定了别的应用", "the key belongs to another app"),
    "10009": ("密钥不是“Web 服务”类型", "the key is not one for the Web service"),
    "10012": ("密钥的权限不足", "the key has too few permissions"),
    "10013": ("密钥已被删除", "the key was deleted"),
}
_DAILY = frozenset({"10003", "10044", "10045"})  # back at 0:00
_OFTEN = frozenset({"10004", "10010", "10014", "10015", "10019", "10020", "10021", "10029"})
_NOT_FOUND = {
    "20800": ("no-way", "起点或终点不在中国大陆，高德无法规划", "Amap plans in mainland China only"),
    "20801": ("no-road", "附近没有道路，请换一个地点", "No road nearby; choose another place"),
    "20802": ("no-way", "没有可以到达的路线，请换一种方式", "No way there; try another mode"),
    "20803": ("no-way", "距离太远，请换一种方式", "Too far; try another mode"),
}
_OURS = frozenset({"20000", "20001", "20002", "20011", "20012"})


def error_of(infocode: str, info: str, language: str) -> ServiceError:
    """Return the error that an infocode means; its text is in ``language``, and Amap's own ``info`` is not in it.

    >>> error_of("10003", "DAILY_QUERY_OVER_LIMIT", "en").kind
    'quota'
    """
    which = 0 if language == "zh" else 1
    name = ("高德：", "Amap: ")[which]
    if infocode in _AUTH:
        return AuthError(name + _AUTH[infocode][which], infocode)
    if infocode in _DAILY:
        used_up = QuotaError(
            name + ("今天的次数已用完，零点恢复", "used up for today, back at midnight")[which], infocode
        )
        used_up.lasting = True
        return used_up
    if infocode in _OFTEN:
        return QuotaError(name + ("请求太频繁", "too many questions at once")[which], infocode)
    if infocode in _NOT_FOUND:
        code, *texts = _NOT_FOUND[infocode]
        return NotFoundError(texts[which], code)
    named = f"{infocode} {info}" if info.isascii() and len(info) < 60 else infocode
    failed = NetworkError(f"{name}{('服务出错', 'the service failed')[which]} ({named.strip()})", infocode or "unknown")
    failed.lasting = infocode in _OURS  # a request that is wrong stays so
    return failed
