"""Personal data asked for without saying what for: people leave, or make something up."""

import re

from ....errors import N_
from ..asking import Asking, Finding, Rule

DATA = (
    "身份证(?:号码?)?|护照号码?|手机(?:号码?)|手机|联系电话|电话号码|电话|联系方式|家庭住址|住址|家庭地址|居住地址|详细地址|真实姓名|姓名|(?:年|月)?收入|工资|年薪|月薪|薪资|薪水|存款|资产|房贷|负债"
    "|银行卡(?:号码?)?|信用卡(?:号码?)?|疾病史|病史|疾病|患病|病情|体重|血型|婚姻状况|婚姻|婚育|宗教信仰|宗教|信仰|政治面貌|性取向|怀孕|生育|出生日期|出生年月|生日|微信号|QQ号|邮箱(?:地址)?|电子邮箱|邮件地址|民族|犯罪记录|健康状况|工作单位|子女情况"
)
ASKED = {
    "zh": re.compile(
        rf"(?:您|你|请问|家庭|个人|本人)(?:目前|现在|税后|税前|大约|个人|家庭|平均|每月|每年|全家|的|所在)*(?:{DATA})(?:大约|大概|一共|合计)?(?:是|为|在|属于|有|多少|多高|$|？|\?|：|:|（|如何$)"
        rf"|(?:填写|留下|提供|输入|告知|告诉|写下|选择|登记)[^，。]{{0,10}}(?:{DATA})|^(?:{DATA})(?:是|为|？|$|：|:)|(?:是否|有没有|曾经|曾)(?:患有|怀孕|离婚|结婚|信教|负债|患过)|(?:信仰|信奉)(?:什么|哪|宗教)|有(?:哪些|什么)(?:疾病|病史)|(?:挣|赚)(?:多少|几)"
        r"|(?:已婚|结婚了|离异|怀孕)(?:吗|还是)"
    ),
    "en": re.compile(
        r"\b(?:what(?:'s|’s| is| are| was)|please (?:enter|provide|give|state|tell us|share)|how much is|enter|tell us)\s+(?:\w+\s+){0,3}?(?:income|salary|earnings|wage|social security|id number|passport|date of birth|birthday|religion|religious|sexual orientation|phone|telephone|mobile|home address|address|full name|email|e-mail|weight|marital status|ethnicity|race|bank|credit card|health|medical)\b|\bhow much (?:do|does) (?:you|your \w+) (?:earn|make|weigh|owe)\b|\bare you (?:pregnant|married|divorced)\b|\bdo you (?:suffer from|have any (?:illness|disease|disability|medical))\b",
        re.IGNORECASE,
    ),
}
STATED = re.compile(
    "(?:仅|只)?用于|用来|以便|便于|为了|方便我们|我们(?:会|将)(?:与您|联系|寄|发)|(?:如果?|若)(?:您)?(?:愿意|希望|需要)|不愿|可不填|可以不|选填|保密|回访|回电|联系您|寄送|配送至"
    r"|\b(?:so that|in order to|only used|used (?:only|for)|if you (?:would like|want|wish)|prefer not|optional|confidential|we (?:will|use))\b",
    re.IGNORECASE,
)
NOT_SAY = re.compile("不愿|不便|不想|拒绝|保密|不方便|prefer not|rather not", re.IGNORECASE)


class Sensitive(Rule):
    name = "sensitive"
    order = 80

    def look(self, asking: Asking) -> Finding | None:
        match = asking.found(ASKED)
        if match is None or STATED.search(f"{asking.text} {asking.help}"):
            return None
        if any(NOT_SAY.search(option) for option in asking.options):
            return None
        purpose = (
            "仅用于统计分析，不会用于其他目的；不愿回答可以跳过。" if asking.is_chinese
            else "Used for statistics only and for nothing else. You may leave this out."
        )  # fmt: skip
        return Finding(
            N_("“%(words)s” asks for personal data. Say what for, and let people leave it out."),
            {"words": match[0].strip(" ？?：:")}, help=purpose, may_skip=True,
        )  # fmt: skip
