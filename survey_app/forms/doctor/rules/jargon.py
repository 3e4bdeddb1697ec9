"""Words of the trade: who does not know them guesses."""

import re

from ....errors import N_
from ..asking import Asking, Finding, Rule, stem

PLAIN = {
    "zh": {
        "QPS": "每秒能处理的请求数", "SLA": "服务承诺", "SKU": "商品种类", "UI": "界面", "UX": "使用体验", "API": "系统接口", "KPI": "考核指标",
        "ROI": "投入与回报", "CRM": "客户管理系统", "OTA": "在线升级", "SaaS": "在线软件", "NPS": "推荐意愿", "CSAT": "满意度", "CES": "省力程度",
        "触达": "通知", "赋能": "帮助", "闭环": "完整的处理", "颗粒度": "细致程度", "链路": "过程", "私域": "微信群或公众号", "心智": "印象",
        "客诉": "投诉", "履约": "按时送达", "客单价": "每次消费金额", "复购": "再次购买", "拉新": "吸引新顾客", "促活": "提醒使用", "中台": "后台系统",
        "触点": "接触我们的环节", "时延": "等待时间", "延迟率": "变慢的次数", "吞吐量": "处理能力", "并发": "同时使用的人数", "鉴权": "身份验证",
        "冗余": "备用", "全渠道": "线上和线下", "端到端": "从头到尾", "千人千面": "个性化推荐", "转化率": "购买的比例", "留存": "继续使用", "渗透率": "使用的比例",
        "用户画像": "用户特点", "抓手": "办法", "对齐": "说明白", "埋点": "使用记录", "灰度": "试用", "降本增效": "节省费用", "幂等性": "重复提交的处理", "熔断": "自动停用", "限流": "限制访问", "容灾": "故障恢复",
        "负载均衡": "分流", "微服务": "系统模块", "云原生": "云上运行", "高可用": "少出故障", "裂变": "邀请好友", "沉淀": "积累", "拉通": "协调",
    },
    "en": {
        "omnichannel": "online and in-store", "omni-channel": "online and in-store", "touchpoint": "contact", "touchpoints": "contacts", "latency": "waiting time",
        "throughput": "speed", "synergy": "cooperation", "synergies": "cooperation", "leverage": "use", "end-to-end": "complete", "churn": "leaving", "uptime": "time without failures",
        "SLA": "service promise", "UX": "ease of use", "UI": "screens", "API": "connection", "QPS": "speed", "KPI": "target", "ROI": "value for money", "SKU": "product",
        "CRM": "customer system", "value proposition": "offer", "gamification": "game elements", "scalability": "room to grow", "interoperability": "working with other systems",
        "SaaS": "online software", "stickiness": "habit", "last-mile": "delivery", "fulfillment": "delivery", "fulfilment": "delivery",
    },
}  # fmt: skip
COMMON = frozenset(
    [
        "APP",
        "VIP",
        "WIFI",
        "SIM",
        "ATM",
        "GPS",
        "USB",
        "QQ",
        "IP",
        "KTV",
        "SUV",
        "CT",
        "DNA",
        "NBA",
        "PPT",
        "PDF",
        "WPS",
        "LED",
        "AI",
        "OK",
        "TV",
        "PC",
        "IT",
        "ID",
        "FAQ",
        "SMS",
        "CEO",
        "MBA",
        "CBD",
        "DIY",
        "SPA",
        "HR",
        "KFC",
        "BMW",
        "IKEA",
        "IBM",
        "HM",
        "ZARA",
        "NIKE",
        "OPPO",
        "VIVO",
        "DHL",
        "UPS",
        "SF",
        "JD",
        "EMS",
        "NOT",
        "ONE",
        "ALL",
        "ONLY",
        "AND",
        "OR",
        "VERY",
        "MOST",
        "YES",
        "NO",
        "US",
        "UK",
        "EU",
        "USA",
        "PIN",
        "CD",
        "DVD",
        "MP3",
        "BBC",
        "CNN",
        "CCTV",
        "VR",
        "AR",
        "TCL",
        "LG",
        "HP",
        "AA",
        "AM",
        "PM",
        "NA",
        "PLC",
        "LTD",
        "CO",
        "HDMI",
        "WWW",
        "COVID",
        "NFC",
        "POS",
        "ETC",
        "MRI",
        "ICU",
        "GDP",
        "CNY",
        "RMB",
        "USD",
        "EUR",
        "WC",
        "XL",
        "XXL",
        "XS",
        "CAPTCHA",
        "PS",
    ]
)
CAPITALS = re.compile(r"(?<![A-Za-z0-9&.@/-])(?:[A-Z]{2,6}\d{0,2}|[A-Z]\d{2})(?![A-Za-z0-9&.@/-])")


class Jargon(Rule):
    name = "jargon"
    order = 60

    def look(self, asking: Asking) -> Finding | None:
        known = PLAIN[asking.language]
        found = [word for word in known if _has(asking.plain, word)]
        found += [word for word in CAPITALS.findall(asking.plain) if word not in found and word not in COMMON]
        if not found:
            return None
        return Finding(
            N_("“%(words)s” is a word of the trade. Say it as customers say it."),
            {"words": ("、" if asking.is_chinese else ", ").join(found)}, stems=_plain(asking, found),
        )  # fmt: skip


def _pattern(word: str) -> str:
    return rf"(?<![A-Za-z]){re.escape(word)}(?![A-Za-z])" if word.isascii() else re.escape(word)


def _has(text: str, word: str) -> bool:
    flags = re.IGNORECASE if word.isascii() and word.islower() else 0
    return re.search(_pattern(word), text, flags) is not None


def _plain(asking: Asking, found: list[str]) -> tuple[str, ...]:
    """The stem with plain words, where there are any."""
    text, known = asking.text, PLAIN[asking.language]
    for word in found:
        if word in known:
            text = re.sub(_pattern(word), known[word], text, flags=re.IGNORECASE if word.islower() else 0)
    made = stem(text, asking.language)
    return (made,) if text != asking.text else ()
