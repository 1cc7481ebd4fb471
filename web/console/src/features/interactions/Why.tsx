/** The receipt of an offer: why this agent in words, and the comparison term by term. */
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useLanguage } from "../../i18n";
import styles from "./Interactions.module.css";
import { type Comparison, type Receipt, type Row, receiptTexts } from "./receipt";

export function Why({ receipt }: { receipt: Receipt }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const { comparison } = receipt;
  return (
    <div className={styles.why}>
      <p>
        <strong>{t("interactions.why.title", { agent: receipt.agent })}</strong>{" "}
        {receiptTexts(receipt, t).join(language === "zh-CN" ? "" : " ")}
      </p>
      {comparison && <Compared comparison={comparison} />}
    </div>
  );
}

function Compared({ comparison }: { comparison: Comparison }) {
  const { t } = useTranslation();
  const { of, terms, rows, decided } = comparison;
  return (
    <details className={styles.compared} open={rows.length > 1}>
      <summary>{t(`interactions.why.compared_${of}`, { count: rows.length })}</summary>
      <table>
        <thead>
          <tr>
            <th scope="col">
              {t(`interactions.why.term.${of === "agents" ? "agent" : "interaction"}`)}
            </th>
            {terms.map((term) => (
              <th key={term} scope="col" data-decided={term === decided || undefined}>
                {t(`interactions.why.term.${term}`)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody className="num">
          {rows.map((row) => (
            <tr key={row.id} data-chosen={row.chosen || undefined}>
              <th scope="row">
                <Name row={row} of={of} />
              </th>
              {row.cells.map((cell, at) => (
                <td key={terms[at]} data-decided={terms[at] === decided || undefined}>
                  {cell}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      {decided && (
        <p className={styles.muted}>
          {t("interactions.why.decided", { term: t(`interactions.why.term.${decided}`) })}
        </p>
      )}
    </details>
  );
}

function Name({ row, of }: { row: Row; of: Comparison["of"] }) {
  const { t } = useTranslation();
  const name =
    of === "agents" || row.chosen ? (
      row.name
    ) : (
      <Link to="/interactions/$id" params={{ id: row.id }}>
        {row.name}
      </Link>
    );
  return row.chosen ? (
    <>
      {name} <em>{t("interactions.why.chosen")}</em>
    </>
  ) : (
    name
  );
}
