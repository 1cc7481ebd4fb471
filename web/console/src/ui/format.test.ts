import { describe, expect, it } from "vitest";
import { bytes, clock, money, percent, phone, shortTime } from "./format";
import { setZone } from "./zone";

describe("numbers as people read them", () => {
  it("durations are m:ss, from an hour h:mm:ss, and never negative", () => {
    expect([-3, 0, 61.9, 3_599, 3_600, 36_061].map(clock)).toEqual([
      "0:00",
      "0:00",
      "1:01",
      "59:59",
      "1:00:00",
      "10:01:01",
    ]);
  });

  it("shares, sizes and money", () => {
    expect(percent(null)).toBe("–");
    expect(percent(0.8649)).toBe("86%");
    expect(bytes(2 * 1024 * 1024)).toBe("2.0 MB");
    expect(money("2899.00", "CNY", "en-US")).toBe("¥2,899.00");
    expect(money("n/a", "CNY", "en-US")).toBe("n/a");
  });

  it("mainland mobiles in groups, others as they are", () => {
    expect(phone("+8613800138000")).toBe("+86 138 0013 8000");
    expect(phone("+442071234567")).toBe("+442071234567");
  });

  it("times are the company's, wherever the browser is", () => {
    const noon = Date.parse("2026-11-22T12:00:00Z");
    setZone("Asia/Shanghai");
    expect(shortTime("2026-11-22T01:05:00Z", noon, "en-US")).toBe("09:05");
    expect(shortTime("2026-11-21T15:59:00Z", noon, "en-US")).toBe("Nov 21, 23:59");
    setZone("America/New_York");
    expect(shortTime("2026-11-22T01:05:00Z", noon, "en-US")).toBe("Nov 21, 20:05");
    setZone(undefined);
  });

  it("times without their date today, without the year this year", () => {
    const now = new Date(2026, 10, 22, 12).getTime();
    const told = (year: number, month: number, day: number) =>
      shortTime(new Date(year, month, day, 9, 5).toISOString(), now, "en-US");
    expect([told(2026, 10, 22), told(2026, 10, 1), told(2025, 10, 1)]).toEqual([
      "09:05",
      "Nov 1, 09:05",
      "Nov 1, 2025",
    ]);
  });
});
