// Shows the list for what was chosen, for a known user, or for somebody of whom nothing is known.

import { ask, element, find, number } from "/static/dom.js";
import { makeSearch } from "/static/search.js";

const about = await ask("/about");
document.title = find("title").textContent = about.title;
find("question").textContent = about.question;
find("decision").textContent = `${about.decision_maker} ${about.decision}.`;
find("model").textContent = `Model: ${about.model}, version ${about.model_version}`;
find("demo").hidden = !about.demo;
find("size").textContent = `One of ${about.users.toLocaleString("en")} users, for example ${about.examples.join(", ")}.`;
find("users").append(...about.examples.map((value) => element("option", { value })));
find("user").value = about.examples[0] ?? "";

const chosen = new Map(); // titles by label

makeSearch(({ item, title }) => change(() => chosen.set(item, title)), complain);
find("clear").addEventListener("click", () => change(() => chosen.clear()));
find("newcomer").addEventListener("submit", (event) => event.preventDefault());
find("known").addEventListener("submit", async (event) => {
  event.preventDefault();
  await showUser(find("user").value.trim());
  find("heading").scrollIntoView({ block: "nearest" });
});
const showUser = (user) => update(`For user ${user}`, `/recommend/${encodeURIComponent(user)}`);

/** Changes what was chosen, and shows it with the list that follows. */
function change(edit) {
  edit();
  find("chips").replaceChildren(...[...chosen].map(([item, title]) => chip(item, title)));
  if (chosen.size) update("For a new user with these items", "/recommend", { items: [...chosen.keys()] });
  else update("For a new user of whom nothing is known", "/popular");
}

function chip(item, title) {
  const button = element("button", { type: "button", textContent: title, ariaLabel: `Remove ${title}` });
  button.addEventListener("click", () => {
    change(() => chosen.delete(item));
    find("search").focus();
  });
  return element("li", {}, button);
}

let running = new AbortController();
async function update(heading, path, body) {
  running.abort();
  running = new AbortController();
  const { signal } = running;
  try {
    const { had, past, items } = await ask(path, body, signal);
    complain(null);
    find("heading").textContent = heading;
    find("about").textContent = madeFrom(had, past);
    find("places").replaceChildren(...items.map(place));
  } catch (refusal) {
    if (!signal.aborted) complain(refusal);
  }
}

async function showSimilar({ item, title }) {
  try {
    const { items } = await ask(`/similar/${encodeURIComponent(item)}?k=5`);
    complain(null);
    find("like").textContent = `Similar to ${title}`;
    find("similar").replaceChildren(...items.map(place));
    find("alike").hidden = false;
    find("alike").scrollIntoView({ block: "nearest" });
  } catch (refusal) {
    complain(refusal);
  }
}

function place(item) {
  const name = element("span", { className: "name", textContent: item.title });
  const button = element("button", { type: "button", textContent: "Similar", ariaLabel: `Similar to ${item.title}` });
  button.addEventListener("click", () => showSimilar(item));
  const why = element("span", { className: "quiet", textContent: `because of ${item.because.join(", ")}` });
  return element("li", {}, name, button, ...(item.because.length ? [why] : []));
}

function madeFrom(had, past) {
  if (!had) return "What is popular with everybody.";
  const rest = `${number(had - past.length)} ${past.length ? "more" : had === 1 ? "item" : "items"}`;
  const items = had > past.length ? [...past, rest].join("; ") : past.join("; ");
  if (!about.personal) return `They had ${items}. The chosen model, ${about.model}, shows everybody the same list, without what they had.`;
  return `Made from what they had: ${items}.`;
}

/** Shows what the service refused, or that it is gone, or nothing. */
function complain(refusal) {
  const text = refusal && (refusal.error ?? "The service does not answer. Is `serve` still running?");
  find("trouble").textContent = text ?? "";
  find("trouble").hidden = !text;
  find("places").classList.toggle("stale", Boolean(text));
}

const linked = new URLSearchParams(location.hash.slice(1)).get("user"); // /#user=17
if (linked) {
  find("user").value = linked;
  showUser(linked);
} else {
  change(() => {});
}
