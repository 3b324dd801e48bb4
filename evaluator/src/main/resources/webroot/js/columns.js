import { DEAD, METRICS, MODEL_METRICS, RANKING } from "./metrics.js";
import { lacksModel } from "./states.js";
import { count, duration, hundredth, NONE, percent } from "./format.js";

const rolling = (metric) => ({
  id: metric.name,
  label: metric.label,
  hint: `${metric.meaning}, each batch measured before it is learnt, rolling`,
  value: (row) => row[metric.name],
  text: (row) => metric.text(row[metric.name]),
  most: metric.better === "higher",
  extra: metric.extra,
});

const throughModel = (metric) => ({
  id: metric.name,
  label: metric.label,
  hint: `${metric.meaning}, held-out, by the newest checkpoint that was scored through the model`,
  value: (row) => row.through_model?.[metric.name],
  text: (row) => (lacksModel(row) ? "no model" : metric.text(row.through_model?.[metric.name])),
  most: metric.better === "higher",
  extra: metric.extra,
});

/**
 * The columns of the table. `value` sorts, `text` shows; `most`: large values first when chosen; `opt`: dropped on
 * narrow screens; `extra`: shown on demand.
 */
export const COLUMNS = [
  { id: "series", label: "variant", value: (row) => row.series, text: (row) => row.series },
  { id: "state", label: "state", value: (row) => row.state, text: (row) => row.state },
  { id: "tokens", label: "tokens", value: (row) => row.tokens, text: (row) => count(row.tokens), most: true, opt: true },
  {
    id: "heldout",
    label: `held-out ${RANKING.label}`,
    hint: `${RANKING.meaning} on rows never trained on, by the newest scored checkpoint`,
    value: (row) => row.heldout?.[RANKING.name],
    text: (row) => RANKING.text(row.heldout?.[RANKING.name]),
    strong: true,
  },
  ...METRICS.filter((metric) => !metric.extra).map(rolling),
  { id: "dead", label: DEAD.label, hint: DEAD.meaning, value: (row) => row[DEAD.name], text: (row) => DEAD.text(row[DEAD.name]) },
  ...MODEL_METRICS.filter((metric) => !metric.extra).map(throughModel),
  ...METRICS.filter((metric) => metric.extra).map(rolling),
  ...MODEL_METRICS.filter((metric) => metric.extra).map(throughModel),
  {
    id: "found",
    label: "found",
    hint: "Share of a synthetic stream's features with a write direction of cosine 0.9 or more",
    value: (row) => row.truth?.recall,
    text: (row) => percent(row.truth?.recall),
    most: true,
    extra: true,
  },
  {
    id: "mcc",
    label: "MCC",
    hint: "Mean cosine of one-to-one pairs of write directions and a synthetic stream's features",
    value: (row) => row.truth?.mcc,
    text: (row) => hundredth(row.truth?.mcc),
    most: true,
    extra: true,
  },
  { id: "latents", label: "latents", value: (row) => row.latents, text: (row) => count(row.latents), most: true, opt: true },
  { id: "rate", label: "tok/s", value: (row) => row.tokens_per_second, text: (row) => count(row.tokens_per_second), most: true, opt: true },
  { id: "lag", label: "lag", hint: "Rows of the log not yet read in this pass", value: (row) => row.lag_rows, text: (row) => count(row.lag_rows), most: true, opt: true },
  {
    id: "checkpoint",
    label: "checkpoint",
    hint: "Age of the last committed checkpoint",
    value: (row) => row.checkpoint_age_seconds,
    text: (row) => (row.checkpoint_age_seconds == null || row.checkpoint_age_seconds < 0 ? NONE : duration(row.checkpoint_age_seconds)),
    opt: true,
  },
];

/** What each column but the name and the state shows of a row. */
export const MEASURED = COLUMNS.slice(2);

/** How many of those the table has now. */
export const measuredColumns = (view) => (view.metrics === "all" ? MEASURED : MEASURED.filter((column) => !column.extra)).length;

export const classes = (column) => [column.opt && "opt", column.extra && "extra", column.strong && "strong", `col-${column.id}`].filter(Boolean).join(" ");

/**
 * In the chosen order; those without a value, such as failed ones, stand last either way.
 *
 * @param rowOf the row by which an item stands where it does
 */
export function sorted(items, view, rowOf = (row) => row) {
  const { value } = COLUMNS.find((column) => column.id === view.sort) ?? COLUMNS[0];
  const sign = view.descending ? -1 : 1;
  return [...items].sort((left, right) => {
    const [a, b] = [rowOf(left), rowOf(right)];
    const [x, y] = [value(a), value(b)];
    if (x == null || y == null) return (x == null) - (y == null) || byName(a, b);
    const order = typeof x === "string" ? x.localeCompare(y, "en", { numeric: true }) : x - y;
    return sign * order || byName(a, b);
  });
}

const byName = (a, b) => a.series.localeCompare(b.series, "en", { numeric: true });
