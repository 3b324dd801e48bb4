// Numbers and times as people read them.
export const NONE = "–";
const whole = new Intl.NumberFormat("en-US", { maximumFractionDigits: 0 });

export const count = (value) => (value == null ? NONE : whole.format(value));

/** Three significant decimals for shares and errors: 0.109, 12.3, 0.0042. */
export function figure(value) {
  if (value == null || !Number.isFinite(value)) return NONE;
  const size = Math.abs(value);
  if (size === 0) return "0";
  if (size >= 1000) return whole.format(value);
  if (size >= 100) return value.toFixed(0);
  if (size >= 10) return value.toFixed(1);
  if (size >= 0.01) return value.toFixed(3);
  return value.toPrecision(2);
}

export const tenth = (value) => (value == null ? NONE : value >= 1000 ? whole.format(value) : value.toFixed(1));

export const hundredth = (value) => (value == null ? NONE : value >= 1000 ? whole.format(value) : value.toFixed(2));

export const percent = (value) => (value == null ? NONE : `${(100 * value).toFixed(1)} %`);

/** Axis labels: 5 %, 2.5 %. */
export const shortPercent = (value) => `${+(100 * value).toFixed(2)} %`;

export const wholePercent = (value) => (value == null ? NONE : `${Math.round(100 * value)} %`);

/** Axis labels: 200k, 1.5M. */
export function short(value) {
  const size = Math.abs(value);
  if (size >= 1e9) return `${+(value / 1e9).toFixed(2)}G`;
  if (size >= 1e6) return `${+(value / 1e6).toFixed(2)}M`;
  if (size >= 1e3) return `${+(value / 1e3).toFixed(1)}k`;
  return `${+value.toPrecision(3)}`;
}

export function duration(seconds) {
  if (seconds == null || !Number.isFinite(seconds)) return NONE;
  const s = Math.max(0, Math.round(seconds));
  if (s < 60) return `${s} s`;
  if (s < 3600) return `${Math.floor(s / 60)} min ${String(s % 60).padStart(2, "0")} s`;
  if (s < 86400) return `${Math.floor(s / 3600)} h ${String(Math.floor((s % 3600) / 60)).padStart(2, "0")} min`;
  return `${Math.floor(s / 86400)} d ${Math.floor((s % 86400) / 3600)} h`;
}

const clockFormat = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", second: "2-digit" });

export const clock = (millis) => (millis == null ? NONE : clockFormat.format(millis));

/** A rate with its unit in the size that reads best: 51,200 B/s is "51.2 kB/s". */
export function quantity(value, unit) {
  if (value == null) return NONE;
  if (SCALED.includes(unit)) return scaled(value, unit);
  if (unit.startsWith("s ")) return `${value >= 100 ? duration(value) : `${value.toFixed(1)} s`} ${unit.slice(2)}`;
  return `${value >= 100 || Number.isInteger(value) ? whole.format(value) : value.toFixed(1)} ${unit}`;
}

const SCALED = ["B/s", "B", "FLOP"];

function scaled(value, unit) {
  for (const [size, prefix] of [[1e12, "T"], [1e9, "G"], [1e6, "M"], [1e3, "k"]]) {
    if (value >= size) {
      const share = value / size;
      return `${share >= 100 ? share.toFixed(0) : share.toFixed(1)} ${prefix}${unit}`;
    }
  }
  return `${whole.format(value)} ${unit}`;
}
