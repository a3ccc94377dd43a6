// node shoot.mjs PAGE OUTDIR: pictures of a page in light and dark, on a desk and on a phone, to be looked at.
import { basename } from "node:path";
import { launch, openPage } from "./browser.mjs";

const [file, out] = process.argv.slice(2);
const browser = await launch();
for (const colorScheme of ["light", "dark"]) {
  for (const [name, viewport] of [["desk", { width: 1200, height: 1100 }], ["phone", { width: 390, height: 844 }]]) {
    const { page, faults, context } = await openPage(browser, file, { colorScheme, viewport });
    const path = (part) => `${out}/${basename(file, ".html")}-${name}-${colorScheme}-${part}.png`;
    await page.screenshot({ path: path("top") });
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    if (overflow > 0) console.log(`${name} ${colorScheme}: ${overflow} px too wide`);
    const first = page.locator(".cases > .case summary").first();
    if (await first.count()) {
      await first.click();
      await first.scrollIntoViewIfNeeded();
      await page.evaluate(() => document.getElementById("cases-head").scrollIntoView({ behavior: "instant" }));
      await page.screenshot({ path: path("case") });
    }
    const cell = page.locator("button.cell.failed").first();
    if (await cell.count()) {
      await cell.click();
      await page.screenshot({ path: path("cell") });
    }
    faults.forEach((fault) => console.log(fault));
    await context.close();
  }
}
await browser.close();
