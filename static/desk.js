// The desk without a mouse, and without losing what was typed. Every page works without this.
"use strict";

(() => {
  const form = document.querySelector("form[data-keep]");
  const parts = () => [...document.querySelectorAll(".part")];

  // --- Kept while typing ---

  let waiting = null;

  async function keep() {
    waiting = null;
    const told = form.querySelector("[data-kept]");
    const sent = new FormData(form);
    sent.set("step", "keep");
    try {
      // A button called "action" hides the property of that name.
      const answer = await fetch(form.getAttribute("action") || window.location.href, { method: "POST", body: new URLSearchParams(sent), redirect: "error" });
      told.textContent = answer.ok ? told.dataset.kept : told.dataset.lost;
    } catch {
      told.textContent = told.dataset.lost;
    }
  }

  if (form) {
    form.addEventListener("input", () => {
      window.clearTimeout(waiting);
      waiting = window.setTimeout(keep, 800);
    });
  }

  // --- Sent once: a second click while the first is on its way does nothing ---

  for (const each of document.querySelectorAll("form[data-once]")) {
    each.addEventListener("submit", (event) => {
      window.clearTimeout(waiting);
      if (each.dataset.sent) {
        event.preventDefault();
      }
      each.dataset.sent = "yes";
    });
  }
  window.addEventListener("pageshow", () => {
    for (const each of document.querySelectorAll("form[data-once]")) {
      delete each.dataset.sent;
    }
  });

  // --- A field shows the words it was read from ---

  document.addEventListener("focusin", (event) => {
    const id = event.target.id;
    const marks = [...document.querySelectorAll(".told mark")];
    for (const mark of marks) {
      mark.classList.remove("now");
    }
    if (!id || !event.target.closest(".part")) {
      return;
    }
    const read = document.querySelectorAll(`.told a[href="#${CSS.escape(id)}"]`);
    for (const link of read) {
      link.parentElement.classList.add("now");
    }
    if (read.length) {
      const told = read[0].closest(".told");
      told.scrollTop = read[0].parentElement.offsetTop - told.offsetTop - told.clientHeight / 3;
    }
  });

  // --- What was refused is where one goes on ---

  const wrong = document.querySelector(".wrong input, .wrong select, .wrong textarea");
  if (wrong) {
    wrong.focus();
  }

  // --- Keys ---

  function go(step) {
    const all = parts();
    const here = all.indexOf(document.activeElement && document.activeElement.closest(".part"));
    const next = all[here === -1 && step < 0 ? 0 : Math.min(Math.max(here + step, 0), all.length - 1)];
    if (next) {
      next.focus();
      next.scrollIntoView({ block: "nearest" });
    }
  }

  function answer(number) {
    const open = [...document.querySelectorAll(".pair-question")].filter((each) => !each.querySelector("[type=radio]:checked"));
    const choices = open.length ? open[0].querySelectorAll("[type=radio]") : [];
    if (choices[number - 1]) {
      choices[number - 1].click();
      choices[number - 1].focus();
    }
  }

  function press(selector, within) {
    const button = (within || document).querySelector(selector);
    if (button) {
      button.click();
    }
    return Boolean(button);
  }

  const keys = {
    j: () => go(1),
    k: () => go(-1),
    x: (part) => part && press("[name$=-keep], [name=record]", part),
    "?": () => {
      const shown = document.querySelector("details.keys");
      if (shown) {
        shown.open = !shown.open;
        shown.querySelector("summary").focus();
      }
    },
  };

  document.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && press("#all")) {
      event.preventDefault();
      return;
    }
    const typing = event.target.closest("input:not([type=radio]):not([type=checkbox]), select, textarea");
    if (typing || event.ctrlKey || event.metaKey || event.altKey) {
      return;
    }
    const part = event.target.closest(".part");
    if (event.key === "Enter" && event.target === part && press("[data-confirm]", part)) {
      event.preventDefault();
    } else if (/^[1-5]$/.test(event.key)) {
      answer(Number(event.key));
    } else if (keys[event.key]) {
      keys[event.key](part);
      event.preventDefault();
    }
  });
})();
