/** All shortcuts on one card, shown by `?`. */
import { Modal } from "antd";
import { useTranslation } from "react-i18next";
import { Keys } from "../ui/Marks";
import styles from "./Frame.module.css";

const GROUPS: { name: string; keys: [name: string, what: string][] }[] = [
  {
    name: "everywhere",
    keys: [
      ["F8", "presence"],
      ["Ctrl+K", "search"],
      ["/", "search_plain"],
      ["?", "this"],
    ],
  },
  {
    name: "offer",
    keys: [
      ["Enter", "accept"],
      ["Esc", "decline"],
      ["Alt+A", "accept_typing"],
      ["Alt+D", "decline_typing"],
    ],
  },
  {
    name: "desk",
    keys: [
      ["Alt+↓", "next"],
      ["Alt+↑", "previous"],
      ["Alt+1…9", "nth"],
      ["Alt+R", "reply"],
      ["Alt+T", "transfer"],
      ["Alt+C", "consult"],
      ["Alt+N", "ticket"],
      ["Alt+B", "callback"],
      ["Alt+W", "close"],
    ],
  },
  {
    name: "call",
    keys: [
      ["Alt+M", "mute"],
      ["Alt+H", "hold"],
      ["Alt+K", "keypad"],
      ["Alt+G", "merge"],
      ["Alt+P", "record"],
      ["Alt+Y", "allow"],
      ["Alt+X", "refuse"],
      ["Alt+W", "hang_up"],
    ],
  },
  {
    name: "composer",
    keys: [
      ["Enter", "send"],
      ["Shift+Enter", "line"],
      ["/", "canned"],
      ["@", "mention"],
      ["Alt+I", "note"],
    ],
  },
  { name: "wrap_up", keys: [["Ctrl+Enter", "save"]] },
];

export function KeyMapDialog({ open, onClose }: { open: boolean; onClose: () => void }) {
  const { t } = useTranslation();
  return (
    <Modal open={open} onCancel={onClose} footer={null} title={t("keys.title")} width={640}>
      <div className={styles.keys}>
        {GROUPS.map((group) => (
          <section key={group.name}>
            <h3>{t(`keys.${group.name}`)}</h3>
            <ul>
              {group.keys.map(([key, what]) => (
                <li key={what}>
                  <span>{t(`keys.to_${what}`)}</span>
                  <span>
                    <Keys name={key} spoken />
                  </span>
                </li>
              ))}
            </ul>
          </section>
        ))}
      </div>
    </Modal>
  );
}
