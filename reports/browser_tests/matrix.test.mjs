import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { lowestContrast } from "./contrast.mjs";
import { launch, openPage } from "./browser.mjs";

const pages = process.env.PAGES;
let browser;
before(async () => { browser = await launch(); });
after(async () => { await browser.close(); });

function on(what, body, options = {}) {
  test(`matrix: ${what}`, async () => {
    const { page, faults, context } = await openPage(browser, `${pages}/matrix.html`, options);
    await body(page);
    assert.deepEqual(faults, []);
    await context.close();
  });
}
const rows = (page) => page.locator(".matrix tr[data-search]:visible");
const cell = (page, clause, column) => page.locator(`tr[data-clause="${clause}"] td:nth-child(${column + 1}) .cell`);

on("has a row for each clause and a column for each runtime", async (page) => {
  assert.equal(await rows(page).count(), 33);
  assert.deepEqual(await page.locator(".runtime h2").allTextContents(), ["refrun 0.1.0", "runc 1.1.5", "crun 1.8.1"]);
  assert.match(await cell(page, "runtime.md#kill", 2).getAttribute("aria-label"), /^runtime\.md#kill, runc 1\.1\.5: failed, \d of \d+ passed/);
  assert.match(await cell(page, "runtime.md#kill", 1).textContent(), /^passed/);
});

on("a cell opens the evidence, and the focus comes back", async (page) => {
  await cell(page, "runtime.md#kill", 2).click();
  const dialog = page.locator("#cell");
  assert.ok(await dialog.isVisible());
  assert.ok((await dialog.innerText()).includes("2 processes of the container are alive after kill KILL and delete"));
  assert.match(page.url(), /#runtime\.md%23kill\|runc%201\.1\.5$/);
  await page.keyboard.press("Escape");
  assert.ok(await dialog.isHidden());
  assert.ok(await cell(page, "runtime.md#kill", 2).evaluate((element) => element === document.activeElement));
});

on("an address opens a cell", async (page) => {
  assert.equal(await page.locator("#cell-title").textContent(), "crun 1.8.1");
  assert.equal(await page.locator("#cell-clause").textContent(), "config.md#process");
}, { hash: "#config.md%23process|crun%201.8.1" });

on("search and the filters narrow the rows", async (page) => {
  await page.fill("#query", "poststop");
  assert.deepEqual(await rows(page).evaluateAll((all) => all.map((row) => row.dataset.clause)), ["config.md#poststop", "runtime.md#lifecycle"]);
  await page.click("#clear");
  await page.click('.chip[data-only="red"]');
  const red = await rows(page).count();
  assert.ok(red > 3 && red < 33, `${red} rows`);
  await page.click('.chip[data-only="changed"]');
  const changed = await rows(page).evaluateAll((all) => all.map((row) => row.dataset.clause));
  assert.ok(changed.includes("runtime.md#delete") && changed.length < red, String(changed));
  await page.keyboard.press("Escape");
  assert.equal(await page.locator("#shown").textContent(), "33 clauses");
  await page.fill("#query", "no such clause");
  assert.ok(await page.locator(".nothing").isVisible());
  assert.equal(await page.locator("tr.file:visible").count(), 0);
});

on("says what changed since the baseline", async (page) => {
  const text = await page.locator(".changes").innerText();
  for (const part of ["runc 1.1.4", "delete.force_host_pidns", "passed → timeout", "hooks.poststop_failure_warns", "failed → passed"]) {
    assert.ok(text.includes(part), part);
  }
});

on("arrows go from cell to cell, Enter opens", async (page) => {
  const at = () => page.evaluate(() => [document.activeElement.closest("tr")?.dataset.clause, document.activeElement.dataset.title]);
  await cell(page, "runtime.md#create", 1).focus();
  await page.keyboard.press("ArrowRight");
  assert.deepEqual(await at(), ["runtime.md#create", "runc 1.1.5"]);
  await page.keyboard.press("ArrowDown");
  assert.deepEqual(await at(), ["runtime.md#delete", "runc 1.1.5"]);
  await page.keyboard.press("ArrowLeft");
  await page.keyboard.press("ArrowLeft");
  assert.deepEqual(await at(), ["runtime.md#delete", "refrun 0.1.0"], "stops at the edge");
  await page.keyboard.press("Enter");
  assert.ok(await page.locator("#cell").isVisible());
  await page.keyboard.press("Escape");
  await page.keyboard.press("d");
  assert.ok(await page.locator('.chip[data-only="differs"][aria-pressed="true"]').isVisible());
});

on("one cell is in the tab order", async (page) => {
  assert.equal(await page.locator('.cell[tabindex="0"]').count(), 1);
  await page.fill("#query", "poststop");
  assert.equal(await page.locator('.cell[tabindex="0"]:visible').count(), 1);
});

for (const width of [320, 390, 1200]) {
  on(`nothing is wider than a screen of ${width}`, async (page) => {
    assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), width);
    await cell(page, "runtime.md#kill", 2).click();
    const box = await page.locator("#cell").boundingBox();
    assert.ok(box.x >= 0 && box.x + box.width <= width);
  }, { viewport: { width, height: 800 } });
}

for (const colorScheme of ["light", "dark"]) {
  for (const name of ["matrix", "small", "clean"]) {
    test(`${name}: text has contrast (${colorScheme})`, async () => {
      const { page, context } = await openPage(browser, `${pages}/${name}.html`, { colorScheme });
      if (name !== "matrix") await page.click("#expand");
      const lowest = await lowestContrast(page);
      assert.ok(lowest.ratio >= 4.5, `${lowest.ratio.toFixed(2)} at ${lowest.where}`);
      await context.close();
    });
  }
}
