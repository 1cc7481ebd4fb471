"""A new policy: tried, published, seen at work on the next chat, and taken back."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, expect

from tests.e2e.agent import Agent, Supervisor
from tests.e2e.customer import Customer
from tests.e2e.stage import Stage

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.timeout(400),  # a day is replayed on the way
]

PRODUCT = "AC-KFR35"
MODEL = "KFR-35"  # a part of what its page says it is about
TRIAL_MS = 120_000  # a day is replayed ten times, beside everything else that runs here


class RoutingPage:
    """The routing page before an administrator."""

    def __init__(self, person: Supervisor) -> None:
        self.page = person.page
        self.words = person.words
        self.button = person.button
        self.person = person

    def number(self) -> int:
        """Of the policy in force; 0: none was published yet."""
        return int(self.person.api("GET", "policy")["published"]["number"])

    def open(self) -> None:
        self.person.go("settings")
        name = self.words("settings.routing.title")
        self.page.get_by_role("link", name=name, exact=True).first.click()
        expect(self.page.get_by_role("heading", name=name, exact=True)).to_be_visible()

    def add_rule(self, name: str, fact: str, operator: str, value: str, queue: str) -> None:
        """Contacts for which this one test holds go to this queue."""
        self.button("routing.rule.add").click()
        names = self.words("routing.rule.names")
        for language in ("zh-CN", "en-US"):
            spoken = self.words(f"settings.language.{language}")
            self.page.get_by_role("textbox", name=f"{names} ({spoken})").fill(name)
        self.button("routing.builder.add_test").click()
        self._choose(self.words("routing.builder.fact"), fact)
        self._choose(self.words("routing.builder.operator"), operator)
        tested = self.words("routing.builder.value_of", fact=fact, operator=operator)
        self.page.get_by_label(tested).fill(value)
        self._choose(self.words("routing.rule.queue"), queue)
        told = self.words("routing.plain.to_queue", queue=queue)
        expect(self.page.get_by_role("listitem").filter(has_text=name)).to_contain_text(told)

    def _choose(self, label: str, option: str) -> None:
        self.page.get_by_label(label, exact=True).click()
        shown = self.page.locator(".ant-select-dropdown:visible")
        shown.get_by_title(option, exact=True).click()

    def save_draft(self) -> None:
        self.button("routing.save_draft").click()
        expect(self.page.get_by_text(self.words("routing.draft_saved"))).to_be_visible()

    def validate(self) -> None:
        self.button("routing.validate.go").click()
        clean = self.words("routing.validate.clean")
        told = self.words.any("routing.validate.warnings")
        expect(self.page.get_by_text(re.compile(f"{clean}|{told.pattern}"))).to_be_visible()

    def try_it(self) -> None:
        """On the last recorded day; the demo has one."""
        self.button("routing.try.go").click()
        dialog = self.page.get_by_role("dialog")
        dialog.get_by_role("button", name=self.words("routing.try.run")).click()
        table = dialog.get_by_role("region", name=self.words("routing.try.table"))
        expect(table).to_be_visible(timeout=TRIAL_MS)
        expect(table).to_contain_text(self.words("routing.figure.service_level"))
        chart = self.words("routing.try.chart", figure=self.words("routing.figure.service_level"))
        expect(dialog.get_by_role("img", name=chart)).to_be_visible()
        self.page.keyboard.press("Escape")
        expect(dialog).to_be_hidden()

    def publish(self) -> int:
        """The number under which it is in force."""
        now = self.number() + 1
        self.button("routing.publish.go").click()
        dialog = self.page.get_by_role("dialog")
        dialog.get_by_role("button", name=self.words("routing.publish.go")).click()
        expect(dialog).to_be_hidden()
        self._in_force(now)
        return self.number()

    def roll_back(self, number: int) -> int:
        """Under which number the earlier one is in force again; 0: the queues' own settings."""
        now = self.number() + 1
        self.button("routing.versions.title").click()
        key = "routing.versions.back_to" if number else "routing.versions.back_none"
        self.button(key, number=number).click()
        sure = self.page.get_by_role("tooltip").filter(
            has_text=self.words("routing.versions.sure_text")
        )
        sure.get_by_role("button", name=self.words("routing.versions.back")).click()
        self._in_force(now)
        self.page.keyboard.press("Escape")
        return self.number()

    def _in_force(self, number: int) -> None:
        told = self.words("routing.in_force", number=number)
        expect(self.page.get_by_text(told, exact=True)).to_be_visible()


@pytest.mark.parametrize("language", ["zh-CN", "en-US"])
def test_the_next_chat_goes_where_the_new_policy_says_and_back_again(
    stage: Stage, language: str
) -> None:
    chinese = language == "zh-CN"
    usual, other = ("售前咨询", "售后服务") if chinese else ("Pre-sales", "After-sales")
    rule = "空调先问安装" if chinese else "Air conditioners first"
    routing = RoutingPage(stage.supervisor("admin", language))
    before = routing.number()

    # as it is: a question about a product comes to the sales agent, though both are free
    sales, service = stage.agent("wang", language), stage.agent("chen", language)
    sales.get_ready()
    service.get_ready()
    first = ask(stage, "白色的有货吗？")
    expect(sales.offer).to_contain_text(usual)
    serve(sales)
    first.go_away(first.url)

    # a rule, what the linter says, yesterday under it; then it is in force
    words = routing.words
    routing.open()
    fact, operator = words("routing.fact.page_product"), words("routing.operator.contains")
    routing.add_rule(rule, fact, operator, MODEL, other)
    routing.save_draft()
    routing.validate()
    routing.try_it()
    published = routing.publish()
    assert published == before + 1

    # the next chat goes elsewhere, and both the offer and its history say why
    ask(stage, "还是想问白色的有没有货")
    quoted = words("common.quote", text=rule)
    expect(service.offer).to_contain_text(other)
    expect(service.offer).to_contain_text(words("offer.rules", version=published, list=quoted))
    expect(sales.offer).to_be_hidden()
    service.accept()
    why = receipt(stage.supervisor("zhou", language), service)
    expect(why).to_contain_text(words("interactions.why.version", version=published))
    expect(why).to_contain_text(words("interactions.why.rules", list=quoted))
    expect(why.get_by_role("rowheader", name=service.me["account"]["name"])).to_be_visible()

    # taken back: the one after comes to the sales agent again
    assert routing.roll_back(before) == published + 1
    ask(stage, "请问多久能送到？")
    expect(sales.offer).to_contain_text(usual)


def ask(stage: Stage, text: str) -> Customer:
    """Somebody new, about the product."""
    customer = stage.customer("zh-CN")
    customer.visit(PRODUCT)
    customer.open_chat()
    customer.say(text)
    return customer


def serve(agent: Agent) -> None:
    """To the end: the agent is free for the next one."""
    agent.accept()
    agent.close()
    agent.wrap_up("其他" if agent.language == "zh-CN" else "Other", "—")


def receipt(supervisor: Supervisor, agent: Agent) -> Locator:
    """Why it was this agent, on the page of the interaction that they serve."""
    served = f"interactions?phase=connected&agent_id={agent.me['account']['id']}"
    [row] = supervisor.api("GET", served)["items"]
    supervisor.page.goto(f"{supervisor.url}/interactions/{row['id']}")
    told = supervisor.words("interactions.why.title", agent=agent.me["account"]["name"])
    return supervisor.page.get_by_role("listitem").filter(has_text=told).first
