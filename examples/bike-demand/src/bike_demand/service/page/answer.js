// How a prediction is shown: the number, its interval, and where both lie among known values.

import { element, number, percent } from "/static/dom.js";

/** Returns how effects are written. */
export const scaleOf = (about) => ({ factor: 1, said: `In ${about.unit}` });

/** Returns the parts of the page that show an answer. */
export function show(about, answer, { coverage, unit }) {
  const { min, p10, median, p90, max, name } = about.target;
  const [left, right] = [Math.min(min, answer.low), Math.max(max, answer.high)];
  const place = (value) => (value - left) / (right - left);
  const value = element("p", { className: "big", textContent: `${number(answer.value)} ` });
  value.append(element("small", { textContent: unit }));
  const ends = element("div", { className: "ends quiet" });
  ends.append(...[left, right].map((end) => element("span", { textContent: number(end) })));
  return [
    value,
    element("p", {}, `${percent(coverage)} interval: ${number(answer.low)} to ${number(answer.high)}`),
    element("div", { className: "scale", ariaHidden: "true" },
      element("span", { className: "track" }),
      element("span", { className: "usual", from: place(p10), to: place(p90) }),
      element("span", { className: "reach", from: place(answer.low), to: place(answer.high) }),
      element("span", { className: "mark", from: place(median) }),
      element("span", { className: "dot", from: place(answer.value) })),
    ends,
    element("p", { className: "quiet" },
      `In the data, ${name} has a median of ${number(median)} (the line); eight of ten rows lie between `
      + `${number(p10)} and ${number(p90)}.`),
  ];
}
