// A chart under the mouse, a finger or the arrow keys: the numbers of the period, and its row in the table.
"use strict";

(() => {
  const figure = document.querySelector("figure.chart[data-numbers]");
  if (!figure) {
    return;
  }
  const drawing = figure.querySelector(".drawing");
  const image = figure.querySelector("img");
  const rows = [...document.querySelectorAll("table.charted tbody tr:not(.aside)")];

  const cursor = document.createElement("div");
  cursor.className = "cursor";
  cursor.hidden = true;
  const readout = document.createElement("p");
  readout.className = "readout";
  readout.setAttribute("role", "status");
  readout.textContent = figure.dataset.hint;
  drawing.append(cursor);
  drawing.after(readout);
  drawing.tabIndex = 0;
  drawing.setAttribute("role", "group");
  drawing.setAttribute("aria-label", figure.dataset.hint);

  let zones = null;
  let asked = "";
  let loading = null;
  let chosen = -1;

  // A phone's picture is laid out otherwise: its numbers are asked of the same address as the picture shown.
  const load = () => {
    const width = new URL(image.currentSrc || image.src).searchParams.get("width");
    const address = figure.dataset.numbers + (width ? `&width=${width}` : "");
    if (address !== asked) {
      asked = address;
      loading = read(address);
    }
    return loading;
  };

  const read = async (address) => {
    try {
      const answer = await fetch(address);
      zones = answer.ok ? (await answer.json()).usermeta.zones : null;
    } catch {
      zones = null;
      asked = "";
    }
  };

  const choose = (number) => {
    if (number === chosen) {
      return;
    }
    rows[chosen]?.classList.remove("pointed");
    rows[number]?.classList.add("pointed");
    chosen = number;
    cursor.hidden = number < 0;
    readout.textContent = number < 0 ? figure.dataset.hint : zones[number].text;
    if (number >= 0) {
      const [left, top, right, bottom] = zones[number].box;
      cursor.style.left = `${left * 100}%`;
      cursor.style.top = `${top * 100}%`;
      cursor.style.width = `${(right - left) * 100}%`;
      cursor.style.height = `${(bottom - top) * 100}%`;
    }
  };

  const at = (event) => {
    const frame = image.getBoundingClientRect();
    const x = (event.clientX - frame.left) / frame.width;
    const y = (event.clientY - frame.top) / frame.height;
    return zones.findIndex(
      ({ box }) => box && x >= box[0] && x < box[2] && y >= box[1] && y < box[3],
    );
  };

  const step = (direction) => {
    for (let number = chosen + direction; number >= 0 && number < zones.length; number += direction) {
      if (zones[number].box) {
        return number;
      }
    }
    return chosen;
  };

  drawing.addEventListener("pointerenter", load);
  drawing.addEventListener("focus", load);
  drawing.addEventListener("pointermove", (event) => zones && choose(at(event)));
  drawing.addEventListener("pointerdown", (event) => zones && choose(at(event)));
  drawing.addEventListener("pointerleave", () => zones && choose(-1));
  drawing.addEventListener("blur", () => zones && choose(-1));
  drawing.addEventListener("keydown", async (event) => {
    const direction = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (!direction) {
      return;
    }
    event.preventDefault();
    await load();
    if (zones) {
      choose(step(direction));
    }
  });
})();
