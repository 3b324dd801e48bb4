import { address, fetchJson } from "./api.js";
import { Curves } from "./curves.js";
import { assignDashes } from "./palette.js";

// What the run says. Components read it; only the feed writes it.
export class Model {
  overview = null;
  rows = [];
  names = new Set();
  curves = new Curves();
  pareto = null;
  history = [];
  #generations = new Map();

  /** The stream that the person chose, if the run has it. */
  chosen(view) {
    return this.overview?.streams.some((stream) => stream.id === view.stream) ? view.stream : null;
  }

  /** The chosen stream, else the one that the evaluator names. */
  stream(view) {
    return this.chosen(view) ?? this.overview?.stream ?? null;
  }

  streamSpec(view) {
    return this.overview?.streams.find((spec) => spec.id === this.stream(view)) ?? null;
  }

  setOverview(overview) {
    this.overview = overview;
    this.history.push(overview.pipeline.map((node) => node.value));
    if (this.history.length > 60) this.history.shift();
  }

  /** True if a series began a new generation, so that its curves must be read afresh. */
  setVariants(message, view) {
    const stream = this.stream(view);
    this.names = new Set(message.variants.map((row) => row.variant));
    this.rows = message.variants.filter((row) => !stream || !row.stream || row.stream === stream);
    assignDashes(this.rows);
    let renewed = false;
    for (const row of this.rows) {
      const before = this.#generations.get(row.series);
      renewed ||= before !== undefined && before !== row.generation;
      this.#generations.set(row.series, row.generation);
    }
    return renewed;
  }

  setPareto(pareto) {
    this.pareto = pareto;
  }

  row(series) {
    return this.rows.find((row) => row.series === series) ?? null;
  }

  /** Everything from the start: at opening, after a lost connection, on another stream. */
  async load(view) {
    this.setOverview(await fetchJson(address.overview()));
    if (this.chosen(view)) this.setOverview(await fetchJson(address.overview(this.chosen(view))));
    const stream = this.stream(view);
    const [variants, prequential, heldout, pareto] = await Promise.all([
      fetchJson(address.table()),
      fetchJson(address.series(stream, "prequential")),
      fetchJson(address.series(stream, "heldout")),
      fetchJson(address.pareto(stream)),
    ]);
    this.setVariants(variants, view);
    this.curves.replace("prequential", prequential);
    this.curves.replace("heldout", heldout);
    this.setPareto(pareto);
  }
}
