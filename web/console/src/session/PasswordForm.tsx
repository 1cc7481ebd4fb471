import { Alert, Button, Form, Input } from "antd";
import { useTranslation } from "react-i18next";
import { fieldText, problemText } from "../api/problem";
import { useAction } from "../ui/useAction";
import { changePassword } from "./session";

/** The server's own least length; it checks again. */
const LEAST_LETTERS = 10;

interface Values {
  current: string;
  next: string;
  again: string;
}

export function PasswordForm({ onDone }: { onDone?: () => void }) {
  const { t } = useTranslation();
  const change = useAction(({ current, next }: Values) => changePassword(current, next), {
    done: "password.changed",
    onDone,
    quiet: true,
  });
  const needed = (key: string) => ({ required: true, message: t(key) });
  const weak = fieldText(t, change.error, "new");
  const wrong = fieldText(t, change.error, "current");
  return (
    <Form<Values> layout="vertical" requiredMark={false} onFinish={(values) => change.run(values)}>
      {change.error !== null && !weak && !wrong && (
        <Alert
          type="error"
          showIcon
          title={problemText(t, change.error)}
          style={{ marginBottom: 12 }}
        />
      )}
      <Form.Item
        name="current"
        label={t("password.current")}
        validateStatus={wrong ? "error" : undefined}
        help={wrong}
        rules={[needed("sign_in.password_needed")]}
      >
        <Input.Password autoComplete="current-password" />
      </Form.Item>
      <Form.Item
        name="next"
        label={t("password.next")}
        extra={t("password.rule", { count: LEAST_LETTERS })}
        validateStatus={weak ? "error" : undefined}
        help={weak}
        rules={[
          needed("password.next_needed"),
          { min: LEAST_LETTERS, message: t("password.rule", { count: LEAST_LETTERS }) },
        ]}
      >
        <Input.Password autoComplete="new-password" />
      </Form.Item>
      <Form.Item
        name="again"
        label={t("password.again")}
        dependencies={["next"]}
        rules={[
          needed("password.again_needed"),
          ({ getFieldValue }) => ({
            validator: (_, value) =>
              !value || getFieldValue("next") === value
                ? Promise.resolve()
                : Promise.reject(new Error(t("password.differs"))),
          }),
        ]}
      >
        <Input.Password autoComplete="new-password" />
      </Form.Item>
      <Button type="primary" htmlType="submit" block loading={change.busy}>
        {t("password.go")}
      </Button>
    </Form>
  );
}
