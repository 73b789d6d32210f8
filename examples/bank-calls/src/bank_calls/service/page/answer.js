// How a class is shown: the decision, its cost, and the probabilities that it rests on.

import { element, number, percent } from "/static/dom.js";

/** Returns how effects are written: of two classes on the one to find, of more on the decision. */
export function scaleOf({ classes, focus }, { decision }) {
  const name = classes.length === 2 ? focus : decision;
  return { factor: 100, said: `In percentage points of the probability of “${name}”` };
}

/** Returns the parts of the page that show an answer. */
export function show({ focus, cost_unit: unit }, answer, { threshold }) {
  const rule = threshold === null
    ? "The decision is the class with the lowest expected cost"
    : `“${focus}” is decided from a probability of ${percent(threshold)} on (the line)`;
  const lines = Object.entries(answer.probabilities).map(([name, share]) => {
    const meter = element("span", { className: "meter", ariaHidden: "true" },
      element("span", { from: 0, to: share, className: name === answer.decision ? "" : "below" }));
    if (name === focus && threshold !== null) {
      meter.append(element("span", { className: "mark", from: threshold }));
    }
    return element("li", {}, element("span", { className: "name", textContent: name }),
      element("span", { textContent: percent(share) }), meter);
  });
  return [
    element("p", { className: "big", textContent: answer.decision }),
    element("p", {}, `Expected cost: ${number(answer.expected_cost)} ${unit}. ${rule}.`),
    element("ul", { className: "rows" }, ...lines),
  ];
}
