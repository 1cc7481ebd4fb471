/** Wrap-up in place of the composer: disposition by typing, solution, resolved; Ctrl-Enter saves. */
import { CheckOutlined, RollbackOutlined } from "@ant-design/icons";
import { Button, Input, type InputRef, Segmented, Tooltip } from "antd";
import { type KeyboardEvent, useEffect, useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { fieldText, problemText } from "../../api/problem";
import type { Disposition } from "../../api/types";
import { useNames } from "../../i18n";
import { useNow } from "../../live/clock";
import type { Work } from "../../live/protocol";
import { useLive } from "../../live/store";
import { clock } from "../../ui/format";
import { useKeys } from "../../ui/keys";
import { Keys } from "../../ui/Marks";
import { Loaded } from "../../ui/State";
import { useAction } from "../../ui/useAction";
import { desk, useDispositions } from "./api";
import { dropDraft, type Resolved, useDraft } from "./draft";
import { matches } from "./pinyin";
import styles from "./WrapUp.module.css";

const RESOLVED: Record<Resolved, boolean | null> = { yes: true, no: false, unknown: null };

/** Saved this long before its time ends: then the server would take it no more. */
const SAVED_BEFORE_MS = 2_000;

export function WrapUp({ work }: { work: Work }) {
  const { t } = useTranslation();
  const [{ disposition, solution, resolved }, change] = useDraft(work.id);
  const save = useAction(
    (ready: boolean) =>
      desk.wrapUp(work.id, {
        disposition,
        note: solution.trim(),
        resolved: RESOLVED[resolved],
        ready,
      }),
    { quiet: true, onDone: () => dropDraft(work.id) },
  );
  const resume = useAction(desk.resume);
  const needed = work.wrap_up?.disposition_required ?? true;
  const incomplete = needed && !disposition;
  const wroteAgain = useWroteAgain(work);
  useKeys({ "Ctrl+Enter": () => !incomplete && save.run(true) });

  const begun = disposition !== null || solution.trim() !== "";
  useBeforeItEnds(work, () => begun && !incomplete && !save.busy && save.run(false));

  function choose(chosen: Disposition) {
    const implied = chosen.resolved === null ? {} : { resolved: chosen.resolved ? "yes" : "no" };
    change({ disposition: chosen.id, ...(implied as { resolved?: Resolved }) });
  }

  return (
    <section className={styles.form} aria-label={t("phase.wrap_up")}>
      <header className={styles.head}>
        <h3>{t("phase.wrap_up")}</h3>
        <span className="muted">{t(`ended_by.${work.ended_by ?? "agent"}`)}</span>
        <span className={styles.grow} />
        <Left work={work} />
      </header>
      {wroteAgain && (
        <div className={styles.again} role="alert">
          <span>{t("desk.wrote_again", { name: work.customer.name })}</span>
          <Button
            type="primary"
            icon={<RollbackOutlined />}
            loading={resume.busy}
            onClick={() => resume.run(work.id)}
          >
            {t("desk.resume")}
          </Button>
        </div>
      )}
      <Dispositions
        allowed={work.wrap_up?.dispositions ?? []}
        chosen={disposition}
        required={needed}
        onChoose={choose}
      />
      <div className={styles.row}>
        <Input.TextArea
          value={solution}
          onChange={(event) => change({ solution: event.target.value })}
          autoSize={{ minRows: 2, maxRows: 5 }}
          maxLength={4000}
          aria-label={t("desk.solution")}
          placeholder={t("desk.solution_place")}
        />
        <fieldset className={styles.resolved}>
          <legend>{t("desk.resolved")}</legend>
          <Segmented<Resolved>
            value={resolved}
            onChange={(chosen) => change({ resolved: chosen })}
            options={[
              { value: "yes", label: t("common.yes") },
              { value: "no", label: t("common.no") },
              { value: "unknown", label: t("desk.not_sure") },
            ]}
          />
        </fieldset>
      </div>
      {save.error !== null && (
        <p className={styles.problem} role="alert">
          {fieldText(t, save.error, "disposition") ?? problemText(t, save.error)}
        </p>
      )}
      <footer className={styles.row}>
        {!wroteAgain && work.channel !== "voice" && (
          <Button
            type="text"
            icon={<RollbackOutlined />}
            loading={resume.busy}
            onClick={() => resume.run(work.id)}
          >
            {t("desk.resume")}
          </Button>
        )}
        <span className={styles.grow} />
        <Tooltip title={incomplete && t("desk.disposition_needed")}>
          <Button disabled={incomplete} loading={save.busy} onClick={() => save.run(false)}>
            {t("desk.save_only")}
          </Button>
        </Tooltip>
        <Tooltip title={incomplete && t("desk.disposition_needed")}>
          <Button
            type="primary"
            icon={<CheckOutlined />}
            disabled={incomplete}
            loading={save.busy}
            onClick={() => save.run(true)}
          >
            {t("desk.save_ready")} <Keys name="Ctrl+Enter" />
          </Button>
        </Tooltip>
      </footer>
    </section>
  );
}

/** A bar that shrinks and the time left; without a limit, the time since. */
function Left({ work }: { work: Work }) {
  const { t } = useTranslation();
  const now = useNow();
  const wrap = work.wrap_up;
  if (!wrap) return null;
  const since = Date.parse(wrap.since);
  if (!wrap.until) return <span className="num">{clock((now - since) / 1000)}</span>;
  const until = Date.parse(wrap.until);
  const share = Math.max(0, Math.min(1, (until - now) / Math.max(1, until - since)));
  const left = clock(Math.ceil((until - now) / 1000));
  return (
    <span className={styles.left} data-late={share < 0.2} title={t("desk.wrap_left", { left })}>
      <span className={styles.bar} aria-hidden>
        <span style={{ width: `${share * 100}%` }} />
      </span>
      <span className="num" role="timer">
        {left}
      </span>
    </span>
  );
}

interface DispositionsProps {
  allowed: string[];
  chosen: string | null;
  required: boolean;
  onChoose: (disposition: Disposition) => void;
}

function Dispositions({ allowed, chosen, required, onChoose }: DispositionsProps) {
  const { t } = useTranslation();
  const names = useNames();
  const query = useDispositions();
  const [typed, setTyped] = useState("");
  const [at, setAt] = useState(0);
  const box = useRef<InputRef>(null);
  useEffect(() => box.current?.focus(), []);
  const options = useMemo(
    () =>
      (query.data ?? [])
        .filter(
          (each) => each.active !== false && (allowed.length === 0 || allowed.includes(each.id)),
        )
        .filter((each) => matches(`${names(each.names)} ${each.group}`, typed)),
    [query.data, allowed, typed, names],
  );

  function onKeyDown(event: KeyboardEvent) {
    if (event.nativeEvent.isComposing || event.ctrlKey || event.metaKey) return;
    const step = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 }[event.key];
    const option = options[at];
    if (
      step &&
      options.length > 0 &&
      (typed === "" || event.key.endsWith("Down") || event.key.endsWith("Up"))
    ) {
      event.preventDefault();
      setAt((at + step + options.length) % options.length);
    } else if (event.key === "Enter" && option) {
      event.preventDefault();
      onChoose(option);
    }
  }

  return (
    <div className={styles.dispositions}>
      <Input
        ref={box}
        value={typed}
        onChange={(event) => {
          setTyped(event.target.value);
          setAt(0);
        }}
        onKeyDown={onKeyDown}
        aria-label={t("desk.disposition")}
        placeholder={t(required ? "desk.disposition_place" : "desk.disposition_optional")}
        allowClear
      />
      <Loaded query={query} rows={1}>
        {() => (
          <div className={styles.options} role="radiogroup" aria-label={t("desk.disposition")}>
            {options.map((each, index) => (
              // biome-ignore lint/a11y/useSemanticElements: a chip that is chosen from the box above
              <button
                key={each.id}
                type="button"
                role="radio"
                aria-checked={each.id === chosen}
                data-at={index === at && typed !== ""}
                className={styles.option}
                title={each.group || undefined}
                onClick={() => onChoose(each)}
              >
                {each.id === chosen && <CheckOutlined />} {names(each.names)}
              </button>
            ))}
            {options.length === 0 && <span className="muted">{t("desk.disposition_none")}</span>}
          </div>
        )}
      </Loaded>
    </div>
  );
}

/** Shortly before the time of a timed wrap-up is over. */
function useBeforeItEnds(work: Work, act: () => void): void {
  const latest = useRef(act);
  latest.current = act;
  const until = work.wrap_up?.until;
  useEffect(() => {
    if (!until) return;
    const now = Date.now() + useLive.getState().skewMs;
    const left = Math.max(0, Date.parse(until) - now - SAVED_BEFORE_MS);
    const timer = setTimeout(() => latest.current(), left);
    return () => clearTimeout(timer);
  }, [until]);
}

/** The customer wrote after the conversation ended. */
function useWroteAgain(work: Work): boolean {
  const since = work.wrap_up?.since;
  const last = useLive(
    (state) =>
      state.conversations[work.id]?.messages.findLast((each) => each.sender === "customer")?.at,
  );
  return Boolean(since && last && Date.parse(last) > Date.parse(since));
}
