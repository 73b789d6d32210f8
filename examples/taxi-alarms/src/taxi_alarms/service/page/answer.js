// How a score is shown: alert or not, and where it lies among usual scores.

import { element, number } from "/static/dom.js";

/** Returns how effects are written: a low score is a strange one. */
export const scaleOf = () => ({ factor: -1, said: "How much stranger (+) or less strange (−)" });

/** Returns the parts of the page that show an answer. */
export function show({ scores, aim, unit }, { score, alert }, { threshold }) {
  const { low, p10, median, p90, high } = scores;
  const [left, right] = [Math.min(low, score, threshold), Math.max(high, score)];
  const place = (value) => (right - value) / (right - left); // strange to the right
  return [
    element("p", { className: alert ? "big alert" : "big", textContent: alert ? "Alert" : "No alert" }),
    element("p", {}, `Score ${number(score)}. Scores of ${number(threshold)} and below are alerts, `
      + `set for ${aim}.`),
    element("div", { className: "scale", ariaHidden: "true" },
      element("span", { className: "track" }),
      element("span", { className: "usual", from: place(p90), to: place(p10) }),
      element("span", { className: "mark", from: place(threshold) }),
      element("span", { className: "dot", from: place(score) })),
    element("div", { className: "ends quiet" },
      element("span", { textContent: "usual" }), element("span", { textContent: "strange" })),
    element("p", { className: "quiet" },
      `Half of the validation ${unit} score below ${number(median)}; eight of ten score `
      + `${number(p10)} to ${number(p90)} (the band). The line is the threshold.`),
  ];
}
