/** One labelled input: what it is, what it does in one line, and what is wrong with it. */
import { type ReactNode, useId } from "react";
import { useTranslation } from "react-i18next";
import styles from "./kit.module.css";

interface Props {
  label: string;
  /** One line below: what it changes. */
  help?: ReactNode;
  /** Code of `settings.problem.<code>`. */
  problem?: string;
  /** A group of inputs, each with its own name. */
  group?: boolean;
  children: (id: string, describedBy: string | undefined) => ReactNode;
}

export function Field({ label, help, problem, group, children }: Props) {
  const { t } = useTranslation();
  const id = useId();
  const note = `${id}-note`;
  const said = problem
    ? t([`settings.problem.${problem}`, `problem.field.${problem}`, "settings.problem.invalid"])
    : help;
  return (
    <div
      className={styles.field}
      {...(group ? { role: "group", "aria-labelledby": `${id}-label` } : {})}
    >
      {group ? (
        <span id={`${id}-label`} className={styles.label}>
          {label}
        </span>
      ) : (
        <label htmlFor={id} className={styles.label}>
          {label}
        </label>
      )}
      <div className={styles.control}>{children(id, said ? note : undefined)}</div>
      <div id={note} className={problem ? styles.wrong : styles.help} aria-live="polite">
        {said}
      </div>
    </div>
  );
}

interface SectionProps {
  title: string;
  /** 2 where the page's title stands right above. */
  level?: 2 | 3;
  children: ReactNode;
}

export function Section({ title, level = 3, children }: SectionProps) {
  const Heading = `h${level}` as const;
  return (
    <section className={styles.section} aria-label={title}>
      <Heading className={styles.sectionTitle}>{title}</Heading>
      {children}
    </section>
  );
}
