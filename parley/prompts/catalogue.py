"""All that the system itself says on the telephone: key -> text in each language.

A tenant's own prompt of the same key comes first; units are always these. The sound files beside
this module are made of these texts by `parley prompts make`; a changed text needs its files anew,
which tests/prompts checks.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from types import MappingProxyType

CHINESE, ENGLISH = "zh-CN", "en-US"
LANGUAGES = (CHINESE, ENGLISH)
VOICES = {CHINESE: "zf_xiaoxiao", ENGLISH: "af_heart"}
RECIPE = 1  # goes up when the same text is made otherwise
TONES = ("beep", "joined", "pause", "ring")
"""Sounds without words, the same in every language."""

_SENTENCES = {
    # --- greeting and menu
    "welcome": (
        "您好，欢迎致电客户服务中心。",
        "Hello, and welcome to customer service.",
    ),
    "menu_demo": (
        "售前咨询请按 1，售后服务请按 2，投诉与建议请按 3，英语服务请按 9。",
        (
            "For sales, press 1. For after-sales service, press 2. For complaints and "
            "suggestions, press 3. For service in English, press 9."
        ),
    ),
    "invalid_key": (
        "对不起，您按的键无效，请重新选择。",
        "Sorry, that key is not one of the choices. Please try again.",
    ),
    "no_input": (
        "对不起，没有收到您的按键。",
        "Sorry, we did not receive a key.",
    ),
    "recording_notice": (
        "为了保证服务质量，本次通话将会被录音。",
        "To assure the quality of our service, this call will be recorded.",
    ),
    # --- waiting
    "please_hold": (
        "客服人员正忙，请您稍候，我们会尽快为您接通。",
        "All our agents are busy. Please hold, and we will connect you as soon as possible.",
    ),
    "position_intro": ("您当前排在第", "You are number"),  # a number follows
    "position_outro": ("位。", "in the queue."),
    "wait_intro": ("预计等待时间约", "Your estimated wait is about"),  # minutes follow
    "wait_outro": ("感谢您的耐心等待。", "Thank you for your patience."),
    "choice_intro": ("请按", "Press"),  # a digit follows
    "choice_callback": (
        "由我们稍后给您回电，您不会失去排队的位置。",
        "for a call back. You will keep your place in the queue.",
    ),
    "choice_voicemail": ("给我们留言。", "to leave us a message."),
    "choice_stay": ("或者继续等待。", "Or stay on the line."),
    "transferring": (
        "正在为您转接，请稍候。",
        "We are transferring your call. One moment, please.",
    ),
    "connecting": (
        "正在为您接通客服人员。",
        "We are connecting you to an agent.",
    ),
    # --- nobody can answer
    "closed_hours": (
        "您好，现在是非工作时间，暂时无法接听您的电话。",
        "Hello. We are closed at the moment and cannot take your call.",
    ),
    "queue_full": (
        "对不起，现在来电的客户较多，线路繁忙。",
        "Sorry, too many callers are waiting at the moment.",
    ),
    "waited_too_long": (
        "对不起，让您久等了，目前仍没有空闲的客服人员。",
        "We are sorry to have kept you waiting. There is still no agent available.",
    ),
    "nobody_available": (
        "对不起，目前没有客服人员可以接听您的电话。",
        "Sorry, nobody is available to take your call at the moment.",
    ),
    "agent_lost": (
        "抱歉，我们客服人员的线路中断了，请不要挂机，下一位就为您接通。",
        "We are sorry, the line to our colleague broke. Please stay on the line; you are next.",
    ),
    "transfer_failed": (
        "对不起，您要转接的电话暂时无人接听。",
        "Sorry, nobody answers the number we tried to connect you to.",
    ),
    "trouble": (
        "对不起，系统暂时出现故障，请您稍后再拨。",
        "Sorry, we have technical trouble at the moment. Please call again later.",
    ),
    # --- messages and callbacks
    "leave_message": (
        "请在提示音后留言，留言结束请按井号键。",
        "Please leave a message after the beep, and press the pound key when you have finished.",
    ),
    "message_saved": (
        "您的留言已保存，我们会尽快与您联系。",
        "Your message has been saved. We will contact you as soon as possible.",
    ),
    "callback_confirm_intro": (
        "我们将拨打这个号码给您回电：",
        "We will call you back on this number:",
    ),  # digits follow
    "callback_confirm_keys": (
        "确认请按 1，如需使用其他号码，请输入号码，并以井号键结束。",
        "To confirm, press 1. To be called on another number, enter it, followed by the pound key.",
    ),
    "callback_enter": (
        "请输入需要回电的号码，并以井号键结束。",
        "Please enter the number to call you back on, followed by the pound key.",
    ),  # who withholds theirs
    "callback_saved": (
        "已为您登记回电，轮到您时，我们会马上给您打电话。",
        "Your call back has been arranged. We will call you as soon as it is your turn.",
    ),
    "callback_hello": (
        "您好，这是您预约的回电，请稍候，马上为您接通。",
        "Hello, this is the call you asked for. Please hold while we connect you.",
    ),
    "number_invalid": (
        "对不起，这个号码无法拨打，请重新输入。",
        "Sorry, we cannot call that number. Please enter it again.",
    ),
    # --- the end, and trials
    "goodbye": ("感谢您的来电，再见。", "Thank you for calling. Goodbye."),
    "echo_test": (
        "这是回音测试，请说话，您会听到自己的声音。挂机即可结束测试。",
        "This is an echo test. Please speak, and you will hear yourself. Hang up to end the test.",
    ),
}

_TENS = ("二十", "三十", "四十", "五十", "六十", "七十", "八十", "九十")
_TENS_ENGLISH = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_FIRST = (
    "零", "一", "二", "三", "四", "五", "六", "七", "八", "九", "十",
    "十一", "十二", "十三", "十四", "十五", "十六", "十七", "十八", "十九",
)  # fmt: skip
_FIRST_ENGLISH = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten",
    "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen",
    "nineteen",
)  # fmt: skip

_UNITS = {
    **{f"unit_{n}": pair for n, pair in enumerate(zip(_FIRST, _FIRST_ENGLISH, strict=True))},
    **{
        f"unit_{ten * 10}": pair
        for ten, pair in enumerate(zip(_TENS, _TENS_ENGLISH, strict=True), start=2)
    },
    "unit_1_named": ("幺", "one"),
    "unit_2_of": ("两", "two"),
    "unit_hundred": ("百", "hundred"),
    "unit_thousand": ("千", "thousand"),
    "unit_ten_thousand": ("万", "ten thousand"),
    "unit_million": ("百万", "million"),
    "unit_hundred_million": ("亿", "hundred million"),
    "unit_and": ("和", "and"),
    "unit_less_than": ("不到", "less than"),
    "unit_minute": ("分钟", "minute"),
    "unit_minutes": ("分钟", "minutes"),
    "unit_plus": ("加", "plus"),
    "unit_star": ("星号", "star"),
    "unit_hash": ("井号", "pound"),
}
"""What numbers are put together from, see core.language.spoken; they may stand inside a sentence."""


def _by_language(pairs: Mapping[str, tuple[str, str]]) -> Mapping[str, Mapping[str, str]]:
    return MappingProxyType(
        {
            key: MappingProxyType(dict(zip(LANGUAGES, texts, strict=True)))
            for key, texts in pairs.items()
        }
    )


SENTENCES = _by_language(_SENTENCES)
UNITS = _by_language(_UNITS)
PROMPTS: Mapping[str, Mapping[str, str]] = MappingProxyType({**SENTENCES, **UNITS})


def mark(key: str, language: str) -> str:
    """Of what a key's file is made."""
    facts = json.dumps([PROMPTS[key][language], VOICES[language], RECIPE], ensure_ascii=False)
    return hashlib.sha256(facts.encode()).hexdigest()[:16]
