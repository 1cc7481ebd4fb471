/** Sign-in: one card. Errors say whether to wait, to try again or to ask. */
import { LockOutlined, MailOutlined } from "@ant-design/icons";
import { Alert, Button, Form, Input, Segmented } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { problemText } from "../api/problem";
import type { Language } from "../api/types";
import { LANGUAGE_NAMES } from "../app/LanguageSwitch";
import { LANGUAGES, setLanguage, useLanguage } from "../i18n";
import styles from "./SignIn.module.css";
import { signIn } from "./session";

export function SignIn() {
  const { t } = useTranslation();
  const language = useLanguage();
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<unknown>(null);

  async function submit({ email, password }: { email: string; password: string }) {
    setBusy(true);
    setFailure(null);
    try {
      await signIn(email.trim(), password);
    } catch (error) {
      setFailure(error);
    } finally {
      setBusy(false);
    }
  }

  return (
    <main className={styles.page}>
      <div className={styles.card}>
        <header className={styles.head}>
          <img src="/icon.svg" alt="" width={40} height={40} />
          <div>
            <h1>Parley</h1>
            <p className="muted">{t("sign_in.what")}</p>
          </div>
        </header>
        <div className={styles.failure} aria-live="assertive">
          {failure !== null && <Alert type="error" showIcon title={problemText(t, failure)} />}
        </div>
        <Form layout="vertical" requiredMark={false} onFinish={submit} disabled={busy}>
          <Form.Item
            name="email"
            label={t("sign_in.email")}
            rules={[{ required: true, message: t("sign_in.email_needed") }]}
          >
            <Input
              prefix={<MailOutlined />}
              type="email"
              autoComplete="username"
              autoFocus
              size="large"
            />
          </Form.Item>
          <Form.Item
            name="password"
            label={t("sign_in.password")}
            rules={[{ required: true, message: t("sign_in.password_needed") }]}
          >
            <Input.Password
              prefix={<LockOutlined />}
              autoComplete="current-password"
              size="large"
            />
          </Form.Item>
          <Button type="primary" htmlType="submit" size="large" block loading={busy}>
            {t("sign_in.go")}
          </Button>
        </Form>
        <footer className={styles.foot}>
          <span className="muted">{t("sign_in.forgot")}</span>
          <Segmented<Language>
            size="small"
            aria-label={t("frame.language")}
            value={language}
            options={LANGUAGES.map((value) => ({ value, label: LANGUAGE_NAMES[value] }))}
            onChange={setLanguage}
          />
        </footer>
      </div>
    </main>
  );
}
