import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { act, renderHook, waitFor } from "@testing-library/react";
import type { ReactNode } from "react";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { checkNames } from "./check";
import { useDraft } from "./draft";
import type { Skill, SkillBody } from "./model";

const FRESH: SkillBody = { names: {} };
const stored = (version: number, name: string): Skill => ({
  id: "skl_1",
  version,
  updated_at: "2025-07-01T08:00:00Z",
  names: { "zh-CN": name },
});

/** What the server was sent, and what it answers next. */
const sent: { method: string; path: string; body: unknown }[] = [];
let answer: { status: number; body: unknown };

beforeEach(() => {
  sent.length = 0;
  answer = { status: 200, body: stored(2, "耐心") };
  vi.stubGlobal("fetch", async (path: string, init: RequestInit) => {
    sent.push({ method: init.method ?? "", path, body: JSON.parse(String(init.body)) });
    return new Response(JSON.stringify(answer.body), { status: answer.status });
  });
});

function Wrapper({ children }: { children: ReactNode }) {
  return <QueryClientProvider client={new QueryClient()}>{children}</QueryClientProvider>;
}

function open(start: Skill | undefined) {
  return renderHook(
    ({ doc }: { doc: Skill | undefined }) =>
      useDraft<SkillBody>({ path: "skills", stored: doc, fresh: FRESH, check: checkNames }),
    { wrapper: Wrapper, initialProps: { doc: start } },
  );
}

describe("saving a draft", () => {
  it("sends the body with the version it was made on, and offers to undo", async () => {
    const { result } = open(stored(1, "礼貌"));
    act(() => result.current.set({ names: { "zh-CN": "耐心" } }));
    expect(result.current.dirty).toBe(true);
    act(() => result.current.save());
    await waitFor(() => expect(result.current.savedAt).not.toBeNull());
    expect(sent).toEqual([
      {
        method: "PUT",
        path: "/api/v1/skills/skl_1",
        body: { names: { "zh-CN": "耐心" }, version: 1 },
      },
    ]);
    await waitFor(() => expect(result.current.saving).toBe(false));
    answer = { status: 200, body: stored(3, "礼貌") };
    act(() => result.current.undo?.());
    await waitFor(() => expect(result.current.body.names["zh-CN"]).toBe("礼貌"));
    expect(sent[1]?.body).toEqual({ names: { "zh-CN": "礼貌" }, version: 2 });
  });

  it("of a new one tells what is missing only when it is tried", () => {
    const { result } = open(undefined);
    expect(result.current.problems).toEqual({});
    act(() => result.current.save());
    expect(result.current.problems).toEqual({ "names.zh-CN": "required" });
    expect(sent).toEqual([]);
  });

  it("shows the server's word on a field until that field is changed", async () => {
    answer = {
      status: 422,
      body: { code: "validation", errors: [{ field: "names", code: "too_long" }] },
    };
    const { result } = open(stored(1, "礼貌"));
    act(() => result.current.set({ names: { "zh-CN": "…" } }));
    act(() => result.current.save());
    await waitFor(() => expect(result.current.problems).toEqual({ names: "too_long" }));
    act(() => result.current.set({ names: { "zh-CN": "短" } }));
    await waitFor(() => expect(result.current.problems).toEqual({}));
  });
});

describe("when someone else saves meanwhile", () => {
  it("an untouched draft follows without a word", async () => {
    const { result, rerender } = open(stored(1, "礼貌"));
    rerender({ doc: stored(2, "耐心") });
    await waitFor(() => expect(result.current.body.names["zh-CN"]).toBe("耐心"));
    expect(result.current.theirs).toBeNull();
  });

  it("a changed draft is kept and both versions are offered", async () => {
    const { result, rerender } = open(stored(1, "礼貌"));
    act(() => result.current.set({ names: { "zh-CN": "mine" } }));
    rerender({ doc: stored(2, "theirs") });
    expect(result.current.theirs?.names["zh-CN"]).toBe("theirs");
    expect(result.current.body.names["zh-CN"]).toBe("mine");
    act(() => result.current.overwrite());
    await waitFor(() => expect(sent[0]?.body).toEqual({ names: { "zh-CN": "mine" }, version: 2 }));
  });

  it("theirs can be taken", async () => {
    const { result, rerender } = open(stored(1, "礼貌"));
    act(() => result.current.set({ names: { "zh-CN": "mine" } }));
    rerender({ doc: stored(2, "theirs") });
    act(() => result.current.takeTheirs());
    await waitFor(() => expect(result.current.body.names["zh-CN"]).toBe("theirs"));
    expect(result.current.dirty).toBe(false);
    expect(sent).toEqual([]);
  });
});
