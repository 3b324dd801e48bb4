// Changes to the variants, by their REST resource; what it refuses is thrown as it says it.
import { Problem } from "./problem.js";
import { askToken } from "./token.js";

const BASE = "api/v1";
let token = null;

const variantPath = (id, action) => `variants/${encodeURIComponent(id)}${action ? `/${action}` : ""}`;

export const getVariant = (id) => request("GET", variantPath(id));

/** @param type application/json or application/yaml */
export const assess = (text, type, signal) => request("POST", "estimates", { text, type, signal });

export const putVariant = (id, text, type) => request("PUT", variantPath(id), { text, type });

/** @param etag of the variant that the person saw: nobody has changed it meanwhile */
export const act = (id, action, etag, body) =>
  request("POST", variantPath(id, action), { etag, ...(body && { text: JSON.stringify(body), type: "application/json" }) });

export const deleteVariant = (id, etag) => request("DELETE", variantPath(id), { etag });

async function request(method, path, { text, type, etag, signal } = {}) {
  const headers = { accept: "application/json" };
  if (type) headers["content-type"] = type;
  if (etag) headers["if-match"] = etag;
  if (token) headers.authorization = `Bearer ${token}`;
  const response = await answer(`${BASE}/${path}`, { method, headers, body: text, signal, cache: "no-store" });
  if (response.status === 401) {
    token = await askToken(token !== null);
    return request(method, path, { text, type, etag, signal });
  }
  const body = response.status === 204 ? null : await response.json().catch(() => null);
  if (!response.ok) throw new Problem(body?.detail ?? `${response.status} ${response.statusText}`, body ?? { status: response.status });
  return body;
}

async function answer(url, options) {
  try {
    return await fetch(url, options);
  } catch (cause) {
    if (cause.name === "AbortError") throw cause;
    throw new Problem("The evaluator does not answer. Nothing was changed.");
  }
}
