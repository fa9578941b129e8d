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

/// Signs in to a demonstration as whoever has this role there.
export async function become(page, at, role) {
  await page.goto(`${at}/demo`);
  await page.locator(".nhsuk-card", { hasText: role }).first().getByRole("button").click();
}

/// Faults of the page's own scripts, and whatever the browser's console complains of.
export function listen(page, what) {
  page.on("pageerror", (error) => faults.push(`${what()}: ${error.message}`));
  page.on("console", (message) => {
    // That a page answers 404 or 422 is what some of them are for.
    if (message.type() === "error" && !/status of 4\d\d/.test(message.text())) faults.push(`${what()}: ${message.text()}`);
  });
}

/// A picture of a page or a part of it. On a busy machine Chromium now and then has no frame ready when it is asked for
/// a tall page, and says so: that is no fault of the page, and asking again mends it. Whatever else is wrong stays wrong.
export async function pictured(page, options) {
  for (let left = 4; ; left -= 1) {
    try {
      return await page.screenshot(options);
    } catch (error) {
      if (left === 0 || !/Unable to capture screenshot/.test(error.message)) throw error;
      await new Promise((again) => setTimeout(again, 1_000));
    }
  }
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

/// Says whether what has the focus looks otherwise than without it: itself, or the label that is drawn in its place.
export const focusSeen = (page) => page.evaluate(() => {
  const it = document.activeElement;
  if (!it || it === document.body) return true;
  const drawn = [it, it.nextElementSibling?.tagName === "LABEL" ? it.nextElementSibling : it, it.closest(".nhsuk-card") ?? it];
  const look = () => drawn.flatMap((one) => [null, "::before", "::after"].map((part) => {
    const style = getComputedStyle(one, part);
    const outline = style.outlineStyle === "none" ? "" : style.outline;
    return [outline, style.boxShadow, style.backgroundColor, style.borderColor, style.borderWidth].join();
  })).join();
  const focused = look();
  it.blur();
  const plain = look();
  it.focus({ preventScroll: true });
  return focused !== plain;
});

/// Goes on by the Tab key (or back) until what has the focus is this, which is to be seen.
export async function tabbed(page, selector, what, key = "Tab") {
  for (let step = 0; step < 200; step += 1) {
    await page.keyboard.press(key);
    if (await page.evaluate((selector) => document.activeElement?.matches(selector), selector)) {
      if (!(await focusSeen(page))) faults.push(`${what}: the focus on ${selector} is not to be seen`);
      return;
    }
  }
  faults.push(`${what}: ${selector} cannot be reached by keyboard`);
}

/// One state of a page of the site: at all widths, with its pictures, and what axe says of it.
export async function looked(page, picture, called) {
  // A press may have led to a page that is just coming.
  await page.waitForFunction(() => document.readyState === "complete" && document.body !== null);
  for (const width of [1280, 390, 320]) {
    await page.setViewportSize({ width, height: 900 });
    // The menu folds a frame or two after the window.
    const folded = () => document.documentElement.scrollWidth <= document.documentElement.clientWidth;
    await page.waitForFunction(folded, null, { timeout: 2_000 }).catch(() => {});
    await fits(page, `${called} at ${width}`);
    if (width !== 320) await pictured(page, { path: `${picture}-${width}.png`, fullPage: true });
  }
  await page.setViewportSize({ width: 1280, height: 900 });
  // Axe looks into the page with means that the page's own policy forbids: on a copy without the policy.
  const copy = await copied(page);
  await accessible(copy, called);
  await copy.context().close();
  if (!(await page.title()).includes(" – ")) faults.push(`${called}: the title does not say page and site`);
  const headings = await page.locator("h1").count();
  if (headings !== 1) faults.push(`${called}: ${headings} headings of the first level`);
}

async function copied(page) {
  const html = await page.content();
  const viewport = { width: 1280, height: 900 };
  const context = await page.context().browser().newContext({ viewport, bypassCSP: true });
  const copy = await context.newPage();
  await copy.route("**/*", (route) => route.request().isNavigationRequest()
    ? route.fulfill({ contentType: "text/html; charset=utf-8", body: html })
    : route.continue());
  await copy.goto(page.url());
  return copy;
}

/// Ends with 1 and a list if anything is wrong.
export function end() {
  if (faults.length > 0) {
    console.error(faults.join("\n"));
    process.exit(1);
  }
}
