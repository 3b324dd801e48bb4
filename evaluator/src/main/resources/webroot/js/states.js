import { duration, wholePercent } from "./format.js";

/** Of the target, 0 to 1; null if that is not known. */
export const fraction = ({ tokens, target_tokens: target }) => (tokens == null || !(target > 0) ? null : Math.min(1, tokens / target));

export const stateText = ({ state }) => state.replaceAll("-", " ");

/** How far a variant is that does not go with the others: "31 % · 12 s left", else nothing. */
export function place(row) {
  const share = fraction(row);
  if (share == null || !["catching-up", "paused"].includes(row.state)) return "";
  const left = row.state === "catching-up" && row.tokens_per_second > 0 ? (row.target_tokens - row.tokens) / row.tokens_per_second : null;
  return left == null ? wholePercent(share) : `${wholePercent(share)} · ${duration(left)} left`;
}
