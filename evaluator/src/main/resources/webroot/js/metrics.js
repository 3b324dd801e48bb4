import { address, fetchJson } from "./api.js";
import { byId, setText } from "./dom.js";
import { figure, hundredth, percent, tenth } from "./format.js";

// The evaluator's table of metrics: their names, labels, meanings and formats. The page has no list of its own, so it
// waits for this one; who opens it while the evaluator restarts gets it with the next question.
const FORMATS = { figure, hundredth, tenth, percent };
const AT_ONCE = ["terminal", "page"];
const AGAIN_AFTER = 1000;

async function ask() {
  for (;;) {
    try {
      return await fetchJson(address.metrics());
    } catch (problem) {
      byId("banner").hidden = false;
      setText(byId("banner"), `The table of metrics cannot be had yet: ${problem.message}`);
      await new Promise((resolve) => setTimeout(resolve, AGAIN_AFTER));
    }
  }
}

const readable = (metric) => ({ ...metric, text: FORMATS[metric.format] ?? figure, extra: !AT_ONCE.includes(metric.shown_from) });
const table = await ask();

/** Of rows, in the order of columns: {name, label, meaning, text: value to text, extra: shown on demand}. */
export const METRICS = table.metrics.map(readable);

/** The one that ranks. */
export const RANKING = METRICS.find(({ name }) => name === table.ranking);

/** Of runs of the language model, in the order of columns. */
export const MODEL_METRICS = table.through_model.map(readable);

/** Of latents. */
export const DEAD = readable(table.dead);

export const metric = (name) => METRICS.find((each) => each.name === name);
