import type { Texts } from "../model/types";
import type { Language } from "./words";

/** A configured text in the visitor's language, else in any. */
export function textIn(texts: Texts | undefined, language: Language): string {
  if (!texts) return "";
  return texts[language] ?? texts[language.slice(0, 2)] ?? Object.values(texts)[0] ?? "";
}
