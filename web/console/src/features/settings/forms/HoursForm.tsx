/** Opening hours: a week, days that differ from it, and a switch for right now. */
import { CloseOutlined, CopyOutlined, PlusOutlined } from "@ant-design/icons";
import { Alert, Button, DatePicker, Input, Segmented, Select } from "antd";
import dayjs from "dayjs";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Field, Section } from "../kit/Field";
import type { HoursBody, Span } from "../model";
import type { FormProps } from "../NounPage";
import { ZONES } from "../zones";
import styles from "./forms.module.css";
import { DayBar, Spans } from "./Spans";

const OVERRIDES = ["schedule", "open", "closed"] as const;
const WORKDAYS = [1, 2, 3, 4]; // Tuesday to Friday get Monday's hours

export function HoursForm(props: FormProps<HoursBody>) {
  const { t } = useTranslation();
  const { body, set, problems } = props.draft;
  return (
    <>
      <Section title={t("settings.hours.basics")}>
        <Field
          label={t("settings.hours.name")}
          help={t("settings.hours.name_help")}
          problem={problems.name}
        >
          {(id, note) => (
            <Input
              id={id}
              aria-describedby={note}
              maxLength={120}
              status={problems.name ? "error" : undefined}
              value={body.name}
              onChange={(event) => set({ name: event.target.value })}
            />
          )}
        </Field>
        <Field label={t("settings.hours.zone")} problem={problems.zone}>
          {(id) => (
            <Select
              id={id}
              showSearch
              style={{ width: 280 }}
              value={body.zone}
              options={ZONES.map((zone) => ({ value: zone, label: zone }))}
              onChange={(zone) => set({ zone })}
            />
          )}
        </Field>
        <Field label={t("settings.hours.override")} help={t("settings.hours.override_help")} group>
          {() => (
            <Segmented<(typeof OVERRIDES)[number]>
              value={(body.override ?? "schedule") as (typeof OVERRIDES)[number]}
              options={OVERRIDES.map((value) => ({
                value,
                label: t(`settings.hours.override_${value}`),
              }))}
              onChange={(value) => set({ override: value === "schedule" ? null : value })}
            />
          )}
        </Field>
        {body.override && (
          <Alert type="warning" showIcon title={t(`settings.hours.overridden_${body.override}`)} />
        )}
      </Section>
      <Week {...props} />
      <Holidays {...props} />
    </>
  );
}

function Week({ draft }: FormProps<HoursBody>) {
  const { t } = useTranslation();
  const { body, set, problems } = draft;
  const put = (days: number[], spans: Span[]) =>
    set({ week: body.week.map((each, day) => (days.includes(day) ? spans : each)) });
  return (
    <Section title={t("settings.hours.week")}>
      <div className={styles.week}>
        {body.week.map((spans, day) => {
          const name = t(`settings.weekday.${day}`);
          const wrong = problems[`week.${day}`];
          return (
            // biome-ignore lint/suspicious/noArrayIndexKey: a weekday is its place in the week
            <div key={day} className={styles.day}>
              <strong>{name}</strong>
              <DayBar spans={spans} />
              <span className="muted num">
                {spans.length === 0 ? t("settings.hours.closed_all_day") : hoursText(spans)}
              </span>
              <div className={styles.spans}>
                <Spans
                  day={name}
                  spans={spans}
                  wrong={wrong !== undefined}
                  onChange={(next) => put([day], next)}
                />
                {day === 0 && (
                  <Button
                    type="text"
                    size="small"
                    icon={<CopyOutlined />}
                    onClick={() => put(WORKDAYS, spans)}
                  >
                    {t("settings.hours.copy_to_workdays")}
                  </Button>
                )}
                {wrong && (
                  <span className={styles.unreadable}>{t(`settings.problem.${wrong}`)}</span>
                )}
              </div>
            </div>
          );
        })}
      </div>
    </Section>
  );
}

/** How long a day is open: `9 h`, `7.5 h`. */
function hoursText(spans: Span[]): string {
  const minutes = spans.reduce((sum, [from, to]) => sum + Math.max(0, to - from), 0);
  return `${Math.round((minutes / 60) * 10) / 10} h`;
}

function Holidays({ draft }: FormProps<HoursBody>) {
  const { t } = useTranslation();
  const { body, set, problems } = draft;
  const [day, setDay] = useState<string | null>(null);
  const dates = Object.keys(body.holidays).sort();
  const put = (date: string, spans: Span[]) =>
    set({ holidays: { ...body.holidays, [date]: spans } });
  const remove = (date: string) =>
    set({
      holidays: Object.fromEntries(Object.entries(body.holidays).filter(([key]) => key !== date)),
    });
  return (
    <Section title={t("settings.hours.holidays")}>
      <p className="muted">{t("settings.hours.holidays_help")}</p>
      <div className={styles.row}>
        <DatePicker
          aria-label={t("settings.hours.date")}
          value={day ? dayjs(day) : null}
          onChange={(value) => setDay(value?.format("YYYY-MM-DD") ?? null)}
        />
        <Button
          icon={<PlusOutlined />}
          disabled={!day || day in body.holidays}
          title={day && day in body.holidays ? t("settings.hours.date_taken") : undefined}
          onClick={() => {
            if (day) put(day, []);
            setDay(null);
          }}
        >
          {t("settings.hours.add_date")}
        </Button>
      </div>
      {dates.map((date) => {
        const spans = body.holidays[date] ?? [];
        const wrong = problems[`holidays.${date}`];
        return (
          <div key={date} className={styles.holiday}>
            <span className="num">
              {date} {t(`settings.weekday.${(dayjs(date).day() + 6) % 7}`)}
            </span>
            <span className={styles.row}>
              {spans.length === 0 && <span>{t("settings.hours.closed_all_day")}</span>}
              <Spans
                day={date}
                spans={spans}
                wrong={wrong !== undefined}
                onChange={(next) => put(date, next)}
              />
              {wrong && <span className={styles.unreadable}>{t(`settings.problem.${wrong}`)}</span>}
            </span>
            <Button
              type="text"
              icon={<CloseOutlined />}
              aria-label={t("settings.take_away", { name: date })}
              onClick={() => remove(date)}
            />
          </div>
        );
      })}
      {dates.length === 0 && <p>{t("settings.hours.no_holidays")}</p>}
    </Section>
  );
}
