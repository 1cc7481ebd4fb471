import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { cleanup, fireEvent, render, screen, waitFor } from "@testing-library/react";
import { App } from "antd";
import type { ReactElement } from "react";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Me } from "../../api/types";
import i18next, { setLanguage } from "../../i18n";
import type { AgentRow, Asked, Asks } from "../../live/protocol";
import { useLive } from "../../live/store";
import { useSession } from "../../session/session";
import { ConsentAsks, ConsentOutcome } from "./Consent";
import { OverhearCall } from "./OverhearCall";

const sent: { path: string; body: unknown }[] = [];

beforeEach(() => {
  sent.length = 0;
  vi.stubGlobal("fetch", async (path: string, options?: RequestInit) => {
    if (options?.method === "POST") {
      sent.push({ path, body: options.body ? JSON.parse(String(options.body)) : null });
    }
    return Response.json({ state: "on", cause: {}, cure: {} });
  });
});

afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

const until = new Date(Date.now() + 20_000).toISOString();
const ask = (agent_id: string, name: string): Asks => ({
  agent_id,
  name,
  role: "whisper",
  until,
  answer_s: 20,
});

function asked(answer: Asked["answer"]): void {
  const question: Asked = {
    interaction_id: "int_1",
    agent_name: "Lin",
    role: "monitor",
    until,
    answer,
  };
  const row = { status: "ready", capacity: { voice: 1 }, phone: true, asked: question };
  useSession.setState({ me: { permissions: ["interactions.supervise"] } as unknown as Me });
  useLive.setState({ me: row as unknown as AgentRow });
}

const all = (what: ReactElement) => (
  <QueryClientProvider client={new QueryClient()}>
    <App>{what}</App>
  </QueryClientProvider>
);

describe.each(["en-US", "zh-CN"] as const)("who wants to listen in, in %s", (language) => {
  beforeEach(() => void setLanguage(language));

  it("is named to the agent, who allows or refuses each by a button", async () => {
    const two = [ask("agt_1", "Zhou"), ask("agt_2", "Boss")];
    render(all(<ConsentAsks work={{ id: "int_1", asks: two }} />));
    const name = i18next.t("phone.consent.asks_whisper", { name: "Boss" });
    const group = screen.getByRole("group", { name });
    expect(group.querySelector("[role=alert]")?.textContent).toBe(name);
    fireEvent.click(screen.getAllByRole("button", { name: /Refuse|不同意/ })[1] as HTMLElement);
    await waitFor(() => expect(sent).toHaveLength(1));
    expect(sent[0]?.path).toContain("/interactions/int_1/consent");
    expect(sent[0]?.body).toEqual({ agent_id: "agt_2", allow: false });
  });

  it.each([
    ["KeyY", true],
    ["KeyX", false],
  ])("is answered by Alt+%s: the first one", async (code, allow) => {
    const two = [ask("agt_1", "Zhou"), ask("agt_2", "Boss")];
    render(all(<ConsentAsks work={{ id: "int_1", asks: two }} />));
    fireEvent.keyDown(window, { key: "?", code, altKey: true });
    await waitFor(() => expect(sent).toHaveLength(1));
    expect(sent[0]?.body).toEqual({ agent_id: "agt_1", allow });
  });

  it("waits for the answer and may withdraw", async () => {
    asked(null);
    render(all(<OverhearCall id="int_1" phase="connected" />));
    const words = i18next.t("phone.consent.waiting", { name: "Lin" });
    expect(screen.getByRole("status").textContent).toBe(words);
    fireEvent.click(screen.getByRole("button"));
    await waitFor(() => expect(sent[0]?.path).toContain("/interactions/int_1/leave"));
  });

  it.each(["allowed", "refused", "no_answer", "call_over"] as const)(
    "is told why it ended: %s",
    async (answer) => {
      asked(null);
      const drawn = render(all(<ConsentOutcome />));
      asked(answer);
      drawn.rerender(all(<ConsentOutcome />));
      const words = i18next.t(`phone.consent.answer.${answer}`, { name: "Lin" });
      expect(await screen.findByText(words)).toBeTruthy();
    },
  );

  it("is not told again what came of an older question", () => {
    asked("refused");
    render(all(<ConsentOutcome />));
    const words = i18next.t("phone.consent.answer.refused", { name: "Lin" });
    expect(screen.queryByText(words)).toBeNull();
  });
});
