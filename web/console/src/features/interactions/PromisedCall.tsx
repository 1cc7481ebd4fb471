/** A callback that was promised and is not being made yet: when, on which number, and a way out. */
import { ScheduleOutlined } from "@ant-design/icons";
import { Button, Popconfirm } from "antd";
import { useTranslation } from "react-i18next";
import { queryClient } from "../../api/query";
import type { PromisedCall as Promised } from "../../api/types";
import { useLanguage } from "../../i18n";
import { useNow } from "../../live/clock";
import { phone, shortTime } from "../../ui/format";
import { useAction } from "../../ui/useAction";
import { DialLink } from "../phone/DialLink";
import { act } from "./api";
import styles from "./Interactions.module.css";

interface Props {
  /** The call's to come. */
  id: string;
  callback: Promised;
}

export function PromisedCall({ id, callback }: Props) {
  const { t } = useTranslation();
  const language = useLanguage();
  const now = useNow();
  const cancel = useAction(() => act.cancelCallback(id).finally(lookAgain), {
    done: "interactions.callback.cancelled",
  });
  const number = phone(callback.number);
  const at = callback.at && shortTime(callback.at, now, language);
  return (
    // biome-ignore lint/a11y/useSemanticElements: no fields to fill in
    <div className={styles.promised} role="group" aria-label={t("interactions.callback.title")}>
      <ScheduleOutlined />
      <span className={styles.promisedText}>
        {at ? t("interactions.callback.at", { at }) : t("interactions.callback.in_turn")}{" "}
        <DialLink number={callback.number} />{" "}
        {callback.owner_name && (
          <span className={styles.promisedOwner}>
            {t("interactions.callback.owner", { name: callback.owner_name })}
          </span>
        )}
      </span>
      <Popconfirm
        title={t("interactions.callback.sure")}
        description={t("interactions.callback.sure_hint")}
        okText={t("interactions.callback.cancel")}
        okButtonProps={{ autoFocus: true }}
        cancelText={t("interactions.callback.keep")}
        onConfirm={() => cancel.run(undefined)}
      >
        <Button
          size="small"
          loading={cancel.busy}
          aria-label={t("interactions.callback.cancel_of", { number })}
        >
          {t("interactions.callback.cancel")}
        </Button>
      </Popconfirm>
    </div>
  );
}

/** Also after a refusal: then it is being made. */
function lookAgain(): void {
  void queryClient.invalidateQueries({ queryKey: ["interactions"] });
  void queryClient.invalidateQueries({ queryKey: ["customers"] });
}
