/** What colleagues should know of this customer, kept with the record. */
import type { UseQueryResult } from "@tanstack/react-query";
import { Button, Input } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { queryClient } from "../../api/query";
import type { Customer } from "../../api/types";
import { Loaded } from "../../ui/State";
import { Ago } from "../../ui/Time";
import { useAction } from "../../ui/useAction";
import { desk } from "./api";
import styles from "./CustomerColumn.module.css";

const MAX_CHARS = 4_000;

export function Notes({ query }: { query: UseQueryResult<Customer> }) {
  return (
    <Loaded query={query} rows={3}>
      {(customer) => <Form key={customer.version} customer={customer} />}
    </Loaded>
  );
}

function Form({ customer }: { customer: Customer }) {
  const { t } = useTranslation();
  const [note, setNote] = useState(customer.note);
  const save = useAction(
    () => desk.saveCustomer(customer.id, { note, version: customer.version }),
    {
      done: "common.saved",
      onDone: (saved) => queryClient.setQueryData(["customers", customer.id], saved),
    },
  );
  return (
    <div className={styles.notes}>
      <Input.TextArea
        value={note}
        onChange={(event) => setNote(event.target.value)}
        autoSize={{ minRows: 5, maxRows: 20 }}
        maxLength={MAX_CHARS}
        aria-label={t("desk.notes")}
        placeholder={t("desk.notes_place")}
      />
      <div className={styles.buttons}>
        <span className={`muted ${styles.grow}`}>
          <Ago at={customer.updated_at} />
        </span>
        {note !== customer.note && (
          <>
            <Button onClick={() => setNote(customer.note)}>{t("common.undo")}</Button>
            <Button type="primary" loading={save.busy} onClick={() => save.run(undefined)}>
              {t("common.save")}
            </Button>
          </>
        )}
      </div>
    </div>
  );
}
