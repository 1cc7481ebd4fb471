/** A value in a cell that can be changed where it stands. */
import { DownOutlined } from "@ant-design/icons";
import { Dropdown, type MenuProps, Tooltip } from "antd";
import { type ReactNode, useState } from "react";
import styles from "./Tickets.module.css";

export interface ChoiceOption {
  value: string;
  label: string;
  icon?: ReactNode;
}

interface Props {
  label: string;
  value: string;
  shown: ReactNode;
  options: ChoiceOption[];
  /** Why it cannot be changed. */
  refused?: string;
  change: (value: string) => Promise<void>;
}

export function Choice({ label, value, shown, options, refused, change }: Props) {
  const [busy, setBusy] = useState(false);
  const items: MenuProps["items"] = options.map((option) => ({
    key: option.value,
    label: option.label,
    icon: option.icon,
  }));
  const choose = async (next: string) => {
    if (next === value) return;
    setBusy(true);
    await change(next).finally(() => setBusy(false));
  };
  return (
    <Tooltip title={refused}>
      <Dropdown
        trigger={["click"]}
        disabled={busy || refused !== undefined}
        menu={{
          items,
          selectedKeys: [value],
          onClick: ({ key, domEvent }) => {
            domEvent.stopPropagation();
            void choose(key);
          },
          style: { maxHeight: 320, overflow: "auto" },
        }}
      >
        <button
          type="button"
          className={styles.choice}
          aria-busy={busy}
          disabled={refused !== undefined}
          onClick={(event) => event.stopPropagation()}
        >
          <span className="sr-only">{label}</span>
          <span className={styles.choiceText}>{shown}</span>
          <DownOutlined className={styles.choiceArrow} />
        </button>
      </Dropdown>
    </Tooltip>
  );
}
