/** The bell: mentions, assignments, whatever asks for this person; newest first. */
import { BellOutlined } from "@ant-design/icons";
import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { Badge, Button, Popover } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "../api/client";
import type { Listed, Notice } from "../api/types";
import { useLive } from "../live/store";
import { Blank, Loaded } from "../ui/State";
import { Ago } from "../ui/Time";
import styles from "./Notices.module.css";

export function Notices() {
  const { t } = useTranslation();
  const unread = useLive((state) => state.unreadNotices);
  const [open, setOpen] = useState(false);
  return (
    <Popover
      trigger="click"
      placement="bottomRight"
      open={open}
      onOpenChange={setOpen}
      content={open ? <NoticeList onClose={() => setOpen(false)} /> : null}
    >
      <Button type="text" aria-label={t("notice.bell", { count: unread })}>
        <Badge count={unread} size="small" className="num">
          <BellOutlined style={{ fontSize: 16 }} />
        </Badge>
      </Button>
    </Popover>
  );
}

function NoticeList({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const pushed = useLive((state) => state.notices);
  const query = useQuery({
    queryKey: ["notices", pushed.length],
    queryFn: ({ signal }) => api.get<Listed<Notice>>("/notices", undefined, signal),
  });
  async function open(notice: Notice) {
    onClose();
    await markRead([notice]);
    if (notice.ticket_id) await navigate({ to: "/tickets/$id", params: { id: notice.ticket_id } });
    else if (notice.interaction_id) {
      const mine = notice.interaction_id in useLive.getState().work;
      if (mine) await navigate({ to: "/desk", search: { open: notice.interaction_id } });
      else await navigate({ to: "/interactions/$id", params: { id: notice.interaction_id } });
    }
  }
  return (
    <div className={styles.list}>
      <Loaded query={query}>
        {(page) =>
          page.items.length === 0 ? (
            <Blank icon={<BellOutlined />} title={t("notice.none")} hint={t("notice.none_hint")} />
          ) : (
            <>
              <Button
                type="link"
                size="small"
                className={styles.all}
                onClick={() => void markRead(page.items).then(() => query.refetch())}
              >
                {t("notice.read_all")}
              </Button>
              <ul>
                {page.items.map((notice) => (
                  <li key={notice.id}>
                    <button
                      type="button"
                      className={styles.notice}
                      onClick={() => void open(notice)}
                    >
                      {!notice.read && (
                        <span className={styles.new} role="img" aria-label={t("notice.new")} />
                      )}
                      <span className={styles.text}>
                        {t([`notice.kind.${notice.kind}`, "notice.kind.other"], {
                          by: notice.by_name,
                          text: notice.text,
                        })}
                      </span>
                      <Ago at={notice.at} className={styles.at} />
                    </button>
                  </li>
                ))}
              </ul>
            </>
          )
        }
      </Loaded>
    </div>
  );
}

async function markRead(notices: Notice[]): Promise<void> {
  const ids = notices.filter((each) => !each.read).map((each) => each.id);
  if (ids.length === 0) return;
  await api.post("/notices/read", { ids });
  useLive.setState((state) => ({
    unreadNotices: Math.max(0, state.unreadNotices - ids.length),
    notices: state.notices.map((each) => (ids.includes(each.id) ? { ...each, read: true } : each)),
  }));
}
