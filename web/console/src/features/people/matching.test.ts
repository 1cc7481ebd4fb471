import { describe, expect, it } from "vitest";
import { newPerson, type Person } from "../settings/model";
import { changedPeople, matching } from "./matching";

function person(name: string, more: Partial<Person> = {}): Person {
  return {
    ...newPerson,
    id: name,
    name,
    email: `${name}@demo.parley`,
    version: 1,
    active: true,
    must_change_password: false,
    locked_until: null,
    ...more,
  };
}

const lin = person("lin", { queues: { sales: 1 }, skills: { calm: 8 } });
const boss = person("boss", { role: "administrator" });
const gone = person("gone", { active: false });
const all = [boss, gone, lin];

describe("people", () => {
  it("are active ones unless asked otherwise, agents first", () => {
    expect(matching(all, {})).toEqual([lin, boss]);
    expect(matching(all, { state: "inactive" })).toEqual([gone]);
    expect(matching(all, { state: "all" })).toHaveLength(3);
  });

  it("are found by name, e-mail, role and queue", () => {
    expect(matching(all, { text: "LIN@" })).toEqual([lin]);
    expect(matching(all, { role: "administrator" })).toEqual([boss]);
    expect(matching(all, { queue: "sales" })).toEqual([lin]);
    expect(matching(all, { queue: "repair" })).toEqual([]);
  });
});

describe("the matrix", () => {
  it("saves only those whose numbers differ", () => {
    expect(changedPeople(all, { lin: { calm: 8 } }, "skills")).toEqual([]);
    expect(changedPeople(all, { lin: { calm: 9 } }, "skills")).toEqual([lin]);
    expect(changedPeople(all, { lin: {} }, "skills")).toEqual([lin]);
    expect(changedPeople(all, { boss: { calm: 1 } }, "skills")).toEqual([boss]);
  });
});
