/** Promise the customer at hand a call: when, on which number, by which queue. */
import {
  Alert,
  Button,
  Checkbox,
  DatePicker,
  Drawer,
  Form,
  Input,
  type InputRef,
  Select,
} from "antd";
import type { Dayjs } from "dayjs";
import { type RefObject, useRef } from "react";
import { useTranslation } from "react-i18next";
import { fieldText, problemText } from "../../api/problem";
import { queryClient } from "../../api/query";
import type { Customer } from "../../api/types";
import { useNames } from "../../i18n";
import { useQueues } from "../../live/hooks";
import type { Work } from "../../live/protocol";
import { useKeys } from "../../ui/keys";
import { Keys } from "../../ui/Marks";
import { useAction } from "../../ui/useAction";
import { zoned } from "../../ui/zone";
import { desk } from "./api";
import { newClientId } from "./outgoing";

const NOTE_CHARS = 200;

interface Props {
  work: Work;
  open: boolean;
  onClose: () => void;
}

export function Callback({ work, open, onClose }: Props) {
  const { t } = useTranslation();
  const first = useRef<InputRef>(null);
  return (
    <Drawer
      open={open}
      onClose={onClose}
      size={440}
      afterOpenChange={(shown) => shown && first.current?.focus()} // not before it is seen
      destroyOnHidden
      title={t("desk.callback_title", { name: work.customer.name })}
    >
      <CallbackForm work={work} first={first} onClose={onClose} />
    </Drawer>
  );
}

interface Values {
  number: string;
  at: Dayjs;
  queue?: string;
  note?: string;
  owned: boolean;
}

interface FormProps extends Omit<Props, "open"> {
  /** Its first field. */
  first?: RefObject<InputRef | null>;
}

export function CallbackForm({ work, first, onClose }: FormProps) {
  const { t } = useTranslation();
  const names = useNames();
  const queues = useQueues();
  const [form] = Form.useForm<Values>();
  const customer = queryClient.getQueryData<Customer>(["customers", work.customer.id]);
  const clientId = useClientId();
  const book = useAction(
    ({ number, at, queue, note, owned }: Values) => {
      const wanted = {
        number: number.trim(),
        at: at.startOf("minute").toISOString(),
        queue: queue ?? null,
        note: note?.trim() ?? "",
        owned,
      };
      return desk.bookCallback(work.id, { client_id: clientId(wanted), ...wanted });
    },
    {
      done: "desk.callback_booked",
      quiet: true,
      onDone: () => {
        void queryClient.invalidateQueries({ queryKey: ["customers", work.customer.id] });
        void queryClient.invalidateQueries({ queryKey: ["interactions", "callbacks"] });
        onClose();
      },
    },
  );
  useKeys({ "Ctrl+Enter": () => form.submit() });
  const wrong = (field: string) => {
    const help = fieldText(t, book.error, field);
    return help ? { validateStatus: "error" as const, help } : {};
  };
  const required = [{ required: true, message: t("problem.field.required") }];
  return (
    <Form<Values>
      form={form}
      layout="vertical"
      requiredMark={false}
      initialValues={{
        number: work.call?.number || customer?.phone || "",
        at: zoned().add(1, "hour"),
        queue: work.queue ?? undefined,
        owned: false,
      }}
      onFinish={(values) => book.run(values)}
    >
      {book.error !== null && (
        <Alert
          type="error"
          showIcon
          title={problemText(t, book.error)}
          style={{ marginBottom: 12 }}
        />
      )}
      <Form.Item
        name="number"
        label={t("desk.callback_number")}
        rules={required}
        {...wrong("number")}
      >
        <Input ref={first} inputMode="tel" />
      </Form.Item>
      <Form.Item name="at" label={t("desk.callback_at")} rules={required} {...wrong("at")}>
        <DatePicker
          showTime={{ format: "HH:mm" }}
          format="YYYY-MM-DD HH:mm"
          allowClear={false}
          style={{ width: "100%" }}
        />
      </Form.Item>
      <Form.Item name="queue" label={t("desk.callback_queue")} {...wrong("queue")}>
        <Select
          options={queues.map((each) => ({ value: each.id, label: names(each.names) }))}
          showSearch={{ optionFilterProp: "label" }}
        />
      </Form.Item>
      <Form.Item name="owned" valuePropName="checked" extra={t("desk.callback_owned_hint")}>
        <Checkbox>{t("desk.callback_owned")}</Checkbox>
      </Form.Item>
      <Form.Item name="note" label={t("desk.callback_note")} {...wrong("note")}>
        <Input.TextArea maxLength={NOTE_CHARS} autoSize={{ minRows: 2, maxRows: 5 }} />
      </Form.Item>
      <Button type="primary" htmlType="submit" block loading={book.busy}>
        {t("desk.callback_go")} <Keys name="Ctrl+Enter" />
      </Button>
    </Form>
  );
}

/** The same again, after an answer that was lost, is the same booking; what was changed is another. */
function useClientId(): (wanted: object) => string {
  const last = useRef({ wanted: "", id: "" });
  return (wanted) => {
    const asked = JSON.stringify(wanted);
    if (last.current.wanted !== asked) last.current = { wanted: asked, id: newClientId() };
    return last.current.id;
  };
}
