/** Save explicitly: what is unsaved, what is wrong, undo of the last save, and who was faster. */
import { CheckCircleOutlined, UndoOutlined, WarningOutlined } from "@ant-design/icons";
import { Alert, Button, Tooltip } from "antd";
import { useTranslation } from "react-i18next";
import { problemText } from "../../../api/problem";
import { useKeys } from "../../../ui/keys";
import { type Draft, differences } from "../draft";
import styles from "./kit.module.css";

interface Props<Body> {
  draft: Draft<Body>;
  isNew: boolean;
  /** Why this person may not save; undefined: they may. */
  refused?: string;
}

export function SaveBar<Body>({ draft, isNew, refused }: Props<Body>) {
  const { t } = useTranslation();
  const wrong = draft.tried ? draft.wrong : Object.keys(draft.problems).length;
  const why = refused ?? reason(draft, wrong, isNew);
  useKeys({ "Ctrl+S": () => !why && draft.save() });
  return (
    <div className={styles.bar}>
      <div className={styles.barText} role="status">
        <State draft={draft} wrong={wrong} isNew={isNew} refused={refused} />
      </div>
      {draft.undo && (
        <Button icon={<UndoOutlined />} onClick={draft.undo} loading={draft.saving}>
          {t("settings.undo")}
        </Button>
      )}
      <Button onClick={draft.discard} disabled={!draft.dirty || draft.saving}>
        {t("settings.discard")}
      </Button>
      <Tooltip title={why ? t(why, { count: wrong }) : "Ctrl+S"}>
        <Button
          type="primary"
          onClick={draft.save}
          loading={draft.saving}
          disabled={why !== undefined}
        >
          {t(isNew ? "settings.create" : "settings.save")}
        </Button>
      </Tooltip>
    </div>
  );
}

function reason<Body>(draft: Draft<Body>, wrong: number, isNew: boolean): string | undefined {
  if (draft.theirs) return "settings.decide_first";
  if (wrong > 0) return "settings.fix_first";
  if (!draft.dirty && !isNew) return "settings.no_changes";
  return undefined;
}

interface StateProps<Body> {
  draft: Draft<Body>;
  wrong: number;
  isNew: boolean;
  refused?: string;
}

function State<Body>({ draft, wrong, isNew, refused }: StateProps<Body>) {
  const { t } = useTranslation();
  if (refused) return <>{t(refused)}</>;
  if (draft.error && !draft.theirs) {
    return (
      <span className={styles.barBad}>
        <WarningOutlined /> {problemText(t, draft.error)}
      </span>
    );
  }
  if (draft.dirty && wrong > 0) {
    return (
      <span className={styles.barBad}>
        <WarningOutlined /> {t("settings.fix_first", { count: wrong })}
      </span>
    );
  }
  if (draft.dirty) return <>{t("settings.unsaved")}</>;
  if (draft.savedAt) {
    return (
      <span className={styles.barGood}>
        <CheckCircleOutlined /> {t("settings.saved")}
      </span>
    );
  }
  return <>{isNew ? t("settings.new_hint") : t("settings.no_changes")}</>;
}

/** Both versions side by side, field by field; the person chooses. */
export function Conflict<Body extends object>({
  draft,
  noun,
}: {
  draft: Draft<Body>;
  noun: string;
}) {
  const { t } = useTranslation();
  const { theirs } = draft;
  if (!theirs) return null;
  const value = (body: Body, field: string) =>
    JSON.stringify((body as Record<string, unknown>)[field] ?? null);
  return (
    <Alert
      type="warning"
      showIcon
      title={t("settings.conflict.title")}
      description={
        <>
          <div className={styles.theirs}>
            <div className={styles.difference}>
              <span />
              <strong>{t("settings.conflict.theirs")}</strong>
              <strong>{t("settings.conflict.mine")}</strong>
            </div>
            {differences(theirs, draft.body).map((field) => (
              <div key={field} className={styles.difference}>
                <span>{t(`settings.${noun}.${field}`, { defaultValue: field })}</span>
                <code>{value(theirs, field)}</code>
                <code>{value(draft.body, field)}</code>
              </div>
            ))}
          </div>
          <Button size="small" onClick={draft.takeTheirs}>
            {t("settings.conflict.reload")}
          </Button>{" "}
          <Button size="small" danger onClick={draft.overwrite} loading={draft.saving}>
            {t("settings.conflict.overwrite")}
          </Button>
        </>
      }
    />
  );
}
