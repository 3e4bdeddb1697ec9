"""What is known of a customer: each field with its label, the headers it goes by, and how a cell is read."""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass

from ..errors import N_, SurveyError
from ..store.addresses import normalise_email, normalise_phone

_UNWANTED = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufeff]+")
_MONEY = re.compile(r"-?\d{1,3}(,\d{3})*(\.\d+)?|-?\d+(\.\d+)?")
_LANGUAGES = {
    "zh": "zh", "zh-cn": "zh", "zh-hans": "zh", "cn": "zh", "chinese": "zh", "中文": "zh",
    "汉语": "zh", "简体中文": "zh",
    "en": "en", "en-us": "en", "en-gb": "en", "english": "en", "英文": "en", "英语": "en",
}  # fmt: skip


class CellError(SurveyError):
    """A cell that cannot be taken; the message says what to do."""


def _line(limit: int) -> Callable[[str], str]:
    def read(cell: str) -> str:
        text = " ".join(_UNWANTED.sub(" ", unicodedata.normalize("NFC", cell)).split())
        if len(text) > limit:
            raise CellError(
                "cell-long", N_("The text is longer than %(limit)s characters."), N_("Shorten it."), limit=limit
            )
        return text

    return read


def _language(cell: str) -> str:
    found = _LANGUAGES.get(cell.strip().casefold().replace("_", "-"))
    if found is None:
        raise CellError(
            "cell-language", N_("%(text)s is not a language we write in."), N_("Write zh or en."), text=cell[:40]
        )
    return found


def _money(cell: str) -> float:
    text = unicodedata.normalize("NFKC", cell).strip().lstrip("¥￥$€").removesuffix("元").strip()
    factor = 10_000 if text.endswith("万") else 1
    text = text.removesuffix("万").strip()
    if not _MONEY.fullmatch(text):
        raise CellError(
            "cell-number", N_("%(text)s is not an amount."), N_("Write it like 12800 or 12,800.50."), text=cell[:40]
        )
    return float(text.replace(",", "")) * factor


REFERENCE, NAME, EMAIL, PHONE = "reference", "name", "email", "phone"


@dataclass(frozen=True, slots=True)
class CustomerField:
    """A field of a customer. `headers` are what the columns of people's own files are called."""

    key: str
    label: str
    read: Callable[[str], str | float]
    headers: tuple[str, ...]


FIELDS: dict[str, CustomerField] = {
    field.key: field
    for field in (
        CustomerField(
            "reference", N_("Customer number"), _line(80),
            ("reference", "customer number", "customer id", "customer no", "id", "code", "account", "客户编号",
             "客户号", "会员号", "会员编号", "编号", "账号", "客户id"),
        ),
        CustomerField(
            "name", N_("Name"), _line(120),
            ("name", "full name", "customer", "customer name", "contact", "contact name", "姓名", "名称", "客户姓名",
             "客户名称", "客户", "联系人", "名字"),
        ),
        CustomerField(
            "email", N_("E-mail"), normalise_email,
            ("email", "e-mail", "mail", "email address", "e-mail address", "邮箱", "电子邮箱", "电子邮件",
             "邮件", "邮箱地址", "邮件地址"),
        ),
        CustomerField(
            "phone", N_("Phone"), normalise_phone,
            ("phone", "mobile", "telephone", "phone number", "mobile number", "tel", "手机", "手机号", "手机号码",
             "电话", "联系电话", "电话号码"),
        ),
        CustomerField(
            "segment", N_("Segment"), _line(60),
            ("segment", "customer segment", "group", "category", "客群", "分群", "客户分群",
             "客户类型", "类型", "分组", "客户群"),
        ),
        CustomerField(
            "tier", N_("Tier"), _line(60),
            ("tier", "level", "grade", "class", "分级", "等级", "级别", "会员等级", "客户等级", "客户分级"),
        ),
        CustomerField(
            "language", N_("Language"), _language, ("language", "lang", "locale", "语言", "语种"),
        ),
        CustomerField(
            "yearly_value", N_("Yearly value"), _money,
            ("yearly value", "annual value", "yearly_value", "revenue", "annual revenue", "value", "年消费额", "年消费",
             "年度金额", "年金额", "消费金额", "年销售额"),
        ),
    )
}  # fmt: skip

ATTRIBUTE = "attribute:"
"""Before the name of a further attribute in a mapping."""
IDENTIFYING = (REFERENCE, EMAIL, PHONE)


def guess(headers: tuple[str, ...]) -> dict[str, str]:
    """Which column is probably which field: header → field, each field once."""
    known = {name: field.key for field in FIELDS.values() for name in (field.key, *field.headers)}
    found: dict[str, str] = {}
    for header in headers:
        plain = unicodedata.normalize("NFKC", header).strip().casefold().replace("_", " ").strip("*: ")
        key = known.get(plain) or known.get(plain.replace(" ", "_"))
        if key and key not in found.values():
            found[header] = key
    return found
