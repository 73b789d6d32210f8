// How a score is shown: alert or not, where it lies among usual scores, and what stands out.

import { element, number, percent } from "/static/dom.js";

/** Returns how effects are written: a low score is a strange one. */
export const scaleOf = () => ({ factor: -1, said: "How much stranger (+) or less strange (−)" });

/** Returns the parts of the page that show an answer. */
export function show({ scores, budget, unit }, { score, alert, stands_out: reasons }, { threshold }) {
  const { low, p10, median, p90, high } = scores;
  const [left, right] = [Math.min(low, score, threshold), Math.max(high, score)];
  const place = (value) => (right - value) / (right - left); // strange to the right
  const lines = reasons.map(({ input, value, typical, share }) =>
    element("li", {},
      element("span", { className: "name", textContent: `${input} = ${value}, usually ${typical}` }),
      element("span", { textContent: percent(share) }),
      element("span", { className: "meter", ariaHidden: "true" }, element("span", { from: 0, to: share }))));
  return [
    element("p", { className: alert ? "big alert" : "big", textContent: alert ? "Alert" : "No alert" }),
    element("p", {}, `Score ${number(score)}; an alert from ${number(threshold)} on downwards, `
      + `set for ${budget}.`),
    element("div", { className: "scale", ariaHidden: "true" },
      element("span", { className: "track" }),
      element("span", { className: "usual", from: place(p90), to: place(p10) }),
      element("span", { className: "mark", from: place(threshold) }),
      element("span", { className: "dot", from: place(score) })),
    element("div", { className: "ends quiet" },
      element("span", { textContent: "usual" }), element("span", { textContent: "strange" })),
    element("p", { className: "quiet" },
      `Of the validation ${unit} the median is ${number(median)}; eight of ten have `
      + `${number(p10)} to ${number(p90)}. The line is the threshold.`),
    ...(alert ? [element("h3", { textContent: "What stands out" }),
      element("ul", { className: "rows" }, ...lines)] : []),
  ];
}
