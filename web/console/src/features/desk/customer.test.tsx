import { QueryClientProvider } from "@tanstack/react-query";
import { fireEvent, render, screen } from "@testing-library/react";
import { beforeEach, expect, it, vi } from "vitest";
import { queryClient } from "../../api/query";
import type { CustomerDetail } from "../../api/types";
import i18next, { setLanguage } from "../../i18n";
import { AgentSelect } from "./AgentSelect";
import { changesOf, valuesOf } from "./customer";

const wang = {
  id: "cus_1",
  name: "王晓燕",
  tier: "VIP",
  phone: null,
  email: null,
  city: "杭州",
  language: "zh-CN",
  tags: ["老客户"],
  fields: { 会员号: "M-7", region: "华东" },
  dedicated_agent: "agt_gone",
  dedicated_agent_name: "赵敏",
  version: 3,
} as unknown as CustomerDetail;

it("saving an unchanged form changes nothing", () => {
  const { name, tier, city, tags, fields, dedicated_agent, version } = wang;
  const same = { name, tier, city, tags, fields, dedicated_agent, version };
  expect(changesOf(valuesOf(wang), wang)).toMatchObject(same);
});

it("the region is one of the fields, and an emptied one is none", () => {
  const saved = (region: string) => changesOf({ ...valuesOf(wang), region }, wang).fields;
  expect(saved(" 华南 ")).toEqual({ 会员号: "M-7", region: "华南" });
  expect(saved(" ")).toEqual({ 会员号: "M-7" });
});

beforeEach(() => {
  queryClient.setQueryData(["agents"], [{ id: "agt_1", name: "林晓" }]);
});

it.each(["zh-CN", "en-US"] as const)(
  "the agent is chosen by name, who left keeps theirs, and nobody may be chosen (%s)",
  (language) => {
    setLanguage(language);
    const chosen = vi.fn();
    const select = (value: string | null) => (
      <QueryClientProvider client={queryClient}>
        <AgentSelect known={wang} value={value} onChange={chosen} />
      </QueryClientProvider>
    );
    const { rerender, container, unmount } = render(select("agt_gone"));
    expect(screen.getByText("赵敏")).toBeTruthy();
    const box = screen.getByRole("combobox");
    fireEvent.mouseDown(box);
    fireEvent.change(box, { target: { value: "林" } });
    fireEvent.click(screen.getByTitle("林晓"));
    expect(chosen).toHaveBeenLastCalledWith("agt_1");
    const clear = container.querySelector(".ant-select-clear");
    fireEvent.mouseDown(clear as Element);
    fireEvent.click(clear as Element);
    expect(chosen.mock.lastCall?.[0]).toBeNull();
    rerender(select(null));
    expect(screen.getByText(i18next.t("desk.dedicated_nobody"))).toBeTruthy();
    unmount();
  },
  20_000,
);
