/** Both languages of every screen. Texts of a feature live in its folder, under its name. */
import dayjs from "dayjs";
import "dayjs/locale/zh-cn";
import i18next from "i18next";
import { initReactI18next, useTranslation } from "react-i18next";
import type { Language, Texts } from "../api/types";
import enUS from "./en-US.json";
import zhCN from "./zh-CN.json";

type Tree = { [key: string]: string | Tree };

const CHOICE = "parley.language";
export const LANGUAGES: Language[] = ["zh-CN", "en-US"];

const features = import.meta.glob<Tree>("../features/*/i18n.*.json", {
  eager: true,
  import: "default",
});

/** The common texts and, under its name, those of each feature. */
export function texts(language: Language): Tree {
  const all: Tree = { ...(language === "zh-CN" ? (zhCN as Tree) : (enUS as Tree)) };
  for (const [path, tree] of Object.entries(features)) {
    const [, name, tag] = /features\/([^/]+)\/i18n\.([^.]+)\.json$/.exec(path) ?? [];
    if (name && tag === language) all[name] = tree;
  }
  return all;
}

export function browserLanguage(): Language {
  const chosen = localStorage.getItem(CHOICE);
  if (chosen === "zh-CN" || chosen === "en-US") return chosen;
  return asLanguage(navigator.language);
}

/** The nearest language of ours, e.g. for an account's `zh-TW`. */
export function asLanguage(tag: string): Language {
  return tag.toLowerCase().startsWith("zh") ? "zh-CN" : "en-US";
}

export function setLanguage(language: Language): void {
  localStorage.setItem(CHOICE, language);
  document.documentElement.lang = language;
  dayjs.locale(language === "zh-CN" ? "zh-cn" : "en");
  if (i18next.language !== language) void i18next.changeLanguage(language);
}

void i18next.use(initReactI18next).init({
  lng: browserLanguage(),
  fallbackLng: "en-US",
  resources: Object.fromEntries(
    LANGUAGES.map((language) => [language, { translation: texts(language) }]),
  ),
  interpolation: { escapeValue: false },
  returnNull: false,
});
setLanguage(browserLanguage());

export function useLanguage(): Language {
  const { i18n } = useTranslation();
  return asLanguage(i18n.language);
}

/** The text in this language, else in any. */
export function pick(names: Texts | string | null | undefined, language: string): string {
  if (!names) return "";
  if (typeof names === "string") return names;
  return names[language] ?? names["zh-CN"] ?? Object.values(names)[0] ?? "";
}

/** `names` of a record in the person's language. */
export function useNames(): (names: Texts | string | null | undefined) => string {
  const language = useLanguage();
  return (names) => pick(names, language);
}

export default i18next;
