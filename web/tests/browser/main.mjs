/** Clicks through the built page in a real browser. Fails on any error, policy violation or axe finding.
 *
 *  CHROMIUM is the browser's path. FOREBAY_URL, where set, is a running app to visit instead of fixtures.
 *  `--keep` renews the documentation's pictures; `--only=alert` visits those whose names begin so. */
import { mkdirSync } from "node:fs";

import { axe, launch, openPage } from "./browser.mjs";
import { factsOf } from "./facts.mjs";
import { serve } from "./server.mjs";
import { VISITS } from "./visits.mjs";

const SHOTS = "../target/screenshots";
const LOOKS = [
  { look: "light", colorScheme: "light", width: 1280, height: 900 },
  { look: "dark", colorScheme: "dark", width: 1280, height: 900 },
  { look: "narrow", colorScheme: "light", width: 400, height: 800 },
];
const only = process.argv.find((word) => word.startsWith("--only="))?.slice("--only=".length) ?? "";
const real = process.env.FOREBAY_URL?.replace(/\/+$/, "");

async function main() {
  mkdirSync(SHOTS, { recursive: true });
  const browser = await launch();
  const failures = [];
  for (const look of LOOKS) {
    // Each look starts from the same state.
    const server = real ? { url: real, stop: () => undefined } : await serve();
    const facts = await factsOf(server.url, look.look);
    for (const visit of VISITS.filter((each) => each.name.startsWith(only) && each.only !== (real ? "fixtures" : "app"))) {
      failures.push(...(await tried(browser, server.url, look, visit, facts)));
    }
    if (process.argv.includes("--keep") && look.look === "light" && !real) {
      for (const each of KEPT) await keep(browser, server.url, facts, each);
    }
    server.stop();
  }
  await browser.close();
  return failures;
}

/** @returns what is wrong, in words. */
async function tried(browser, url, look, { name, visit }, facts) {
  const watch = await openPage(browser, { url, ...look });
  const wrong = [];
  try {
    await visit(watch.page, facts, watch);
    wrong.push(...(await axe(watch.page)), ...(await overflow(watch.page)));
  } catch (error) {
    wrong.push(error.message);
  }
  await watch.page.evaluate(() => window.scrollTo(0, 0)).catch(() => undefined);
  await watch.page.screenshot({ path: `${SHOTS}/${name}-${look.look}.png`, fullPage: true });
  wrong.push(...watch.complaints);
  await watch.close();
  process.stdout.write(`${wrong.length ? "FAIL" : "ok  "} ${name} (${look.look})\n`);
  return wrong.map((text) => `${name} (${look.look}): ${text}`);
}

/** Content that is wider than the window makes the whole page scroll sideways. */
async function overflow(page) {
  const [content, window] = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
  return content > window ? [`the page is ${content} px wide in a window of ${window} px`] : [];
}

/** The pictures that the documentation shows. */
const KEPT = [
  { visit: "columns", height: 1400, file: "screenshot.png" },
  { visit: "alert", height: 1000, file: "../docs/alert.png" },
];

async function keep(browser, url, facts, { visit, height, file }) {
  const watch = await openPage(browser, { url, width: 1280, height });
  await VISITS.find(({ name }) => name === visit).visit(watch.page, facts, watch);
  await watch.page.evaluate(() => {
    window.scrollTo(0, 0);
    document.activeElement?.blur();
  });
  await watch.page.screenshot({ path: file });
  await watch.close();
}

const failures = await main();
for (const failure of failures) process.stderr.write(`${failure}\n`);
process.exitCode = failures.length ? 1 : 0;
