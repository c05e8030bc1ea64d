// Opens pages in Chromium and watches them: nothing may reach the console, and
// nothing may be asked of a network.
import assert from "node:assert/strict";
import { mkdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { createRequire } from "node:module";
import { chromium } from "playwright-core";

const here = dirname(fileURLToPath(import.meta.url));
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
export const texts = JSON.parse(readFileSync(join(here, "..", "page", "texts.json"), "utf8"));
const shots = process.env.SHOTS ?? join(here, "shots");

let browser = null;

export async function start() {
  mkdirSync(shots, { recursive: true });
  browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: [
      "--no-sandbox", "--headless", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
      "--disable-component-update", "--disable-sync",
    ],
  });
}

export async function stop() {
  await browser?.close();
}

// visit opens a page, hands it to a test, and then holds what was watched against
// nothing at all; expected are beginnings of console messages that have to come.
export async function visit(name, options, act, expected = []) {
  const { hash = "", ...rest } = options;
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, locale: "en-GB", colorScheme: "light", reducedMotion: "reduce", ...rest });
  const seen = [], asked = [];
  try {
    const page = await context.newPage();
    page.setDefaultTimeout(15_000);
    const address = pathToFileURL(join(here, "pages", name + ".html")).href;
    page.on("console", (message) => seen.push(message.text()));
    page.on("pageerror", (error) => seen.push(String(error)));
    page.on("request", (request) => { if (request.url() !== address && request.url() !== address + hash) asked.push(request.url()); });
    await page.addInitScript(() => {
      window.violations = [];
      document.addEventListener("securitypolicyviolation", (event) => window.violations.push(event.violatedDirective));
    });
    await page.goto(address + hash);
    await act(page);
    if (expected.length === 0) assert.deepEqual(await page.evaluate(() => window.violations), [], "the security policy was kept");
  } finally {
    await context.close();
  }
  assert.deepEqual(seen.filter((text) => !expected.some((e) => text.includes(e))), [], "nothing is told on the console");
  for (const e of expected) assert.ok(seen.some((text) => text.includes(e)), `the console tells of ${e}`);
  assert.deepEqual(asked, [], "nothing is asked of a network");
}

// violations asks axe-core for everything that is wrong with a page.
export async function violations(page) {
  await page.evaluate(axe);
  const found = await page.evaluate(() => window.axe.run(document, { resultTypes: ["violations"] }));
  return found.violations.map((v) => `${v.id}: ${v.help}: ${v.nodes.slice(0, 5).map((n) => n.target.join(" ") + " " + (n.any[0]?.message ?? "")).join("; ")}`);
}

export const shoot = (page, name, options) => page.screenshot({ path: join(shots, name + ".png"), fullPage: true, ...options });

// becomes waits until a part of the page says a text, as after a link was followed.
export const becomes = (page, selector, text) =>
  page.waitForFunction(([s, t]) => document.querySelector(s)?.innerText.includes(t), [selector, text]);

export const textOf = (page, selector) => page.locator(selector).innerText();
