import { expect, it } from "vitest";
import { pagesOf, QUEUES_A_PAGE } from "./pages";

it("every queue is on exactly one page, between the figures and the agents", () => {
  for (const count of [0, 1, QUEUES_A_PAGE, QUEUES_A_PAGE + 1, 40]) {
    const pages = pagesOf(Array.from({ length: count }));
    expect(pages[0]?.kind).toBe("figures");
    expect(pages.at(-1)?.kind).toBe("agents");
    const shown = pages.filter((page) => page.kind === "queues");
    expect(shown.reduce((sum, page) => sum + page.to - page.from, 0)).toBe(count);
    expect(shown.every((page) => page.to - page.from <= QUEUES_A_PAGE)).toBe(true);
  }
});
