/** What a visitor may choose before writing: a key for programs, names for people, a queue. */
import { CloseOutlined, PlusOutlined } from "@ant-design/icons";
import { Button, Input, Select } from "antd";
import { useTranslation } from "react-i18next";
import type { Problems } from "../check";
import { LANGUAGES, type Topic } from "../model";
import styles from "./forms.module.css";

interface Props {
  topics: Topic[];
  queues: { value: string; label: string }[];
  problems: Problems;
  onChange: (topics: Topic[]) => void;
}

export function Topics({ topics, queues, problems, onChange }: Props) {
  const { t } = useTranslation();
  const put = (at: number, changes: Partial<Topic>) =>
    onChange(topics.map((topic, index) => (index === at ? { ...topic, ...changes } : topic)));
  return (
    <div className={styles.week}>
      {topics.map((topic, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the key is being typed
        <div key={at} className={styles.topic}>
          <Input
            aria-label={t("settings.entry_point.topic_key", { n: at + 1 })}
            placeholder={t("settings.entry_point.topic_key_short")}
            value={topic.key}
            maxLength={40}
            status={problems[`topics.${at}.key`] ? "error" : undefined}
            title={topicProblem(problems[`topics.${at}.key`], t)}
            onChange={(event) => put(at, { key: event.target.value })}
          />
          {LANGUAGES.map((language) => (
            <Input
              key={language}
              lang={language}
              aria-label={t("settings.entry_point.topic_name", {
                n: at + 1,
                language: t(`settings.language.${language}`),
              })}
              placeholder={t(`settings.language.${language}`)}
              value={topic.names[language] ?? ""}
              maxLength={120}
              status={problems[`topics.${at}.names`] ? "error" : undefined}
              onChange={(event) =>
                put(at, { names: { ...topic.names, [language]: event.target.value } })
              }
            />
          ))}
          <Select
            aria-label={t("settings.entry_point.topic_queue", { n: at + 1 })}
            value={topic.queue ?? ""}
            options={[{ value: "", label: t("settings.entry_point.same_queue") }, ...queues]}
            onChange={(queue) => put(at, { queue: queue || null })}
          />
          <Button
            type="text"
            icon={<CloseOutlined />}
            aria-label={t("settings.entry_point.topic_remove", { n: at + 1 })}
            onClick={() => onChange(topics.filter((_, index) => index !== at))}
          />
        </div>
      ))}
      <div>
        <Button
          icon={<PlusOutlined />}
          onClick={() => onChange([...topics, { key: "", names: {}, queue: null }])}
        >
          {t("settings.entry_point.topic_add")}
        </Button>
      </div>
    </div>
  );
}

function topicProblem(code: string | undefined, t: (key: string) => string): string | undefined {
  return code ? t(`settings.problem.${code}`) : undefined;
}
