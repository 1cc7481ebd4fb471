/** The first thing after a reset: a password only this person knows. */

import { Button } from "antd";
import { useTranslation } from "react-i18next";
import { PasswordForm } from "./PasswordForm";
import styles from "./SignIn.module.css";
import { signOut } from "./session";

export function NewPassword() {
  const { t } = useTranslation();
  return (
    <main className={styles.page}>
      <div className={styles.card}>
        <header className={styles.head}>
          <img src="/icon.svg" alt="" width={40} height={40} />
          <div>
            <h1>{t("password.new_title")}</h1>
            <p className="muted">{t("password.why")}</p>
          </div>
        </header>
        <PasswordForm />
        <Button type="link" block onClick={() => void signOut()} style={{ marginTop: 8 }}>
          {t("frame.sign_out")}
        </Button>
      </div>
    </main>
  );
}
