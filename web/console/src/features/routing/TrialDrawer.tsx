/** Yesterday replayed under the policy in force and under the draft, side by side, before publishing. */
import { ArrowDownOutlined, ArrowUpOutlined, ExperimentOutlined } from "@ant-design/icons";
import { useMutation } from "@tanstack/react-query";
import { Alert, Button, Drawer, InputNumber, Segmented } from "antd";
import { lazy, Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "../../api/client";
import { Problem, problemText } from "../../api/problem";
import { useNames } from "../../i18n";
import { percent } from "../../ui/format";
import { Blank, Failure, Loading } from "../../ui/State";
import { GuardsForm } from "./FairnessForm";
import { figureText, ordered, signedText, verdict } from "./figures";
import type { Compared, Policy, Trial } from "./model";
import styles from "./Routing.module.css";
import { type Counts, changed, Staffing } from "./Staffing";
import type { Editing } from "./useEditing";
import { useElapsed } from "./useElapsed";

const TrialChart = lazy(() => import("./TrialChart"));

const REPLICATIONS = { usual: 5, least: 2, most: 20 };

interface Props {
  open: boolean;
  onClose: () => void;
  editing: Editing;
}

export function TrialDrawer({ open, onClose, editing }: Props) {
  const { t } = useTranslation();
  const [replications, setReplications] = useState(REPLICATIONS.usual);
  const [counts, setCounts] = useState<Counts>({});
  const [tried, setTried] = useState<Policy | null>(null);
  const run = useMutation({
    mutationFn: (policy: Policy) =>
      api.post<Trial>("/policy/try", { policy, replications, staffing: changed(counts) }),
    onMutate: (policy) => setTried(policy),
  });
  return (
    <Drawer
      open={open}
      onClose={onClose}
      size={860}
      title={t("routing.try.title")}
      extra={
        <Button
          type="primary"
          icon={<ExperimentOutlined />}
          loading={run.isPending}
          onClick={() => run.mutate(editing.policy)}
        >
          {t(run.data ? "routing.try.again" : "routing.try.run")}
        </Button>
      }
    >
      <p className={styles.lead}>{t("routing.try.line")}</p>
      <div className={styles.inline}>
        <label htmlFor="replications">{t("routing.try.replications")}</label>
        <InputNumber
          id="replications"
          size="small"
          min={REPLICATIONS.least}
          max={REPLICATIONS.most}
          value={replications}
          onChange={(next) => setReplications(next ?? REPLICATIONS.usual)}
        />
        <span className="muted">{t("routing.try.replications_help")}</span>
      </div>
      {run.data && <Staffing agents={run.data.agents} counts={counts} onChange={setCounts} />}
      {run.isPending && <Running />}
      {run.error && !run.isPending && (
        <Trouble error={run.error} retry={() => run.mutate(editing.policy)} />
      )}
      {run.data && !run.isPending && (
        <>
          {tried !== editing.policy && (
            <Alert
              className={styles.alert}
              type="warning"
              showIcon
              title={t("routing.try.stale")}
            />
          )}
          <Result trial={run.data} />
        </>
      )}
      <GuardsForm editing={editing} />
    </Drawer>
  );
}

function Running() {
  const { t } = useTranslation();
  const seconds = useElapsed();
  return (
    <div className={styles.running}>
      <p role="status">{t("routing.try.running")}</p>
      <p className="muted num">{t("routing.try.elapsed", { count: seconds })}</p>
      <Loading rows={5} />
    </div>
  );
}

function Trouble({ error, retry }: { error: unknown; retry: () => void }) {
  const { t } = useTranslation();
  if (error instanceof Problem && error.code === "no_recorded_day") {
    return <Blank title={t("routing.try.no_day")} hint={t("routing.try.no_day_hint")} />;
  }
  if (!(error instanceof Problem)) return <Alert type="error" title={problemText(t, error)} />;
  return <Failure error={error} retry={retry} />;
}

type Scope = "total" | "queues" | "agents";

function Result({ trial }: { trial: Trial }) {
  const { t } = useTranslation();
  const names = useNames();
  const [scope, setScope] = useState<Scope>("total");
  const groups =
    scope === "total"
      ? [{ id: "total", name: t("routing.try.all"), figures: trial.total }]
      : trial[scope].map((group) => ({
          id: group.id,
          name: names(group.names) || group.id,
          figures: group.figures,
        }));
  const figures = ordered([...new Set(groups.flatMap((group) => Object.keys(group.figures)))]);
  return (
    <section aria-label={t("routing.try.result")} className={styles.result}>
      <p className="num">
        {t("routing.try.day", { day: trial.day, count: trial.interactions })}{" "}
        {trial.measured_service_level !== null &&
          t("routing.try.measured", { share: percent(trial.measured_service_level, 1) })}
      </p>
      <Segmented
        size="small"
        value={scope}
        options={(["total", "queues", "agents"] as const).map((value) => ({
          value,
          label: t(`routing.try.scope_${value}`),
        }))}
        onChange={setScope}
      />
      {groups.length === 0 ? (
        <Blank title={t("routing.try.nothing")} />
      ) : (
        <>
          <Table groups={groups} figures={figures} />
          <Suspense fallback={<Loading rows={6} />}>
            <TrialChart groups={groups} figures={figures} />
          </Suspense>
        </>
      )}
    </section>
  );
}

export interface Group {
  id: string;
  name: string;
  figures: Record<string, Compared>;
}

function Table({ groups, figures }: { groups: Group[]; figures: string[] }) {
  const { t } = useTranslation();
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a wide table is scrolled by keyboard too
    <section className={styles.scroll} tabIndex={0} aria-label={t("routing.try.table")}>
      <table className={styles.table}>
        <thead>
          <tr>
            <th scope="col">{t("routing.try.group")}</th>
            <th scope="col">{t("routing.try.figure")}</th>
            <th scope="col">{t("routing.try.before")}</th>
            <th scope="col">{t("routing.try.after")}</th>
            <th scope="col">{t("routing.try.delta")}</th>
          </tr>
        </thead>
        <tbody className="num">
          {groups.flatMap((group) =>
            figures
              .filter((figure) => group.figures[figure])
              .map((figure, at) => (
                <tr key={`${group.id}-${figure}`} data-first={at === 0 || undefined}>
                  <th scope="row">{at === 0 ? group.name : ""}</th>
                  <td>{t(`routing.figure.${figure}`, { defaultValue: figure })}</td>
                  <Cells figure={figure} compared={group.figures[figure]} />
                </tr>
              )),
          )}
        </tbody>
      </table>
    </section>
  );
}

function Cells({ figure, compared }: { figure: string; compared: Compared | undefined }) {
  const { t } = useTranslation();
  if (!compared) return <td colSpan={3} />;
  const { before, after, delta, half_width } = compared;
  const judged = verdict(figure, delta, half_width);
  return (
    <>
      <td>{figureText(figure, before)}</td>
      <td>{figureText(figure, after)}</td>
      <td className={styles[judged]} title={t(`routing.try.${judged}`)}>
        {judged !== "same" && ((delta ?? 0) > 0 ? <ArrowUpOutlined /> : <ArrowDownOutlined />)}{" "}
        {signedText(figure, delta)}
        <span className="muted"> ± {figureText(figure, half_width)}</span>
        <span className="sr-only">{t(`routing.try.${judged}`)}</span>
      </td>
    </>
  );
}
