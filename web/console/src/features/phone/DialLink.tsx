/** Click to dial: a number that calls when clicked, or says why it can't. */
import { PhoneOutlined } from "@ant-design/icons";
import { useNavigate } from "@tanstack/react-router";
import { App, Button, Tooltip } from "antd";
import { useTranslation } from "react-i18next";
import { phone } from "../../ui/format";
import { useAction } from "../../ui/useAction";
import { calls, type Dial } from "./api";
import { useWhyNoCall } from "./hooks";
import styles from "./Phone.module.css";

interface Props extends Omit<Dial, "number"> {
  number: string;
}

export function DialLink({ number, ...more }: Props) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const navigate = useNavigate();
  const why = useWhyNoCall();
  const shown = phone(number);
  const dial = useAction(() => calls.dial({ number, ...more }), {
    onDone: ({ interaction_id }) => {
      message.info(t("phone.dial.calling", { number: shown }));
      void navigate({ to: "/desk", search: { open: interaction_id } });
    },
  });
  return (
    <Tooltip title={why ?? t("phone.dial.call", { number: shown })}>
      <Button
        type="link"
        className={`${styles.dial} num`}
        icon={<PhoneOutlined />}
        disabled={why !== undefined}
        loading={dial.busy}
        aria-label={t("phone.dial.call", { number: shown })}
        onClick={() => dial.run(undefined)}
      >
        {shown}
      </Button>
    </Tooltip>
  );
}
