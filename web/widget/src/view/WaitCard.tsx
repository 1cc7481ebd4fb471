import { duration } from "../i18n/format";
import { useChat } from "./context";
import { Icon } from "./icons";
import type { LeaveKind } from "./LeaveForm";

/** While waiting: the place in the queue, the estimate, and another way out. */
export function WaitCard({ onLeave }: { onLeave: (kind: LeaveKind) => void }) {
  const { state, language, say } = useChat();
  const { phase, position, estimated_wait_s: wait } = state.visitor;
  if (phase !== "queued" && phase !== "offered") return null;
  const ahead = (position ?? 1) - 1;
  return (
    <div class="card" role="status">
      <p class="card-title">
        <Icon name="clock" /> {say("finding")}
      </p>
      <p>
        {ahead > 0 ? say("ahead", { n: ahead }) : say("next")}
        {wait !== null && ` · ${say("estimate", { time: duration(wait, language) })}`}
      </p>
      <Ways onLeave={onLeave} />
    </div>
  );
}

/** Nobody can serve now. */
export function AwayCard({ onLeave }: { onLeave: (kind: LeaveKind) => void }) {
  const { state, say } = useChat();
  const reason = state.visitor.away_reason;
  const title =
    reason === "full" ? "awayFull" : reason === "too_long" ? "awayTooLong" : "awayClosed";
  return (
    <div class="card" role="status">
      <p class="card-title">{say(title)}</p>
      <p>{say("awayHint")}</p>
      <Ways onLeave={onLeave} />
    </div>
  );
}

function Ways({ onLeave }: { onLeave: (kind: LeaveKind) => void }) {
  const { say } = useChat();
  return (
    <p class="ways">
      <button type="button" onClick={() => onLeave("message")}>
        <Icon name="mail" /> {say("leaveMessage")}
      </button>
      <button type="button" onClick={() => onLeave("callback")}>
        <Icon name="phone" /> {say("callMe")}
      </button>
    </p>
  );
}
