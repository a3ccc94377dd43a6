// Filter and search, the address of what is shown, and the keys.
(() => {
  const byId = (id) => document.getElementById(id);
  const cases = [...document.querySelectorAll(".cases > .case")];
  const chips = [...document.querySelectorAll(".chip")];
  const query = byId("query"), area = byId("area"), level = byId("level");
  const texts = new Map(cases.map((item) => [item, item.textContent.toLowerCase()]));

  const visible = () => cases.filter((item) => !item.hidden);
  const chosen = () => chips.filter((chip) => chip.getAttribute("aria-pressed") === "true").map((chip) => chip.dataset.outcome);
  const press = (outcomes) => chips.forEach((chip) => chip.setAttribute("aria-pressed", String(outcomes.includes(chip.dataset.outcome))));
  let onlyRed = false, recalled = false;

  function apply() {
    const words = query.value.toLowerCase().split(/\s+/).filter(Boolean);
    const outcomes = chosen();
    for (const item of cases) {
      const fits = (outcomes.length === 0 || outcomes.includes(item.dataset.outcome)) &&
        (area.value === "" || area.value === item.dataset.area) && (level.value === "" || level.value === item.dataset.level) &&
        (!onlyRed || "red" in item.dataset) && words.every((word) => texts.get(item).includes(word));
      item.hidden = !fits;
    }
    const count = visible().length;
    const all = cases.length === 1 ? "1 case" : `${cases.length} cases`;
    byId("shown").value = count === cases.length ? all : `${count} of ${all}`;
    document.querySelector(".nothing").hidden = count > 0;
    byId("clear").hidden = count === cases.length;
    labelExpand();
    if (recalled) remember(outcomes);
  }

  function remember(outcomes) {
    const parts = new URLSearchParams();
    if (query.value) parts.set("q", query.value);
    if (outcomes.length) parts.set("outcome", outcomes.join(","));
    if (area.value) parts.set("area", area.value);
    if (level.value) parts.set("level", level.value);
    if (onlyRed) parts.set("red", "1");
    const hash = parts.toString();
    if (hash || location.hash.startsWith("#?")) history.replaceState(null, "", hash ? `#?${hash}` : "#");
  }

  function recall() {
    recalled = true;
    if (location.hash.startsWith("#?")) {
      const parts = new URLSearchParams(location.hash.slice(2));
      query.value = parts.get("q") ?? "";
      area.value = parts.get("area") ?? "";
      level.value = parts.get("level") ?? "";
      onlyRed = parts.has("red");
      press((parts.get("outcome") ?? "").split(","));
    }
    apply();
    const item = location.hash.length > 1 && byId(decodeURIComponent(location.hash.slice(1)));
    if (item && item.matches(".case")) reveal(item);
  }

  function reveal(item) {
    if (item.hidden) clear();
    item.querySelector("details").open = true;
    focus(item);
  }

  function clear() {
    query.value = area.value = level.value = "";
    onlyRed = false;
    press([]);
    apply();
  }

  function focus(item) {
    const summary = item.querySelector("summary");
    summary.focus({ preventScroll: true });
    item.scrollIntoView({ block: "nearest" });
  }

  function step(by) {
    const items = visible();
    if (items.length === 0) return;
    const at = items.indexOf(document.activeElement?.closest(".case"));
    const next = at < 0 ? (by > 0 ? 0 : items.length - 1) : Math.min(Math.max(at + by, 0), items.length - 1);
    focus(items[next]);
  }

  const allOpen = () => visible().every((item) => item.querySelector("details").open);
  const labelExpand = () => { byId("expand").textContent = visible().length > 0 && allOpen() ? "Close all" : "Open all"; };
  function toggleAll() {
    const open = !allOpen();
    visible().forEach((item) => { item.querySelector("details").open = open; });
    labelExpand();
  }

  const keys = {
    "/": () => { query.focus(); query.select(); },
    j: () => step(1),
    k: () => step(-1),
    e: toggleAll,
    r: () => { onlyRed = !onlyRed; apply(); },
    "?": showKeys,
    Escape: clear,
  };
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || byId("keys").open) return;
    if (isTyping(event.target)) {
      if (event.key === "Escape") { clear(); event.target.blur(); }
      return;
    }
    const act = keys[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  });

  document.querySelectorAll("button.pick").forEach((button) => button.addEventListener("click", () => {
    byId(button.dataset.pick).value = button.dataset.value;
    apply();
    byId("cases-head").scrollIntoView();
  }));
  chips.forEach((chip) => chip.addEventListener("click", () => {
    chip.setAttribute("aria-pressed", String(chip.getAttribute("aria-pressed") !== "true"));
    apply();
  }));
  document.querySelector(".filter").addEventListener("submit", (event) => event.preventDefault());
  document.querySelector(".cases").addEventListener("toggle", (event) => {
    labelExpand();
    if (event.target.open && !location.hash.startsWith("#?")) history.replaceState(null, "", `#${event.target.parentElement.id}`);
  }, true);
  [query, area, level].forEach((field) => field.addEventListener("input", apply));
  byId("clear").addEventListener("click", (event) => { event.preventDefault(); clear(); });
  byId("clear-too").addEventListener("click", clear);
  byId("expand").addEventListener("click", toggleAll);
  byId("help").addEventListener("click", showKeys);
  window.addEventListener("hashchange", recall);
  window.addEventListener("load", recall);  // going to the fragment, the browser takes the focus away before
  apply();
})();
