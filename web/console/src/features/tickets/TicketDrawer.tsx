/** A new ticket, from anywhere: empty, or filled in from a customer or an interaction. */
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { Alert, Button, DatePicker, Drawer, Form, Input, Segmented, Select } from "antd";
import type { Dayjs } from "dayjs";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "../../api/client";
import { fieldText, problemText } from "../../api/problem";
import type { Customer, Page, Ticket, TicketPriority } from "../../api/types";
import { phone as grouped } from "../../ui/format";
import { useKeys } from "../../ui/keys";
import { Keys } from "../../ui/Marks";
import { useAction } from "../../ui/useAction";
import { useAgentOptions, useQueueOptions } from "../interactions/nouns";

const KINDS = ["problem", "complaint", "return", "callback", "message"];
const PRIORITIES: TicketPriority[] = ["low", "normal", "high", "urgent"];
const SUBJECT_CHARS = 200;

interface Values {
  kind: string;
  subject: string;
  description: string;
  priority: TicketPriority;
  customer_id?: string;
  queue?: string;
  assignee?: string;
  due_at?: Dayjs | null;
}

interface Props {
  open: boolean;
  close: () => void;
  /** Whose ticket it is, when that is already known. */
  customer?: { id: string; name: string };
  interactionId?: string;
  subject?: string;
}

export function TicketDrawer(props: Props) {
  const { t } = useTranslation();
  return (
    <Drawer
      open={props.open}
      onClose={props.close}
      size={480}
      destroyOnHidden
      title={t("tickets.new")}
    >
      <TicketForm {...props} />
    </Drawer>
  );
}

function TicketForm({ close, customer, interactionId, subject }: Props) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const navigate = useNavigate();
  const [form] = Form.useForm<Values>();
  const queues = useQueueOptions();
  const agents = useAgentOptions();
  const create = useAction(
    (values: Values) =>
      api.post<Ticket>("/tickets", {
        ...values,
        description: values.description ?? "",
        customer_id: customer?.id ?? values.customer_id ?? null,
        interaction_id: interactionId ?? null,
        queue: values.queue ?? null,
        assignee: values.assignee ?? null,
        due_at: values.due_at?.toISOString() ?? null,
      }),
    {
      quiet: true,
      done: "tickets.created",
      onDone: (ticket) => {
        void client.invalidateQueries({ queryKey: ["tickets"] });
        if (ticket.customer_id) {
          void client.invalidateQueries({ queryKey: ["customers", ticket.customer_id] });
        }
        close();
        void navigate({ to: "/tickets/$id", params: { id: ticket.id } });
      },
    },
  );
  useKeys({ "Ctrl+Enter": () => form.submit() });
  const wrong = (field: string) => {
    const help = fieldText(t, create.error, field);
    return help ? { validateStatus: "error" as const, help } : {};
  };
  return (
    <Form<Values>
      form={form}
      layout="vertical"
      requiredMark={false}
      initialValues={{ kind: "problem", priority: "normal", subject, description: "" }}
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
        name="subject"
        label={t("tickets.subject")}
        rules={[{ required: true, whitespace: true, message: t("problem.field.required") }]}
        {...wrong("subject")}
      >
        <Input maxLength={SUBJECT_CHARS} autoFocus />
      </Form.Item>
      <Form.Item name="description" label={t("tickets.description")} {...wrong("description")}>
        <Input.TextArea autoSize={{ minRows: 4, maxRows: 12 }} />
      </Form.Item>
      <Form.Item name="kind" label={t("tickets.kind")}>
        <Select options={KINDS.map((value) => ({ value, label: t(`ticket_kind.${value}`) }))} />
      </Form.Item>
      <Form.Item name="priority" label={t("tickets.priority")}>
        <Segmented
          options={PRIORITIES.map((value) => ({ value, label: t(`ticket_priority.${value}`) }))}
        />
      </Form.Item>
      {customer ? (
        <Form.Item label={t("tickets.customer")}>{customer.name}</Form.Item>
      ) : (
        <Form.Item name="customer_id" label={t("tickets.customer")} {...wrong("customer_id")}>
          <CustomerSelect />
        </Form.Item>
      )}
      <Form.Item name="queue" label={t("tickets.queue")} {...wrong("queue")}>
        <Select allowClear options={queues} placeholder={t("tickets.no_queue")} />
      </Form.Item>
      <Form.Item name="assignee" label={t("tickets.assignee")} {...wrong("assignee")}>
        <Select
          allowClear
          showSearch={{ optionFilterProp: "label" }}
          options={agents}
          placeholder={t("tickets.nobody")}
        />
      </Form.Item>
      <Form.Item name="due_at" label={t("tickets.due")} {...wrong("due_at")}>
        <DatePicker showTime={{ format: "HH:mm" }} style={{ width: "100%" }} />
      </Form.Item>
      <Button type="primary" htmlType="submit" block loading={create.busy}>
        {t("tickets.create")} <Keys name="Ctrl+Enter" />
      </Button>
    </Form>
  );
}

interface SelectProps {
  id?: string;
  value?: string;
  onChange?: (value?: string) => void;
}

/** Found by name, phone or order number as one types. */
function CustomerSelect({ id, value, onChange }: SelectProps) {
  const { t } = useTranslation();
  const [text, setText] = useState("");
  const found = useQuery({
    queryKey: ["customers", "pick", text],
    queryFn: ({ signal }) => api.get<Page<Customer>>("/customers", { text, limit: 20 }, signal),
  });
  return (
    <Select
      id={id}
      allowClear
      showSearch={{ filterOption: false, onSearch: setText }}
      value={value}
      placeholder={t("tickets.find_customer")}
      notFoundContent={found.isFetching ? t("common.loading") : t("tickets.no_customer")}
      options={(found.data?.items ?? []).map((each) => ({
        value: each.id,
        label: [each.name, each.phone && grouped(each.phone), each.city]
          .filter(Boolean)
          .join(" · "),
      }))}
      onChange={onChange}
    />
  );
}
