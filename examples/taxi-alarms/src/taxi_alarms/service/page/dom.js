// Small tools for pages that are built from data: text never becomes markup.

export const find = (id) => document.getElementById(id);

/** Returns a new element with properties, then children; `from` and `to` place it on a scale. */
export function element(name, { from, to, ...properties } = {}, ...children) {
  const made = Object.assign(document.createElement(name), properties);
  if (from !== undefined) made.style.setProperty("--from", clamp(from));
  if (to !== undefined) made.style.setProperty("--to", clamp(to));
  made.append(...children);
  return made;
}

const clamp = (share) => Math.min(1, Math.max(0, share));
const three = new Intl.NumberFormat("en", { maximumSignificantDigits: 3 });
const percents = new Intl.NumberFormat("en", { style: "percent", maximumSignificantDigits: 3 });

export const number = (value) => three.format(value);
export const percent = (share) => (share > 0 && share < 0.001 ? "under 0.1%" : percents.format(share));
export const signed = (value) => (value < 0 ? "−" : "+") + number(Math.abs(value));

/** Returns the answer to a request as JSON; a refusal is thrown as it is, with its problems. */
export async function ask(path, body, signal) {
  const post = { method: "POST", headers: { "content-type": "application/json" } };
  const options = body === undefined ? {} : { ...post, body: JSON.stringify(body) };
  const response = await fetch(path, { ...options, signal });
  const said = await response.json();
  if (!response.ok) throw said;
  return said;
}
