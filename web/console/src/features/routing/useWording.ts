/** Names and choices that conditions, effects and sentences refer to, from the settings. */
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { pick, useLanguage } from "../../i18n";
import type { Catalogue } from "../settings/catalogue";
import type { Wording } from "./plain";

export interface Choice {
  value: string;
  label: string;
}

export interface Around extends Wording {
  queues: Choice[];
  skills: Choice[];
  /** The values a fact can have where they are few and known; else undefined. */
  choices: (fact: string) => Choice[] | undefined;
}

const CHANNELS = ["voice", "chat", "email", "sms", "social", "form", "task"];
const LANGUAGES = ["zh-CN", "en-US"];
const EMOTIONS = ["angry", "anxious", "calm", "happy"];
const WEEKDAYS = [1, 2, 3, 4, 5, 6, 7];

export function useWording(all: Catalogue): Around {
  const { t } = useTranslation();
  const language = useLanguage();
  return useMemo(() => {
    const named = (rows: { id: string; names: Record<string, string> }[]): Choice[] =>
      rows.map((row) => ({ value: row.id, label: pick(row.names, language) || row.id }));
    const queues = named(all.queues);
    const skills = named(all.skills);
    const topics = new Map(
      all.entryPoints.flatMap((point) =>
        point.topics.map((topic) => [topic.key, pick(topic.names, language) || topic.key]),
      ),
    );
    const known: Record<string, Choice[]> = {
      channel: CHANNELS.map((value) => ({ value, label: t(`channel.${value}`) })),
      language: LANGUAGES.map((value) => ({ value, label: t(`language_name.${value}`) })),
      emotion: EMOTIONS.map((value) => ({ value, label: t(`routing.emotion.${value}`) })),
      entry_point: all.entryPoints.map(({ id, name }) => ({ value: id, label: name })),
      topic: [...topics].map(([value, label]) => ({ value: value ?? "", label: label ?? "" })),
      weekday: WEEKDAYS.map((day) => ({
        value: String(day),
        label: t(`settings.weekday.${day - 1}`),
      })),
    };
    const label = (choices: Choice[] | undefined, value: string) =>
      choices?.find((choice) => choice.value === value)?.label ?? value;
    return {
      t,
      queues,
      skills,
      choices: (fact) => known[fact],
      queue: (id) => label(queues, id),
      skill: (id) => label(skills, id),
      value: (fact, value) => label(known[fact], String(value)),
    };
  }, [all, t, language]);
}
