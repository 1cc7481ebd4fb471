import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { act, cleanup, fireEvent, render, screen, within } from "@testing-library/react";
import { App } from "antd";
import { useState } from "react";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { setLanguage } from "../../../i18n";
import type { Catalogue } from "../catalogue";
import type { Draft } from "../draft";
import type { FlowBody } from "../model";
import { FlowForm } from "./FlowForm";

const ALL = { prompts: [], queues: [] } as unknown as Catalogue;
const PATIENCE_MS = 20_000; // a whole form is drawn

let flow: FlowBody;

function Screen() {
  const [body, setBody] = useState<FlowBody>({
    name: "Hotline",
    start: "greet",
    nodes: {
      greet: { kind: "play", say: ["welcome"], next: "bye" },
      bye: { kind: "hang_up", say: [] },
      lost: { kind: "hang_up", say: [] },
    },
    order: [],
  });
  flow = body;
  const set = (changes: Partial<FlowBody>) => setBody((now) => ({ ...now, ...changes }));
  return (
    <FlowForm
      draft={{ body, set, problems: {} } as unknown as Draft<FlowBody>}
      all={ALL}
      id="flw_1"
    />
  );
}

const checked = vi.fn();

vi.setConfig({ testTimeout: PATIENCE_MS });

beforeEach(() => {
  setLanguage("en-US");
  vi.stubGlobal("fetch", async (_: unknown, { body }: { body: string }) => {
    checked(JSON.parse(body));
    return Response.json([
      { field: "nodes.lost", code: "node_unreachable", values: { id: "lost" } },
      { field: "nodes.greet.next", code: "unknown_node", values: { id: "nowhere" } },
    ]);
  });
  render(
    <QueryClientProvider client={new QueryClient()}>
      <App>
        <Screen />
      </App>
    </QueryClientProvider>,
  );
});

afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

const steps = () =>
  screen.getAllByLabelText(/^Remove the step/).map((each) => each.getAttribute("aria-label"));

it("steps change places by buttons that say which; the ends stay", () => {
  expect(screen.getByLabelText("Move greet up")).toHaveProperty("disabled", true);
  expect(screen.getByLabelText("Move lost down")).toHaveProperty("disabled", true);
  fireEvent.click(screen.getByLabelText("Move lost up"));
  expect(flow.order).toEqual(["greet", "lost", "bye"]);
  expect(steps()).toEqual(["greet", "lost", "bye"].map((id) => `Remove the step ${id}`));
  fireEvent.click(screen.getByText("List as callers come"));
  expect(flow.order).toEqual([]);
});

it("what the server finds is told in words, at the step too", async () => {
  const found = await screen.findByLabelText("What is wrong", undefined, { timeout: 5_000 });
  expect(checked).toHaveBeenCalledWith(expect.objectContaining({ start: "greet" }));
  within(found).getByText("It leads to “nowhere”, which is not there");
  expect(screen.getAllByText("No caller comes here")).toHaveLength(2); // in the list, at the step
  fireEvent.click(within(found).getByLabelText("Show the step lost"));
  expect(document.activeElement?.id).toBe("flow-step-lost");
});

async function typing() {
  fireEvent.click(screen.getByText("YAML"));
  const text = await screen.findByLabelText<HTMLTextAreaElement>(
    "YAML",
    { selector: "textarea" },
    { timeout: 5_000 },
  );
  return { text, type: (value: string) => fireEvent.change(text, { target: { value } }) };
}

const shown = () => screen.getByLabelText<HTMLTextAreaElement>("YAML", { selector: "textarea" });

it("a flow can be written as YAML, or JSON, in its own order", async () => {
  const { text, type } = await typing();
  expect(text.value).toMatch(/^name: Hotline\nstart: greet\nnodes:\n {2}greet:\n {4}kind: play\n/);
  type(
    "# ours\nname: 夜间\nstart: greet\nnodes:\n  bye: {kind: hang_up}\n  greet: {kind: play, next: bye}",
  );
  const nodes = { bye: { kind: "hang_up" }, greet: { kind: "play", next: "bye" } };
  expect(flow).toEqual({ name: "夜间", start: "greet", nodes, order: ["bye", "greet"] });
  expect(text.value).toMatch(/^# ours/);
  type(JSON.stringify({ start: "greet", nodes: { greet: { kind: "hang_up" } } }));
  expect(flow).toEqual({
    name: "夜间",
    start: "greet",
    nodes: { greet: { kind: "hang_up" } },
    order: [],
  });
});

it("text that can't be read changes nothing, is kept, and says where it breaks off", async () => {
  const before = flow;
  const broken = "start: greet\nnodes: [";
  (await typing()).type(broken);
  expect(screen.getByRole("alert").textContent).toContain("line 2, column 9");
  expect(flow).toEqual(before);
  fireEvent.click(screen.getByText("List"));
  fireEvent.click(screen.getByLabelText("Move lost up"));
  fireEvent.click(screen.getByText("YAML"));
  expect(shown().value).toBe(broken);
  act(() => setLanguage("zh-CN"));
  expect(screen.getByRole("alert").textContent).toContain("第 2 行第 9 列");
  fireEvent.click(screen.getByText("放弃这段文本"));
  expect(screen.queryByRole("alert")).toBeNull();
  expect(shown().value).toMatch(/greet:.*lost:.*bye:/s);
});

it("a flow changed elsewhere is written anew; a step is shown where it is written", async () => {
  const { type } = await typing();
  type("# ours\nstart: a\nnodes:\n  a: {kind: hang_up}");
  fireEvent.change(screen.getByLabelText("Name"), { target: { value: "Nights" } });
  expect(shown().value).toBe("name: Nights\nstart: a\nnodes:\n  a:\n    kind: hang_up\n");
  type("start: a\nnodes:\n  a: {kind: hang_up}\n  lost: {kind: hang_up}");
  const found = await screen.findByLabelText("What is wrong", undefined, { timeout: 5_000 });
  fireEvent.click(within(found).getByLabelText("Show the step lost"));
  const { value, selectionStart, selectionEnd } = shown();
  expect(value.slice(selectionStart, selectionEnd)).toBe("lost");
});
