/** My phone in one mark in the top bar; a click opens devices, test and cure. */
import { LoadingOutlined, PhoneOutlined, WarningFilled } from "@ant-design/icons";
import { Button, Popover } from "antd";
import { lazy, Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import { Loading } from "../../ui/State";
import { useHasPhone, usePhoneWords } from "./hooks";
import styles from "./Phone.module.css";

const PhonePanel = lazy(() => import("./PhonePanel"));

export function PhoneStatus() {
  const { t } = useTranslation();
  const has = useHasPhone();
  const words = usePhoneWords();
  const [open, setOpen] = useState(false);
  if (!has) return null;
  return (
    <Popover
      trigger="click"
      placement="bottomRight"
      open={open}
      onOpenChange={setOpen}
      content={
        open ? (
          <Suspense fallback={<Loading rows={5} />}>
            <PhonePanel />
          </Suspense>
        ) : null
      }
    >
      <Button
        type="text"
        className={styles.status}
        title={words.title}
        aria-label={t("phone.status", { state: words.title })}
      >
        <span className={styles.mark} data-health={words.health}>
          <PhoneOutlined />
          {words.health === "bad" && <WarningFilled className={styles.badge} />}
          {words.health === "busy" && <LoadingOutlined className={styles.badge} />}
        </span>
      </Button>
    </Popover>
  );
}
