/** All that were published, newest first; any of them can be put into force again. */
import { RollbackOutlined } from "@ant-design/icons";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Button, Drawer, Popconfirm, Tooltip } from "antd";
import { useTranslation } from "react-i18next";
import { api } from "../../api/client";
import { Blank, Loaded } from "../../ui/State";
import { Ago } from "../../ui/Time";
import { useAction } from "../../ui/useAction";
import type { Catalogue } from "../settings/catalogue";
import { Chip } from "./Chip";
import { personName } from "./Head";
import { POLICIES, type Published, type Rule } from "./model";
import { ruleText } from "./plain";
import styles from "./Routing.module.css";
import type { Around } from "./useWording";

interface Props {
  open: boolean;
  onClose: () => void;
  all: Catalogue;
  around: Around;
  may: boolean;
  /** Unsaved changes: taking back waits. */
  blocked: boolean;
}

export function Versions({ open, onClose, all, around, may, blocked }: Props) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const query = useQuery({
    queryKey: [POLICIES, "versions"],
    queryFn: ({ signal }) => api.get<Published[]>("/policy/versions", undefined, signal),
    enabled: open,
  });
  const back = useAction((number: number) => api.post("/policy/rollback", { number }), {
    done: "routing.versions.done",
    onDone: () => void client.invalidateQueries({ queryKey: [POLICIES] }),
  });
  const why = may ? (blocked ? "routing.versions.blocked" : undefined) : "settings.may_not";
  return (
    <Drawer open={open} onClose={onClose} size={560} title={t("routing.versions.title")}>
      <p className={styles.lead}>{t("routing.versions.line")}</p>
      <Loaded query={query}>
        {(versions) =>
          versions.length === 0 ? (
            <Blank title={t("routing.versions.none")} hint={t("routing.versions.none_hint")} />
          ) : (
            <ol className={styles.versions}>
              {[...versions, ...zero(versions)].map((version, at) => (
                <Version
                  key={version.number}
                  version={version}
                  first={at === 0}
                  by={personName(all, version.by)}
                  around={around}
                  why={why}
                  busy={back.busy}
                  onBack={() => back.run(version.number)}
                />
              ))}
            </ol>
          )
        }
      </Loaded>
    </Drawer>
  );
}

/** The queues' own settings, which held before anything was published. */
function zero(versions: Published[]): Published[] {
  const [newest] = versions;
  if (!newest) return [];
  const policy = { ...newest.policy, rules: [], queues: {} };
  return [{ ...newest, number: 0, policy, at: null, by: null, restored: null }];
}

interface VersionProps {
  version: Published;
  first: boolean;
  by: string;
  around: Around;
  why: string | undefined;
  busy: boolean;
  onBack: () => void;
}

function Version({ version, first, by, around, why, busy, onBack }: VersionProps) {
  const { t } = useTranslation();
  const { number, policy, at, restored } = version;
  const rules = policy.rules as Rule[];
  const queues = Object.keys(policy.queues).map(around.queue);
  return (
    <li className={styles.version}>
      <div className={styles.versionHead}>
        <strong>
          {number === 0 ? t("routing.versions.zero") : t("routing.versions.number", { number })}
        </strong>
        {first && <Chip tone="good">{t("routing.versions.now")}</Chip>}
        {restored !== null && restored !== undefined && (
          <Chip>
            {restored === 0
              ? t("routing.versions.restored_none")
              : t("routing.versions.restored", { number: restored })}
          </Chip>
        )}
        <span className="muted">
          {by} {at && <Ago at={at} />}
        </span>
        {!first && (
          <Popconfirm
            title={
              number === 0
                ? t("routing.versions.sure_none")
                : t("routing.versions.sure", { number })
            }
            description={t("routing.versions.sure_text")}
            okText={t("routing.versions.back")}
            onConfirm={onBack}
            disabled={why !== undefined}
          >
            <Tooltip title={why && t(why)}>
              <Button
                size="small"
                icon={<RollbackOutlined />}
                disabled={why !== undefined}
                loading={busy}
              >
                {number === 0
                  ? t("routing.versions.back_none")
                  : t("routing.versions.back_to", { number })}
              </Button>
            </Tooltip>
          </Popconfirm>
        )}
      </div>
      {rules.length === 0 && queues.length === 0 && (
        <p className="muted">{t("routing.versions.settings")}</p>
      )}
      <ul className={styles.sentences}>
        {rules.map((rule) => (
          <li key={rule.id}>{ruleText(rule, around)}</li>
        ))}
      </ul>
      {queues.length > 0 && (
        <p className="muted">
          {t("routing.versions.queues", { list: queues.join(t("routing.plain.comma")) })}
        </p>
      )}
    </li>
  );
}
