// The desk without a mouse: "?" shows the keys of the page.
"use strict";

document.addEventListener("keydown", (event) => {
  const typing = event.target.closest("input, select, textarea, [contenteditable]");
  if (typing || event.ctrlKey || event.metaKey || event.altKey) {
    return;
  }
  const keys = document.querySelector("details.keys");
  if (event.key === "?" && keys) {
    keys.open = !keys.open;
    keys.querySelector("summary").focus();
    event.preventDefault();
  }
});
