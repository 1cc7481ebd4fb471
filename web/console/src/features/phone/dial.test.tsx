/** A number can be called from wherever it stands, save from its own call. */
import { QueryClientProvider } from "@tanstack/react-query";
import { cleanup, fireEvent, render, screen, waitFor } from "@testing-library/react";
import { App } from "antd";
import type { ReactNode } from "react";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { queryClient } from "../../api/query";
import type { Me } from "../../api/types";
import { setLanguage } from "../../i18n";
import type { AgentRow, BusyWith, CallRow, Work } from "../../live/protocol";
import { useLive } from "../../live/store";
import { useSession } from "../../session/session";
import { PromisedCall } from "../interactions/PromisedCall";
import { OnCall } from "../live/OnCall";
import { calls } from "./api";
import { CallPanel } from "./CallPanel";

const went = vi.fn();
vi.mock("@tanstack/react-router", async (original) => ({
  ...(await original<object>()),
  useNavigate: () => went,
}));

const NUMBER = "+8613800138000";
const CALL = {
  direction: "in",
  number: NUMBER,
  dnis: "+8657188880001",
  callback: null,
  keys: [],
  variables: {},
  legs: [],
} as unknown as CallRow;
const BUSY = {
  interaction_id: "int_1",
  role: "owner",
  phase: "connected",
  call: { direction: "in", number: NUMBER, state: "talk" },
} as unknown as BusyWith;

function panel(role: string): ReactNode {
  const work = { id: "int_1", role, call: CALL, customer: { id: "cus_1" } } as unknown as Work;
  return <CallPanel work={work} onDialog={() => undefined} />;
}

function draw(what: ReactNode): void {
  render(
    <QueryClientProvider client={queryClient}>
      <App>{what}</App>
    </QueryClientProvider>,
  );
}

beforeEach(() => {
  setLanguage("en-US");
  vi.stubGlobal("fetch", async () => Response.json({ state: "on", cause: {}, cure: {} }));
  const permissions = ["phone.own", "interactions.supervise"];
  useSession.setState({ me: { permissions, phone: { kind: "sip" } } as unknown as Me });
  const row = { status: "ready", capacity: { voice: 1 }, phone: true };
  useLive.setState({ me: row as unknown as AgentRow });
});

afterEach(() => {
  cleanup();
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

it.each([
  [
    "a promised callback",
    <PromisedCall key="1" id="int_1" callback={{ number: NUMBER, at: null, owner_name: null }} />,
  ],
  ["an agent's call on the live board", <OnCall key="2" busy={BUSY} />],
  ["a call that is wrapped up", panel("wrap_up")],
])("the number of %s calls when clicked", async (_, shown) => {
  const dial = vi.spyOn(calls, "dial").mockResolvedValue({ interaction_id: "int_2" });
  draw(shown);
  fireEvent.click(screen.getByRole("button", { name: "Call +86 138 0013 8000" }));
  await waitFor(() => expect(went).toHaveBeenCalled());
  expect(dial.mock.calls[0]?.[0]).toMatchObject({ number: NUMBER });
});

it("the number one talks with is no link: it would call who is on the line", () => {
  draw(panel("consult"));
  expect(screen.getByText("+86 138 0013 8000")).toBeTruthy();
  expect(screen.queryByRole("button", { name: /^Call / })).toBeNull();
});
