import { CheckCircleOutlined, DisconnectOutlined, LoadingOutlined } from "@ant-design/icons";
import { Tooltip } from "antd";
import { useTranslation } from "react-i18next";
import { useLine } from "../live/hooks";

/** The connection in one mark; the banner says more when it is lost. */
export function LineState() {
  const { t } = useTranslation();
  const { line } = useLine();
  const good = line === "open" || line === "recovered";
  const name = t(good ? "line.open" : line === "lost" ? "line.lost" : "line.connecting");
  return (
    <Tooltip title={name}>
      <span
        role="img"
        aria-label={name}
        style={{ padding: "0 6px", color: good ? "var(--good)" : "var(--warn)" }}
      >
        {good ? (
          <CheckCircleOutlined />
        ) : line === "lost" ? (
          <DisconnectOutlined />
        ) : (
          <LoadingOutlined />
        )}
      </span>
    </Tooltip>
  );
}
