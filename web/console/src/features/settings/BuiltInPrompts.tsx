/** What the system says by itself: every prompt in both languages, to read and to hear. */
import { SearchOutlined } from "@ant-design/icons";
import { useQuery } from "@tanstack/react-query";
import { Input, Segmented, Table, type TableColumnsType } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, url } from "../../api/client";
import { Blank, Failure, Loading } from "../../ui/State";
import styles from "./forms/Prompt.module.css";
import { PlayButton } from "./kit/PlayButton";
import { LANGUAGES } from "./model";

export interface SystemPrompt {
  key: string;
  texts: Record<string, string>;
  durations_s: Record<string, number>;
  unit: boolean;
}

type Shown = "sentences" | "units";

export function BuiltInPrompts() {
  const { t } = useTranslation();
  const [text, setText] = useState("");
  const [shown, setShown] = useState<Shown>("sentences");
  const query = useQuery({
    queryKey: ["built-in-prompts"],
    queryFn: ({ signal }) => api.get<SystemPrompt[]>("/built-in-prompts", undefined, signal),
    staleTime: Number.POSITIVE_INFINITY,
  });
  if (query.isPending) return <Loading rows={10} />;
  if (query.error) return <Failure error={query.error} retry={() => void query.refetch()} />;
  const rows = query.data.filter((row) => row.unit === (shown === "units") && says(row, text));
  return (
    <section className={styles.builtIn} aria-label={t("settings.prompt.built_in")}>
      <h2>{t("settings.prompt.built_in")}</h2>
      <div className={styles.builtInHead}>
        <span className="muted">{t("settings.prompt.built_in_line")}</span>
      </div>
      <div className={styles.builtInHead}>
        <Segmented<Shown>
          aria-label={t("settings.prompt.built_in")}
          value={shown}
          options={(["sentences", "units"] as const).map((value) => ({
            value,
            label: t(`settings.prompt.${value}`),
          }))}
          onChange={setShown}
        />
        <Input
          className={styles.find}
          allowClear
          prefix={<SearchOutlined />}
          placeholder={t("settings.prompt.find")}
          aria-label={t("settings.prompt.find")}
          value={text}
          onChange={(event) => setText(event.target.value)}
        />
      </div>
      <Table<SystemPrompt>
        size="small"
        rowKey="key"
        columns={columnsOf(t)}
        dataSource={rows}
        pagination={false}
        locale={{ emptyText: <Blank title={t("settings.nothing_found")} /> }}
      />
    </section>
  );
}

export function says(row: SystemPrompt, text: string): boolean {
  const words = text.trim().toLowerCase();
  return [row.key, ...Object.values(row.texts)].some((each) => each.toLowerCase().includes(words));
}

function columnsOf(
  t: (key: string, values?: Record<string, unknown>) => string,
): TableColumnsType<SystemPrompt> {
  return [
    {
      title: t("settings.prompt.key"),
      key: "key",
      width: 170,
      render: (_, { key }) => <span className={styles.key}>{key}</span>,
    },
    ...LANGUAGES.map((language) => ({
      title: t(`settings.language.${language}`),
      key: language,
      render: (_: unknown, { key, texts, durations_s }: SystemPrompt) => (
        <div className={styles.spoken} lang={language}>
          <PlayButton
            src={url(`/built-in-prompts/${key}/audio/${language}`)}
            name={t("settings.prompt.listen_to", { text: texts[language] ?? key })}
            why={durations_s[language] === undefined ? t("settings.prompt.no_sound") : undefined}
          />
          <span>
            {texts[language]}{" "}
            {durations_s[language] !== undefined && (
              <span className={`${styles.length} num`}>
                {t("settings.prompt.seconds", { seconds: durations_s[language].toFixed(1) })}
              </span>
            )}
          </span>
        </div>
      ),
    })),
  ];
}
