// One field of the form for each input: a slider with a number, a list, a date or a text.

import { element, number } from "/static/dom.js";

/** Returns a field: its part of the page, and how to read, set and mark it. */
export function makeField(input, place) {
  const id = `field-${place}`;
  const start = input.typical ?? input.low ?? input.values?.[0] ?? ""; // a gap may be typical
  const control = { number: numberControl, category: categoryControl, date: dateControl,
    text: textControl }[input.kind]({ ...input, typical: start }, id);
  const wrong = element("p", { id: `${id}-wrong`, className: "wrong", hidden: true });
  const part = element("div", { className: "field" },
    element("label", { htmlFor: id, textContent: input.name }), control.part, wrong);
  const gap = element("input", { type: "checkbox" });
  if (input.missing) {
    part.append(element("label", { className: "gap" }, gap, "not known"));
    gap.addEventListener("input", () => control.enable(!gap.checked));
  }
  control.main.setAttribute("aria-describedby", wrong.id);
  const write = (value) => {
    gap.checked = input.missing && (value === null || value === "");
    control.enable(!gap.checked);
    if (!gap.checked) control.set(value);
  };
  write(input.typical ?? null);
  return {
    part,
    name: input.name,
    read: () => (gap.checked ? null : control.read()),
    typical: () => write(input.typical ?? null),
    random: () => write(control.draw()),
    write: (text) => write(input.kind === "number" && text ? Number(text) : text),
    complain(text) {
      wrong.textContent = text;
      wrong.hidden = !text;
      control.main.setAttribute("aria-invalid", Boolean(text));
    },
  };
}

function numberControl({ name, low = 0, high = 0, typical = 0, step, whole }, id) {
  const digits = Math.max(0, -Math.round(Math.log10(step)));
  const round = (value) => Math.min(high, Math.max(low, Number(value.toFixed(digits))));
  const slider = element("input", { type: "range", min: low, max: high, step: whole ? 1 : "any",
    ariaLabel: `${name}, slider` });
  const ends = element("div", { className: "ends", ariaHidden: "true" },
    ...[low, high].map((end) => element("span", { textContent: number(end) })));
  const box = element("input", { type: "number", id, step: "any" });
  const set = (value) => (slider.value = box.value = value);
  slider.addEventListener("input", () => (box.value = round(Number(slider.value))));
  box.addEventListener("input", () => (slider.value = box.value));
  set(typical);
  return {
    part: element("div", { className: "pair" }, element("div", {}, slider, ends), box),
    main: box,
    set,
    read: () => (box.value === "" ? null : Number(box.value)),
    draw: () => round(low + Math.random() * (high - low)),
    enable: (on) => [slider, box].forEach((each) => (each.disabled = !on)),
  };
}

const integer = (most) => Math.floor(Math.random() * (most + 1));

function categoryControl({ values, typical }, id) {
  const options = values.map((value) => element("option", { value, textContent: value }));
  const draw = () => values[integer(values.length - 1)];
  return single(element("select", { id }, ...options), typical, draw);
}

function dateControl({ low, high, typical, time }, id) {
  const written = (text) => text.slice(0, time ? 19 : 10);
  const [first, last] = [low, high].map((end) => new Date(`${end}Z`).getTime());
  const draw = () => (low ? new Date(first + Math.random() * (last - first)).toISOString() : typical);
  const box = element("input", { id, type: time ? "datetime-local" : "date" });
  return single(box, typical, draw, written);
}

function textControl({ typical }, id) {
  return single(element("textarea", { id, rows: 2 }), typical, () => typical);
}

function single(box, typical, draw, written = (value) => value) {
  const set = (value) => (box.value = written(value));
  set(typical);
  return { part: box, main: box, set, draw, read: () => box.value || null,
    enable: (on) => (box.disabled = !on) };
}
