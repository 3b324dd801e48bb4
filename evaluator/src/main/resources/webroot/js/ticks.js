// Axis ticks that people can read: 1, 2, 5 in every decade, or powers of two.

/** At least two ticks inside [min, max] on a logarithmic axis, as round as the range allows. */
export function logTicks(min, max) {
  for (const steps of [[1, 2, 5], [1, 1.5, 2, 3, 4, 5, 6, 8]]) {
    const ticks = [];
    for (let decade = Math.floor(Math.log10(min)); decade <= Math.log10(max); decade++) {
      for (const step of steps) ticks.push(+(step * 10 ** decade).toPrecision(12));
    }
    const inside = ticks.filter((tick) => tick >= min && tick <= max);
    if (inside.length >= 3) return thin(inside);
  }
  return linearTicks(min, max);
}

export function powersOfTwo(min, max) {
  const ticks = [];
  for (let power = Math.ceil(Math.log2(min) - 1e-9); power <= Math.log2(max) + 1e-9; power++) ticks.push(2 ** power);
  return ticks.length >= 2 ? thin(ticks) : linearTicks(min, max);
}

export function linearTicks(min, max) {
  const rough = (max - min) / 4;
  const decade = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 2.5, 5, 10].map((s) => s * decade).find((s) => s >= rough);
  const ticks = [];
  for (let i = Math.ceil(min / step - 1e-9); i * step <= max + step * 1e-9; i++) ticks.push(+(i * step).toPrecision(12));
  return ticks;
}

/** Elapsed time steps by minutes and hours, not by tens. */
export function timeTicks(min, max, room) {
  const steps = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 21600, 43200, 86400, 172800, 604800];
  const step = steps.find((s) => (max - min) / s <= room) ?? (max - min) / room;
  const ticks = [];
  for (let i = Math.ceil(min / step); i * step <= max; i++) ticks.push(i * step);
  return ticks;
}

function thin(ticks) {
  const every = Math.ceil(ticks.length / 9);
  return ticks.filter((_, i) => i % every === 0);
}
