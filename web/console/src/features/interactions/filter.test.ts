import { describe, expect, it } from "vitest";
import { texts } from "../../i18n";
import { OUTCOMES, PHASES } from "./FilterBar";
import { dayStart, queryOf } from "./filter";

describe("the filter of states", () => {
  it("offers every phase and every outcome there is a word for", () => {
    const { phase, outcome } = texts("en-US") as Record<string, object>;
    const offered = PHASES.flatMap((each) => each.split(","));
    expect(offered.toSorted()).toEqual(Object.keys(phase ?? {}).sort());
    expect([...OUTCOMES].sort()).toEqual(Object.keys(outcome ?? {}).sort());
  });
});

describe("the filter of the address", () => {
  it("becomes the query of the API, phases repeated, unknown words dropped", () => {
    expect(queryOf({ queue: "sales", phase: "queued,offered", tab: "x", text: undefined })).toEqual(
      {
        queue: "sales",
        phase: ["queued", "offered"],
      },
    );
  });
});

describe("the company's day", () => {
  it("begins at midnight of its zone, not of the browser's", () => {
    const now = Date.parse("2025-07-01T17:30:00Z"); // 01:30 on the 2nd in Shanghai
    expect(dayStart("Asia/Shanghai", now)).toBe("2025-07-01T16:00:00.000Z");
    expect(dayStart("UTC", now)).toBe("2025-07-01T00:00:00.000Z");
  });

  it("begins right on days when the clock changes", () => {
    const now = Date.parse("2025-03-09T18:00:00Z"); // New York went to summer time that night
    expect(dayStart("America/New_York", now)).toBe("2025-03-09T05:00:00.000Z");
    const autumn = Date.parse("2025-11-02T18:00:00Z");
    expect(dayStart("America/New_York", autumn)).toBe("2025-11-02T04:00:00.000Z");
  });

  it("begins at the instant itself at midnight", () => {
    const midnight = Date.parse("2025-07-01T16:00:00Z");
    expect(dayStart("Asia/Shanghai", midnight)).toBe("2025-07-01T16:00:00.000Z");
  });
});
