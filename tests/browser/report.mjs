// Opens reports from disk and holds them to what a report promises: no network, no accessibility fault, no scrolling
// sideways, and paper. Usage: node report.mjs CHROMIUM FOLDER REPORT.html…
// Pictures and PDFs go into FOLDER. Ends with 1 and a list if anything is wrong.
import { basename, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { accessible, end, faults, fits, launch, listen, pictured } from "./checks.mjs";

const [executablePath, folder, ...reports] = process.argv.slice(2);
const browser = await launch(executablePath);

async function open(file, width, options = {}) {
  const context = await browser.newContext({ viewport: { width, height: 900 }, ...options });
  await context.route(/^(?!file:)/, (route) => {
    faults.push(`${basename(file)}: asked for ${route.request().url()}`);
    return route.abort();
  });
  const page = await context.newPage();
  listen(page, () => basename(file));
  await page.goto(pathToFileURL(resolve(file)).href);
  return page;
}

const openAll = (page) => page.evaluate(() => document.querySelectorAll("details").forEach((d) => (d.open = true)));

// Words that run out of their chart or over each other are what a reader sees first.
async function lettersStayInside(page, what) {
  const out = await page.evaluate(() => [...document.querySelectorAll("svg")].filter((s) => s.checkVisibility()).flatMap((svg) => {
    const frame = svg.getBoundingClientRect();
    return [...svg.querySelectorAll("text")].filter((t) => {
      const box = t.getBoundingClientRect();
      return box.right > frame.right + 2 || box.left < frame.left - 2 || box.bottom > frame.bottom + 2;
    }).map((t) => `${svg.id || svg.querySelector("title").textContent}: ${t.textContent}`);
  }));
  for (const text of out.slice(0, 5)) faults.push(`${what}: words run out of the chart: ${text}`);
}

for (const file of reports) {
  const name = basename(file, ".html");
  for (const width of [1280, 390, 320]) {
    const page = await open(file, width);
    const what = `${name} at ${width}`;
    await fits(page, what);
    await pictured(page, { path: join(folder, `${name}-${width}.png`), fullPage: true });
    // The first screen, for the README: the test that runs this copies it there when documents are made anew.
    const height = Math.round(width * 1.2);
    await page.setViewportSize({ width, height });
    await pictured(page, { path: join(folder, `${name}-${width}-first.png`) });
    await page.setViewportSize({ width, height: 900 });
    await lettersStayInside(page, what);
    await openAll(page);
    await fits(page, `${what}, unfolded`);
    // The same page in another width is the same but for its cards: once is enough for all but the first.
    if (width === 1280 || (width === 390 && file === reports[0])) await accessible(page, what);
    await page.context().close();
  }
  const contrast = await open(file, 1280, { forcedColors: "active", colorScheme: "dark" });
  await pictured(contrast, { path: join(folder, `${name}-contrast.png`), fullPage: true });
  await contrast.context().close();
  const paper = await open(file, 1280);
  await paper.pdf({ path: join(folder, `${name}.pdf`), preferCSSPageSize: true, printBackground: true });
  await paper.context().close();
}
await browser.close();
end();
