/** The customer in a glance; the pencil turns the card into its form. */
import { EditOutlined, ExportOutlined } from "@ant-design/icons";
import type { UseQueryResult } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Alert, Button, Form, Input, Select, Tooltip } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { fieldText, problemText } from "../../api/problem";
import { queryClient } from "../../api/query";
import type { CustomerDetail } from "../../api/types";
import { LANGUAGES } from "../../i18n";
import type { Work } from "../../live/protocol";
import { phone } from "../../ui/format";
import { Face, Tier } from "../../ui/Marks";
import { Loaded } from "../../ui/State";
import { useAction } from "../../ui/useAction";
import { DialLink } from "../phone/DialLink";
import { AgentSelect } from "./AgentSelect";
import { desk } from "./api";
import styles from "./CustomerColumn.module.css";
import { changesOf, type Values, valuesOf } from "./customer";

interface Props {
  query: UseQueryResult<CustomerDetail>;
  /** What the interaction already tells, shown before the record is there. */
  known: Pick<Work, "customer">;
}

export function CustomerCard({ query, known }: Props) {
  const { t } = useTranslation();
  const [editing, setEditing] = useState(false);
  const customer = query.data;
  if (editing && customer) return <Edit customer={customer} onClose={() => setEditing(false)} />;
  const name = customer?.name ?? known.customer.name;
  return (
    <div className={styles.card}>
      <div className={styles.name}>
        <Face name={name} size={32} />
        <h2 title={name}>{phone(name)}</h2>
        <Tier tier={customer?.tier ?? known.customer.tier} />
        <span className={styles.grow} />
        <Tooltip title={t("desk.edit_customer")}>
          <Button
            type="text"
            size="small"
            icon={<EditOutlined />}
            aria-label={t("desk.edit_customer")}
            disabled={!customer}
            onClick={() => setEditing(true)}
          />
        </Tooltip>
        <Tooltip title={t("desk.open_customer")}>
          <Link
            to="/customers/$id"
            params={{ id: known.customer.id }}
            aria-label={t("desk.open_customer")}
          >
            <ExportOutlined />
          </Link>
        </Tooltip>
      </div>
      <Loaded query={query} rows={3}>
        {(each) => <Facts customer={each} />}
      </Loaded>
    </div>
  );
}

function Facts({ customer }: { customer: CustomerDetail }) {
  const { t } = useTranslation();
  const since = customer.member_since ? years(customer.member_since) : null;
  const { region, ...others } = customer.fields;
  return (
    <>
      <dl className={styles.facts}>
        <dt>{t("desk.phone")}</dt>
        <dd className="num">
          {customer.phone ? <DialLink number={customer.phone} customer_id={customer.id} /> : "–"}
        </dd>
        <dt>{t("desk.email")}</dt>
        <dd title={customer.email ?? undefined}>{customer.email ?? "–"}</dd>
        <dt>{t("desk.city")}</dt>
        <dd>
          {[
            customer.city,
            t(`language_name.${customer.language}`, { defaultValue: customer.language }),
            since !== null && t("desk.member", { count: since }),
          ]
            .filter(Boolean)
            .join(" · ")}
        </dd>
        {region && <Field name={t("desk.region")} value={region} />}
        {customer.dedicated_agent && (
          <Field
            name={t("desk.dedicated_agent")}
            value={customer.dedicated_agent_name ?? customer.dedicated_agent}
          />
        )}
        {Object.entries(others).map(([name, value]) => (
          <Field key={name} name={name} value={value} />
        ))}
      </dl>
      {customer.tags.length > 0 && (
        <div className={styles.tags}>
          {customer.tags.map((tag) => (
            <span key={tag} className={styles.tag}>
              {tag}
            </span>
          ))}
        </div>
      )}
    </>
  );
}

function Field({ name, value }: { name: string; value: string }) {
  return (
    <>
      <dt>{name}</dt>
      <dd title={value}>{value}</dd>
    </>
  );
}

const YEAR_MS = 365.25 * 24 * 3600 * 1000;

function years(since: string): number {
  return Math.max(0, Math.floor((Date.now() - Date.parse(since)) / YEAR_MS));
}

function Edit({ customer, onClose }: { customer: CustomerDetail; onClose: () => void }) {
  const { t } = useTranslation();
  const save = useAction(
    (values: Values) => desk.saveCustomer(customer.id, changesOf(values, customer)),
    {
      quiet: true,
      done: "common.saved",
      onDone: (saved) => {
        queryClient.setQueryData(["customers", customer.id], saved);
        onClose();
      },
    },
  );
  const field = (name: keyof Values) => {
    const help = fieldText(t, save.error, name);
    return { name, ...(help ? { validateStatus: "error" as const, help } : {}) };
  };
  return (
    <Form<Values>
      className={styles.form}
      layout="vertical"
      requiredMark={false}
      initialValues={valuesOf(customer)}
      onFinish={(values) => save.run(values)}
    >
      {save.error !== null && (
        <Alert
          type="error"
          showIcon
          title={problemText(t, save.error)}
          style={{ marginBottom: 8 }}
          action={
            <Button
              size="small"
              onClick={() =>
                void queryClient
                  .invalidateQueries({ queryKey: ["customers", customer.id] })
                  .then(onClose)
              }
            >
              {t("desk.reload")}
            </Button>
          }
        />
      )}
      <div className={styles.two}>
        <Form.Item
          {...field("name")}
          label={t("desk.name")}
          rules={[{ required: true, whitespace: true, message: t("problem.field.required") }]}
        >
          <Input autoFocus maxLength={120} />
        </Form.Item>
        <Form.Item {...field("tier")} label={t("desk.tier")}>
          <Input maxLength={120} />
        </Form.Item>
        <Form.Item {...field("phone")} label={t("desk.phone")}>
          <Input inputMode="tel" />
        </Form.Item>
        <Form.Item {...field("city")} label={t("desk.city_only")}>
          <Input maxLength={120} />
        </Form.Item>
      </div>
      <div className={styles.two}>
        <Form.Item {...field("email")} label={t("desk.email")}>
          <Input inputMode="email" />
        </Form.Item>
        <Form.Item {...field("region")} label={t("desk.region")} tooltip={t("desk.region_hint")}>
          <Input maxLength={120} />
        </Form.Item>
        <Form.Item {...field("language")} label={t("frame.language")}>
          <Select
            options={LANGUAGES.map((value) => ({ value, label: t(`language_name.${value}`) }))}
          />
        </Form.Item>
        <Form.Item {...field("tags")} label={t("desk.tags")}>
          <Select mode="tags" open={false} suffixIcon={null} />
        </Form.Item>
      </div>
      <Form.Item
        {...field("dedicated_agent")}
        label={t("desk.dedicated_agent")}
        tooltip={t("desk.dedicated_agent_hint")}
      >
        <AgentSelect known={customer} />
      </Form.Item>
      <div className={styles.buttons}>
        <Button onClick={onClose}>{t("common.cancel")}</Button>
        <Button type="primary" htmlType="submit" loading={save.busy}>
          {t("common.save")}
        </Button>
      </div>
    </Form>
  );
}
