/** What stays while pages change: line of state, top bar, rail, and the live line to the server. */
import { Outlet } from "@tanstack/react-router";
import { lazy, Suspense, useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { connect } from "../live/socket";
import { resetLive } from "../live/store";
import { useKeys } from "../ui/keys";
import styles from "./Frame.module.css";
import { KeyMapDialog } from "./KeyMapDialog";
import { Missed } from "./Missed";
import { Offers } from "./Offers";
import { Rail } from "./Rail";
import { TopBar } from "./TopBar";
import { TopLine } from "./TopLine";

const PhoneHost = lazy(() => import("../features/phone/PhoneHost"));
const Unsent = lazy(() => import("../features/desk/Unsent"));

export function Frame() {
  const { t } = useTranslation();
  const [keysShown, showKeys] = useState(false);
  useEffect(() => {
    const close = connect();
    return () => {
      close();
      resetLive();
    };
  }, []);
  useKeys({ "?": () => showKeys(true) });
  return (
    <div className={styles.frame}>
      <a className={styles.skip} href="#main">
        {t("frame.skip")}
      </a>
      <TopLine />
      <TopBar onKeys={() => showKeys(true)} />
      <Rail />
      <main id="main" className={styles.main} tabIndex={-1}>
        <div className={styles.page}>
          <Outlet />
        </div>
      </main>
      <Offers />
      <Missed />
      <Suspense>
        <PhoneHost />
        <Unsent />
      </Suspense>
      <KeyMapDialog open={keysShown} onClose={() => showKeys(false)} />
    </div>
  );
}
