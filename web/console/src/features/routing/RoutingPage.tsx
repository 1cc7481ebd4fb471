/** The routing policy: draft, look, try, publish, take back. */
import { useQuery } from "@tanstack/react-query";
import { Alert, Button, ConfigProvider, Tabs } from "antd";
import { type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "../../api/client";
import { useCan } from "../../session/session";
import { Loaded } from "../../ui/State";
import type { Catalogue } from "../settings/catalogue";
import { useLeaveGuard } from "../settings/NounPage";
import { DraftBar } from "./DraftBar";
import { FairnessForm } from "./FairnessForm";
import { worst } from "./Findings";
import { Head } from "./Head";
import { type Finding, POLICIES, type PolicyState, type Rule, type Vocabulary } from "./model";
import { QueuePolicies } from "./QueuePolicies";
import styles from "./Routing.module.css";
import { RuleList } from "./RuleList";
import { Start } from "./Start";
import { type Editing, useEditing } from "./useEditing";
import { useFindings } from "./useFindings";
import { type Around, useWording } from "./useWording";

const DAY_MS = 86_400_000;

/** What every part of the page works on. */
export interface PartProps {
  all: Catalogue;
  around: Around;
  vocabulary: Vocabulary;
  editing: Editing;
  findings: readonly Finding[];
  may: boolean;
  openRule: string | null;
  setOpenRule: (id: string | null) => void;
  openQueue: string | null;
  setOpenQueue: (id: string | null) => void;
}

export default function RoutingPage({ all }: { all: Catalogue }) {
  const state = useQuery({
    queryKey: [POLICIES],
    queryFn: ({ signal }) => api.get<PolicyState>("/policy", undefined, signal),
  });
  const vocabulary = useQuery({
    queryKey: [POLICIES, "vocabulary"],
    queryFn: ({ signal }) => api.get<Vocabulary>("/policy/vocabulary", undefined, signal),
    staleTime: DAY_MS,
  });
  return (
    <Loaded query={state} rows={10}>
      {(read) => (
        <Loaded query={vocabulary} rows={10}>
          {(words) => <Page all={all} state={read} vocabulary={words} />}
        </Loaded>
      )}
    </Loaded>
  );
}

interface PageProps {
  all: Catalogue;
  state: PolicyState;
  vocabulary: Vocabulary;
}

type Tab = "rules" | "queues" | "fairness";

function Page({ all, state, vocabulary }: PageProps) {
  const { t } = useTranslation();
  const may = useCan("settings.write");
  const around = useWording(all);
  const editing = useEditing(state);
  const [tab, setTab] = useState<Tab>("rules");
  const [openRule, setOpenRule] = useState<string | null>(null);
  const [openQueue, setOpenQueue] = useState<string | null>(null);
  const checked = useFindings(editing.policy, vocabulary.facts);
  useLeaveGuard(editing.dirty && !editing.saving);
  const { findings } = checked;
  const part: PartProps = {
    all,
    around,
    vocabulary,
    editing,
    findings,
    may,
    openRule,
    setOpenRule,
    openQueue,
    setOpenQueue,
  };
  const rules = editing.policy.rules as Rule[];
  const untouched =
    state.published.number === 0 &&
    editing.version === 0 &&
    !editing.dirty &&
    rules.length === 0 &&
    Object.keys(editing.policy.queues).length === 0;
  const label = (name: Tab, prefix: string, more: ReactNode) => (
    <span className={styles.tab}>
      {t(`routing.tab.${name}`)} {more}
      <Dot findings={findings.filter((finding) => finding.where.startsWith(prefix))} />
    </span>
  );
  const count = (number: number) => (number > 0 ? <small className="num">{number}</small> : null);
  return (
    <div className={styles.page}>
      <Head state={state} editing={editing} checked={checked} all={all} around={around} may={may} />
      <div className={styles.body}>
        <Theirs editing={editing} />
        <ConfigProvider componentDisabled={!may}>
          {untouched && <Start all={all} editing={editing} may={may} />}
          <Tabs
            activeKey={tab}
            onChange={(next) => setTab(next as Tab)}
            items={[
              {
                key: "rules",
                label: label("rules", "rule:", count(rules.length)),
                children: <RuleList {...part} />,
              },
              {
                key: "queues",
                label: label("queues", "queue:", count(Object.keys(editing.policy.queues).length)),
                children: <QueuePolicies {...part} />,
              },
              {
                key: "fairness",
                label: label("fairness", "fairness", null),
                children: <FairnessForm {...part} />,
              },
            ]}
          />
        </ConfigProvider>
      </div>
      <DraftBar editing={editing} may={may} unfinished={checked.unfinished} />
    </div>
  );
}

/** How many findings are on a tab, and how bad. */
function Dot({ findings }: { findings: readonly Finding[] }) {
  const { t } = useTranslation();
  const tone = worst(findings);
  if (tone === undefined) return null;
  const count = findings.filter((finding) => finding.severity === tone).length;
  return (
    <span
      className={styles.dot}
      data-tone={tone}
      title={t(`routing.finding.${tone}_count`, { count })}
    >
      {count}
      <span className="sr-only">{t(`routing.finding.${tone}`)}</span>
    </span>
  );
}

function Theirs({ editing }: { editing: Editing }) {
  const { t } = useTranslation();
  if (!editing.theirs) return null;
  return (
    <Alert
      className={styles.alert}
      type="warning"
      showIcon
      title={t("routing.theirs.title")}
      description={t("routing.theirs.text")}
      action={
        <span className={styles.actions}>
          <Button size="small" onClick={editing.takeTheirs}>
            {t("routing.theirs.take")}
          </Button>
          <Button size="small" danger onClick={editing.keepMine} loading={editing.saving}>
            {t("routing.theirs.keep")}
          </Button>
        </span>
      }
    />
  );
}
