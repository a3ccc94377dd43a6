import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { launch, openPage } from "./browser.mjs";

const pages = process.env.PAGES;
let browser;
before(async () => { browser = await launch(); });
after(async () => { await browser.close(); });

// One page per test; at its end nothing may have gone wrong on it.
function on(name, what, body, options = {}) {
  test(`${name}: ${what}`, async () => {
    const { page, faults, context } = await openPage(browser, `${pages}/${name}.html`, options);
    await body(page);
    assert.deepEqual(faults, []);
    await context.close();
  });
}
const visible = (page) => page.locator(".cases > .case:visible");
const shown = (page) => page.locator("#shown").textContent();
const focusedCase = (page) => page.evaluate(() => document.activeElement.closest(".case")?.id);

on("runc", "shows every case, what is red first", async (page) => {
  assert.equal(await visible(page).count(), 73);
  assert.equal(await shown(page), "73 cases");
  assert.equal(await visible(page).first().getAttribute("data-outcome"), "failed");
  assert.match(await page.title(), /^runc 1\.1\.5: 6 of 73 cases are red/);
});

on("runc", "search narrows to what holds every word", async (page) => {
  await page.fill("#query", "host_pidns KILL");
  for (const item of await visible(page).all()) assert.match(await item.textContent(), /host_pidns/);
  const few = await visible(page).count();
  assert.ok(few > 0 && few < 10, `${few} cases`);
  await page.fill("#query", "4713");
  assert.deepEqual(await visible(page).evaluateAll((items) => items.map((item) => item.id).sort()),
    ["delete.force_host_pidns", "kill.host_pidns_init_gone"], "evidence is searched, too");
  await page.fill("#query", "no such thing");
  assert.equal(await visible(page).count(), 0);
  await page.click("#clear-too");
  assert.equal(await visible(page).count(), 73);
});

on("runc", "outcomes, area and level filter together", async (page) => {
  await page.click('.chip[data-outcome="failed"]');
  assert.equal(await visible(page).count(), 3);
  await page.click('.chip[data-outcome="timeout"]');
  assert.equal(await visible(page).count(), 4);
  await page.selectOption("#area", "delete");
  assert.deepEqual(await visible(page).evaluateAll((items) => items.map((item) => item.id)), ["delete.created_refused", "delete.force_host_pidns"]);
  await page.selectOption("#level", "must");
  assert.equal(await shown(page), "1 of 73 cases");
  await page.click("#clear");
  assert.equal(await shown(page), "73 cases");
});

on("runc", "a row of the tables filters by it", async (page) => {
  await page.click('.pick[data-pick="area"][data-value="kill"]');
  assert.equal(await visible(page).count(), 11);
});

on("runc", "the filter is in the address and comes back from it", async (page) => {
  await page.fill("#query", "pidns");
  await page.click('.chip[data-outcome="timeout"]');
  assert.match(page.url(), /#\?q=pidns&outcome=timeout$/);
  await page.reload();
  assert.equal(await visible(page).count(), 1);
  assert.equal(await page.inputValue("#query"), "pidns");
});

on("runc", "an address with a case's id opens it", async (page) => {
  assert.ok(await page.locator("#kill\\.host_pidns_init_gone .evidence").isVisible());
  assert.equal(await focusedCase(page), "kill.host_pidns_init_gone");
}, { hash: "#kill.host_pidns_init_gone" });

on("runc", "the keyboard is enough", async (page) => {
  await page.keyboard.press("/");
  await page.keyboard.type("delete");
  await page.keyboard.press("Escape");
  assert.equal(await visible(page).count(), 73);
  await page.keyboard.press("j");
  const first = await focusedCase(page);
  await page.keyboard.press("j");
  const second = await focusedCase(page);
  assert.notEqual(first, second);
  await page.keyboard.press("Enter");
  assert.ok(await page.locator(`[id="${second}"] .evidence`).isVisible());
  await page.keyboard.press("k");
  assert.equal(await focusedCase(page), first);
  await page.keyboard.press("r");
  assert.equal(await visible(page).count(), 6);
  await page.keyboard.press("e");
  assert.equal(await page.locator(".case:visible details[open]").count(), 6);
  await page.keyboard.press("e");
  assert.equal(await page.locator(".case:visible details[open]").count(), 0);
  await page.keyboard.press("?");
  assert.ok(await page.locator("#keys").isVisible());
  await page.keyboard.press("j");
  await page.keyboard.press("Escape");
  assert.ok(await page.locator("#keys").isHidden());
});

on("runc", "everything can be reached by Tab", async (page) => {
  const seen = new Set();
  for (let i = 0; i < 60; ++i) {
    await page.keyboard.press("Tab");
    seen.add(await page.evaluate(() => document.activeElement.id || document.activeElement.className || document.activeElement.tagName));
  }
  for (const wanted of ["query", "area", "level", "expand", "help", "pick"]) assert.ok(seen.has(wanted), `${wanted} among ${[...seen]}`);
});

on("small", "what a runtime prints is text", async (page) => {
  let dialogs = 0;
  page.on("dialog", (dialog) => { ++dialogs; dialog.dismiss(); });
  await page.click("#expand");
  const text = await page.locator("#hooks\\.state_on_stdin").innerText();
  assert.ok(text.includes("<script>alert(1)</script> ]]> & \"quoted\" 'single'"), text);
  assert.ok(text.includes("<img src=x onerror=alert(1)>"));
  assert.ok(text.includes("red \\x07 {{title}} naïve ☃"));
  assert.equal(await page.locator("img").count(), 0);
  assert.equal(dialogs, 0);
});

on("small", "a failure has its evidence", async (page) => {
  const item = page.locator("#kill\\.host_pidns_init_gone");
  await item.locator("summary").click();
  const text = await item.innerText();
  for (const part of ["KILL ends the members that outlived their init", "every member's pidfd is readable within 2 s", "pid 4711 (S)",
    "remove /linux/namespaces/0", "process 4711 /probe daemon --setsid", "level=warning", "exit 1",
    "runproof run --runtime /usr/sbin/runc --keep kill.host_pidns_init_gone"]) assert.ok(text.includes(part), part);
  assert.equal(await item.locator("a.clause").getAttribute("href"), "https://github.com/opencontainers/runtime-spec/blob/v1.3.0/runtime.md#kill");
});

on("small", "the line that runs it again is copied", async (page) => {
  const item = page.locator("#kill\\.stopped_error");
  await item.locator("summary").click();
  await page.evaluate(() => {
    window.copied = null;
    document.addEventListener("copy", () => { window.copied = document.getSelection().toString() || document.activeElement.value; });
  });
  await item.locator("button.copy").click();
  await page.waitForFunction(() => document.querySelector("#kill\\.stopped_error button.copy").textContent === "Copied");
});

on("small", "it reads without scripts", async (page) => {
  assert.equal(await visible(page).count(), 14);
  assert.ok(await page.locator(".filter").isHidden());
  await page.locator("#kill\\.stopped_error summary").click();
  assert.ok(await page.locator("#kill\\.stopped_error .evidence").isVisible());
}, { javaScriptEnabled: false });

for (const name of ["runc", "small", "clean", "repeat", "interrupted"]) {
  for (const width of [320, 390, 1200]) {
    on(name, `nothing is wider than a screen of ${width}`, async (page) => {
      await page.click("#expand");
      assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), width);
    }, { viewport: { width, height: 800 } });
  }
}
