/** The way of somebody who demands something of the data, in an app that really runs: a list and a rule that refers to
 *  it, a run that breaks the rule, the alert, and what is done about it. Each visit goes on where the last one ended. */

/** A small stream that every run reads whole, so that each run checks the rules on it. */
const STREAM = "term";
const COLUMN = "name";
/** A run that has begun before the rule was written does not know it: the timer begins one every minute. */
const SOON = { timeout: 180_000 };

const names = (mark) => ({ list: `payment-terms-${mark}`, rule: `agreed-terms-${mark}` });

export const JOURNEY = [
  {
    name: "journey-list",
    visit: async (page, { mark }) => {
      const { list } = names(mark);
      await page.goto("/ui/lists");
      await page.getByRole("button", { name: "New list" }).click();
      await page.getByLabel("Name", { exact: true }).fill(list);
      await page.getByLabel("Values, one a line").fill("Net 15\nNet 30\nNet 60");
      await page.getByRole("button", { name: "Create list" }).click();
      await page.getByText("No rule refers to it yet").waitFor();
    },
  },
  {
    name: "journey-rule",
    visit: async (page, { source, mark }) => {
      const { list, rule } = names(mark);
      await page.goto(`/ui/sources/${source}/streams/${STREAM}/rules`);
      await page.getByRole("button", { name: "Add a rule" }).click();
      await page.getByLabel("Name", { exact: true }).fill(rule);
      await page.getByLabel("Demand").selectOption("reference");
      await page.getByLabel("Column", { exact: true }).selectOption(COLUMN);
      await page.getByLabel("Reference list").selectOption(list);
      await page.getByLabel("Severity").selectOption("critical");
      await page.getByLabel("Description").fill("Discounts need the finance team’s consent");
      await page.getByRole("button", { name: "Add rule" }).click();
      await page.getByRole("button", { name: new RegExp(`^${rule}`) }).getByText("not checked yet").waitFor();
    },
  },
  {
    name: "journey-run",
    visit: async (page, { source, mark }) => {
      const { rule } = names(mark);
      await page.goto("/ui/");
      await page.getByRole("button", { name: new RegExp(`^(Extract now|Extracting…) from ${source}`) }).and(page.locator(":enabled")).click(SOON);
      await page.getByText(`Extraction of ${source} is under way`).waitFor();
      await page.getByRole("link", { name: "Rules" }).click();
      await page.getByRole("row", { name: new RegExp(rule) }).getByText("1 broke it, 25%").waitFor(SOON);
      await page.getByRole("link", { name: rule }).click();
      await page.getByRole("link", { name: /^the run of/ }).click();
      const card = page.getByRole("region", { name: "Rules", exact: true });
      await card.getByRole("button", { name: new RegExp(`1 example of ${rule}`) }).click();
      await card.getByRole("region", { name: `Examples that broke ${rule}` }).getByText("2% 10 Net 30").waitFor();
    },
  },
  {
    name: "journey-alert",
    visit: async (page, { source, mark }) => {
      const { rule } = names(mark);
      await page.goto(`/ui/alerts?source=${source}&kind=rules`);
      const alert = page.getByRole("link", { name: new RegExp(`${STREAM} of ${source} breaks`) });
      await alert.waitFor(SOON);
      await alert.click();
      await page.getByRole("link", { name: new RegExp(`^Rule ${rule}`) }).first().waitFor();
      await page.getByRole("button", { name: "Acknowledge" }).click();
      await page.getByText("acknowledged", { exact: true }).waitFor();
      await page.getByText("Handled by").waitFor();
    },
  },
  {
    name: "journey-rule-of-alert",
    visit: async (page, { source, mark }) => {
      const { rule } = names(mark);
      await page.goto(`/ui/alerts?state=acknowledged&source=${source}`);
      await page.getByRole("link", { name: new RegExp(`${STREAM} of ${source} breaks`) }).click();
      await page.getByRole("link", { name: new RegExp(`^Rule ${rule}`) }).first().click();
      await page.getByRole("region", { name: `Examples that broke ${rule}` }).waitFor();
      await page.getByRole("link", { name: "Measured" }).click();
      await page.getByRole("heading", { name: "Share of records that break a rule" }).waitFor();
    },
  },
  {
    name: "journey-end",
    visit: async (page, { source, mark }) => {
      const { list, rule } = names(mark);
      await page.goto(`/ui/alerts?state=acknowledged&source=${source}`);
      await page.getByRole("link", { name: new RegExp(`${STREAM} of ${source} breaks`) }).click();
      await page.getByRole("button", { name: "Resolve" }).click();
      await page.getByText("resolved", { exact: true }).waitFor();
      await page.goto(`/ui/lists/${list}`);
      await page.getByRole("link", { name: rule }).click();
      await page.getByRole("button", { name: `Retire ${rule}` }).click();
      await page.getByRole("button", { name: "Really retire?" }).click();
      await page.getByText(`Rule ${rule} holds no more`).waitFor();
    },
  },
].map((visit) => ({ ...visit, only: "app" }));
