import { duration, wholePercent } from "./format.js";

/** Of the target, 0 to 1; null if that is not known. */
export const fraction = ({ tokens, target_tokens: target }) => (tokens == null || !(target > 0) ? null : Math.min(1, tokens / target));

export const stateText = ({ state }) => state.replaceAll("-", " ");

/** The states of a variant, as the API spells them (VariantPhase); what asks for attention comes first. */
const URGENT = ["failed", "paused", "waiting", "handing-over", "catching-up", "training", "finished"];

export const hasFailed = ({ state }) => state === "failed";

/** Only a replay begins anew. */
export const isOver = ({ state }) => ["finished", "failed"].includes(state);

/** Of several variants: the state that they share, else the most urgent one, with how many have it. */
export function commonState(rows) {
  const state = URGENT.find((each) => rows.some((row) => row.state === each)) ?? rows[0].state;
  const having = rows.filter((row) => row.state === state).length;
  return { state, text: having === rows.length ? stateText({ state }) : `${having} ${stateText({ state })}` };
}

/** Jobs over its checkpoint that could not be done: "scoring failed: the file is missing", else nothing. */
export const trouble = ({ jobs }) =>
  (jobs ?? [])
    .filter(({ state }) => state === "failed")
    .map(({ job, reason }) => `${job} failed: ${reason ?? "no reason given"}`)
    .join("; ");

/** Jobs that lack what they need: "through-model: no model: ...", else nothing. */
export const lack = ({ jobs }) =>
  (jobs ?? [])
    .filter(({ state }) => state === "skipped")
    .map(({ job, reason }) => `${job}: ${reason}`)
    .join("; ");

export const lacksModel = ({ jobs }) => (jobs ?? []).some(({ job, state }) => job === "through-model" && state === "skipped");

/** How far a variant is that does not go with the others: "31 % · 12 s left", else nothing. */
export function place(row) {
  const share = fraction(row);
  if (share == null || !["catching-up", "paused"].includes(row.state)) return "";
  const left = row.state === "catching-up" && row.tokens_per_second > 0 ? (row.target_tokens - row.tokens) / row.tokens_per_second : null;
  return left == null ? wholePercent(share) : `${wholePercent(share)} · ${duration(left)} left`;
}
