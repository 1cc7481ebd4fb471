/** A colleague's call for help rings: who asks, about whom; answering joins them aside. */
import { CheckOutlined, CloseOutlined } from "@ant-design/icons";
import { Button } from "antd";
import { useTranslation } from "react-i18next";
import offers from "../../app/Offers.module.css";
import { useWorkItem } from "../../live/hooks";
import type { Work } from "../../live/protocol";
import { phone } from "../../ui/format";
import { ChannelMark, Keys, Tier } from "../../ui/Marks";
import { AnswerHint, useAnswering } from "./Answer";
import type { PhoneCall } from "./machine";
import { tell } from "./softphone";

interface Props {
  call: PhoneCall;
  /** Enter and Esc are for this one. */
  first: boolean;
}

export function Consulted({ call, first }: Props) {
  const { t } = useTranslation();
  const work = useWorkItem(call.interaction);
  const answering = useAnswering(call.interaction ?? "");
  const owner = ownerName(work);
  const title = t(owner ? "phone.consulted_by" : "phone.consulted", { name: owner });
  return (
    <section className={offers.card} role="alertdialog" aria-label={title}>
      <div className={offers.who}>
        <div className={offers.kind}>
          <ChannelMark channel="voice" /> {title}
        </div>
        <div className={offers.name}>
          <strong>{work?.customer.name ?? t("phone.unknown_caller")}</strong>{" "}
          <Tier tier={work?.customer.tier} />
        </div>
        <div className={`${offers.facts} num`}>{work?.call && phone(work.call.number)}</div>
      </div>
      {work?.note && <p className={offers.about}>{t("common.quote", { text: work.note })}</p>}
      <AnswerHint interaction={call.interaction ?? ""} />
      <div className={offers.buttons}>
        <Button
          type="primary"
          size="large"
          icon={<CheckOutlined />}
          loading={answering.busy}
          onClick={() => tell({ type: "answer", id: call.id })}
        >
          {t("offer.accept")} {first && <Keys name="↵" />}
        </Button>
        <Button
          size="large"
          icon={<CloseOutlined />}
          disabled={answering.busy}
          onClick={() => tell({ type: "reject", id: call.id })}
        >
          {t("offer.decline")} {first && <Keys name="Esc" />}
        </Button>
      </div>
    </section>
  );
}

function ownerName(work: Work | null): string {
  const leg = work?.call?.legs.find(
    (each) => each.role === "agent" && each.agent_id === work.owner,
  );
  return leg?.name ?? "";
}
