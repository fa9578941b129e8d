// Who gets which place, in a browser: asked, worked out, and taken away, with a mistake; axe clean at all widths.
// Usage: node places.mjs CHROMIUM FOLDER DEMONSTRATION
import { join } from "node:path";
import { become, end, faults, launch, listen, looked } from "./checks.mjs";

const [executablePath, folder, at] = process.argv.slice(2);
const browser = await launch(executablePath);
let name = "";
const context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
const page = await context.newPage();
listen(page, () => name);
await become(page, at, "Analyst");

async function look(called) {
  name = called;
  await looked(page, join(folder, `site-${called}`), called);
}

await page.goto(`${at}/match-runs`);
await page.locator("main table a").first().click();
await page.waitForSelector("text=Read the report", { timeout: 60_000 });
await page.getByRole("button", { name: "Who gets which place" }).click();
await look("match-places-asked");
await page.selectOption("#weeks", "4");
await page.getByRole("button", { name: "Work it out", exact: true }).click();
await page.waitForSelector("#answer");
await look("match-places");
await page.getByRole("button", { name: "Take it away" }).click();
await look("match-places-rows");
await page.click("main form button[type=submit]");
await page.waitForSelector(".nhsuk-error-summary");
await look("match-places-rows-mistakes");
await page.fill("#purpose", "To ring the first of them");
await page.getByLabel("Who has a place").check();
await page.getByLabel("Parquet").check();
const [rows] = await Promise.all([page.waitForEvent("download"), page.click("main form button[type=submit]")]);
if (rows.suggestedFilename() !== "allocation.parquet") faults.push(`match-places-rows: ${rows.suggestedFilename()}`);
await browser.close();
end();
