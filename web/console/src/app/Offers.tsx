/** Offers that can't be missed, on every page: who, why me, how long, Accept and Decline. */
import { CheckOutlined, CloseOutlined, PhoneOutlined } from "@ant-design/icons";
import { useNavigate } from "@tanstack/react-router";
import { Button } from "antd";
import { useEffect, useMemo, useRef } from "react";
import { useTranslation } from "react-i18next";
import { api } from "../api/client";
import { useSkillOptions } from "../features/interactions/nouns";
import { useRuleName } from "../features/interactions/useRuleName";
import { AnswerHint, useAnswering } from "../features/phone/Answer";
import { Consulted } from "../features/phone/Consulted";
import type { PhoneCall } from "../features/phone/machine";
import { tell, usePhone } from "../features/phone/softphone";
import { useNames } from "../i18n";
import { useNow } from "../live/clock";
import { rings, useWork } from "../live/hooks";
import type { Why, Work } from "../live/protocol";
import { useLive } from "../live/store";
import { clock, phone } from "../ui/format";
import { useKeys } from "../ui/keys";
import { ChannelMark, Keys, Tier } from "../ui/Marks";
import { useAction } from "../ui/useAction";
import styles from "./Offers.module.css";
import { offerParts } from "./offerParts";
import { titleOf, useRinging } from "./ringing";

export function Offers() {
  const offers = useWork().filter(rings);
  const asked = useAsked(offers);
  useRinging(offers, asked.length > 0);
  const first = offers.length === 0 ? asked[0] : undefined;
  usePlainKeys(
    first !== undefined,
    () => first && tell({ type: "answer", id: first.id }),
    () => first && tell({ type: "reject", id: first.id }),
  );
  if (offers.length + asked.length === 0) return null;
  return (
    <div className={styles.layer}>
      {offers.map((work, index) => (
        <Offer key={work.id} work={work} first={index === 0} />
      ))}
      {asked.map((call) => (
        <Consulted key={call.id} call={call} first={call === first} />
      ))}
    </div>
  );
}

/** Calls that ring my phone without being offered: a colleague asks for help, or no microphone was found. */
function useAsked(offers: Work[]): PhoneCall[] {
  const calls = usePhone((state) => state.calls);
  return useMemo(
    () =>
      Object.values(calls).filter(
        (call) =>
          call.state !== "up" &&
          (call.purpose === "consult" || call.state === "ringing") &&
          call.purpose !== "echo" &&
          !offers.some((work) => work.id === call.interaction),
      ),
    [calls, offers],
  );
}

function Offer({ work, first }: { work: Work; first: boolean }) {
  const { t } = useTranslation();
  const names = useNames();
  const navigate = useNavigate();
  const queue = useLive((state) => (work.queue ? state.queues[work.queue] : undefined));
  const accept = useAction(() => api.post(`/interactions/${work.id}/accept`), {
    onDone: () => void navigate({ to: "/desk", search: { open: work.id } }),
  });
  const decline = useAction(() => api.post(`/interactions/${work.id}/decline`));
  const answering = useAnswering(work.id);
  const voice = work.channel === "voice";
  const byHand = voice && answering.byHand; // the hint above says how
  const accepting = voice ? answering.busy : accept.busy;
  const busy = accepting || decline.busy;
  const yes = () => {
    if (busy) return;
    if (voice) answering.accept();
    else accept.run(undefined);
  };
  const no = () => !busy && decline.run(undefined);
  useKeys({ "Alt+A": yes, "Alt+D": no }, first);
  usePlainKeys(first, yes, no);
  const about = work.last_message?.text || work.subject || work.page.title;
  return (
    <section
      className={styles.card}
      role="alertdialog"
      aria-label={titleOf(work, t)}
      aria-describedby={`why-${work.id}`}
    >
      <div className={styles.head}>
        <Ring work={work} />
        <div className={styles.who}>
          <div className={styles.kind}>
            <ChannelMark channel={work.channel} />{" "}
            {work.invitation
              ? t("offer.asks", { name: work.invitation.by })
              : t("offer.new", { channel: t(`channel.${work.channel}`) })}
          </div>
          <div className={styles.name}>
            <strong>{phone(work.customer.name)}</strong> <Tier tier={work.customer.tier} />
          </div>
          {work.call && work.call.number !== work.customer.name && (
            <div className={`${styles.number} num`}>
              {phone(work.call.number) || t("phone.withheld")}
            </div>
          )}
          <div className={styles.facts}>
            {[
              queue && names(queue.names),
              t(`language_name.${work.language}`, { defaultValue: work.language }),
              work.queued_at && t("offer.waited", { time: clock(waited(work)) }),
            ]
              .filter(Boolean)
              .join(" · ")}
          </div>
        </div>
      </div>
      {about && <p className={styles.about}>{t("common.quote", { text: about })}</p>}
      <p id={`why-${work.id}`} className={styles.why}>
        {work.invitation ? (
          work.invitation.note
        ) : (
          <>
            {t("offer.why")} <Receipt why={work.offer?.why ?? {}} />
          </>
        )}
      </p>
      {voice && <AnswerHint interaction={work.id} />}
      <div className={styles.buttons}>
        <Button
          type="primary"
          size="large"
          icon={voice ? <PhoneOutlined /> : <CheckOutlined />}
          loading={accepting}
          disabled={decline.busy || byHand}
          onClick={yes}
        >
          {t("offer.accept")} {first && !byHand && <Keys name="↵" />}
        </Button>
        <Button
          size="large"
          icon={<CloseOutlined />}
          loading={decline.busy}
          disabled={accept.busy}
          onClick={no}
        >
          {t("offer.decline")} {first && <Keys name="Esc" />}
        </Button>
      </div>
    </section>
  );
}

const ABOVE =
  ".ant-modal-wrap, .ant-drawer-open, .ant-popover, .ant-dropdown, .ant-select-dropdown, [role=listbox]";

/** Enter and Esc answer the offer unless they mean something else where the focus is. */
function usePlainKeys(active: boolean, yes: () => void, no: () => void): void {
  const current = useRef({ yes, no });
  current.current = { yes, no };
  useEffect(() => {
    if (!active) return;
    const onKey = (event: KeyboardEvent) => {
      if (event.isComposing || event.ctrlKey || event.altKey || event.shiftKey || event.metaKey)
        return;
      if (event.key !== "Enter" && event.key !== "Escape") return;
      if (taken(event)) return;
      event.preventDefault();
      event.stopPropagation();
      if (event.key === "Enter") current.current.yes();
      else current.current.no();
    };
    // Before an empty box hears it: there it means nothing else.
    window.addEventListener("keydown", onKey, true);
    return () => window.removeEventListener("keydown", onKey, true);
  }, [active]);
}

function taken(event: KeyboardEvent): boolean {
  const target = event.target as HTMLElement;
  const above = [...document.querySelectorAll<HTMLElement>(ABOVE)];
  if (above.some((each) => each.checkVisibility())) return true;
  if (target instanceof HTMLTextAreaElement || target instanceof HTMLInputElement)
    return target.value !== "";
  return (
    event.key === "Enter" &&
    target.closest("a, button, [role=button], [role=tab], [role=radio]") !== null
  );
}

const RADIUS = 22;
const ROUND = 2 * Math.PI * RADIUS;

/** The countdown ring with the seconds left in it. */
function Ring({ work }: { work: Work }) {
  const { t } = useTranslation();
  const now = useNow(true);
  const until = work.offer?.ring_until ?? work.invitation?.until;
  if (!until) return null;
  const left = Math.max(0, (Date.parse(until) - now) / 1000);
  const rings_s = work.offer?.ring_s ?? work.invitation?.answer_s ?? 1;
  const share = Math.min(1, left / Math.max(1, rings_s));
  const seconds = Math.ceil(left);
  return (
    <svg
      viewBox="0 0 52 52"
      className={styles.ring}
      role="img"
      aria-label={t("offer.left", { count: seconds })}
    >
      <circle cx="26" cy="26" r={RADIUS} className={styles.track} />
      <circle
        cx="26"
        cy="26"
        r={RADIUS}
        className={styles.left}
        data-late={share < 0.3}
        strokeDasharray={ROUND}
        strokeDashoffset={ROUND * (1 - share)}
      />
      <text x="26" y="27" className="num">
        {seconds}
      </text>
    </svg>
  );
}

/** The receipt in one line: why this agent. */
function Receipt({ why }: { why: Why }) {
  const { t } = useTranslation();
  const now = useNow();
  const rule = useRuleName();
  const skills = useSkillOptions();
  const skill = (id: string) => skills.find((each) => each.value === id)?.label ?? id;
  const parts = offerParts(why, { t, now, rule, skill });
  return <span className="num">{parts.join(" · ")}</span>;
}

function waited(work: Work): number {
  const since = Date.parse(work.queued_at ?? work.arrived_at);
  return (Date.now() + useLive.getState().skewMs - since) / 1000;
}
