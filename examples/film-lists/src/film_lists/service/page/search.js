// A search field with suggestions, after the combobox pattern of the ARIA Authoring Practices.

import { ask, element, find } from "/static/dom.js";

const PAUSE = 120; // milliseconds without a key before the service is asked
const SHOWN = 8; // suggestions

/** Makes the search field work; calls `choose` with each item that is taken. */
export function makeSearch(choose, fail) {
  const [field, options] = [find("search"), find("options")];
  let items = [];
  let active = -1;
  let timer;
  let running = new AbortController();

  function mark(place) {
    active = place;
    [...options.children].forEach((option, number) => {
      option.setAttribute("aria-selected", number === active);
    });
    if (active < 0) field.removeAttribute("aria-activedescendant");
    else field.setAttribute("aria-activedescendant", options.children[active].id);
  }

  function show(found) {
    items = found;
    options.replaceChildren(...items.map((item, number) => suggestion(item, number)));
    options.hidden = !items.length;
    field.setAttribute("aria-expanded", !options.hidden);
    mark(-1);
  }

  function suggestion(item, number) {
    const had = element("span", { className: "quiet", textContent: `${item.had} had it` });
    const option = element("li", { id: `option-${number}`, role: "option" },
      element("span", { textContent: item.title }), had);
    option.addEventListener("mousedown", (event) => event.preventDefault()); // keeps the focus
    option.addEventListener("click", () => take(item));
    return option;
  }

  function close() {
    clearTimeout(timer);
    running.abort();
    show([]);
  }

  function take(item) {
    field.value = "";
    close();
    choose(item);
  }

  async function suggest() {
    running.abort();
    running = new AbortController();
    const { signal } = running;
    try {
      show(await ask(`/items?query=${encodeURIComponent(field.value)}&limit=${SHOWN}`, undefined, signal));
    } catch (refusal) {
      if (!signal.aborted) fail(refusal);
    }
  }

  field.addEventListener("input", () => {
    clearTimeout(timer);
    if (field.value.trim()) timer = setTimeout(suggest, PAUSE);
    else close();
  });
  field.addEventListener("blur", close);
  field.addEventListener("keydown", (event) => {
    if (event.key === "Enter") {
      event.preventDefault();
      if (items.length) take(items[Math.max(active, 0)]);
    } else if (event.key === "Escape") {
      close();
    } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (!items.length) suggest();
      else mark((active + (event.key === "ArrowDown" ? 1 : items.length + (active < 0 ? 0 : -1))) % items.length);
    }
  });
}
