/** What the customer bought, with where it is; the order of the page they are on comes first. */
import { ShoppingOutlined } from "@ant-design/icons";
import { App, Tooltip } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Order } from "../../api/types";
import { useLanguage } from "../../i18n";
import { money } from "../../ui/format";
import { Blank, Loaded } from "../../ui/State";
import { Ago } from "../../ui/Time";
import { useOrders } from "./api";
import styles from "./CustomerColumn.module.css";

const FIRST_STEPS = 2;

interface Props {
  customerId: string;
  context: Record<string, string>;
}

export function Orders({ customerId, context }: Props) {
  const { t } = useTranslation();
  const orders = useOrders(customerId);
  const values = new Set(Object.values(context));
  const first = (order: Order) => (values.has(order.id) ? 0 : 1);
  return (
    <Loaded query={orders} rows={5}>
      {(all) =>
        all.length === 0 ? (
          <Blank
            icon={<ShoppingOutlined />}
            title={t("desk.orders_none")}
            hint={t("desk.orders_none_hint")}
          />
        ) : (
          <ul className={styles.list}>
            {[...all]
              .sort((a, b) => first(a) - first(b))
              .map((order) => (
                <OrderEntry key={order.id} order={order} here={values.has(order.id)} />
              ))}
          </ul>
        )
      }
    </Loaded>
  );
}

function OrderEntry({ order, here }: { order: Order; here: boolean }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const { message } = App.useApp();
  const [all, setAll] = useState(false);
  const steps = all ? order.logistics : order.logistics.slice(0, FIRST_STEPS);
  async function copy() {
    await navigator.clipboard.writeText(order.id);
    message.success(t("common.copied"));
  }
  return (
    <li className={`${styles.entry} ${here ? styles.here : ""}`}>
      <div className={styles.entryHead}>
        <Tooltip title={t("desk.copy_order")}>
          <button type="button" className={`${styles.plain} num`} onClick={() => void copy()}>
            {order.id}
          </button>
        </Tooltip>
        <span className={styles.status}>
          {t(`order_status.${order.status}`, { defaultValue: order.status })}
        </span>
        <span className={styles.grow} />
        <strong className="num">{money(order.amount, order.currency, language)}</strong>
      </div>
      {order.items.map((item) => (
        <div key={item.sku ?? item.name} className={styles.item}>
          <span title={item.name}>{item.name}</span>
          <span className="num muted">× {item.quantity}</span>
        </div>
      ))}
      <div className={styles.item}>
        <span className="muted num">
          {[order.carrier, order.waybill].filter(Boolean).join(" ")}
        </span>
        <Ago at={order.placed_at} className={styles.at} />
      </div>
      {steps.length > 0 && (
        <ol className={styles.logistics} aria-label={t("desk.logistics")}>
          {steps.map((step) => (
            <li key={`${step.at}:${step.text}`}>
              {step.text} {step.place && `· ${step.place}`} {step.at && <Moment at={step.at} />}
            </li>
          ))}
        </ol>
      )}
      {order.logistics.length > FIRST_STEPS && (
        <button
          type="button"
          className={styles.plain}
          aria-expanded={all}
          onClick={() => setAll(!all)}
        >
          {all ? t("desk.less") : t("desk.all_steps", { count: order.logistics.length })}
        </button>
      )}
    </li>
  );
}

/** Logistics come as the carrier wrote them: a time when it can be read as one. */
function Moment({ at }: { at: string }) {
  return Number.isNaN(Date.parse(at)) ? <span className="num">{at}</span> : <Ago at={at} />;
}
