/** A ticket in one click, prefilled from the conversation. */
import { Alert, Button, Drawer, Form, Input, Segmented, Select } from "antd";
import { useTranslation } from "react-i18next";
import { fieldText, problemText } from "../../api/problem";
import { queryClient } from "../../api/query";
import type { NewTicket as Body, Customer, Message, Ticket, TicketPriority } from "../../api/types";
import type { Work } from "../../live/protocol";
import { useLive } from "../../live/store";
import { useKeys } from "../../ui/keys";
import { Keys } from "../../ui/Marks";
import { useAction } from "../../ui/useAction";
import { desk, useColleagues } from "./api";

const KINDS = ["problem", "complaint", "return", "callback", "message"];
const PRIORITIES: TicketPriority[] = ["low", "normal", "high", "urgent"];
const SUBJECT_CHARS = 200;
const QUOTED = 6;

interface Props {
  work: Work;
  open: boolean;
  onClose: () => void;
  onOpened: (ticket: Ticket) => void;
}

export function NewTicket({ work, open, onClose, onOpened }: Props) {
  const { t } = useTranslation();
  return (
    <Drawer open={open} onClose={onClose} size={440} destroyOnHidden title={t("desk.new_ticket")}>
      <TicketForm work={work} onClose={onClose} onOpened={onOpened} />
    </Drawer>
  );
}

type Values = Pick<Body, "kind" | "subject" | "description" | "priority" | "assignee" | "phone">;

function TicketForm({ work, onClose, onOpened }: Omit<Props, "open">) {
  const { t } = useTranslation();
  const [form] = Form.useForm<Values>();
  const colleagues = useColleagues();
  const create = useAction(
    (values: Values) =>
      desk.openTicket({
        ...values,
        assignee: values.assignee ?? null,
        phone: values.phone?.trim() || null,
        customer_id: work.customer.id,
        interaction_id: work.id,
        queue: work.queue,
        fields: {},
      }),
    {
      quiet: true,
      onDone: (ticket) => {
        void queryClient.invalidateQueries({ queryKey: ["tickets"] });
        void queryClient.invalidateQueries({ queryKey: ["customers", work.customer.id] });
        onClose();
        onOpened(ticket);
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
      initialValues={usePrefilled(work)}
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
      <Form.Item name="kind" label={t("desk.ticket_kind")}>
        <Select options={KINDS.map((value) => ({ value, label: t(`ticket_kind.${value}`) }))} />
      </Form.Item>
      <Form.Item
        name="subject"
        label={t("desk.ticket_subject")}
        rules={[{ required: true, whitespace: true, message: t("problem.field.required") }]}
        {...wrong("subject")}
      >
        <Input maxLength={SUBJECT_CHARS} autoFocus />
      </Form.Item>
      <Form.Item name="description" label={t("desk.ticket_description")} {...wrong("description")}>
        <Input.TextArea autoSize={{ minRows: 5, maxRows: 14 }} />
      </Form.Item>
      <Form.Item name="priority" label={t("desk.ticket_priority")}>
        <Segmented
          options={PRIORITIES.map((value) => ({ value, label: t(`ticket_priority.${value}`) }))}
        />
      </Form.Item>
      <Form.Item name="assignee" label={t("desk.ticket_assignee")} {...wrong("assignee")}>
        <Select
          allowClear
          showSearch={{ optionFilterProp: "label" }}
          placeholder={t("desk.ticket_nobody")}
          options={(colleagues.data ?? []).map((each) => ({ value: each.id, label: each.name }))}
        />
      </Form.Item>
      <Form.Item name="phone" label={t("desk.ticket_phone")} {...wrong("phone")}>
        <Input inputMode="tel" />
      </Form.Item>
      <Button type="primary" htmlType="submit" block loading={create.busy}>
        {t("desk.ticket_go")} <Keys name="Ctrl+Enter" />
      </Button>
    </Form>
  );
}

function usePrefilled(work: Work): Values {
  const { t } = useTranslation();
  const messages = useLive((state) => state.conversations[work.id]?.messages) ?? [];
  const customer = queryClient.getQueryData<Customer>(["customers", work.customer.id]);
  const said = messages.filter((each) => each.sender !== "system" && each.visibility === "public");
  const first = said.find((each) => each.sender === "customer")?.text ?? "";
  const about = Object.entries(work.page.context)
    .map(([name, value]) => `${t(`desk.context.${name}`, { defaultValue: name })}:${value}`)
    .join("\n");
  const quoted = said
    .slice(-QUOTED)
    .map((each) => t("common.pair", quote(each, work.customer.name)));
  return {
    kind: "problem",
    subject: (work.subject || first || work.page.title || work.customer.name).slice(0, 80),
    description: [about, quoted.join("\n")].filter(Boolean).join("\n\n"),
    priority: work.priority > 0 ? "high" : "normal",
    assignee: null,
    phone: customer?.phone ?? null,
  };
}

function quote(message: Message, customer: string) {
  const name = message.sender === "customer" ? customer : (message.agent_name ?? "");
  const files = message.attachments.map((file) => `[${file.name}]`).join(" ");
  return { name, value: [message.text, files].filter(Boolean).join(" ") };
}
