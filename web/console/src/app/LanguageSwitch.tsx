import { GlobalOutlined } from "@ant-design/icons";
import { Button, Dropdown } from "antd";
import { useTranslation } from "react-i18next";
import type { Language } from "../api/types";
import { LANGUAGES, useLanguage } from "../i18n";
import { chooseLanguage } from "../session/session";
import { useAction } from "../ui/useAction";

export const LANGUAGE_NAMES: Record<Language, string> = { "zh-CN": "简体中文", "en-US": "English" };

export function LanguageSwitch() {
  const { t } = useTranslation();
  const language = useLanguage();
  const choose = useAction(chooseLanguage);
  return (
    <Dropdown
      trigger={["click"]}
      menu={{
        selectable: true,
        selectedKeys: [language],
        items: LANGUAGES.map((key) => ({
          key,
          label: <span lang={key}>{LANGUAGE_NAMES[key]}</span>,
        })),
        onClick: ({ key }) => choose.run(key as Language),
      }}
    >
      <Button type="text" icon={<GlobalOutlined />}>
        <span className="sr-only">{t("frame.language")}</span>
        {language === "zh-CN" ? "中" : "EN"}
      </Button>
    </Dropdown>
  );
}
