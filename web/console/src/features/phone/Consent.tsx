/** Where agents are asked before somebody listens in: the question, the wait for its answer, what came of it. */
import { CheckOutlined, CloseOutlined, EyeOutlined } from "@ant-design/icons";
import { App, Button } from "antd";
import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import { useNow } from "../../live/clock";
import { useMeRow } from "../../live/hooks";
import type { Asked, Asks, Work } from "../../live/protocol";
import { useKeys } from "../../ui/keys";
import { Keys } from "../../ui/Marks";
import { useAction } from "../../ui/useAction";
import { calls } from "./api";
import styles from "./Call.module.css";

/** In the agent's call panel, one below the other; the keys are for the first. */
export function ConsentAsks({ work }: { work: Pick<Work, "id" | "asks"> }) {
  return (work.asks ?? []).map((ask, index) => (
    <Question key={ask.agent_id} interaction={work.id} ask={ask} first={index === 0} />
  ));
}

function Question({ interaction, ask, first }: { interaction: string; ask: Asks; first: boolean }) {
  const { t } = useTranslation();
  const answer = useAction((allow: boolean) => calls.consent(interaction, ask.agent_id, allow));
  const say = (allow: boolean) => !answer.busy && answer.run(allow);
  useKeys({ "Alt+Y": () => say(true), "Alt+X": () => say(false) }, first);
  const title = t(`phone.consent.asks_${ask.role}`, { name: ask.name });
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is for fields
    <div className={styles.warning} data-tone="warn" role="group" aria-label={title}>
      <EyeOutlined />
      <span role="alert">{title}</span>
      <Left until={ask.until} />
      <span className={styles.grow} />
      <Button
        size="small"
        type="primary"
        icon={<CheckOutlined />}
        disabled={answer.busy}
        onClick={() => say(true)}
      >
        {t("phone.consent.allow")} {first && <Keys name="Alt+Y" />}
      </Button>
      <Button
        size="small"
        icon={<CloseOutlined />}
        disabled={answer.busy}
        onClick={() => say(false)}
      >
        {t("phone.consent.refuse")} {first && <Keys name="Alt+X" />}
      </Button>
    </div>
  );
}

function Left({ until }: { until: string }) {
  const { t } = useTranslation();
  const now = useNow(true);
  const count = Math.max(0, Math.ceil((Date.parse(until) - now) / 1000));
  return <span className={`num muted ${styles.left}`}>{t("phone.consent.left", { count })}</span>;
}

/** My question about this call, while nobody has answered it. */
export function useOpenQuestion(interaction: string): Asked | null {
  const asked = useMeRow()?.asked;
  return asked && asked.interaction_id === interaction && !asked.answer ? asked : null;
}

/** The supervisor waits for the agent's answer, and may think better of it. */
export function ConsentWait({ asked, size }: { asked: Asked; size?: "small" | "middle" }) {
  const { t } = useTranslation();
  const withdraw = useAction(() => calls.leave(asked.interaction_id));
  return (
    <>
      <span role="status">{t("phone.consent.waiting", { name: asked.agent_name })}</span>
      <Left until={asked.until} />
      <Button
        size={size}
        icon={<CloseOutlined />}
        loading={withdraw.busy}
        onClick={() => withdraw.run(undefined)}
      >
        {t("phone.consent.withdraw")}
      </Button>
    </>
  );
}

/** Tells the supervisor what came of it, wherever they are by then. */
export function ConsentOutcome() {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const asked = useMeRow()?.asked ?? null;
  const waitedFor = useRef<string | null>(null);
  useEffect(() => {
    const waited = waitedFor.current;
    waitedFor.current = asked && !asked.answer ? asked.interaction_id : null;
    if (!asked?.answer || waited !== asked.interaction_id || asked.answer === "withdrawn") return;
    const text = t(`phone.consent.answer.${asked.answer}`, { name: asked.agent_name });
    if (asked.answer === "allowed") message.success(text);
    else message.warning(text);
  }, [asked, message, t]);
  return null;
}
