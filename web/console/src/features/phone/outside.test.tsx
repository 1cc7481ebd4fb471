import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { cleanup, render, screen } from "@testing-library/react";
import { App } from "antd";
import type { ReactNode } from "react";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Me } from "../../api/types";
import i18next, { setLanguage } from "../../i18n";
import type { AgentRow } from "../../live/protocol";
import { useLive } from "../../live/store";
import { useSession } from "../../session/session";
import { AnswerHint } from "./Answer";
import { useWhyNoCall } from "./hooks";
import PhonePanel from "./PhonePanel";

const asked = vi.fn();

beforeEach(() => {
  setLanguage("en-US");
  vi.stubGlobal("fetch", async () => Response.json({ state: "on", cause: {}, cure: {} }));
  vi.stubGlobal("navigator", { mediaDevices: { getUserMedia: asked } });
});

afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

function sit(phone: Me["phone"], reachable: boolean): void {
  const me = { phone, permissions: ["phone.own"] } as unknown as Me;
  const row = { status: "ready", capacity: { voice: 1 }, phone: reachable };
  useSession.setState({ me });
  useLive.setState({ me: row as unknown as AgentRow });
}

function draw(what: ReactNode): void {
  render(
    <QueryClientProvider client={new QueryClient()}>
      <App>{what}</App>
    </QueryClientProvider>,
  );
}

function WhyNoCall() {
  return <p>{useWhyNoCall() ?? "can call"}</p>;
}

const SIP: Me["phone"] = { kind: "sip", number: null };
const NUMBER: Me["phone"] = { kind: "number", number: "+8613800138000" };

describe("a phone outside the browser", () => {
  it.each([
    [SIP, true, "phone.outside.sip_ready"],
    [SIP, false, "phone.outside.sip_away"],
    [NUMBER, true, "phone.outside.number_ready"],
  ])("says how %o is (reachable: %s), and wants no microphone", (phone, reachable, title) => {
    sit(phone, reachable);
    draw(<PhonePanel />);
    const number = phone.number ? "+86 138 0013 8000" : "";
    expect(screen.getByRole("status").textContent).toContain(i18next.t(title, { number }));
    expect(screen.queryByRole("combobox")).toBeNull();
    expect(screen.queryByRole("button")).toBeNull();
    expect(asked).not.toHaveBeenCalled();
  });

  it("is picked up by hand", () => {
    sit(SIP, true);
    draw(<AnswerHint interaction="int_1" />);
    expect(screen.getByText(i18next.t("phone.answer.pick_up_sip"))).toBeTruthy();
  });

  it("that is not registered is told instead of being waited for", () => {
    sit(SIP, false);
    draw(<AnswerHint interaction="int_1" />);
    expect(screen.getByRole("alert").textContent).toContain(i18next.t("phone.outside.sip_away"));
  });

  it("calls numbers once it can be rung, whatever the browser's phone is", () => {
    sit(SIP, false);
    draw(<WhyNoCall />);
    expect(screen.queryByText("can call")).toBeNull();
    cleanup();
    sit(SIP, true);
    draw(<WhyNoCall />);
    expect(screen.getByText("can call")).toBeTruthy();
  });
});
