/** The open hours of one day: typed as times, drawn on a bar of 24 hours. */
import { CloseOutlined, PlusOutlined } from "@ant-design/icons";
import { Button, Input, Tooltip } from "antd";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { clockOf, DAY_MIN, minutesOf, nextSpan } from "../clock";
import type { Span } from "../model";
import styles from "./forms.module.css";

export function DayBar({ spans }: { spans: Span[] }) {
  return (
    <div className={styles.bar24} aria-hidden>
      {spans.map(([from, to]) => (
        <div
          key={`${from}-${to}`}
          className={styles.open}
          style={{
            left: `${(from / DAY_MIN) * 100}%`,
            width: `${(Math.max(0, to - from) / DAY_MIN) * 100}%`,
          }}
        />
      ))}
    </div>
  );
}

interface SpansProps {
  day: string;
  spans: Span[];
  wrong?: boolean;
  onChange: (spans: Span[]) => void;
}

export function Spans({ day, spans, wrong, onChange }: SpansProps) {
  const { t } = useTranslation();
  const next = nextSpan(spans);
  const put = (at: number, span: Span) =>
    onChange(spans.map((each, index) => (index === at ? span : each)));
  return (
    <>
      {spans.map(([from, to], at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a span is its place in the day
        <span key={at} className={styles.span}>
          <Time
            label={t("settings.hours.from", { day, n: at + 1 })}
            value={from}
            wrong={wrong}
            onChange={(value) => put(at, [value, to])}
          />
          –
          <Time
            label={t("settings.hours.to", { day, n: at + 1 })}
            value={to}
            wrong={wrong}
            onChange={(value) => put(at, [from, value])}
          />
          <Button
            type="text"
            size="small"
            icon={<CloseOutlined />}
            aria-label={t("settings.hours.remove_span", { day, n: at + 1 })}
            onClick={() => onChange(spans.filter((_, index) => index !== at))}
          />
        </span>
      ))}
      <Tooltip title={next ? undefined : t("settings.hours.day_full")}>
        <Button
          type="text"
          size="small"
          icon={<PlusOutlined />}
          disabled={!next}
          aria-label={t("settings.hours.add_span_of", { day })}
          onClick={() => next && onChange([...spans, next])}
        >
          {t("settings.hours.add_span")}
        </Button>
      </Tooltip>
    </>
  );
}

interface TimeProps {
  label: string;
  value: number;
  wrong?: boolean;
  onChange: (minutes: number) => void;
}

/** `9:00` or `24:00`; what is no time of day is put back when the field is left. */
function Time({ label, value, wrong, onChange }: TimeProps) {
  const [text, setText] = useState(clockOf(value));
  useEffect(() => setText(clockOf(value)), [value]);
  return (
    <Input
      className={styles.time}
      aria-label={label}
      value={text}
      status={wrong || minutesOf(text) === null ? "error" : undefined}
      onChange={(event) => setText(event.target.value)}
      onBlur={() => {
        const minutes = minutesOf(text);
        if (minutes === null) setText(clockOf(value));
        else onChange(minutes);
      }}
      onPressEnter={(event) => event.currentTarget.blur()}
    />
  );
}
