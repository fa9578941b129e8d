// Scripts typed into every field: stored, shown back, and opened under the policy of the pages. Nothing of them runs, and
// the policy has nothing to report, since what is shown is text. Usage: node scripts.mjs CHROMIUM DEMONSTRATION
import { end, faults, launch } from "./checks.mjs";

const [executablePath, at] = process.argv.slice(2);
const browser = await launch(executablePath);

// What runs says so by its number.
const RUN = (n) => `window.ran=${n},alert(${n})`;
const SHAPES = [
  (r) => `<script>${r}</script>`, (r) => `</script><script>${r}</script>`, (r) => `"><script>${r}</script>`,
  (r) => `'><img src=x onerror=${r}>`, (r) => `<img src=x onerror="${r}">`, (r) => `<svg onload=${r}>`,
  (r) => `<svg/onload=${r}>`, (r) => `<body onload=${r}>`, (r) => `" autofocus onfocus=${r} x="`,
  (r) => `' onmouseover='${r}`, (r) => `javascript:${r}`, (r) => `<a href="javascript:${r}">x</a>`,
  (r) => `<iframe srcdoc="<script>parent.${r}</script>">`, (r) => `<iframe src=javascript:${r}>`,
  (r) => `<details open ontoggle=${r}>`, (r) => `<input autofocus onfocus=${r}>`, (r) => `<video><source onerror=${r}>`,
  (r) => `<math><mtext><table><mglyph><style><img src=x onerror=${r}>`, (r) => `<style>@import'javascript:${r}'</style>`,
  (r) => `<base href=javascript:${r}//>`, (r) => `<meta http-equiv=refresh content="0;url=javascript:${r}">`,
  (r) => `<object data=javascript:${r}>`, (r) => `<embed src=javascript:${r}>`, (r) => `<form action=javascript:${r}><button autofocus>`,
  (r) => `{{constructor.constructor('${r}')()}}`, (r) => "${" + r + "}", (r) => `<template><script>${r}</script></template>`,
  (r) => `--><script>${r}</script>`, (r) => `]]><script>${r}</script>`, (r) => `</title><script>${r}</script>`,
  (r) => `</textarea><script>${r}</script>`, (r) => `</option></select><script>${r}</script>`,
  (r) => `<marquee onstart=${r}>`, (r) => `<x onclick=${r} tabindex=0 id=x>`, (r) => `<svg><animate onbegin=${r} attributeName=x dur=1s>`,
  (r) => `<svg><script href=data:,${r} />`, (r) => `<link rel=stylesheet href=data:,*{} onload=${r}>`,
];
// How each is written.
const WRITTEN = [
  (text) => text,
  (text) => text.replace(/script/g, "ScRiPt").replace(/on([a-z]+)=/g, "oN$1="),
  (text) => text.replace(/</g, "&lt;").replace(/>/g, "&gt;"),
  (text) => text.replace(/</g, "&#60;").replace(/>/g, "&#x3E;"),
  (text) => encodeURIComponent(text),
  (text) => text.replace(/</g, "\u{FF1C}").replace(/>/g, "\u{FF1E}"),
  (text) => text.replace(/</g, "%3C").replace(/"/g, "&quot;"),
  (text) => text.replace(/ /g, "/").replace(/=/g, "\u{0C}="),
  (text) => `Kn\u{00E9}e\u{200B}${text}`,
  (text) => text.replace(/</g, "\\u003c").replace(/>/g, "\\x3e"),
  (text) => `x' "${text}"`,
  (text) => text.replace(/alert/g, "al\u{0130}ert").replace(/</g, "<\u{FEFF}"),
  (text) => text.replace(/\(/g, "`").replace(/\)/g, "`"),
  (text) => text.replace(/</g, "<<"),
  (text) => `\u{202E}${text}`,
  (text) => text.replace(/"/g, "'").replace(/>/g, " >"),
  (text) => `${text}<!--`,
];
// As long as a name may be.
const MOST = 120;
const pieces = [...new Set(WRITTEN.flatMap((written, w) => SHAPES.map((shape, s) => written(shape(RUN(w * 100 + s))))))]
  .filter((piece) => [...piece].length <= MOST);
if (pieces.length < 500) faults.push(`only ${pieces.length} pieces`);

// A visitor who notices whatever runs, and whatever the policy has to report.
async function visitor(what) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
  const page = await context.newPage();
  const seen = { dialogs: 0, reports: 0, pages: 0 };
  page.on("dialog", (dialog) => { seen.dialogs += 1; dialog.dismiss().catch(() => {}); });
  page.on("pageerror", () => { seen.reports += 1; });
  await page.exposeBinding("reported", (_, said) => { seen.reports += 1; if (seen.reports < 4) what(said); });
  await page.addInitScript(() => addEventListener("securitypolicyviolation",
    (event) => window.reported(`${location.pathname}: ${event.violatedDirective} ${event.sample}`)));
  return { context, page, seen };
}

// Whether anything on this page is not of the site's making.
async function judged({ page, seen }, called) {
  seen.pages += 1;
  const found = await page.evaluate(() => ({
    ran: window.ran,
    scripts: [...document.querySelectorAll("script")].filter((s) => !s.src.includes("/assets/")).length,
    handlers: [...document.querySelectorAll("*")].filter((e) => e.getAttributeNames().some((n) => n.startsWith("on"))).length,
    links: [...document.querySelectorAll("[href],[action],[src],[formaction]")].filter((e) =>
      ["href", "action", "src", "formaction"].some((n) => /^\s*(javascript|data|vbscript):/i.test(e.getAttribute(n) ?? ""))).length,
    frames: document.querySelectorAll("iframe,object,embed,base,marquee,math,template").length,
  }));
  const odd = Object.entries(found).filter(([, value]) => value);
  if (odd.length > 0) faults.push(`${called}: ${JSON.stringify(Object.fromEntries(odd))} at ${page.url()}`);
}

// 1. That this would see one: the same pieces on a page that writes them out, once without the policy and once with it.
for (const policy of ["", "default-src 'none'; script-src 'self'; require-trusted-types-for 'script'"]) {
  const one = await visitor(() => {});
  const body = `<!doctype html><title>x</title><main>${pieces.slice(0, SHAPES.length).join("\n")}</main>`;
  await one.page.route("**/written-out", (route) => route.fulfill({
    contentType: "text/html; charset=utf-8", body, headers: policy ? { "content-security-policy": policy } : {} }));
  await one.page.goto(`${at}/written-out`).catch(() => {});
  await one.page.waitForTimeout(500);
  if (policy === "" && one.seen.dialogs === 0) faults.push("a page without protection runs nothing: this test sees nothing");
  if (policy !== "" && one.seen.reports === 0) faults.push("a policy that is broken reports nothing: this test sees nothing");
  await one.context.close();
}

// 2. The site. Forms are sent as the page would, and what they lead to is opened.
const one = await visitor((said) => faults.push(`the policy reports: ${said}`));
const { page, seen } = one;
await page.goto(`${at}/demo`);
await page.locator(".nhsuk-card", { hasText: "System administrator" }).first().getByRole("button").click();
await page.waitForURL(`${at}/`);
const origin = { origin: at };
const token = async (path) => {
  await page.goto(at + path);
  return page.locator("input[name=form_token]").first().inputValue();
};
const send = async (path, form) => {
  const answer = await page.request.post(at + path, { form, headers: origin, maxRedirects: 0 });
  if (answer.status() >= 500 || answer.status() === 403) faults.push(`${path}: ${answer.status()}`);
  return answer;
};

// Names of organisations: kept, then on every page of the list, in the choices of forms, in search and in the log.
const form_token = await token("/organisations/new");
const records = [];
for (const piece of pieces) {
  const answer = await send("/organisations/new", { form_token, name: piece, ods: "" });
  const leads = answer.headers().location;
  if (leads) records.push(leads);
}
if (records.length < 450) faults.push(`only ${records.length} of ${pieces.length} names were kept`);
for (let number = 1; ; number += 1) {
  await page.goto(`${at}/organisations?page=${number}`);
  await judged(one, "the list");
  if (await page.locator("a[rel=next]").count() === 0) break;
}
for (const path of ["/accounts/invite", "/audit", "/", "/directory/organisations"]) {
  await page.goto(at + path);
  await judged(one, path);
}
// One's own name, which is in the head of every page; a person's name; what comes back beside a mistake; what is searched.
const reflected = pieces.filter((_, at) => at % 4 === 0);
for (const [index, piece] of reflected.entries()) {
  await send("/me/name", { form_token, name: piece });
  const question = encodeURIComponent(piece);
  const paths = [records[(index * 4) % records.length], `/find?near=${question}`, `/find?words=${question}`,
    `/audit?action=${question}&object=${question}`, `/sign-in?next=${question}`, `/nowhere/${question}`];
  await page.goto(at + paths[index % paths.length]);
  await judged(one, paths[index % paths.length].slice(0, 40));
}
await send("/me/name", { form_token, name: "Sam" });
for (const piece of pieces.filter((_, at) => at % 25 === 0)) {
  for (const [path, fields] of [["/search", { words: piece }],
    ["/accounts/invite", { name: piece, email: piece, organisation: piece, role: piece }],
    ["/organisations/new", { name: "", ods: piece }], ["/me/name", { name: `${piece}${"x".repeat(MOST)}` }],
    ["/audit/export", { purpose: piece, from: piece, until: piece }]]) {
    await page.goto(`${at}/about`);
    // As a form that stands on the page would be sent.
    await Promise.all([page.waitForNavigation(), page.evaluate(([path, fields]) => {
      const form = Object.assign(document.createElement("form"), { method: "post", action: path });
      for (const [name, value] of Object.entries(fields)) {
        form.append(Object.assign(document.createElement("textarea"), { name, value }));
      }
      document.body.append(form);
      form.submit();
    }, [path, { form_token, ...fields }])]);
    await judged(one, path);
  }
}
// Everything that was kept, once, by its own page.
for (const path of records.filter((_, at) => at % 3 === 0)) {
  await page.goto(at + path);
  await judged(one, "a record");
}
if (seen.dialogs > 0) faults.push(`${seen.dialogs} dialogs`);
if (seen.reports > 0) faults.push(`${seen.reports} reports`);
console.log(`${pieces.length} pieces, ${records.length} kept, ${seen.pages} pages, ${seen.dialogs} dialogs, ${seen.reports} reports`);
await browser.close();
end();
