/** The way through the pages. Each visit opens one, waits for what it promises, and uses it. */

import { ALERTS } from "./alerts.mjs";
import { JOURNEY } from "./journey.mjs";
import { LISTS } from "./lists.mjs";

const at = ({ source, stream }) => `/ui/sources/${source}/streams/${stream}`;

/** @typedef {{ name: string, only?: "fixtures" | "app", visit: (page, facts, watch) => Promise<void> }} Visit */

/** @type {Visit[]} */
export const VISITS = [
  {
    name: "sources",
    visit: async (page, { source, stream }) => {
      await page.goto("/ui/");
      await page.getByRole("heading", { name: "Sources", level: 1 }).waitFor();
      await page.getByRole("region", { name: source, exact: true }).getByText("Balanced").first().waitFor();
      // Folded away where the newest run had nothing new of it.
      await page.getByRole("link", { name: stream, exact: true, includeHidden: true }).first().waitFor({ state: "attached" });
      await page.getByText("Columns profiled").waitFor();
    },
  },
  {
    name: "refused",
    only: "fixtures",
    visit: async (page, _, watch) => {
      watch.expect(/502/);
      await page.goto("/ui/");
      await page.getByRole("button", { name: "Extract now from archive" }).click();
      await page.getByRole("alert").getByText("check the credentials").waitFor();
    },
  },
  {
    name: "extracting",
    visit: async (page, { source }) => {
      await page.goto("/ui/");
      await page.getByRole("button", { name: `Extract now from ${source}` }).click();
      await page.getByText(`Extraction of ${source} is under way`).waitFor();
      await page.waitForTimeout(2500);
    },
  },
  {
    name: "extracted",
    visit: async (page, { source }) => {
      await page.goto("/ui/");
      const button = page.getByRole("button", { name: `Extract now from ${source}` });
      await button.and(page.locator(":enabled")).waitFor({ timeout: 120_000 });
      await page.getByRole("region", { name: source, exact: true }).getByText("✓ Balanced").first().waitFor();
    },
  },
  {
    name: "source",
    visit: async (page, { source, stream }) => {
      await page.goto(`/ui/sources/${source}`);
      await page.getByRole("region", { name: "Streams (table)" }).getByRole("link", { name: stream, exact: true }).waitFor();
      await page.getByRole("heading", { name: "Runs" }).waitFor();
    },
  },
  {
    name: "check",
    visit: async (page, { source }) => {
      await page.goto(`/ui/sources/${source}`);
      const card = page.getByRole("region", { name: "Connection", exact: true });
      await card.getByRole("button", { name: "Check now" }).click();
      await card.getByText("can be read").waitFor({ timeout: 60_000 });
      await card.getByRole("rowheader", { name: "credentials" }).waitFor();
    },
  },
  {
    name: "runs",
    visit: async (page, { run }) => {
      await page.goto("/ui/runs");
      await page.getByRole("link", { name: run }).waitFor();
    },
  },
  {
    name: "run",
    visit: async (page, { run, stream }) => {
      await page.goto("/ui/runs");
      await page.getByRole("link", { name: run }).click();
      await page.getByRole("region", { name: "Accounting per stream" }).getByRole("rowheader", { name: stream, exact: true }).waitFor();
      await page.getByRole("combobox", { name: "Stream" }).selectOption(stream);
      await page.getByRole("region", { name: "Pages (table)" }).getByRole("cell", { name: stream, exact: true }).first().waitFor();
    },
  },
  {
    name: "columns",
    visit: async (page, facts) => {
      await page.goto(at(facts));
      await page.getByRole("button", { name: new RegExp(`^${facts.column}`) }).first().click();
      await page.getByRole("heading", { name: "From run to run" }).waitFor();
      await page.getByRole("img", { name: /^Histogram|^Median/ }).first().waitFor();
    },
  },
  ...[["email", "How texts are built"], ["lastmodifieddate", "When"]].map(([column, heading]) => ({
    name: `column-${column}`,
    only: "fixtures",
    visit: async (page, facts) => {
      await page.goto(at(facts));
      await page.getByRole("button", { name: new RegExp(`^${column}`) }).first().click();
      await page.getByRole("heading", { name: heading, exact: true }).waitFor();
    },
  })),
  {
    name: "columns-of-run",
    visit: async (page, facts) => {
      await page.goto(at(facts));
      await page.getByRole("button", { name: new RegExp(`^${facts.column}`) }).first().waitFor();
      await page.getByLabel("Profiles over").selectOption(facts.run);
      await page.getByRole("searchbox").fill(facts.column);
      await page.getByRole("button", { name: new RegExp(`^${facts.column}`) }).first().waitFor();
    },
  },
  {
    name: "compared",
    only: "fixtures",
    visit: async (page, facts) => {
      await page.goto(at(facts));
      await page.getByRole("link", { name: "Compared" }).click();
      await page.getByRole("heading", { name: "3 columns changed" }).waitFor();
      const email = page.getByRole("region", { name: "Compared columns" }).getByRole("row", { name: /^email/ });
      await email.getByText(/30 % are null/).waitFor();
      await page.getByRole("button", { name: /columns that did not change/ }).click();
      await page.getByRole("rowheader", { name: facts.column, exact: true }).waitFor();
    },
  },
  {
    name: "compared-runs",
    only: "app",
    visit: async (page, facts) => {
      await page.goto(`${at(facts)}/compared`);
      await page.getByRole("heading", { name: /columns? changed/i }).or(page.getByText("Nothing to compare yet")).first().waitFor();
    },
  },
  {
    name: "relations",
    visit: async (page, facts) => {
      await page.goto(at(facts));
      await page.getByRole("link", { name: "Between columns" }).click();
      await page.getByText(/columns compared with each other over/).waitFor();
      await page.getByRole("heading", { name: "Numbers that move together" }).waitFor();
    },
  },
  {
    name: "records",
    visit: async (page, facts) => {
      await page.goto(at(facts));
      await page.getByRole("link", { name: "Records" }).click();
      await page.getByRole("columnheader", { name: facts.column }).waitFor();
      await page.getByLabel("Every version").check();
      await page.getByRole("columnheader", { name: "Valid from" }).waitFor();
      await page.getByText("current").first().waitFor();
    },
  },
  {
    name: "lineage",
    visit: async (page, facts) => {
      await page.goto(`${at(facts)}/lineage`);
      await page.getByRole("region", { name: "Lineage graph" }).getByText(/\d+ columns/).first().waitFor();
    },
  },
  {
    name: "lineage-of-column",
    visit: async (page, facts) => {
      await page.goto(`${at(facts)}/lineage`);
      await page.getByLabel("The way of").selectOption(facts.column);
      await page.getByRole("heading", { name: `The way of ${facts.column}` }).waitFor();
      await page.getByRole("button", { name: facts.column, exact: true }).last().waitFor();
      await page.locator(".react-flow__edge.on").first().waitFor({ state: "attached" });
    },
  },
  {
    // Real streams have more columns than a picture holds; the choice above is for those.
    name: "lineage-clicked",
    only: "fixtures",
    visit: async (page, facts) => {
      await page.goto(`${at(facts)}/lineage`);
      await page.getByRole("button", { name: "Show all columns" }).click();
      await page.getByRole("button", { name: facts.column, exact: true }).last().click();
      await page.getByRole("heading", { name: `The way of ${facts.column}` }).waitFor();
      await page.locator(".react-flow__edge.on").first().waitFor({ state: "attached" });
    },
  },
  {
    name: "rules",
    visit: async (page, facts) => {
      await page.goto(at(facts));
      await page.getByRole("navigation", { name: "Views of the stream" }).getByRole("link", { name: "Rules" }).click();
      await page.getByRole("list", { name: "Rules", exact: true }).or(page.getByText("Nothing is demanded yet")).first().waitFor();
    },
  },
  {
    name: "rule",
    only: "fixtures",
    visit: async (page, facts) => {
      await page.goto(`${at(facts)}/rules?rule=credit-in-bounds`);
      await page.getByRole("region", { name: "Examples that broke credit-in-bounds" }).getByText("152000.00").waitFor();
      await page.getByText("3 versions").click();
      await page.getByText("Version 1", { exact: true }).waitFor();
    },
  },
  {
    name: "rule-refused",
    only: "fixtures",
    visit: async (page, facts, watch) => {
      watch.expect(/400/);
      await page.goto(`${at(facts)}/rules`);
      await page.getByRole("button", { name: "Add a rule" }).click();
      await page.getByLabel("Name", { exact: true }).fill("called-or-mailed");
      await page.getByLabel("Demand").selectOption("range");
      await page.getByLabel("Column", { exact: true }).selectOption("custentity_credit_score");
      await page.getByRole("button", { name: "Add rule" }).click();
      await page.getByText("Found neither min nor max").waitFor();
    },
  },
  {
    name: "rule-added",
    only: "fixtures",
    visit: async (page, facts) => {
      await page.goto(`${at(facts)}/rules`);
      await page.getByRole("button", { name: "Add a rule" }).click();
      await page.getByLabel("Name", { exact: true }).fill("one-way-to-reach");
      await page.getByLabel("Demand").selectOption("exactly_one");
      await page.getByLabel("email", { exact: true }).check();
      await page.getByLabel("phone", { exact: true }).check();
      await page.getByLabel("Description").fill("Nobody is told twice");
      await page.getByRole("button", { name: "Add rule" }).click();
      await page.getByRole("button", { name: /^one-way-to-reach/ }).waitFor();
      await page.getByRole("button", { name: /^phone-or-mail/ }).click();
      await page.getByRole("button", { name: "Edit phone-or-mail" }).click();
      await page.getByLabel("If: test").waitFor();
    },
  },
  {
    name: "all-rules",
    visit: async (page) => {
      await page.goto("/ui/");
      await page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "Rules" }).click();
      await page.getByRole("heading", { name: "Rules", level: 1 }).waitFor();
      await page.getByRole("region", { name: "Rules (table)" }).or(page.getByText("Nothing is demanded yet")).first().waitFor();
    },
  },
  {
    name: "all-rules-add",
    visit: async (page, { source, stream }) => {
      await page.goto("/ui/rules");
      await page.getByRole("button", { name: "Add a rule" }).click();
      const form = page.locator(".card");
      await form.getByLabel("Source").selectOption(source);
      await form.getByLabel("Stream").selectOption(stream);
      await form.getByLabel("Demand").selectOption("reference");
      await form.getByLabel("Reference list").waitFor();
    },
  },
  {
    name: "run-rules",
    only: "fixtures",
    visit: async (page) => {
      await page.goto("/ui/runs/run-20260301T100000-3f9a");
      const card = page.getByRole("region", { name: "Rules", exact: true });
      await card.getByRole("button", { name: /examples of credit-in-bounds/ }).click();
      await card.getByText("152000.00").waitFor();
    },
  },
  ...LISTS,
  {
    name: "measured",
    visit: async (page, facts) => {
      await page.goto(at(facts));
      await page.getByRole("link", { name: "Measured" }).click();
      await page.getByRole("heading", { name: "The stream" }).or(page.getByText("Nothing is measured yet")).first().waitFor();
    },
  },
  {
    name: "measured-mean",
    only: "fixtures",
    visit: async (page, facts) => {
      await page.goto(`${at(facts)}/measured`);
      await page.getByLabel("Measure", { exact: true }).selectOption("mean");
      await page.getByRole("img", { name: /^balancesearch over 48 runs/ }).waitFor();
      await page.getByRole("button", { name: /^This is a false alarm about Shift/ }).click();
      await page.getByText("Noted as a false alarm").waitFor();
      await page.getByText("2 false alarms").click();
      await page.getByRole("button", { name: /^It was no false alarm about Shift/ }).waitFor();
    },
  },
  ...ALERTS,
  ...JOURNEY,
  {
    name: "dead-letters",
    visit: async (page) => {
      await page.goto("/ui/dead-letters");
      await page.getByLabel("State", { exact: true }).selectOption("open");
      await page.getByRole("region", { name: "Dead letters (table)" }).or(page.getByText("No dead letter")).first().waitFor();
    },
  },
  {
    name: "dead-letter",
    only: "fixtures",
    visit: async (page) => {
      await page.goto("/ui/dead-letters?stream=customer");
      await page.getByRole("link", { name: "type_mismatch" }).first().click();
      await page.getByRole("button", { name: "Replay" }).click();
      await page.getByText("1 record loaded").waitFor();
      await page.getByText("replayed", { exact: true }).waitFor();
    },
  },
  {
    name: "api-docs",
    visit: async (page) => {
      await page.goto("/ui/api-docs");
      await page.getByText("/api/v1/sources", { exact: true }).first().click();
      await page.getByRole("button", { name: "Send" }).first().click();
      await page.getByRole("region", { name: "Answer", exact: true }).getByText("last_run").waitFor();
    },
  },
  {
    name: "not-found",
    visit: async (page) => {
      await page.goto("/ui/nowhere");
      await page.getByRole("heading", { name: "There is no such page" }).waitFor();
    },
  },
];
