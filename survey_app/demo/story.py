"""The company of the demo and what happened to it: who its customers are and how each aspect felt at a time."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

BRAND = {"zh": "晴釜厨电", "en": "Qingfu Kitchen"}
MONTHS = 24
DAYS = 730
CUSTOMERS = 3000

ONLINE, SHOPS, BUSINESS = "线上商城", "线下门店", "企业客户"
SEGMENTS = {ONLINE: 0.55, SHOPS: 0.33, BUSINESS: 0.12}
TIERS = {"金卡": 0.12, "银卡": 0.33, "普通": 0.55}
BUSINESS_TIERS = {"重点": 0.2, "普通": 0.8}
REGIONS = {
    "华东": (0.31, ("上海", "杭州", "南京", "苏州", "合肥", "厦门")),
    "华南": (0.20, ("广州", "深圳", "佛山", "南宁", "海口")),
    "华北": (0.16, ("北京", "天津", "石家庄", "太原")),
    "华中": (0.13, ("武汉", "长沙", "郑州", "南昌")),
    "西南": (0.12, ("成都", "重庆", "昆明", "贵阳")),
    "东北": (0.05, ("沈阳", "大连", "长春", "哈尔滨")),
    "西北": (0.03, ("西安", "兰州", "银川")),
}
PRODUCTS = {
    "空气炸锅": 0.20, "电饭煲": 0.18, "破壁机": 0.14, "洗碗机": 0.13, "咖啡机": 0.10, "蒸烤箱": 0.10,
    "净饮机": 0.08, "电压力锅": 0.07,
}  # fmt: skip
BIG = frozenset({"洗碗机", "蒸烤箱", "净饮机"})
"""What is installed at home."""

MOVE_BEGAN, MOVE_ENDED, FIXED, APP_CHANGED, PRICES_KEPT = 275, 226, 183, 118, 95
"""Days before now: the warehouse moved; two regional warehouses and delay notices; a new app; price protection."""

ASPECTS = ("logistics", "service", "quality", "price", "installation", "aftersales", "packaging", "app", "store")
BASE: Mapping[str, float] = {
    "logistics": 0.34, "service": 0.26, "quality": 0.46, "price": 0.16, "installation": 0.34, "aftersales": 0.16,
    "packaging": 0.34, "app": 0.10, "store": 0.34,
}  # fmt: skip
BY_SEGMENT: Mapping[str, Mapping[str, float]] = {
    ONLINE: {"price": 0.06, "service": -0.04, "app": 0.04},
    SHOPS: {"logistics": 0.04, "store": 0.06, "price": -0.12, "app": -0.1},
    BUSINESS: {"service": 0.16, "aftersales": -0.16, "installation": -0.1, "price": 0.02, "app": -0.1},
}
BY_TIER = {"重点": 0.12, "金卡": 0.1, "银卡": 0.03, "普通": -0.03}


@dataclass(frozen=True, slots=True)
class Moment:
    """A time in the story, told in days before now, because the story always ends now."""

    days_ago: float

    @property
    def is_moving(self) -> bool:
        return MOVE_ENDED <= self.days_ago <= MOVE_BEGAN

    @property
    def is_fixed(self) -> bool:
        return self.days_ago < FIXED

    @property
    def period(self) -> str:
        """Which phrases of the time people use about logistics."""
        return "delay" if self.is_moving else "since" if self.is_fixed else ""


def feeling(aspect: str, segment: str, tier: str, moment: Moment) -> float:
    """How an aspect was on average for such a customer at such a time, from about -1 to 1."""
    usual = BASE[aspect] + BY_SEGMENT.get(segment, {}).get(aspect, 0.0) + BY_TIER.get(tier, 0.0)
    return usual + happened(aspect, segment, moment)


def happened(aspect: str, segment: str, moment: Moment) -> float:
    """What the events of the story did to an aspect."""
    share = {ONLINE: 1.0, SHOPS: 0.22, BUSINESS: 0.4}.get(segment, 1.0)
    if aspect == "logistics":
        if moment.is_moving:
            return -1.05 * share
        if moment.is_fixed:
            return 0.26 * share
        # After the move it got better by itself, but not as good as it had been.
        return -0.36 * share if moment.days_ago < MOVE_ENDED else 0.0
    if aspect == "service" and moment.is_moving:
        return -0.22 * share
    if aspect == "app" and moment.days_ago < APP_CHANGED:
        return 0.02
    return 0.0


def days_before(now: datetime, days: float) -> datetime:
    return now - timedelta(days=days)
