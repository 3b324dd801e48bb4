import { sorted } from "./columns.js";

// Variants of one group stand together. A group of one has nothing to be compared with, so it is none.
export function groupsOf(rows) {
  const groups = new Map();
  for (const row of rows.filter(({ group }) => group)) groups.set(row.group, [...(groups.get(row.group) ?? []), row]);
  return new Map([...groups].filter(([, members]) => members.length > 1));
}

/**
 * The member with the least squared error on batches that it had not learnt yet: over the last fifth of the first pass as
 * in the report, before that the rolling one. Held-out rows do not choose.
 */
export const best = (members) => least(members, (row) => row.prequential_sse) ?? least(members, (row) => row.mse);

function least(members, value) {
  const measured = members.filter((row) => value(row) != null);
  return measured.length ? measured.reduce((a, b) => (value(b) < value(a) ? b : a)) : null;
}

/**
 * What stands in the table, in the chosen order: rows on their own, and groups where their best member would stand, with
 * their shown members.
 */
export function arranged(rows, shown, view) {
  const groups = groupsOf(rows);
  const entries = shown.filter((row) => !groups.has(row.group)).map((row) => ({ row, key: row }));
  for (const [group, all] of groups) {
    const members = sorted(shown.filter((row) => row.group === group), view);
    const leader = best(all);
    if (members.length) entries.push({ group, all, members, best: leader, key: { ...(leader ?? members[0]), series: group } });
  }
  return sorted(entries, view, (entry) => entry.key);
}
