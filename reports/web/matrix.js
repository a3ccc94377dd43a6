// Filter, the way from cell to cell, and the evidence behind each.
(() => {
  const byId = (id) => document.getElementById(id);
  const rows = [...document.querySelectorAll(".matrix tr[data-search]")];
  const heads = [...document.querySelectorAll(".matrix tr.file")];
  const chips = [...document.querySelectorAll(".chip")];
  const query = byId("query"), dialog = byId("cell");

  const pressed = (chip) => chip.getAttribute("aria-pressed") === "true";
  const visible = () => rows.filter((row) => !row.hidden);

  function apply() {
    const words = query.value.toLowerCase().split(/\s+/).filter(Boolean);
    const only = chips.filter(pressed).map((chip) => chip.dataset.only);
    for (const row of rows) {
      row.hidden = !(only.every((flag) => flag in row.dataset) && words.every((word) => row.dataset.search.includes(word)));
    }
    for (const head of heads) head.hidden = ![...head.parentElement.rows].some((row) => row !== head && !row.hidden);
    const count = visible().length;
    byId("shown").value = count === rows.length ? `${count} clauses` : `${count} of ${rows.length} clauses`;
    byId("clear").hidden = count === rows.length;
    document.querySelector(".nothing").hidden = count > 0;
    keepTab();
  }

  // One cell is in the tab order: the last that had the focus, or the first to be seen.
  const cells = [...document.querySelectorAll(".cell")];
  const takeTab = (cell) => cells.forEach((each) => { each.tabIndex = each === cell ? 0 : -1; });
  function keepTab() {
    const holder = cells.find((each) => each.tabIndex === 0 && !each.closest("tr").hidden);
    takeTab(holder ?? visible()[0]?.querySelector(".cell"));
  }

  function clear() {
    query.value = "";
    chips.forEach((chip) => chip.setAttribute("aria-pressed", "false"));
    apply();
  }

  function toggle(chip) {
    if (!chip) return;
    chip.setAttribute("aria-pressed", String(!pressed(chip)));
    apply();
  }
  const chipFor = (only) => chips.find((chip) => chip.dataset.only === only);

  function open(cell) {
    const row = cell.closest("tr");
    byId("cell-title").textContent = cell.dataset.title;
    byId("cell-clause").replaceChildren(row.querySelector("th").firstElementChild.cloneNode(true));
    byId("cell-clause").firstElementChild.textContent = row.dataset.clause;
    byId("cell-cases").replaceChildren(cell.nextElementSibling.content.cloneNode(true));
    history.replaceState(null, "", `#${encodeURIComponent(row.dataset.clause)}|${encodeURIComponent(cell.dataset.title)}`);
    dialog.showModal();
    dialog.scrollTop = 0;
  }
  dialog.addEventListener("close", () => history.replaceState(null, "", "#"));
  dialog.addEventListener("click", (event) => { if (event.target === dialog) dialog.close(); });

  function recall() {
    const [clause, title] = location.hash.slice(1).split("|").map(decodeURIComponent);
    if (!title) return;
    const row = rows.find((each) => each.dataset.clause === clause);
    const cell = row && [...row.querySelectorAll(".cell")].find((each) => each.dataset.title === title);
    if (cell) { row.scrollIntoView({ block: "center" }); cell.focus(); open(cell); }
  }

  const moves = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };
  function move(cell, [down, right]) {
    const lines = visible();
    let y = lines.indexOf(cell.closest("tr")), x = cell.closest("td").cellIndex;
    do {
      y += down;
      x += right;
      const next = lines[y]?.cells[x]?.querySelector(".cell");
      if (next) { next.focus(); next.scrollIntoView({ block: "nearest" }); return; }
    } while (lines[y]?.cells[x] && x > 0);
  }

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
    if (isTyping(event.target)) {
      if (event.key === "Escape") { clear(); event.target.blur(); }
      return;
    }
    const cell = event.target.closest?.(".cell");
    const acts = { "/": () => query.focus(), r: () => toggle(chipFor("red")), d: () => toggle(chipFor("differs")), "?": showKeys, Escape: clear };
    if (cell && moves[event.key]) move(cell, moves[event.key]);
    else if (acts[event.key]) acts[event.key]();
    else return;
    event.preventDefault();
  });

  document.querySelector(".matrix").addEventListener("click", (event) => {
    const cell = event.target.closest(".cell");
    if (cell) open(cell);
  });
  document.querySelector(".matrix").addEventListener("focusin", (event) => {
    if (event.target.matches(".cell")) takeTab(event.target);
  });
  chips.forEach((chip) => chip.addEventListener("click", () => toggle(chip)));
  document.querySelector(".filter").addEventListener("submit", (event) => event.preventDefault());
  query.addEventListener("input", apply);
  byId("clear").addEventListener("click", (event) => { event.preventDefault(); clear(); });
  byId("clear-too").addEventListener("click", clear);
  byId("help").addEventListener("click", showKeys);
  apply();
  recall();
})();
