/** What a desk phone is set up with: asked for one at a time, and noted by the server. */
import { EyeOutlined } from "@ant-design/icons";
import { App, Button, Descriptions, Typography } from "antd";
import { useTranslation } from "react-i18next";
import { api } from "../../api/client";
import { useAction } from "../../ui/useAction";
import { Field } from "../settings/kit/Field";

interface Account {
  user: string;
  password: string;
}

interface Props {
  /** Who has it; null until they are saved with it. */
  id: string | null;
  name: string;
}

export function DeskPhone({ id, name }: Props) {
  const { t } = useTranslation();
  const { modal } = App.useApp();
  const show = useAction(() => api.post<Account>(`/people/${id}/phone`), {
    onDone: (account) =>
      modal.info({
        title: t("people.phone_account_title", { name }),
        width: 520,
        content: <AccountCard account={account} />,
        okText: t("common.close"),
      }),
  });
  return (
    <Field
      label={t("people.phone_account")}
      help={t(id ? "people.phone_account_help" : "people.phone_account_later")}
      group
    >
      {() => (
        <Button
          icon={<EyeOutlined />}
          disabled={id === null}
          loading={show.busy}
          onClick={() => show.run(undefined)}
        >
          {t("people.phone_account_show")}
        </Button>
      )}
    </Field>
  );
}

function AccountCard({ account }: { account: Account }) {
  const { t } = useTranslation();
  return (
    <>
      <Descriptions
        column={1}
        size="small"
        items={(["user", "password"] as const).map((part) => ({
          key: part,
          label: t(`people.phone_account_${part}`),
          children: (
            <Typography.Text code copyable>
              {account[part]}
            </Typography.Text>
          ),
        }))}
      />
      <p>{t("people.phone_account_once")}</p>
    </>
  );
}
