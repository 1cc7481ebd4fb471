/** What the linter says, beside what it is about. */
import { CloseCircleFilled, WarningFilled } from "@ant-design/icons";
import { useTranslation } from "react-i18next";
import { useLanguage } from "../../i18n";
import type { Finding } from "./model";
import styles from "./Routing.module.css";

export function worst(findings: readonly Finding[]): Finding["severity"] | undefined {
  if (findings.some((finding) => finding.severity === "error")) return "error";
  return findings.length ? "warning" : undefined;
}

export function Findings({ findings }: { findings: readonly Finding[] }) {
  const { t } = useTranslation();
  const language = useLanguage();
  if (findings.length === 0) return null;
  return (
    <ul className={styles.findings}>
      {findings.map((finding) => (
        <li key={`${finding.code}-${JSON.stringify(finding.values)}`} data-tone={finding.severity}>
          {finding.severity === "error" ? (
            <CloseCircleFilled role="img" aria-label={t("routing.finding.error")} />
          ) : (
            <WarningFilled role="img" aria-label={t("routing.finding.warning")} />
          )}
          <span>{finding.texts[language] ?? finding.code}</span>
        </li>
      ))}
    </ul>
  );
}
