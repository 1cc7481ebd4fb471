/** How a saved entry point gets onto a site: its code, its secret, and the widget itself to try. */
import { CopyOutlined, EyeOutlined, PlayCircleOutlined, RedoOutlined } from "@ant-design/icons";
import { App, Button, Popconfirm } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "../../../api/client";
import { useCan } from "../../../session/session";
import { useAction } from "../../../ui/useAction";
import { Field, Section } from "../kit/Field";
import styles from "./forms.module.css";

export function embedCode(origin: string, id: string): string {
  return `<script src="${origin}/widget.js" data-entry="${id}" async></script>`;
}

export function Embed({ id, dirty }: { id: string; dirty: boolean }) {
  const { t } = useTranslation();
  const code = embedCode(window.location.origin, id);
  return (
    <Section title={t("settings.entry_point.embed")}>
      <Field
        label={t("settings.entry_point.code")}
        help={t("settings.entry_point.code_help")}
        group
      >
        {() => (
          <>
            <code className={styles.code}>{code}</code>
            <div className={styles.row} style={{ paddingTop: 8 }}>
              <Copy text={code} />
            </div>
          </>
        )}
      </Field>
      <Secret id={id} />
      <TryIt id={id} dirty={dirty} />
    </Section>
  );
}

function Copy({ text }: { text: string }) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text);
      message.success(t("common.copied"));
    } catch {
      message.warning(t("settings.entry_point.copy_failed"));
    }
  };
  return (
    <Button icon={<CopyOutlined />} onClick={() => void copy()}>
      {t("common.copy")}
    </Button>
  );
}

function Secret({ id }: { id: string }) {
  const { t } = useTranslation();
  const may = useCan("settings.write");
  const [secret, setSecret] = useState<string | null>(null);
  const show = ({ secret: found }: { secret: string }) => setSecret(found);
  const reveal = useAction(() => api.post<{ secret: string }>(`/entry-points/${id}/secret`), {
    onDone: show,
  });
  const rotate = useAction(() => api.put<{ secret: string }>(`/entry-points/${id}/secret`), {
    done: "settings.entry_point.rotated",
    onDone: show,
  });
  return (
    <Field
      label={t("settings.entry_point.secret")}
      help={t("settings.entry_point.secret_help")}
      group
    >
      {() => (
        <div className={styles.row}>
          {secret ? (
            <>
              <code className={styles.code}>{secret}</code>
              <Copy text={secret} />
            </>
          ) : (
            <Button
              icon={<EyeOutlined />}
              loading={reveal.busy}
              disabled={!may}
              onClick={() => reveal.run(undefined)}
            >
              {t("settings.entry_point.reveal")}
            </Button>
          )}
          <Popconfirm
            title={t("settings.entry_point.rotate_sure")}
            okText={t("settings.entry_point.rotate")}
            okButtonProps={{ danger: true }}
            onConfirm={() => rotate.run(undefined)}
          >
            <Button danger icon={<RedoOutlined />} loading={rotate.busy} disabled={!may}>
              {t("settings.entry_point.rotate")}
            </Button>
          </Popconfirm>
        </div>
      )}
    </Field>
  );
}

/** The widget of the saved settings on an empty page of its own. */
function TryIt({ id, dirty }: { id: string; dirty: boolean }) {
  const { t, i18n } = useTranslation();
  const [round, setRound] = useState(0);
  const help = t(
    dirty ? "settings.entry_point.preview_saved" : "settings.entry_point.preview_help",
  );
  return (
    <Field label={t("settings.entry_point.preview")} help={help} group>
      {() =>
        round === 0 ? (
          <Button icon={<PlayCircleOutlined />} onClick={() => setRound(1)}>
            {t("settings.entry_point.try")}
          </Button>
        ) : (
          <>
            <iframe
              key={round}
              className={styles.preview}
              title={t("settings.entry_point.preview")}
              src={`/chat/v1/preview/${encodeURIComponent(id)}?lang=${i18n.language}`}
            />
            <div className={styles.row}>
              <Button icon={<RedoOutlined />} onClick={() => setRound(round + 1)}>
                {t("settings.entry_point.reload")}
              </Button>
            </div>
          </>
        )
      }
    </Field>
  );
}
