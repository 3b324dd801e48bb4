// The JSON behind every panel; the same addresses are linked from the panels.
const BASE = "api/v1";

const query = (parameters) => {
  const kept = Object.entries(parameters).filter(([, value]) => value != null);
  return kept.length ? `?${new URLSearchParams(kept)}` : "";
};

export const address = {
  overview: (stream) => `${BASE}/overview${query({ stream })}`,
  metrics: () => `${BASE}/metrics`,
  kinds: () => `${BASE}/kinds`,
  table: () => `${BASE}/table`,
  series: (stream, split) => `${BASE}/series${query({ stream, split })}`,
  pareto: (stream) => `${BASE}/pareto${query({ stream })}`,
  events: (stream) => `${BASE}/events${query({ stream })}`,
};

export async function fetchJson(url) {
  const response = await fetch(url, { headers: { accept: "application/json" }, cache: "no-store" });
  if (!response.ok) throw new Error(`${url}: ${response.status} ${response.statusText}`);
  return response.json();
}
