import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { cleanup, fireEvent, render, screen } from "@testing-library/react";
import { App } from "antd";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Me } from "../../api/types";
import i18next, { setLanguage } from "../../i18n";
import { useSession } from "../../session/session";
import type { Recording } from "./api";
import { Player } from "./Player";

const recording: Recording = {
  id: "rec_1",
  interaction_id: "int_1",
  kind: "call",
  started_at: "2026-11-27T08:00:00Z",
  duration_s: 100,
  size: 1000,
  state: "stored",
  held: false,
};

function draw(permissions: string[], changes: Partial<Recording> = {}): void {
  useSession.setState({ me: { permissions } as unknown as Me });
  render(
    <QueryClientProvider client={new QueryClient()}>
      <App>
        <Player recording={{ ...recording, ...changes }} />
      </App>
    </QueryClientProvider>,
  );
}

beforeEach(() => {
  setLanguage("en-US");
  vi.stubGlobal("fetch", async () => Response.json({ peaks: [[0.5, 0.2]], duration_s: 100 }));
});

afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

describe("a recording", () => {
  it("is sought with the keys, never beyond its ends, and says where it is", () => {
    draw(["recordings.read"]);
    const place = screen.getByRole("slider");
    const at = () => place.getAttribute("aria-valuetext");
    expect(at()).toBe("0:00 / 1:40");
    for (const [key, shiftKey, text] of [
      ["ArrowRight", false, "0:05 / 1:40"],
      ["ArrowRight", true, "0:20 / 1:40"],
      ["ArrowLeft", false, "0:15 / 1:40"],
      ["End", false, "1:40 / 1:40"],
      ["ArrowRight", true, "1:40 / 1:40"],
      ["Home", false, "0:00 / 1:40"],
      ["ArrowLeft", false, "0:00 / 1:40"],
    ] as const) {
      fireEvent.keyDown(place, { key, shiftKey });
      expect(at()).toBe(text);
    }
  });

  it("of a call says who is heard on which side; a spoken message has but one", () => {
    draw(["recordings.read"]);
    const sides = ["customer", "agent"].map((who) => i18next.t(`recordings.side_${who}`));
    for (const side of sides) expect(screen.getByText(side)).toBeTruthy();
    cleanup();
    draw(["recordings.read"], { kind: "voicemail" });
    for (const side of sides) expect(screen.queryByText(side)).toBeNull();
  });

  it("is taken away only by who may", () => {
    const name = i18next.t("recordings.download");
    draw(["recordings.read"]);
    expect(screen.getByLabelText(name).closest("a")?.href ?? "").toBe("");
    cleanup();
    draw(["recordings.read", "recordings.download"]);
    const link = screen.getByLabelText(name).closest("a");
    expect(link?.getAttribute("href")).toContain("/recordings/rec_1/file");
  });
});
