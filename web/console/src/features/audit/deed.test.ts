import { describe, expect, it } from "vitest";
import { type AuditRow, deedOf, queryOf } from "./deed";

const row = { kind: "recording", action: "read", fields: [] as string[] } as AuditRow;

describe("the audit", () => {
  it("tells listening from taking away, and both from reading", () => {
    expect(deedOf(row)).toBe("listened");
    expect(deedOf({ ...row, fields: ["file"] })).toBe("downloaded");
    expect(deedOf({ ...row, kind: "customer" })).toBe("read");
    expect(deedOf({ ...row, action: "changed", fields: ["held"] })).toBe("changed");
  });

  it("asks the API for what the address says and nothing else", () => {
    const filters = { interaction_id: "int_1", kind: "", foreign: "x" };
    expect(queryOf(filters)).toEqual({ interaction_id: "int_1" });
  });
});
