/** Write to the ticket: inside by default, and never by mistake in public. */
import { GlobalOutlined, LockOutlined } from "@ant-design/icons";
import { useQueryClient } from "@tanstack/react-query";
import { Button, Input, Segmented, Tooltip } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "../../api/client";
import type { Ticket } from "../../api/types";
import { useCan } from "../../session/session";
import { Keys } from "../../ui/Marks";
import { useAction } from "../../ui/useAction";
import styles from "./Tickets.module.css";

const MOST_CHARS = 4000;

export function CommentBox({ ticket }: { ticket: Ticket }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const may = useCan("tickets.write");
  const [text, setText] = useState("");
  const [inside, setInside] = useState(true);
  const send = useAction(
    () => api.post(`/tickets/${ticket.id}/comments`, { text: text.trim(), internal: inside }),
    {
      onDone: () => {
        setText("");
        void client.invalidateQueries({ queryKey: ["tickets", ticket.id] });
      },
    },
  );
  const why = may ? (text.trim() ? undefined : t("tickets.write_first")) : t("tickets.may_not");
  const go = () => !why && send.run(undefined);
  return (
    <div className={`${styles.box} ${inside ? styles.internal : styles.public}`}>
      <Segmented
        size="small"
        value={inside ? "internal" : "public"}
        options={[
          { value: "internal", label: t("tickets.internal"), icon: <LockOutlined /> },
          { value: "public", label: t("tickets.public"), icon: <GlobalOutlined /> },
        ]}
        onChange={(value) => setInside(value === "internal")}
      />
      <Input.TextArea
        value={text}
        maxLength={MOST_CHARS}
        autoSize={{ minRows: 2, maxRows: 10 }}
        variant="borderless"
        disabled={!may}
        aria-label={t(inside ? "tickets.write_internal" : "tickets.write_public")}
        placeholder={t(inside ? "tickets.write_internal" : "tickets.write_public")}
        onChange={(event) => setText(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) go();
        }}
      />
      <div className={styles.boxFoot}>
        <span className="muted">{t(inside ? "tickets.internal_hint" : "tickets.public_hint")}</span>
        <Tooltip title={why}>
          <Button type="primary" disabled={why !== undefined} loading={send.busy} onClick={go}>
            {t("tickets.comment")} <Keys name="Ctrl+Enter" />
          </Button>
        </Tooltip>
      </div>
    </div>
  );
}
