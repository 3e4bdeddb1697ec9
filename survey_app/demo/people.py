"""Customers who do not exist: common names put together, addresses and numbers that nobody can have."""

import random
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from . import story

SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩冯邓曹彭曾肖田董潘袁蔡蒋余于杜叶程魏苏吕丁任卢"
    "姚沈钟姜崔谭陆范汪廖石金韦贾夏付方邹熊白孟秦邱侯江尹薛闫段雷龙黎史陶贺毛郝顾龚邵万覃武钱戴严莫孔向常汤"
)
FIRST_OF_TWO = "子雨思佳嘉欣志建国俊文明晓海春玉秀丽美红宇梓浩一若诗天家永立世振少小亚婉静雅书可泽成"
SECOND = "轩涵琪怡颖伟华军强平峰杰辉林芳芬兰梅玲英娟霞燕敏洁婷萱瑶宁然睿宸博涛鹏飞龙琳雯凯磊斌超倩莉航阳晨"
ALONE = "伟芳敏静丽强磊军洋勇艳杰娟涛超平刚英华玲燕彬鹏浩凯婷雪琳晶欣慧倩雯瑶轩睿晨博昊宁毅恒辉宇畅蕾楠璐"
FAMILIES = ("Smith", "Brown", "Taylor", "Walker", "Martin", "Clarke", "Novak", "Keller", "Rossi", "Dubois")
FIRST = ("Emma", "Oliver", "Sophie", "Daniel", "Anna", "Lucas", "Julia", "Mark", "Nina", "Peter", "Laura", "Tom")
TRADES = ("餐饮管理", "酒店用品", "科技园食堂", "物业服务", "民宿", "咖啡连锁", "幼教集团", "办公服务")
PLACES = ("云栖", "朝露", "白榆", "南屏", "松间", "青禾", "远山", "渡口", "星野", "半亩", "清溪", "石桥")


@dataclass(frozen=True, slots=True)
class Person:
    """A customer, and what the rows do not tell: how easily pleased this person is, and how ready to answer."""

    number: int
    name: str
    segment: str
    tier: str
    language: str
    yearly_value: float
    attributes: Mapping[str, Any]
    joined_days_ago: float
    nature: float
    readiness: float

    @property
    def reference(self) -> str:
        return f"QF{self.number:06d}"

    @property
    def email(self) -> str:
        """In the domains that RFC 2606 keeps free of owners."""
        domain = ("example.com", "example.net", "example.org", "mail.example")[self.number % 4]
        return f"kehu{self.number:05d}@{domain}"

    @property
    def phone(self) -> str:
        """154 is given to no mobile network, so nobody's telephone rings."""
        return f"1540000{self.number % 10_000:04d}"

    @property
    def product(self) -> str:
        return str(self.attributes["产品"])


def people(seed: int, count: int) -> list[Person]:
    """The customers, always the same for a seed."""
    return [_person(random.Random(f"{seed}:person:{number}"), number) for number in range(1, count + 1)]


def _person(rng: random.Random, number: int) -> Person:
    segment = _pick(rng, story.SEGMENTS)
    tier = _pick(rng, story.BUSINESS_TIERS if segment == story.BUSINESS else story.TIERS)
    region = _pick(rng, {name: share for name, (share, _) in story.REGIONS.items()})
    is_foreign = rng.random() < 0.03
    value = rng.lognormvariate(6.7, 0.75) * {"重点": 4.0, "金卡": 3.2, "银卡": 1.5}.get(tier, 0.8)
    if segment == story.BUSINESS:
        value *= 9
    return Person(
        number=number,
        name=_name(rng, segment, is_foreign),
        segment=segment,
        tier=tier,
        language="en" if is_foreign else "zh",
        yearly_value=round(value, 2),
        attributes={"地区": region, "城市": rng.choice(story.REGIONS[region][1]), "产品": _pick(rng, story.PRODUCTS)},
        joined_days_ago=rng.uniform(20, story.DAYS) if rng.random() < 0.45 else rng.uniform(story.DAYS, 1600),
        nature=max(-0.8, min(0.5, rng.gauss(0, 0.26))),
        readiness=rng.betavariate(1.3, 2.2),
    )


def _name(rng: random.Random, segment: str, is_foreign: bool) -> str:  # noqa: FBT001 - a drawn fact, not a mode
    if is_foreign:
        return f"{rng.choice(FIRST)} {rng.choice(FAMILIES)}"
    # Common surnames are far more common than the rest.
    surname = SURNAMES[min(int(rng.expovariate(1 / 22)), len(SURNAMES) - 1)]
    given = rng.choice(ALONE) if rng.random() < 0.24 else rng.choice(FIRST_OF_TWO) + rng.choice(SECOND)
    if segment == story.BUSINESS and rng.random() < 0.7:
        return f"{rng.choice(PLACES)}{rng.choice(TRADES)}（{surname}{given}）"
    return surname + given


def _pick(rng: random.Random, shares: Mapping[str, float]) -> str:
    return rng.choices(list(shares), list(shares.values()))[0]


def row(person: Person, now: datetime, index: Mapping[str, str]) -> dict[str, Any]:
    """The customer as a row; `index` holds the keyed hashes of the addresses."""
    return {
        "reference": person.reference,
        "name": person.name,
        "email": person.email,
        "email_index": index["email"],
        "phone": person.phone,
        "phone_index": index["phone"],
        "segment": person.segment,
        "tier": person.tier,
        "language": person.language,
        "yearly_value": person.yearly_value,
        "attributes": dict(person.attributes),
        "created_at": now - timedelta(days=person.joined_days_ago),
    }
