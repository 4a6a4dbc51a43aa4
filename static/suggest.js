// Suggests people while a name is typed into a search field that names an address to ask (data-suggest).
// The form works without it; a suggestion is a link to a person's page.
"use strict";

const SHORTEST = 3;
const PAUSE = 200;

function suggestFor(field) {
  const list = document.createElement("ul");
  list.id = field.id + "-suggestions";
  list.className = "suggestions";
  list.hidden = true;
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", field.dataset.label);
  field.after(list);
  for (const [name, value] of Object.entries({
    role: "combobox",
    "aria-autocomplete": "list",
    "aria-controls": list.id,
    "aria-expanded": "false",
  })) field.setAttribute(name, value);

  let people = [];
  let active = -1;
  let timer;
  let asking;

  function close() {
    list.hidden = true;
    active = -1;
    field.setAttribute("aria-expanded", "false");
    field.removeAttribute("aria-activedescendant");
  }

  function mark(place) {
    active = place;
    [...list.children].forEach((option, number) => option.setAttribute("aria-selected", String(number === place)));
    if (place < 0) field.removeAttribute("aria-activedescendant");
    else {
      field.setAttribute("aria-activedescendant", list.children[place].id);
      list.children[place].scrollIntoView({ block: "nearest" });
    }
  }

  function option(person, number) {
    const item = document.createElement("li");
    item.id = list.id + "-" + number;
    item.setAttribute("role", "option");
    item.setAttribute("aria-selected", "false");
    const name = document.createElement("span");
    name.className = "name";
    name.textContent = person.name;
    const about = document.createElement("span");
    about.className = "about";
    about.textContent = person.about;
    item.append(name, " ", about);
    // Before the field loses the focus, which would close the list.
    item.addEventListener("mousedown", (event) => event.preventDefault());
    item.addEventListener("click", () => location.assign(person.url));
    return item;
  }

  function show(found) {
    people = found;
    list.replaceChildren(...people.map(option));
    list.hidden = !people.length;
    field.setAttribute("aria-expanded", String(!list.hidden));
    mark(-1);
  }

  async function ask() {
    asking?.abort();
    const text = field.value.trim();
    if (text.length < SHORTEST) return close();
    asking = new AbortController();
    const query = new URLSearchParams({ q: text });
    const country = field.form.elements.namedItem("country");
    if (country) query.set("country", country.value);
    try {
      const answer = await fetch(field.dataset.suggest + "?" + query, { signal: asking.signal });
      if (!answer.ok) return close();
      const found = (await answer.json()).suggestions;
      if (document.activeElement === field) show(found);
    } catch (problem) {
      if (problem.name !== "AbortError") close();
    }
  }

  field.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(ask, PAUSE);
  });
  field.addEventListener("blur", () => {
    clearTimeout(timer);
    asking?.abort();
    close();
  });
  field.addEventListener("keydown", (event) => {
    if (list.hidden) {
      if (event.key !== "ArrowDown") return;
      // Closed by Escape or by leaving the field: asked anew, for the text may have been changed since.
      clearTimeout(timer);
      ask();
      return event.preventDefault();
    }
    const last = people.length - 1;
    if (event.key === "ArrowDown") mark(active === last ? -1 : active + 1);
    else if (event.key === "ArrowUp") mark(active === -1 ? last : active - 1);
    else if (event.key === "Enter" && active >= 0) location.assign(people[active].url);
    else if (event.key === "Escape") close();
    else return;
    event.preventDefault();
  });
}

document.querySelectorAll("[data-suggest]").forEach(suggestFor);
