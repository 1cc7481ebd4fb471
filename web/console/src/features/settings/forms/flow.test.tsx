import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { cleanup, fireEvent, render, screen, within } from "@testing-library/react";
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

it("text that can't be read changes nothing, and says where it breaks off", () => {
  fireEvent.click(screen.getByText("JSON"));
  const text = screen.getByLabelText("JSON", { selector: "textarea" });
  const before = flow;
  fireEvent.change(text, { target: { value: '{"start": "greet",\n"nodes": }' } });
  expect(screen.getByRole("alert").textContent).toContain("line 2, column 10");
  expect(flow).toEqual(before);
  const nodes = { bye: { kind: "hang_up" }, greet: { kind: "play", next: "bye" } };
  fireEvent.change(text, { target: { value: JSON.stringify({ start: "greet", nodes }) } });
  expect(screen.queryByRole("alert")).toBeNull();
  expect(flow).toMatchObject({ nodes, order: ["bye", "greet"] });
});
