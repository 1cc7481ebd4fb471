"""The linter's sentences, in both languages: what is wrong and what to do. `{…}` are its values."""

from __future__ import annotations

from parley.core.desk.lint import Finding

WORDS: dict[str, dict[str, str]] = {
    "duplicate_rule": {
        "en-US": "Two rules have this id. Give one of them another.",
        "zh-CN": "有两条规则使用了同一个编号，请修改其中一条。",
    },
    "condition_invalid": {
        "en-US": "The condition cannot be read ({problem}). Correct it.",
        "zh-CN": "条件无法识别（{problem}），请改正。",
    },
    "rule_unreachable": {
        "en-US": "This rule is never reached: “{by}” above ends the list wherever it would hold. "
        "Move it up or narrow “{by}”.",
        "zh-CN": "这条规则永远不会执行：凡满足它的联络都会先被上面的“{by}”终止。"
        "请上移本规则，或缩小“{by}”的范围。",
    },
    "condition_impossible": {
        "en-US": "The condition can never hold: it asks one thing to be two at once.",
        "zh-CN": "条件永远不成立：它要求同一项同时等于不同的值。",
    },
    "unknown_queue": {
        "en-US": "There is no queue “{queue}”. Choose another.",
        "zh-CN": "不存在队列“{queue}”，请重新选择。",
    },
    "unknown_skill": {
        "en-US": "There is no skill “{skill}”. Choose another or create it.",
        "zh-CN": "不存在技能“{skill}”，请重新选择或先创建。",
    },
    "unknown_hours": {
        "en-US": "There are no hours “{hours}”. Choose others.",
        "zh-CN": "不存在工作时间“{hours}”，请重新选择。",
    },
    "level_out_of_range": {
        "en-US": "Level {level} of “{skill}” is outside 0 to 10.",
        "zh-CN": "技能“{skill}”的熟练度 {level} 超出 0 到 10 的范围。",
    },
    "rule_without_effect": {
        "en-US": "The rule changes nothing. Give it an effect or delete it.",
        "zh-CN": "这条规则没有任何作用，请设置作用或删除。",
    },
    "nobody_has_level": {
        "en-US": "No agent here has “{skill}” at level {level}: such customers would wait for ever. "
        "Lower the level, add a stage that does, or train somebody.",
        "zh-CN": "没有坐席的“{skill}”达到 {level} 级，这些客户将无人接待。"
        "请降低要求、增加放宽的阶段，或安排培训。",
    },
    "name_missing": {
        "en-US": "The name is missing in {language}.",
        "zh-CN": "缺少 {language} 的名称。",
    },
    "queue_without_agents": {
        "en-US": "No agent belongs to this queue. Add some, or send its customers elsewhere.",
        "zh-CN": "这个队列没有坐席，请添加坐席或改道。",
    },
    "hour_without_skill": {
        "en-US": "On weekday {weekday} at {hour}:00 the queue is open, but nobody with its skills works.",
        "zh-CN": "星期 {weekday} 的 {hour}:00 队列开放，但没有具备所需技能的坐席上班。",
    },
    "queue_without_hours": {
        "en-US": "The queue has no hours: customers may wait when nobody works. Choose hours.",
        "zh-CN": "队列没有设置工作时间，无人上班时客户也会排队，请选择工作时间。",
    },
    "never_open": {
        "en-US": "The queue's hours have no opening in the whole week.",
        "zh-CN": "队列的工作时间整周都不开放。",
    },
    "hours_overridden": {
        "en-US": "The hours are forced “{override}” by the emergency switch. Was it forgotten?",
        "zh-CN": "工作时间被应急开关强制为“{override}”，是否忘了恢复？",
    },
    "no_holidays": {
        "en-US": "The hours know no holidays: on the next one customers would wait for nobody.",
        "zh-CN": "工作时间没有设置节假日，到了假日客户会空等。",
    },
    "stages_not_ascending": {
        "en-US": "Stage {stage} does not come after the one before it. Put the times in order.",
        "zh-CN": "第 {stage} 阶段的时间不晚于前一阶段，请按时间递增排列。",
    },
    "stage_asks_more": {
        "en-US": "Stage {stage} asks for more “{skill}” than before: waiting would make it harder.",
        "zh-CN": "第 {stage} 阶段对“{skill}”的要求反而更高，等得越久越难接通。",
    },
    "stage_after_longest_wait": {
        "en-US": "Stage {stage} opens after the longest wait of the queue, so it never does.",
        "zh-CN": "第 {stage} 阶段晚于队列的最长等待时间，永远不会生效。",
    },
    "nobody_above_novices": {
        "en-US": "Nobody reaches level {level}: newcomers would hand over to nobody.",
        "zh-CN": "没有坐席达到 {level} 级，新人超时后无人可转。",
    },
    "credit_without_seconds": {
        "en-US": "Priority is to count as waiting, but for zero seconds. Set the credit.",
        "zh-CN": "优先级应折算为等待时间，但折算秒数为零，请填写。",
    },
    "priority_without_effect": {
        "en-US": "Rule “{rule}” sets a priority, but this queue serves in order of arrival.",
        "zh-CN": "规则“{rule}”设置了优先级，但本队列按到达顺序服务，不会生效。",
    },
    "queue_without_overflow": {
        "en-US": "Nothing limits this queue: set a longest wait, a largest length, or an overflow.",
        "zh-CN": "队列没有任何限制，请设置最长等待、最大排队数或溢出队列。",
    },
    "overflow_loop": {
        "en-US": "The overflows run in a circle: {chain}. Let one of them end in a message.",
        "zh-CN": "溢出形成循环：{chain}。请让其中一个队列改为留言。",
    },
    "overflow_also_closed": {
        "en-US": "“{queue}” is closed whenever this queue is, so the overflow never helps.",
        "zh-CN": "本队列关闭时“{queue}”也关闭，溢出不起作用。",
    },
    "cap_forbids_all": {
        "en-US": "The limit leaves no demanding interaction for anybody. Raise it.",
        "zh-CN": "上限过低，任何坐席都无法接到高压联络，请调高。",
    },
    "nothing_is_demanding": {
        "en-US": "There is a limit on demanding work, but no rule marks any as demanding.",
        "zh-CN": "设置了高压联络上限，但没有规则把联络标记为高压。",
    },
}


def sentence(finding: Finding, language: str) -> str:
    """The finding in words; English where a language is not known."""
    words = WORDS[finding.code]
    return words.get(language, words["en-US"]).format(**finding.values)
