import { address } from "./api.js";
import { byId, setAttribute } from "./dom.js";

/** Behind every panel is the JSON that it shows. */
export function renderLinks(model, view) {
  const stream = model.stream(view);
  const series = address.series(stream, view.split);
  for (const id of ["json-fvu", "json-mse", "json-l0", "json-dead"]) setAttribute(byId(id), "href", series);
  setAttribute(byId("json-pareto"), "href", address.pareto(stream));
}
