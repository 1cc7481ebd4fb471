/** How busy a queue's agents are, and how evenly, for who looks closer or listens. */
import { cleanup, render, screen } from "@testing-library/react";
import i18next from "i18next";
import { createElement, type ReactNode } from "react";
import { afterEach, it, vi } from "vitest";
import "../../i18n";
import type { QueueRow } from "../../live/protocol";
import { QueueTable } from "./QueueTable";

vi.mock("@tanstack/react-router", () => ({
  Link: ({ children }: { children: ReactNode }) => createElement("a", { href: "#" }, children),
}));

const queue = {
  id: "q1",
  names: { "zh-CN": "售前", "en-US": "Sales" },
  open: true,
  waiting: 0,
  oldest_at: null,
  in_service: 2,
  agents: { free: 1, ready: 3, busy: 2, not_ready: 0 },
  today: { offered: 0, answered: 0, abandoned: 0, service_level: null, asa_s: null, csat: null },
  service_level_s: 20,
} as unknown as QueueRow;

afterEach(cleanup);

const show = async (language: string, more: Partial<QueueRow>) => {
  await i18next.changeLanguage(language);
  render(<QueueTable queues={[{ ...queue, ...more }]} today="2026-11-27" openWaiting={() => {}} />);
};

it.each([
  ["zh-CN", "空闲 1，就绪 3，忙碌 2，未就绪 0 · 占用率 72%，最忙与最闲相差 18%"],
  ["en-US", "1 free, 3 ready, 2 busy, 0 not ready · Occupancy 72%, busiest to least busy 18%"],
])("tells the occupancy and its spread (%s)", async (language, told) => {
  await show(language, { occupancy: 0.72, occupancy_spread: 0.18 });
  screen.getByRole("img", { name: told });
});

it("tells none where nobody has signed in", async () => {
  await show("en-US", { occupancy: null, occupancy_spread: null });
  screen.getByRole("img", { name: "1 free, 3 ready, 2 busy, 0 not ready" });
});
