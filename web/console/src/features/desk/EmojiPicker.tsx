import { SmileOutlined } from "@ant-design/icons";
import { Button, Popover } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import styles from "./Composer.module.css";

const EMOJI = [..."😀😄😊🙂😉😍🤗🤔😮😅😂😢😭😞😓😡👍👎👏🙏🤝💪👌✌👋❤🌹🎉🎁⭐🔥✅❌⚠📦🚚🔧📞⏰📷"];

export function EmojiPicker({ onPick }: { onPick: (emoji: string) => void }) {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  return (
    <Popover
      trigger="click"
      placement="topRight"
      open={open}
      onOpenChange={setOpen}
      content={
        <div className={styles.emoji}>
          {EMOJI.map((emoji) => (
            <button
              key={emoji}
              type="button"
              onClick={() => {
                setOpen(false);
                onPick(emoji);
              }}
            >
              {emoji}
            </button>
          ))}
        </div>
      }
    >
      <Button type="text" size="small" icon={<SmileOutlined />} aria-label={t("desk.emoji")} />
    </Popover>
  );
}
