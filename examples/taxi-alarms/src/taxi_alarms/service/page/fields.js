// One field of the form for each input: a slider with a number, a list, a date or a text.

import { element } from "/static/dom.js";

/** Returns a field: its part of the page, and how to read, set and mark it. */
export function makeField(input, place) {
  const id = `field-${place}`;
  const control = { number: numberControl, category: categoryControl, date: dateControl,
    text: textControl }[input.kind](input, id);
  const wrong = element("p", { id: `${id}-wrong`, className: "wrong", hidden: true });
  const part = element("div", { className: "field" },
    element("label", { htmlFor: id, textContent: input.name }), control.part, wrong);
  const gap = element("input", { type: "checkbox" });
  if (input.missing) {
    part.append(element("label", { className: "gap" }, gap, "not known"));
    gap.addEventListener("input", () => control.enable(!gap.checked));
  }
  control.main.setAttribute("aria-describedby", wrong.id);
  const know = (change) => () => {
    gap.checked = false;
    control.enable(true);
    change();
  };
  return {
    part,
    name: input.name,
    read: () => (gap.checked ? null : control.read()),
    typical: know(() => control.set(input.typical)),
    random: know(() => control.set(control.draw())),
    write: (text) => know(() => control.set(input.kind === "number" ? Number(text) : text))(),
    complain(text) {
      wrong.textContent = text;
      wrong.hidden = !text;
      control.main.setAttribute("aria-invalid", Boolean(text));
    },
  };
}

function numberControl({ name, low = 0, high = 0, typical = 0, step, whole }, id) {
  const digits = Math.max(0, -Math.round(Math.log10(step)));
  const slider = element("input", { type: "range", min: low, max: high, step: whole ? 1 : "any",
    ariaLabel: `${name}, slider` });
  const box = element("input", { type: "number", id, step: "any" });
  const set = (value) => {
    slider.value = value;
    box.value = whole ? value : String(Number(value.toFixed(digits + 1)));
  };
  slider.addEventListener("input", () => (box.value = Number(slider.value).toFixed(digits)));
  box.addEventListener("input", () => (slider.value = box.value));
  set(typical);
  return {
    part: element("div", { className: "pair" }, slider, box),
    main: box,
    set,
    read: () => (box.value === "" ? null : Number(box.value)),
    draw: () => low + (whole ? integer(high - low) : Math.random() * (high - low)),
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
