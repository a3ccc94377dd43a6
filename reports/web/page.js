"use strict";
// What the report and the matrix share: the copy buttons, the list of keys.
document.documentElement.classList.add("with-js");

function copyText(text) {
  if (navigator.clipboard && window.isSecureContext) return navigator.clipboard.writeText(text);
  const area = document.createElement("textarea");  // pages opened as files have no clipboard
  area.value = text;
  document.body.append(area);
  area.select();
  const done = document.execCommand("copy");
  area.remove();
  return done ? Promise.resolve() : Promise.reject(new Error("copy"));
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("button.copy");
  if (!button) return;
  const say = (word) => {
    button.textContent = word;
    setTimeout(() => { button.textContent = "Copy"; }, 1500);
  };
  copyText(button.previousElementSibling.textContent).then(() => say("Copied"), () => say("Select it"));
});

function isTyping(target) {
  return target instanceof Element && target.closest("input, select, textarea") !== null;
}

function showKeys() {
  document.getElementById("keys").showModal();
}
