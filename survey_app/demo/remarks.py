"""What the demo's team writes into its cases: calls, notes, solutions, and the causes they find."""

from collections.abc import Mapping

CAUSES: Mapping[str, tuple[str, ...]] = {
    "logistics": ("delivery.late", "delivery.late", "delivery.late", "delivery.informing"),
    "service": ("process.slow", "process.slow", "people.attitude", "people.staffing"),
    "quality": ("product.quality", "product.quality", "product.quality", "product.fit"),
    "price": ("price.change", "price.change", "price.level"),
    "installation": ("people.staffing", "people.staffing", "people.skill"),
    "aftersales": ("process.slow", "process.slow", "process.rules", "external.supplier"),
    "packaging": ("delivery.damaged", "delivery.damaged", "external.supplier"),
    "app": ("system.usability", "system.usability", "system.outage"),
    "store": ("people.attitude", "people.skill", "information.wrong"),
}

TOLD: Mapping[str, tuple[str, ...]] = {
    "logistics": (
        "客户反映比承诺时间晚到，期间没有收到任何通知。已致歉，并说明区域仓的发货安排。",
        "客户关心的是延迟没人说，不是晚一两天。已登记，回传给物流组。",
        "承运商把大件放在楼下。已联系承运商补送上楼，并申请运费补偿。",
        "核对轨迹：在中转站停留两天。客户接受解释，希望下次能提前告知。",
    ),
    "service": (
        "客户在线等待近一小时后被转接两次。已致歉，由本组专人跟进到底。",
        "客户对前一位同事的语气不满。已听取录音，情况属实，向客户致歉。",
        "客户的问题此前登记过但没有回访。已当场解决，并说明漏掉的原因。",
        "机器人反复答非所问，客户找不到人工入口。已记录原话，交产品组。",
    ),
    "quality": (
        "客户发来视频，加热不均情况属实。已安排换新，旧机寄回检测。",
        "噪音超出客户预期，不影响使用。已说明减震垫的安装方法，客户同意先试两周。",
        "密封圈变形导致渗水。已寄出新件，并约工程师上门更换。",
        "客户认为与页面描述不一致。已核对，页面的容量说明确实容易误解。",
    ),
    "price": (
        "购买一周后降价，客户未享受到保价。已按差价退还。",
        "客户不清楚满减的使用条件。已解释，并补发一张同等面额的券。",
        "赠品漏发。已补发，预计三天内送达。",
    ),
    "installation": (
        "工程师迟到近两小时，没有提前打电话。已致歉，减免本次辅材费。",
        "打孔位置偏移。已约资深工程师返工，费用由我方承担。",
        "客户对收费明细有疑问。已逐项说明，多收的部分当天退还。",
    ),
    "aftersales": (
        "配件缺货导致维修等待超过一周。已协调调拨，并提供备用机。",
        "同一故障第二次报修。已升级到技术主管，安排整机检测。",
        "退款卡在审核环节。已催办，当天到账。",
        "客户对过保收费不满。已说明标准，并按会员权益减免上门费。",
    ),
    "packaging": (
        "外箱压损，内胆有磕痕。已换新，旧机由快递取回。",
        "少发一个配件。已补发，并提醒仓库复核。",
    ),
    "app": (
        "App 无法绑定设备，原因是路由器只开了 5G 频段。已远程指导完成绑定。",
        "客户找不到开发票的入口。已代为开具，建议调整入口位置。",
        "积分显示异常。已核实并补回，技术组在查原因。",
    ),
    "store": (
        "客户反映店员态度冷淡。已联系店长核实，店长当天致电客户。",
        "门店价格与线上不一致。已按线上价格退差。",
        "到店没有现货。已从邻近门店调货，送货到家。",
    ),
}

NO_ANSWER = (
    "无人接听，已发短信说明来意。",
    "响铃后挂断，晚上再试。",
    "关机，明天上午再联系。",
    "正在开会，约了稍后再打。",
)
WAITING = ("等客户寄回旧机。", "等客户确认上门时间。", "客户出差，下周再联系。", "等客户发来照片和订单号。")
NOTES = (
    "已同步给物流组，请他们核对同批次订单。",
    "同类反馈本周第三起，建议列入周会。",
    "客户是老会员，历史评价一直不错，请优先处理。",
    "已调取通话录音和工单记录，经过与客户所述一致。",
    "与门店核对过，客户描述属实。",
    "补偿申请已通过，额度在权限内。",
)
SOLVED: Mapping[str, tuple[str, ...]] = {
    "recovered": (
        "问题已解决，客户表示满意，愿意继续使用。",
        "换新已签收，客户确认使用正常。",
        "已致歉并补偿，客户表示理解。",
        "回访确认：问题没有再出现。",
    ),
    "partly": (
        "主要问题已解决，客户仍希望流程再快一些。",
        "已退差价，客户对等待时间仍有意见。",
        "已补发配件，外观划痕客户选择保留机器。",
    ),
    "not_recovered": ("客户坚持退货，已按流程办理。", "客户不接受方案，表示不再购买。"),
    "no_action": ("客户表示只是随手打分，没有需要处理的事。", "核对后与本公司无关，客户填错了订单。"),
}
