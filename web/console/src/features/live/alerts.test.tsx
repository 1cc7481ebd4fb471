/** The alerts as one reads them: in order, with words, and each a link to what is behind it. */
import { cleanup, fireEvent, render, screen, within } from "@testing-library/react";
import i18next from "i18next";
import { createElement, type ReactNode } from "react";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import "../../i18n";
import type { AlertRow, DeedRow, QueueRow } from "../../live/protocol";
import { initial } from "../../live/reducer";
import { useLive } from "../../live/store";
import { Alerts } from "./Alerts";
import { Deeds } from "./Deeds";
import { behind } from "./links";
import { ordered, turned } from "./ordered";

vi.mock("@tanstack/react-router", () => ({
  Link: ({ search, children }: { search?: object; children: ReactNode }) =>
    createElement("a", { href: `?${new URLSearchParams(search as never)}` }, children),
}));
vi.mock("../../app/PresenceControl", () => ({
  useReasonName: () => (id: string | null) => id ?? "",
}));

const NOW = Date.parse("2026-11-27T08:00:00Z");
const ago = (seconds: number) => new Date(NOW - seconds * 1_000).toISOString();

function alert(queue: string, kind: AlertRow["kind"], more: Partial<AlertRow> = {}): AlertRow {
  return {
    id: `${queue}:${kind}`,
    queue,
    kind,
    since: ago(60),
    value: null,
    target: null,
    counted: null,
    queued_from: null,
    ...more,
  };
}

const waits = alert("q1", "oldest_wait", { target: 30 });
const slow = alert("q2", "service_level", {
  since: null,
  value: 0.5,
  target: 0.8,
  counted: 6,
  queued_from: "2026-11-27T07:01:00Z",
});
const idle = alert("q3", "nobody_ready", { since: ago(300) });
const names: Record<string, string> = { q1: "Sales", q2: "Repair", q3: "Complaints" };
const queues = Object.entries(names).map(
  ([id, name]) =>
    ({ id, names: { "en-US": name }, waiting: 2, oldest_at: ago(90) }) as unknown as QueueRow,
);

describe("the order of alerts", () => {
  const ids = (by: "queue" | "kind" | "since", down = false) =>
    ordered([waits, slow, idle], { by, down }, (id) => names[id] ?? id, "en-US").map(
      (a) => a.queue,
    );

  it("is by beginning, by queue or by kind, and the other way round", () => {
    expect(ids("since")).toEqual(["q2", "q3", "q1"]);
    expect(ids("since", true)).toEqual(["q1", "q3", "q2"]);
    expect(ids("queue")).toEqual(["q3", "q2", "q1"]);
    expect(ids("kind")).toEqual(["q3", "q1", "q2"]);
  });

  it("turns when the same column is chosen again", () => {
    const by = turned({ by: "since", down: false }, "since");
    expect(by).toEqual({ by: "since", down: true });
    expect(turned(by, "since").down).toBe(false);
    expect(turned(by, "queue")).toEqual({ by: "queue", down: false });
  });
});

describe("an alert's link", () => {
  it("shows exactly those who wait, were missed, or left", () => {
    expect(behind(waits)).toEqual({ queue: "q1", phase: "queued,offered" });
    expect(behind(slow)).toEqual({
      queue: "q2",
      queued_from: "2026-11-27T07:01:00Z",
      phase: "connected,wrap_up,ended",
      in_service_level: "false",
      short_abandon: "false",
    });
    expect(behind(alert("q1", "abandonment", { queued_from: "x" }))).toEqual({
      queue: "q1",
      queued_from: "x",
      outcome: "abandoned",
      short_abandon: "false",
    });
  });
});

describe("on the screen", () => {
  beforeEach(() => {
    vi.useFakeTimers({ now: NOW, toFake: ["Date"] });
    void i18next.changeLanguage("en-US");
  });
  afterEach(() => {
    cleanup();
    vi.useRealTimers();
    useLive.setState(initial);
  });
  const show = (...alerts: AlertRow[]) => {
    useLive.setState({ alerts: Object.fromEntries(alerts.map((each) => [each.id, each])) });
    render(createElement(Alerts, { queues }));
  };
  const rows = () => screen.getAllByRole("row").slice(1);

  it("each says its queue, what is wrong beside its target, and for how long", () => {
    show(waits, slow, idle);
    expect(rows().map((row) => within(row).getByRole("rowheader").textContent)).toEqual([
      "Repair",
      "Complaints",
      "Sales",
    ]);
    const [repair, complaints, sales] = rows().map((row) => row.textContent);
    expect(repair).toContain("50%, target ≥ 80% last hour: 6 missed");
    expect(repair).toContain("over 1 h");
    expect(complaints).toContain("2 customers wait");
    expect(sales).toContain("1:30, target ≤ 0:30");
    expect(screen.getByRole("status").textContent).toBe("3");
  });

  it("a column sorts by keyboard and says so", () => {
    show(waits, slow, idle);
    fireEvent.click(screen.getByRole("button", { name: /Queue/ }));
    expect(screen.getByRole("columnheader", { name: /Queue/ }).getAttribute("aria-sort")).toBe(
      "ascending",
    );
    expect(rows().map((row) => within(row).getByRole("rowheader").textContent)).toEqual([
      "Complaints",
      "Repair",
      "Sales",
    ]);
  });

  it("says in words that all is well, in both languages", () => {
    show();
    expect(screen.queryByRole("table")).toBeNull();
    screen.getByText("All is well: no queue is off target.");
    cleanup();
    void i18next.changeLanguage("zh-CN");
    show();
    screen.getByText("一切正常，没有队列偏离目标。");
  });

  it("what was done is told in a sentence, the newest first, with its conversation", () => {
    const deed = (id: string, more: Partial<DeedRow>): DeedRow => ({
      id,
      at: ago(10),
      deed: "presence",
      by: "Zhou",
      agent_id: "lin",
      agent_name: "Lin",
      detail: "ready",
      reason: null,
      interaction_id: null,
      customer_name: "",
      ...more,
    });
    const took = { deed: "took_over", interaction_id: "int_1", customer_name: "Wang" } as const;
    useLive.setState({
      deeds: { a: deed("a", { at: ago(200) }), b: deed("b", { at: ago(5), ...took }) },
    });
    render(createElement(Deeds));
    const told = screen.getAllByRole("listitem").map((item) => item.textContent);
    expect(told[0]).toMatch(/^Zhou took over from Lin · Wang/);
    expect(told[1]).toMatch(/^Zhou set Lin to /);
    screen.getByRole("link", { name: "Wang" });
  });
});
