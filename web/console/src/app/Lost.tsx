/** A page that is not there. */
import { CompassOutlined } from "@ant-design/icons";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { Blank } from "../ui/State";

export function Lost() {
  const { t } = useTranslation();
  return (
    <Blank
      icon={<CompassOutlined />}
      title={t("frame.lost")}
      hint={t("frame.lost_hint")}
      action={<Link to="/">{t("frame.to_start")}</Link>}
    />
  );
}
