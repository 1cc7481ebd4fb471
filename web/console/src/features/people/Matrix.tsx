/** Who knows what how well (or serves which queue in which tier): one table, saved together. */
import { WarningOutlined } from "@ant-design/icons";
import { useQueryClient } from "@tanstack/react-query";
import { App, Button, InputNumber, Tooltip } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "../../api/client";
import { Problem, problemText } from "../../api/problem";
import { useNames } from "../../i18n";
import { Face } from "../../ui/Marks";
import { Blank } from "../../ui/State";
import type { Catalogue } from "../settings/catalogue";
import { bodyOf } from "../settings/draft";
import { LEVELS, newPerson, type Person } from "../settings/model";
import { useLeaveGuard } from "../settings/NounPage";
import { changedPeople, matching } from "./matching";
import styles from "./People.module.css";

interface Props {
  all: Catalogue;
  of: "skills" | "queues";
  may: boolean;
}

type Edited = Record<string, Record<string, number>>;

export function Matrix({ all, of, may }: Props) {
  const { t } = useTranslation();
  const names = useNames();
  const [edited, setEdited] = useState<Edited>({});
  const people = matching(all.people, {});
  const nouns = all[of];
  const changed = changedPeople(people, edited, of);
  if (nouns.length === 0) {
    return <Blank title={t(`people.matrix_none_${of}`)} hint={t(`people.matrix_hint_${of}`)} />;
  }
  const set = (person: Person, id: string, value: number | null) => {
    const numbers = { ...(edited[person.id] ?? person[of]) };
    if (value === null) delete numbers[id];
    else numbers[id] = value;
    setEdited({ ...edited, [person.id]: numbers });
  };
  return (
    <>
      <div className={styles.scroll}>
        <table className={styles.matrix}>
          <thead>
            <tr>
              <th scope="col">{t("people.name")}</th>
              {nouns.map((noun) => (
                <th key={noun.id} scope="col">
                  {names(noun.names)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {people.map((person) => (
              <tr key={person.id}>
                <th scope="row">
                  <span className={styles.name}>
                    <Face name={person.name} size={24} /> {person.name}
                  </span>
                </th>
                {nouns.map((noun) => (
                  <td key={noun.id}>
                    <InputNumber
                      min={1}
                      max={LEVELS}
                      precision={0}
                      placeholder="–"
                      disabled={!may}
                      controls={false}
                      className={cellClass(person, edited, of, noun.id)}
                      value={(edited[person.id] ?? person[of])[noun.id] ?? null}
                      aria-label={`${person.name} · ${names(noun.names)}`}
                      onChange={(value) => set(person, noun.id, value)}
                    />
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <MatrixBar changed={changed} edited={edited} of={of} may={may} reset={() => setEdited({})} />
    </>
  );
}

function cellClass(person: Person, edited: Edited, of: Props["of"], id: string): string {
  const value = edited[person.id];
  const differs = value !== undefined && value[id] !== person[of][id];
  return `${styles.cell} ${differs ? styles.cellChanged : ""}`;
}

interface BarProps {
  changed: Person[];
  edited: Edited;
  of: Props["of"];
  may: boolean;
  reset: () => void;
}

function MatrixBar({ changed, edited, of, may, reset }: BarProps) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const { message } = App.useApp();
  const [saving, setSaving] = useState(false);
  const [failed, setFailed] = useState<string | null>(null);
  useLeaveGuard(changed.length > 0 && !saving);

  async function save() {
    setSaving(true);
    setFailed(null);
    try {
      for (const person of changed) {
        const body = { ...bodyOf(person, newPerson), [of]: edited[person.id] ?? person[of] };
        await api.put(`/people/${person.id}`, { ...body, version: person.version });
      }
      message.success(t("people.matrix_saved", { count: changed.length }));
      await client.invalidateQueries({ queryKey: ["people"] });
      reset();
    } catch (error) {
      const faster = error instanceof Problem && error.status === 409;
      setFailed(faster ? t("people.matrix_conflict") : problemText(t, error));
      await client.invalidateQueries({ queryKey: ["people"] });
    } finally {
      setSaving(false);
    }
  }

  const why = may ? (changed.length ? undefined : "settings.no_changes") : "settings.may_not";
  return (
    <div className={styles.bar}>
      <span className={failed ? styles.bad : "muted"} role="status">
        {failed && <WarningOutlined />}{" "}
        {failed ??
          (changed.length
            ? t("people.matrix_changed", { count: changed.length })
            : t(`people.matrix_how_${of}`))}
      </span>
      <span className={styles.grow} />
      <Button disabled={changed.length === 0} onClick={reset}>
        {t("settings.discard")}
      </Button>
      <Tooltip title={why && t(why)}>
        <Button
          type="primary"
          loading={saving}
          disabled={why !== undefined}
          onClick={() => void save()}
        >
          {t("settings.save")}
        </Button>
      </Tooltip>
    </div>
  );
}
