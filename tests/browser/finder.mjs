// The public finder in a browser: axe clean at all widths, by keyboard alone, without a script, light enough for a slow line,
// and on paper. Usage: node finder.mjs CHROMIUM FOLDER DEMONSTRATION
import { join } from "node:path";
import { end, faults, launch, listen, looked, pictured } from "./checks.mjs";

const [executablePath, folder, at] = process.argv.slice(2);
const browser = await launch(executablePath);
const asked = "words=my+knee+hurts+on+the+stairs";
let name = "";

async function visitor(options = {}) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
  const page = await context.newPage();
  listen(page, () => name);
  return page;
}

async function look(page, called) {
  name = called;
  await looked(page, join(folder, `site-${called}`), called);
}

// 1. By keyboard alone, from the start page to a service.
{
  const page = await visitor();
  name = "finder-start";
  let bytes = 0;
  page.on("response", async (response) => {
    const sizes = await response.request().sizes().catch(() => null);
    bytes += sizes ? sizes.responseBodySize + sizes.responseHeadersSize : 0;
  });
  await page.goto(`${at}/`);
  await look(page, "start");
  await page.focus("#words");
  await page.keyboard.type("my knee hurts on the stairs");
  await page.keyboard.press("Enter");
  await page.waitForSelector("#results");
  await page.waitForLoadState("networkidle");
  // Two pages with all that belongs to them; nothing at all would mean that nobody counted.
  if (bytes < 10_000 || bytes > 150_000) faults.push(`finder: ${bytes} bytes came for two pages`);
  await look(page, "finder-results");
  const first = page.locator(".meres-result__name a").first();
  await first.focus();
  await page.keyboard.press("Enter");
  await page.waitForSelector("article.meres-leaflet");
  await look(page, "finder-service");
  await page.emulateMedia({ media: "print" });
  if (await page.locator("header nav").first().isVisible()) faults.push("finder-service: the menu is on paper");
  await pictured(page, { path: join(folder, "site-finder-leaflet-print.png"), fullPage: true });
  await page.emulateMedia({ media: "screen" });
  await page.getByRole("link", { name: "Large print" }).click();
  await look(page, "finder-large");
  await page.context().close();
}

// 2. Without a script: words, choices, a list of one's own.
{
  const page = await visitor({ javaScriptEnabled: false });
  name = "finder-no-script";
  await page.goto(`${at}/find`);
  await page.fill("#words", "lonely");
  await page.locator("details summary").first().click();
  await page.check("#free");
  await page.click("main form button[type=submit]");
  if (!(await page.content()).includes("Put on your list")) faults.push("finder: nothing is found without a script");
  await page.getByRole("link", { name: /^Put on your list/ }).first().click();
  await page.getByRole("link", { name: /^Your list/ }).click();
  if (!(await page.content()).includes("Take off your list")) faults.push("finder: the list is empty without a script");
  if ((await page.context().cookies()).length > 0) faults.push("finder: somebody is followed");
  await page.context().close();
}

// 3. Every other page.
{
  const page = await visitor();
  for (const [called, path] of [["finder", "/find"], ["finder-map", `/find?${asked}&view=map`],
    ["finder-choices", `/find?${asked}&free=yes&steps=yes&day=TU`], ["finder-nothing", "/find?words=zzzzqqqq"],
    ["finder-mistake", `/find?${asked}&place=Atlantis`], ["finder-urgent", "/find/urgent"],
    ["finder-urgent-words", "/find?words=cannot+control+my+bladder"], ["finder-help", "/find/help-yourself"],
    ["finder-list-none", "/find/list"]]) {
    name = called;
    await page.goto(at + path);
    await look(page, called);
  }
  await page.goto(`${at}/find?${asked}`);
  for (let kept = 0; kept < 3; kept += 1) await page.getByRole("link", { name: /^Put on your list/ }).nth(kept).click();
  await page.getByRole("link", { name: /^Your list/ }).click();
  await look(page, "finder-list");
  await page.context().close();
}
await browser.close();
end();
