import { byId, setText } from "./dom.js";
import { count, duration, NONE, quantity, short } from "./format.js";

/** What the variant would cost, before anything is asked for. */
export function renderEstimate(estimate) {
  const say = (id, value, note) => {
    setText(byId(`cost-${id}`), value);
    setText(byId(`cost-${id}-note`), note);
  };
  if (!estimate) {
    for (const id of ["parameters", "memory", "compute", "tokens", "time"]) say(id, NONE, "");
    return;
  }
  const { parameters, parameter_bytes: weights, moment_bytes: moments, flop_per_token: flop, tokens, seconds, running } = estimate;
  say("parameters", short(parameters), "");
  say("memory", quantity(weights + moments, "B"), moments > 0 ? `${quantity(moments, "B")} of it for Adam` : "no optimiser");
  say("compute", quantity(flop, "FLOP"), "per token");
  say("tokens", short(tokens), count(tokens));
  say("time", seconds == null ? NONE : duration(seconds), seconds == null ? "known while variants train" : `beside ${running} that ${running === 1 ? "trains" : "train"}`);
}
