"""Chinese names of the airports that Chinese travellers meet most: city, and the name on boards and tickets.

Names as the Civil Aviation Administration's yearly statistics of airports list them (mainland), and as Chinese airlines
print them on tickets (elsewhere). An airport that is not here keeps the English name of ``airportsdata``.
"""

from __future__ import annotations

_TABLE = """
PEK 北京 首都|PKX 北京 大兴|PVG 上海 浦东|SHA 上海 虹桥|CAN 广州 白云|SZX 深圳 宝安|CTU 成都 双流|TFU 成都 天府
KMG 昆明 长水|XIY 西安 咸阳|CKG 重庆 江北|HGH 杭州 萧山|NKG 南京 禄口|CGO 郑州 新郑|CSX 长沙 黄花|WUH 武汉 天河
XMN 厦门 高崎|TAO 青岛 胶东|TSN 天津 滨海|HAK 海口 美兰|SYX 三亚 凤凰|URC 乌鲁木齐 天山|DLC 大连 周水子|SHE 沈阳 桃仙
HRB 哈尔滨 太平|CGQ 长春 龙嘉|KWE 贵阳 龙洞堡|NNG 南宁 吴圩|FOC 福州 长乐|TNA 济南 遥墙|HFE 合肥 新桥|LHW 兰州 中川
KWL 桂林 两江|KHN 南昌 昌北|SJW 石家庄 正定|TYN 太原 武宿|NGB 宁波 栎社|WNZ 温州 龙湾|ZUH 珠海 金湾|JJN 泉州 晋江
WUX 无锡 硕放|HET 呼和浩特 白塔|INC 银川 河东|XNN 西宁 曹家堡|LXA 拉萨 贡嘎|YNT 烟台 蓬莱|LJG 丽江 三义|JHG 西双版纳 嘎洒
HKG 香港 香港|MFM 澳门 澳门|TPE 台北 桃园|TSA 台北 松山|KHH 高雄 高雄|NRT 东京 成田|HND 东京 羽田|KIX 大阪 关西
ICN 首尔 仁川|GMP 首尔 金浦|SIN 新加坡 樟宜|BKK 曼谷 素万那普|DMK 曼谷 廊曼|HKT 普吉 普吉|KUL 吉隆坡 吉隆坡|MNL 马尼拉 马尼拉
SGN 胡志明市 新山|HAN 河内 内排|DPS 巴厘岛 巴厘岛|DXB 迪拜 迪拜|DOH 多哈 哈马德|IST 伊斯坦布尔 伊斯坦布尔|LHR 伦敦 希思罗
CDG 巴黎 戴高乐|FRA 法兰克福 法兰克福|MUC 慕尼黑 慕尼黑|AMS 阿姆斯特丹 史基浦|HEL 赫尔辛基 万塔|FCO 罗马 菲乌米奇诺
MXP 米兰 马尔彭萨|MAD 马德里 巴拉哈斯|VIE 维也纳 维也纳|ZRH 苏黎世 苏黎世|JFK 纽约 肯尼迪|EWR 纽约 纽瓦克|LAX 洛杉矶 洛杉矶
SFO 旧金山 旧金山|SEA 西雅图 西雅图|ORD 芝加哥 奥黑尔|YVR 温哥华 温哥华|YYZ 多伦多 皮尔逊|YUL 蒙特利尔 特鲁多|SYD 悉尼 悉尼
MEL 墨尔本 墨尔本|AKL 奥克兰 奥克兰|SVO 莫斯科 谢列梅捷沃
"""
_ROWS = [row.split() for row in _TABLE.replace("\n", "|").split("|") if row]
NAME = {code: name for code, _, name in _ROWS}
# zones of cities whose trains and hotels appear in Chinese texts; every other name in Chinese characters is in China
ZONES = {
    "香港": "Asia/Hong_Kong",
    "澳门": "Asia/Macau",
    "台北": "Asia/Taipei",
    "高雄": "Asia/Taipei",
    "东京": "Asia/Tokyo",
    "大阪": "Asia/Tokyo",
    "京都": "Asia/Tokyo",
    "首尔": "Asia/Seoul",
    "新加坡": "Asia/Singapore",
    "曼谷": "Asia/Bangkok",
    "伦敦": "Europe/London",
    "巴黎": "Europe/Paris",
}


_CITIES, _NAMES = ("|".join(sorted({row[n] for row in _ROWS}, key=len, reverse=True)) for n in (1, 2))
NAMED = rf"(?:(?:{_CITIES})(?:{_NAMES})?|(?:{_NAMES}))(?:国际)?(?:机场)?\s*(?:T\d[A-Z]?|\d号?航站楼)?"  # an airport as texts name it


def codes_in(text: str) -> list[str]:
    """Return the codes of the airports that a Chinese text names, the best first: by city and name, name, city.

    >>> codes_in("杭州萧山国际机场T3"), codes_in("虹桥T2"), codes_in("北京")[0]
    (['HGH'], ['SHA'], 'PEK')
    """
    whole = [code for code, city, name in _ROWS if city in text and name in text]
    named = [code for code, city, name in _ROWS if name in text]
    return whole or named or [code for code, city, _ in _ROWS if city in text]
