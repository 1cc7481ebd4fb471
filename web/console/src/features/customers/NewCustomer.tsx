/** A new customer by hand: only what is needed to find them again. */
import { useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { Alert, Button, Drawer, Form, Input, Segmented, Select } from "antd";
import { useTranslation } from "react-i18next";
import { api } from "../../api/client";
import { fieldText, problemText } from "../../api/problem";
import type { Customer } from "../../api/types";
import { LANGUAGES, useLanguage } from "../../i18n";
import { useAction } from "../../ui/useAction";
import { AgentSelect } from "../desk/AgentSelect";

interface Values {
  name: string;
  phone?: string;
  email?: string;
  city?: string;
  tier?: string;
  language: string;
  region?: string;
  tags?: string[];
  dedicated_agent?: string | null;
  note?: string;
}

export function NewCustomer({ open, close }: { open: boolean; close: () => void }) {
  const { t } = useTranslation();
  return (
    <Drawer open={open} onClose={close} size={440} destroyOnHidden title={t("customers.new")}>
      <CustomerForm close={close} />
    </Drawer>
  );
}

function CustomerForm({ close }: { close: () => void }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const client = useQueryClient();
  const navigate = useNavigate();
  const create = useAction(
    ({ region, ...values }: Values) =>
      api.post<Customer>("/customers", {
        ...values,
        phone: values.phone?.trim() || null,
        email: values.email?.trim() || null,
        city: values.city?.trim() || null,
        tier: values.tier?.trim() || null,
        fields: region?.trim() ? { region: region.trim() } : {},
        tags: values.tags ?? [],
        dedicated_agent: values.dedicated_agent ?? null,
        note: values.note ?? "",
      }),
    {
      quiet: true,
      done: "customers.created",
      onDone: (customer) => {
        void client.invalidateQueries({ queryKey: ["customers"] });
        close();
        void navigate({ to: "/customers/$id", params: { id: customer.id } });
      },
    },
  );
  const field = (name: keyof Values) => {
    const help = fieldText(t, create.error, name);
    return { name, ...(help ? { validateStatus: "error" as const, help } : {}) };
  };
  return (
    <Form<Values>
      layout="vertical"
      requiredMark={false}
      initialValues={{ language }}
      onFinish={(values) => create.run(values)}
    >
      {create.error !== null && (
        <Alert
          type="error"
          showIcon
          title={problemText(t, create.error)}
          style={{ marginBottom: 12 }}
        />
      )}
      <Form.Item
        {...field("name")}
        label={t("customers.name")}
        rules={[{ required: true, whitespace: true, message: t("problem.field.required") }]}
      >
        <Input autoFocus maxLength={120} />
      </Form.Item>
      <Form.Item {...field("phone")} label={t("customers.phone")}>
        <Input inputMode="tel" />
      </Form.Item>
      <Form.Item {...field("email")} label={t("customers.email")}>
        <Input inputMode="email" />
      </Form.Item>
      <Form.Item {...field("city")} label={t("customers.city")}>
        <Input maxLength={120} />
      </Form.Item>
      <Form.Item {...field("region")} label={t("desk.region")} tooltip={t("desk.region_hint")}>
        <Input maxLength={120} />
      </Form.Item>
      <Form.Item {...field("tier")} label={t("customers.tier")}>
        <Input maxLength={120} />
      </Form.Item>
      <Form.Item {...field("language")} label={t("customers.language")}>
        <Segmented
          options={LANGUAGES.map((value) => ({ value, label: t(`language_name.${value}`) }))}
        />
      </Form.Item>
      <Form.Item {...field("tags")} label={t("customers.tags")}>
        <Select mode="tags" open={false} suffixIcon={null} />
      </Form.Item>
      <Form.Item
        {...field("dedicated_agent")}
        label={t("desk.dedicated_agent")}
        tooltip={t("desk.dedicated_agent_hint")}
      >
        <AgentSelect />
      </Form.Item>
      <Form.Item {...field("note")} label={t("customers.note")}>
        <Input.TextArea autoSize={{ minRows: 2, maxRows: 8 }} maxLength={4000} />
      </Form.Item>
      <Button type="primary" htmlType="submit" block loading={create.busy}>
        {t("customers.create")}
      </Button>
    </Form>
  );
}
