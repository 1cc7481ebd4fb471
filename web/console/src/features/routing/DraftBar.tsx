/** The draft's own bar: what is unsaved, one step back, save. */
import { CheckCircleOutlined, UndoOutlined, WarningOutlined } from "@ant-design/icons";
import { Button, Tooltip } from "antd";
import { useTranslation } from "react-i18next";
import { problemText } from "../../api/problem";
import { useKeys } from "../../ui/keys";
import styles from "./Routing.module.css";
import type { Editing } from "./useEditing";

interface Props {
  editing: Editing;
  may: boolean;
  unfinished: number[];
}

export function DraftBar({ editing, may, unfinished }: Props) {
  const { t } = useTranslation();
  const why = refusal(editing, may, unfinished);
  useKeys({ "Ctrl+S": () => !why && editing.save() });
  const values = { rule: unfinished[0] ?? 0 };
  return (
    <div className={styles.bar}>
      <div className={styles.barText} role="status">
        <State editing={editing} may={may} unfinished={unfinished} />
      </div>
      <Button
        icon={<UndoOutlined />}
        disabled={!editing.stepBack}
        onClick={() => editing.stepBack?.()}
      >
        {t("routing.step_back")}
      </Button>
      <Button disabled={!editing.dirty || editing.saving} onClick={editing.revert}>
        {t("settings.discard")}
      </Button>
      <Tooltip title={why ? t(why, values) : "Ctrl+S"}>
        <Button
          type="primary"
          loading={editing.saving}
          disabled={why !== undefined}
          onClick={editing.save}
        >
          {t("routing.save_draft")}
        </Button>
      </Tooltip>
    </div>
  );
}

function refusal(editing: Editing, may: boolean, unfinished: number[]): string | undefined {
  if (!may) return "settings.may_not";
  if (editing.theirs) return "settings.decide_first";
  if (unfinished.length > 0) return "routing.unfinished";
  return editing.dirty ? undefined : "settings.no_changes";
}

function State({ editing, may, unfinished }: Props) {
  const { t } = useTranslation();
  if (!may) return <>{t("routing.read_only")}</>;
  if (editing.error && !editing.theirs) {
    return (
      <span className={styles.bad}>
        <WarningOutlined /> {problemText(t, editing.error)}
      </span>
    );
  }
  if (unfinished.length > 0) {
    return (
      <span className={styles.bad}>
        <WarningOutlined /> {t("routing.unfinished", { rule: unfinished[0] })}
      </span>
    );
  }
  if (editing.dirty) return <>{t("routing.unsaved")}</>;
  if (editing.version > 0) {
    return (
      <span className={styles.good}>
        <CheckCircleOutlined /> {t("routing.draft_saved")}
      </span>
    );
  }
  return <>{t("routing.as_published")}</>;
}
