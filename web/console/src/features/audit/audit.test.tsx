import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { cleanup, render, screen } from "@testing-library/react";
import { App } from "antd";
import { afterEach, describe, expect, it, vi } from "vitest";
import type { Me } from "../../api/types";
import { setLanguage } from "../../i18n";
import { useSession } from "../../session/session";
import Audit from ".";

const asked: string[] = [];

vi.mock("@tanstack/react-router", () => ({
  useSearch: () => ({ interaction_id: "int_1" }),
  useNavigate: () => () => undefined,
  Link: ({ children }: { children: React.ReactNode }) => <span>{children}</span>,
}));

const ENTRY = {
  seq: 7,
  at: "2026-11-27T08:00:00Z",
  by: "agt_1",
  by_name: "Emma",
  ip: "192.0.2.7",
  action: "read",
  kind: "recording",
  record_id: "rec_1",
  record_names: {},
  fields: ["file"],
  customer_id: null,
  interaction_id: "int_1",
};

function draw(permissions: string[]): void {
  useSession.setState({ me: { permissions } as unknown as Me });
  vi.stubGlobal("fetch", async (url: string | Request) => {
    asked.push(String(url instanceof Request ? url.url : url));
    return Response.json({ items: [ENTRY], next_cursor: null });
  });
  render(
    <QueryClientProvider client={new QueryClient()}>
      <App>
        <Audit />
      </App>
    </QueryClientProvider>,
  );
}

afterEach(() => {
  cleanup();
  asked.length = 0;
  vi.unstubAllGlobals();
});

describe("the audit of one interaction's recordings", () => {
  it.each([
    ["en-US", "downloaded"],
    ["zh-CN", "下载"],
  ] as const)("says in %s who took one away and from where", async (language, deed) => {
    setLanguage(language);
    draw(["audit.read"]);
    expect(await screen.findByText("Emma")).toBeDefined();
    expect(screen.getByText(deed)).toBeDefined();
    expect(screen.getByText("192.0.2.7")).toBeDefined();
    expect(asked.some((url) => /\/audit\?.*interaction_id=int_1/.test(url))).toBe(true);
  });

  it("is not asked for by who may not read it", () => {
    setLanguage("en-US");
    draw([]);
    expect(screen.getByText("You may not read the audit.")).toBeDefined();
    expect(asked.filter((url) => url.includes("/audit"))).toEqual([]);
  });
});
