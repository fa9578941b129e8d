// The public finder in a browser: axe clean at all widths, by keyboard alone, without a script, light enough for a slow line,
// and on paper. Usage: node finder.mjs CHROMIUM FOLDER DEMONSTRATION
import { join } from "node:path";
import { end, faults, launch, listen, looked, pictured, tabbed } from "./checks.mjs";

const [executablePath, folder, at] = process.argv.slice(2);
const browser = await launch(executablePath);
const asked = "words=my+knee+hurts+on+the+stairs";
/// What one visit may bring over a slow line, in bytes.
const MOST = 150_000;
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

const tabTo = (page, selector) => tabbed(page, selector, name);

/// Counts what comes over the line from now on; the answer says how much.
function weighed(page) {
  let bytes = 0;
  const sizes = [];
  page.on("response", (response) => sizes.push(response.request().sizes().then(
    (size) => { bytes += size.responseBodySize + size.responseHeadersSize; }, () => {})));
  return async () => {
    await page.waitForLoadState("networkidle");
    await Promise.all(sizes);
    return bytes;
  };
}

async function pressed(page, selector) {
  await tabTo(page, selector);
  await Promise.all([page.waitForNavigation(), page.keyboard.press("Enter")]);
  await page.waitForLoadState("networkidle");
}

// 1. By the keyboard alone: from the start page to a leaflet, a list, the map and back to the list of results.
let service = "";
{
  const page = await visitor();
  name = "finder-start";
  await page.goto(`${at}/`);
  await look(page, "start");
  await tabTo(page, "#words");
  await page.keyboard.type("my knee hurts on the stairs");
  await page.keyboard.press("Enter");
  await page.waitForSelector("#results");
  await page.waitForLoadState("networkidle");
  await look(page, "finder-results");
  await pressed(page, ".meres-result__keep a");
  await page.waitForSelector(".meres-kept");
  await pressed(page, ".meres-kept a");
  await page.waitForSelector("text=Take off your list");
  await page.goto(`${at}/find?${asked}`);
  await tabTo(page, "a[href*='view=map']");
  await page.keyboard.press("Enter");
  await page.waitForSelector("figure.meres-figure");
  await page.waitForLoadState("networkidle");
  name = "finder-map-by-keyboard";
  await tabTo(page, ".meres-figure__wide svg a");
  const said = await page.evaluate(() => document.activeElement.getAttribute("aria-label"));
  await page.keyboard.press("Enter");
  const target = page.locator(".meres-result:target");
  const there = await target.locator("h2").innerText().catch(() => "nothing");
  if (!said || there.replace(/\s+/g, " ").trim() !== said.replace(": ", " ")) {
    faults.push(`finder-map: “${said}” leads to “${there}”`);
  }
  // From there on the keyboard goes on in the list.
  await tabTo(page, ".meres-result:target h2 a");
  await page.keyboard.press("Enter");
  await page.waitForSelector("article.meres-leaflet");
  service = new URL(page.url()).pathname;
  await look(page, "finder-service");
  await pressed(page, "nav[aria-label='Urgent help'] a");
  if (!page.url().endsWith("/find/urgent")) faults.push("finder: urgent help is not one press away");
  await page.context().close();
}

// 2. On paper, and in large print: 18 points are 24 pixels.
{
  const page = await visitor();
  for (const [called, path, print] of [["finder-leaflet", service, "finder-leaflet-print"], ["finder-urgent", "/find/urgent", ""],
    ["finder-list", `/find/list?list=${service.split("/").pop()}`, ""]]) {
    name = called;
    await page.goto(at + path);
    await page.emulateMedia({ media: "print" });
    for (const hidden of ["header nav", ".meres-screen"]) {
      if (await page.locator(hidden).first().isVisible()) faults.push(`${called}: ${hidden} is on paper`);
    }
    const paper = called === "finder-urgent" ? "h2:has-text('Call 999')" : ".meres-emergency";
    if (!(await page.locator(paper).first().isVisible())) faults.push(`${called}: nothing on paper says whom to call`);
    if (called !== "finder-urgent" && !(await page.locator(".meres-qr svg").isVisible())) {
      faults.push(`${called}: there is no square on paper`);
    }
    if (print) await pictured(page, { path: join(folder, `site-${print}.png`), fullPage: true });
    await page.emulateMedia({ media: "screen" });
    await page.getByRole("link", { name: "Large print" }).click();
    await page.waitForSelector(".meres-large");
    for (const media of ["screen", "print"]) {
      await page.emulateMedia({ media });
      const small = await page.evaluate(() => [...document.querySelectorAll(".meres-large *")]
        .filter((e) => [...e.childNodes].some((n) => n.nodeType === 3 && n.textContent.trim()))
        .filter((e) => !e.closest("svg") && !e.closest(".nhsuk-u-visually-hidden") && e.checkVisibility())
        .filter((e) => parseFloat(getComputedStyle(e).fontSize) < 23.9)
        .map((e) => `${getComputedStyle(e).fontSize} ${e.outerHTML.slice(0, 100)}`));
      if (small.length > 0) faults.push(`${called}, large print, ${media}: ${small.slice(0, 5).join("\n    ")}`);
    }
    await page.emulateMedia({ media: "screen" });
    await look(page, `${called}-large`);
  }
  await page.context().close();
}

// 3. Without a script: words, choices, a list of one's own.
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

// 4. Every other page.
let list = "";
{
  const page = await visitor();
  const feed = await (await page.request.get(`${at}/oruk/v3/services?full=true&per_page=50`)).json();
  const addresses = feed.contents.flatMap((one) => one.service_at_locations ?? []).flatMap((one) => one.location?.addresses ?? []);
  const town = addresses.find((address) => address.city).city;
  for (const [called, path] of [["finder", "/find"],
    ["finder-map", `/find?${asked}&place=${encodeURIComponent(town)}&view=map`],
    ["finder-choices", `/find?${asked}&free=yes&steps=yes&day=TU`], ["finder-nothing", "/find?words=zzzzqqqq"],
    ["finder-mistake", `/find?${asked}&place=Atlantis`], ["finder-urgent", "/find/urgent"],
    ["finder-urgent-words", "/find?words=cannot+control+my+bladder"], ["finder-help", "/find/help-yourself"],
    ["finder-list-none", "/find/list"], ["finder-not-there", "/find/services/018f3c1e-7a2b-7c3d-8e4f-5a6b7c8d9e0f"]]) {
    name = called;
    await page.goto(at + path);
    await look(page, called);
    if (called === "finder-map") {
      await page.evaluate(() => document.querySelector(".meres-figure").scrollIntoView());
      await pictured(page, { path: join(folder, "site-finder-map-top.png") });
    }
  }
  await page.goto(`${at}/find?${asked}`);
  for (let kept = 0; kept < 3; kept += 1) await page.getByRole("link", { name: /^Put on your list/ }).nth(kept).click();
  await page.getByRole("link", { name: /^Your list/ }).click();
  list = page.url().slice(at.length);
  await look(page, "finder-list");
  await page.context().close();
}

// 5. Each page to somebody who has nothing of it yet.
for (const path of ["/", "/find", `/find?${asked}`, `/find?${asked}&view=map`, service, list, "/find/help-yourself", "/find/urgent",
  `${service}/wrong`]) {
  const page = await visitor();
  name = path;
  const bytes = weighed(page);
  await page.goto(at + path);
  const came = await bytes();
  // Nothing at all would mean that nobody counted.
  if (came < 10_000 || came > MOST) faults.push(`${path}: ${came} bytes came`);
  console.log(`${path.split("?")[0]}: ${Math.round(came / 1_000)} kB`);
  await page.context().close();
}

// 6. A visit over a line of 64 kbit/s with a third of a second to and fro: how long it takes is said, and is no test.
{
  const page = await visitor();
  name = "finder-slow";
  const bytes = weighed(page);
  const line = await page.context().newCDPSession(page);
  await line.send("Network.enable");
  await line.send("Network.emulateNetworkConditions",
    { offline: false, latency: 300, downloadThroughput: 64_000 / 8, uploadThroughput: 64_000 / 8 });
  const seconds = async (what, go) => {
    const began = Date.now();
    await go();
    console.log(`64 kbit/s, ${what}: ${((Date.now() - began) / 1_000).toFixed(1)} s`);
  };
  const slowly = { timeout: 120_000 };
  await seconds("start page, first visit", () => page.goto(`${at}/find`, slowly));
  await page.fill("#words", "my knee hurts on the stairs");
  await seconds("results", async () => {
    await page.keyboard.press("Enter");
    await page.waitForSelector("#results", slowly);
    await page.waitForLoadState("load", slowly);
  });
  await seconds("leaflet", async () => {
    await page.locator(".meres-result__name a").first().click(slowly);
    await page.waitForSelector("article.meres-leaflet", slowly);
    await page.waitForLoadState("load", slowly);
  });
  const came = await bytes();
  if (came > MOST) faults.push(`finder: ${came} bytes came for three pages`);
  console.log(`64 kbit/s, all three: ${Math.round(came / 1_000)} kB`);
  await page.context().close();
}
await browser.close();
end();
