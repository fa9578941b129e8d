// What every page is held to.
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { chromium } from "playwright-core";

const axe = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/// What was found wrong, in words.
export const faults = [];

export const launch = (executablePath) => chromium.launch({
  executablePath,
  args: ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync"],
});

/// Faults of the page's own scripts, and whatever the browser's console complains of.
export function listen(page, what) {
  page.on("pageerror", (error) => faults.push(`${what()}: ${error.message}`));
  page.on("console", (message) => {
    // That a page answers 404 or 422 is what some of them are for.
    if (message.type() === "error" && !/status of 4\d\d/.test(message.text())) faults.push(`${what()}: ${message.text()}`);
  });
}

export async function accessible(page, what) {
  await page.evaluate(axe);
  const { violations } = await page.evaluate(() =>
    axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] }));
  for (const v of violations) {
    const where = v.nodes.slice(0, 3).map((n) => n.html.slice(0, 160)).join("\n    ");
    faults.push(`${what}: axe ${v.id}: ${v.help}\n    ${where}`);
  }
}

export async function fits(page, what) {
  const wide = await page.evaluate(() => {
    const width = document.documentElement.clientWidth;
    if (document.documentElement.scrollWidth <= width) return null;
    return [...document.querySelectorAll("body *")]
      .filter((e) => e.getBoundingClientRect().right > width + 1).slice(0, 5)
      .map((e) => e.outerHTML.slice(0, 120));
  });
  if (wide) faults.push(`${what}: scrolls sideways:\n    ${wide.join("\n    ")}`);
}

/// Ends with 1 and a list if anything is wrong.
export function end() {
  if (faults.length > 0) {
    console.error(faults.join("\n"));
    process.exit(1);
  }
}
