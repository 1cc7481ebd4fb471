/** All that is wrong with a flow, in words; a click leads to the step. */
import { CheckCircleOutlined, WarningOutlined } from "@ant-design/icons";
import { Button } from "antd";
import { useTranslation } from "react-i18next";
import type { FieldProblem } from "../../../api/problem";
import { problemText } from "../../../api/problem";
import type { Catalogue } from "../catalogue";
import styles from "./Flow.module.css";
import { type FlowFindings as Findings, nodeOf, useFindingText } from "./useFlowFindings";

interface Props {
  findings: Findings;
  all: Catalogue;
  onShow: (node: string) => void;
}

export function FlowFindings({ findings, all, onShow }: Props) {
  const { t } = useTranslation();
  const text = useFindingText(all);
  const { found, checking, error } = findings;
  if (error) {
    return (
      <p className={styles.wrong} role="alert">
        {t("settings.flow.not_checked")} {problemText(t, error)}
      </p>
    );
  }
  if (found.length === 0) {
    return (
      <p className={styles.right} role="status">
        {checking ? (
          t("settings.flow.checking")
        ) : (
          <>
            <CheckCircleOutlined /> {t("settings.flow.nothing_found")}
          </>
        )}
      </p>
    );
  }
  return (
    <section className={styles.findings} aria-label={t("settings.flow.findings")}>
      <h4>
        <WarningOutlined /> {t("settings.flow.found", { count: found.length })}
      </h4>
      <ul>
        {found.map((finding) => (
          <li key={`${finding.field} ${finding.code}`}>
            <Place finding={finding} onShow={onShow} /> {text(t, finding)}
          </li>
        ))}
      </ul>
    </section>
  );
}

function Place({ finding, onShow }: { finding: FieldProblem; onShow: (node: string) => void }) {
  const { t } = useTranslation();
  const node = nodeOf(finding);
  if (!node) {
    return (
      <strong>{t(finding.field === "start" ? "settings.flow.start" : "settings.flow.all")}</strong>
    );
  }
  return (
    <Button
      type="link"
      size="small"
      className={styles.place}
      aria-label={t("settings.flow.show", { name: node })}
      onClick={() => onShow(node)}
    >
      {node}
    </Button>
  );
}
