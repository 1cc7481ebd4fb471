/** Time zones to choose from: those the browser knows, the company's likeliest first. */

const FIRST = ["Asia/Shanghai", "Asia/Hong_Kong", "Asia/Singapore", "Asia/Tokyo", "UTC"];

const known: string[] =
  typeof Intl.supportedValuesOf === "function" ? Intl.supportedValuesOf("timeZone") : [];

export const ZONES: string[] = [...FIRST, ...known.filter((zone) => !FIRST.includes(zone))];
