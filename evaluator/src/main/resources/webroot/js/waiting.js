import { byId, setText } from "./dom.js";
import { count } from "./format.js";
import { hasFailed } from "./states.js";

/** Says over an empty panel what the run is doing, so that nobody wonders whether it hangs. */
export function renderWaiting(model, view) {
  const prequential = model.curves.points("prequential") > 0;
  const shown = model.curves.points(view.split) > 0;
  const reason = before(model, view);
  say("wait-fvu", shown ? null : (reason ?? (view.split === "heldout" ? NO_SCORE : FIRST_BATCH)));
  for (const id of ["wait-mse", "wait-l0"]) say(id, shown ? null : "no figures yet");
  say("wait-dead", hasDead(model, view) ? null : shown && model.curves.deadWindow ? `known after ${count(model.curves.deadWindow)} tokens` : "no figures yet");
  const scored = (model.pareto?.points ?? []).length > 0;
  say("wait-pareto", scored ? null : (reason ?? (prequential ? NO_SCORE : FIRST_BATCH)));
  say("wait-variants", model.rows.length ? null : (reason ?? "No variant trains on this stream yet."));
}

const FIRST_BATCH = "The variants have begun. The first figures come with their first measured batch.";
const NO_SCORE = "No checkpoint has been scored on held-out rows yet. The first score follows the first checkpoint.";

function before(model, view) {
  const { overview } = model;
  if (!overview) return "Connecting to the evaluator.";
  if (!overview.stream) return "The producer is loading the model and opening the corpus. The stream follows.";
  const stream = model.streamSpec(view);
  if (stream?.rows === 0) {
    return "The model is computing the first block. It is mixed and published whole, then the variants begin.";
  }
  if (!model.rows.length) return `${count(stream?.rows)} rows are in the log. Waiting for the first variant to report.`;
  if (overview.progress.state === "waiting") return `${count(stream?.rows)} rows are in the log. The variants are reading their first batch.`;
  if (model.rows.every(hasFailed)) return "Every variant failed; the table says why.";
  return null;
}

function hasDead(model, view) {
  return [...model.curves.of(view.split).values()].some((curve) => curve.dead?.some((value) => value != null));
}

function say(id, text) {
  const node = byId(id);
  node.hidden = text == null;
  if (text != null) setText(node, text);
}
