import { useState } from "preact/hooks";
import type { Word } from "../i18n/words";
import { useChat } from "./context";
import { Icon } from "./icons";

const STARS = [1, 2, 3, 4, 5];

/** After the conversation: one to five, and words if the visitor likes. */
export function RateCard() {
  const { chat, state, say } = useChat();
  const [score, setScore] = useState(0);
  const [hover, setHover] = useState(0);
  const [comment, setComment] = useState("");
  if (state.thanks) {
    return (
      <p class="system" role="status">
        {say("thanks")}
      </p>
    );
  }
  if (!state.rate) return null;
  const shown = hover || score;
  return (
    <form
      class="card rate"
      onSubmit={(event) => {
        event.preventDefault();
        if (score) chat.rate(score, comment.trim());
      }}
    >
      <p class="card-title" id="rate-title">
        {say("rateTitle")}
      </p>
      <div
        class="stars"
        role="radiogroup"
        aria-labelledby="rate-title"
        onMouseLeave={() => setHover(0)}
      >
        {STARS.map((n) => (
          <label key={n} class={n <= shown ? "is-on" : ""} onMouseEnter={() => setHover(n)}>
            <input
              type="radio"
              name="score"
              value={n}
              checked={score === n}
              onChange={() => setScore(n)}
              aria-label={`${say("rateStars", { n })} ${say(`star${n}` as Word)}`}
            />
            <Icon name="star" filled={n <= shown} />
          </label>
        ))}
      </div>
      <p class="star-word" aria-hidden="true">
        {shown ? say(`star${shown}` as Word) : "\u00a0"}
      </p>
      {score > 0 && (
        <textarea
          rows={2}
          maxLength={1000}
          placeholder={say("comment")}
          aria-label={say("comment")}
          value={comment}
          onInput={(event) => setComment(event.currentTarget.value)}
        />
      )}
      <p class="ways">
        {score > 0 && (
          <button type="submit" class="primary">
            {say("rateSend")}
          </button>
        )}
        <button type="button" class="link" onClick={() => chat.dispatch({ kind: "skipRating" })}>
          {say("later")}
        </button>
      </p>
    </form>
  );
}
