import {
  AudioMutedOutlined,
  KeyOutlined,
  LockOutlined,
  LogoutOutlined,
  MoonOutlined,
  SoundOutlined,
  SunOutlined,
} from "@ant-design/icons";
import { Button, Dropdown } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { PasswordDialog } from "../session/PasswordDialog";
import { signOut, useMe } from "../session/session";
import { Face } from "../ui/Marks";
import { useAction } from "../ui/useAction";
import { chooseMode, useMode } from "./mode";
import { setSound, useSound } from "./ringing";

export function Person({ onKeys }: { onKeys: () => void }) {
  const { t } = useTranslation();
  const me = useMe();
  const mode = useMode((state) => state.mode);
  const sound = useSound((state) => state.on);
  const leave = useAction(signOut);
  const [changing, setChanging] = useState(false);
  const dark = mode === "dark";
  return (
    <>
      <Dropdown
        trigger={["click"]}
        menu={{
          items: [
            {
              key: "who",
              type: "group",
              label: `${me.account.name} · ${t(`role.${me.account.role}`)}`,
              children: [
                {
                  key: "theme",
                  icon: dark ? <SunOutlined /> : <MoonOutlined />,
                  label: t(dark ? "frame.light" : "frame.dark"),
                  onClick: () => chooseMode(dark ? "light" : "dark"),
                },
                {
                  key: "sound",
                  icon: sound ? <AudioMutedOutlined /> : <SoundOutlined />,
                  label: t(sound ? "frame.sound_off" : "frame.sound_on"),
                  onClick: () => setSound(!sound),
                },
                {
                  key: "keys",
                  icon: <KeyOutlined />,
                  label: t("keys.title"),
                  extra: "?",
                  onClick: onKeys,
                },
                {
                  key: "password",
                  icon: <LockOutlined />,
                  label: t("password.title"),
                  onClick: () => setChanging(true),
                },
              ],
            },
            { type: "divider" },
            {
              key: "out",
              icon: <LogoutOutlined />,
              label: t("frame.sign_out"),
              onClick: () => leave.run(undefined),
            },
          ],
        }}
      >
        <Button type="text" style={{ padding: 4 }}>
          <Face name={me.account.name} size={26} />
          <span className="sr-only">{t("frame.person", { name: me.account.name })}</span>
        </Button>
      </Dropdown>
      <PasswordDialog open={changing} onClose={() => setChanging(false)} />
    </>
  );
}
