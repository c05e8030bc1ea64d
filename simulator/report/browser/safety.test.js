// The page's security policy, and names that would be markup.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { nasty } from "./scenarios.js";
import { start, stop, textOf, visit } from "./chromium.js";

before(start);
after(stop);

test("names that would be markup stay texts", () =>
  visit("hostile", {}, async (page) => {
    assert.equal(await page.locator("#run-title").textContent(), nasty);
    for (const part of ["#beside-table thead", "#line", "#filter-branch"]) assert.ok((await page.locator(part).textContent()).includes("<img src=x onerror="), part);
    const events = await page.evaluate(() => JSON.parse(document.getElementById("run-0-data").textContent).events.length);
    await page.focus("#list");
    await page.keyboard.press("Home");
    for (let i = 0; i < events; i++) {
      assert.notEqual(await textOf(page, "#detail"), "");
      await page.keyboard.press("ArrowDown");
    }
    assert.equal(await page.evaluate(() => typeof window.hacked), "undefined");
    assert.equal(await page.locator("img").count(), 0);
    assert.equal(await page.evaluate(() => [...document.querySelectorAll("script")].filter((s) => s.type !== "application/json").length), 1);
  }));

test("the page has no handler, no style and no address in its markup", async () => {
  for (const name of ["story", "hostile", "coverage"]) {
    await visit(name, {}, async (page) => {
      const found = await page.evaluate(() => [...document.querySelectorAll("*")].flatMap((n) => [...n.attributes].filter((a) =>
        a.name.startsWith("on") || ["src", "srcset", "action", "data", "poster"].includes(a.name) || (a.name === "href" && !a.value.startsWith("#"))).map((a) => n.localName + " " + a.name)));
      assert.deepEqual(found, []);
      const made = await page.content();
      assert.equal(/\sstyle="/.test(made.replace(/ style="(height|transform): [^"]*"/g, "")), false, "only the rows of the list are placed by the script");
    });
  }
});

test("the policy refuses what is not the page's own", () =>
  visit("story", {}, async (page) => {
    const tried = await page.evaluate(async () => {
      const outcome = {};
      // What a debugger runs may do more than the page, and so it only begins this.
      await new Promise((done) => setTimeout(done));
      const attempt = (name, act) => { try { act(); outcome[name] = "done"; } catch (error) { outcome[name] = error.name; } };
      attempt("script", () => { const s = document.createElement("script"); s.append("window.hacked = 1"); document.body.append(s); });
      attempt("markup", () => { document.body.innerHTML += "<p>more</p>"; });
      attempt("eval", () => { window.hacked = (0, window["ev" + "al"])("1"); });
      const style = document.createElement("style");
      style.append("body { outline: 7px solid red }");
      document.head.append(style);
      outcome.style = getComputedStyle(document.body).outlineWidth;
      outcome.fetch = await fetch("https://example.test/").then(() => "done", (error) => error.name);
      outcome.hacked = typeof window.hacked;
      return outcome;
    });
    assert.equal(tried.hacked, "undefined");
    assert.equal(tried.markup, "TypeError");
    assert.notEqual(tried.eval, "done");
    assert.notEqual(tried.style, "7px");
    assert.equal(tried.fetch, "TypeError");
  }, ["TrustedScript", "TrustedHTML", "style-src", "Content Security Policy"]));

test("without scripts, what failed and the rules are there", () =>
  visit("story", { javaScriptEnabled: false }, async (page) => {
    assert.match(await page.locator("#failures").textContent(), /want owned: 4, got 5/);
    assert.equal(await page.locator("#run").isVisible(), false);
    assert.ok((await page.locator(".rule").count()) > 5);
    assert.match(await page.locator("noscript").textContent(), /JavaScript/);
  }));
