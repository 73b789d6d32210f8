// Builds the form from what the service says about its inputs, and asks it after every change.

import { scaleOf, show } from "/static/answer.js";
import { ask, element, find, signed } from "/static/dom.js";
import { makeField } from "/static/fields.js";

const FIRST = 12; // inputs that are shown at once
const SHOWN = 8; // effects
const PAUSE = 120; // milliseconds without a change before the service is asked
const AGAIN = 2000; // milliseconds before it is asked again where it does not answer

const about = await ask("/about");
document.title = find("title").textContent = about.title;
find("question").textContent = about.question;
find("decision").textContent = `${about.decision_maker} ${about.decision}.`;
find("model").textContent = `Model: ${about.model}, version ${about.model_version}`;
find("demo").hidden = !about.demo;

const fields = about.inputs.map(makeField);
const parts = fields.map((field) => field.part);
const first = parts.length > FIRST + 2 ? FIRST : parts.length;
find("fields").append(...parts.slice(0, first));
find("others").append(...parts.slice(first));
find("more").hidden = first === parts.length;
find("more").firstElementChild.textContent = `${parts.length - first} more inputs`;
find("form").addEventListener("input", later);
find("form").addEventListener("submit", (event) => event.preventDefault());
find("typical").addEventListener("click", () => set((field) => field.typical()));
find("random").addEventListener("click", () => set((field) => field.random()));

function set(change) {
  fields.forEach(change);
  update();
}

let timer;
function later() {
  clearTimeout(timer);
  timer = setTimeout(update, PAUSE);
}

let running = new AbortController();
async function update() {
  running.abort();
  running = new AbortController();
  const { signal } = running;
  const row = Object.fromEntries(fields.map((field) => [field.name, field.read()]));
  try {
    const { answer, effects, ...context } = await ask("/explain", { row }, signal);
    tell("");
    complain([]);
    find("answer").replaceChildren(...show(about, answer, context), ...warn(answer.outside));
    const { factor, said } = scaleOf(about, answer); // how effects are written
    find("effect").textContent = said;
    find("effects").replaceChildren(...bars(effects, factor));
  } catch (refusal) {
    if (signal.aborted) return;
    if (refusal.problems === undefined) setTimeout(later, AGAIN);
    tell(refusal.error ?? "The service does not answer. Is `serve` still running?");
    complain(refusal.problems ?? []);
  }
}

/** Shows one sentence in place of an answer, or none. */
function tell(text) {
  find("trouble").textContent = text;
  find("trouble").hidden = !text;
  find("answer").classList.toggle("stale", Boolean(text));
  find("effects").classList.toggle("stale", Boolean(text));
}

/** Shows each problem at its field. */
function complain(problems) {
  const said = new Map(problems.map((each) => [each.field.replace(/^row\./, ""), each.problem]));
  fields.forEach((field) => field.complain(said.get(field.name) ?? ""));
  if (find("others").querySelector("[aria-invalid=true]")) find("more").open = true;
}

function warn(outside) {
  const text = `Beyond anything in the training data: ${outside.join(", ")}.`;
  return outside.length ? [element("p", { className: "warning", textContent: text })] : [];
}

/** Returns a line for each of the strongest effects, with a bar to the right or to the left. */
function bars(effects, factor) {
  const strongest = effects.filter((each) => each.effect !== 0).slice(0, SHOWN);
  const most = Math.abs(factor * (strongest[0]?.effect ?? 1));
  const lines = strongest.map(({ input, value, typical, effect }) => {
    const moved = factor * effect;
    const end = 0.5 + moved / most / 2;
    const [from, to] = [Math.min(0.5, end), Math.max(0.5, end)];
    const name = element("span", { className: "name", textContent: `${input} = ${value || "missing"} ` });
    name.append(element("span", { className: "quiet", textContent: `typical ${typical}` }));
    const bar = element("span", { from, to, className: moved < 0 ? "below" : "" });
    const meter = element("span", { className: "meter", ariaHidden: "true" }, bar);
    return element("li", {}, name, element("span", { textContent: signed(moved) }), meter);
  });
  return lines.length ? lines : [element("li", { textContent: "Nothing: every input is typical." })];
}

// A link such as /#age=50 opens the page with these values.
for (const [name, text] of new URLSearchParams(location.hash.slice(1))) {
  fields.find((field) => field.name === name)?.write(text);
}
update();
