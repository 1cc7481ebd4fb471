/** Relaxation while waiting: what is asked after so many seconds, drawn as steps in time. */
import { DeleteOutlined, PlusOutlined } from "@ant-design/icons";
import { Button, InputNumber, Select } from "antd";
import { useTranslation } from "react-i18next";
import type { Queue } from "../settings/model";
import type { Stage } from "./model";
import { Needs } from "./Needs";
import { needText } from "./plain";
import styles from "./Routing.module.css";
import type { Around } from "./useWording";

const STEP_S = 20; // what another stage waits longer than the one before
const MOST = 20;

interface Props {
  stages: Stage[];
  queue: Queue;
  around: Around;
  onChange: (stages: Stage[]) => void;
}

export function Stages({ stages, queue, around, onChange }: Props) {
  const { t } = useTranslation();
  const put = (at: number, changes: Partial<Stage>) =>
    onChange(stages.map((stage, place) => (place === at ? { ...stage, ...changes } : stage)));
  const asked = Object.entries(queue.needs).map(([id, level]) => needText(id, level, around));
  const add = () =>
    onChange([
      ...stages,
      {
        after_s: (stages.at(-1)?.after_s ?? 0) + STEP_S,
        needs: relaxed(stages, queue),
        queues: [],
      },
    ]);
  return (
    <ol className={styles.stages}>
      <li>
        <span className={styles.after}>{t("routing.stage.at_once")}</span>
        <span className="muted">
          {asked.length ? asked.join(t("routing.plain.comma")) : t("routing.stage.nothing_asked")}
        </span>
      </li>
      {stages.map((stage, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: stages have no other identity
        <li key={at}>
          <span className={styles.after}>
            {t("routing.stage.after")}
            <InputNumber
              size="small"
              min={0}
              value={stage.after_s}
              style={{ width: 72 }}
              aria-label={t("routing.stage.after_of", { number: at + 1 })}
              onChange={(after) => put(at, { after_s: after ?? 0 })}
            />
            {t("routing.stage.seconds")}
          </span>
          <div className={styles.stageBody}>
            <Needs
              value={stage.needs}
              skills={around.skills}
              onChange={(needs) => put(at, { needs })}
            />
            <Select
              size="small"
              mode="multiple"
              style={{ minWidth: 240 }}
              value={stage.queues}
              placeholder={t("routing.stage.helpers")}
              aria-label={t("routing.stage.helpers_of", { number: at + 1 })}
              options={around.queues.filter((each) => each.value !== queue.id)}
              onChange={(queues: string[]) => put(at, { queues })}
            />
          </div>
          <Button
            type="text"
            size="small"
            icon={<DeleteOutlined />}
            aria-label={t("routing.stage.remove", { number: at + 1 })}
            onClick={() => onChange(stages.filter((_, place) => place !== at))}
          />
        </li>
      ))}
      <li>
        <Button size="small" icon={<PlusOutlined />} disabled={stages.length >= MOST} onClick={add}>
          {t("routing.stage.add")}
        </Button>
      </li>
    </ol>
  );
}

/** The next stage asks less of what was asked last. */
function relaxed(stages: Stage[], queue: Queue): Record<string, number> {
  const asked = stages.at(-1)?.needs ?? queue.needs;
  return Object.fromEntries(
    Object.entries(asked).map(([id, level]) => [id, Math.max(0, Math.floor(level / 2))]),
  );
}
