/** Alerts, what is done about them, where they go and what keeps them from it. */
export const ALERTS = [
  {
    name: "alerts",
    visit: async (page) => {
      await page.goto("/ui/");
      await page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: /^Alerts/ }).click();
      await page.getByRole("region", { name: "Alerts (table)" }).or(page.getByText("No alert")).first().waitFor();
      await page.getByLabel("State", { exact: true }).selectOption("all");
      await page.getByRole("region", { name: "Alerts (table)" }).or(page.getByText("No alert")).first().waitFor();
    },
  },
  {
    name: "alert",
    only: "fixtures",
    visit: async (page) => {
      await page.goto("/ui/alerts");
      await page.getByRole("link", { name: /^What customer of netsuite holds/ }).click();
      await page.getByRole("img", { name: /^Empty share of email over 48 runs.*2 unusual/ }).waitFor();
      await page.getByRole("button", { name: /^This is a false alarm about Empty share of email/ }).waitFor();
    },
  },
  {
    name: "alert-handled",
    only: "fixtures",
    visit: async (page) => {
      await page.goto("/ui/alerts");
      await page.getByRole("link", { name: /^The flow of customer/ }).click();
      await page.getByRole("cell", { name: /answered 503/ }).waitFor();
      await page.getByRole("button", { name: "Acknowledge" }).click();
      await page.getByText("acknowledged", { exact: true }).waitFor();
      await page.getByRole("button", { name: "Silence this…" }).click();
      await page.getByLabel("Why").fill("the source is moved this weekend");
    },
  },
  {
    name: "alert-of-rules",
    only: "fixtures",
    visit: async (page) => {
      await page.goto("/ui/alerts?state=acknowledged");
      await page.getByRole("link", { name: /breaks 2 rules/ }).click();
      await page.getByRole("img", { name: /^Share that breaks credit-in-bounds over 48 runs/ }).waitFor();
      await page.getByRole("link", { name: /^Rule credit-in-bounds/ }).first().waitFor();
    },
  },
  {
    name: "silences",
    visit: async (page) => {
      await page.goto("/ui/alerts");
      await page.getByRole("link", { name: "Silences" }).click();
      await page.getByRole("heading", { name: "Silences", level: 1 }).waitFor();
      await page.getByRole("region", { name: "Silences (table)" }).or(page.getByText("Nothing is silenced")).first().waitFor();
    },
  },
  {
    name: "silence-made",
    visit: async (page, { source, stream, mark }) => {
      await page.goto("/ui/silences");
      await page.getByRole("button", { name: "New silence" }).click();
      await page.getByLabel("Source").selectOption(source);
      await page.getByLabel("Stream").selectOption(stream);
      await page.getByLabel("About").selectOption("schema");
      await page.getByLabel("Why").fill(`fields are moved (${mark})`);
      await page.getByRole("button", { name: "Silence", exact: true }).click();
      const row = page.getByRole("row", { name: new RegExp(`schema of ${source} / ${stream}.*${mark}`) });
      await row.waitFor();
      await row.getByRole("button", { name: /^End now/ }).click();
      await row.waitFor({ state: "detached" });
      await page.getByRole("button", { name: "New silence" }).click();
      await page.getByLabel("For", { exact: true }).selectOption("other");
      await page.getByLabel("Until").waitFor();
    },
  },
  {
    name: "exclusions",
    visit: async (page) => {
      await page.goto("/ui/alerts");
      await page.getByRole("link", { name: "Excluded times" }).click();
      await page.getByRole("heading", { name: "Excluded times", level: 1 }).waitFor();
      await page.getByRole("region", { name: "Excluded times (table)" }).or(page.getByText("No time is excluded")).first().waitFor();
    },
  },
  {
    name: "exclusion-made",
    visit: async (page, { source, stream, mark }) => {
      await page.goto("/ui/exclusions");
      await page.getByRole("button", { name: "Exclude a time" }).click();
      await page.getByLabel("Source").selectOption(source);
      await page.getByLabel("Stream").selectOption(stream);
      await page.getByLabel("Why").fill(`stocktaking (${mark})`);
      await page.getByRole("button", { name: "Exclude", exact: true }).click();
      const row = page.getByRole("row", { name: new RegExp(`${source} / ${stream}.*now.*${mark}`) });
      await row.waitFor();
      await row.getByRole("button", { name: /^Remove/ }).click();
      await row.getByRole("button", { name: "Really remove?" }).click();
      await row.waitFor({ state: "detached" });
      await page.getByRole("button", { name: "Exclude a time" }).click();
      await page.getByLabel("Until").waitFor();
    },
  },
  {
    name: "channels",
    visit: async (page, { prefix, mark }) => {
      await page.goto("/ui/alerts");
      await page.getByRole("link", { name: "Channels" }).click();
      await page.getByRole("button", { name: "Add a channel" }).click();
      await page.getByLabel("Kind").selectOption("email");
      await page.getByLabel("Name", { exact: true }).fill(`night.${mark}`);
      await page.getByLabel("Recipients").fill("night@example.com");
      const secret = `${prefix}night-${mark}`;
      if ((await page.getByLabel("Name of the secret").inputValue()) !== secret) throw new Error(`the secret is not called ${secret}`);
      await page.getByRole("button", { name: "Save channel" }).click();
      const row = page.getByRole("row", { name: new RegExp(secret) });
      await row.waitFor();
      await row.getByRole("button", { name: /^Remove/ }).click();
      await row.getByRole("button", { name: "Really remove?" }).click();
      await row.waitFor({ state: "detached" });
      await page.getByRole("button", { name: "Add a channel" }).click();
      await page.getByLabel("Kind").selectOption("teams");
    },
  },
  {
    name: "channel-tested",
    only: "fixtures",
    visit: async (page, _, watch) => {
      watch.expect(/502/);
      await page.goto("/ui/channels");
      await page.getByRole("button", { name: /^Send a test\s*to data-team/ }).click();
      await page.getByText("It answered 202 Accepted after 132 ms.").waitFor();
      await page.getByRole("button", { name: /^Send a test\s*to on-call/ }).click();
      await page.getByText(/SMTP code 550: 5.1.1 no such user/).waitFor();
    },
  },
  {
    // Nothing is sent: the vault of the app under test has no such secret.
    name: "channel-test-unset",
    only: "app",
    visit: async (page, { prefix, mark }, watch) => {
      watch.expect(/409/);
      await page.goto("/ui/channels");
      await page.getByRole("button", { name: "Add a channel" }).click();
      await page.getByLabel("Name", { exact: true }).fill(`unset.${mark}`);
      await page.waitForFunction((value) => [...document.querySelectorAll("input")].some((input) => input.value === value), `${prefix}unset-${mark}`);
      await page.getByRole("button", { name: "Save channel" }).click();
      const row = page.getByRole("row", { name: new RegExp(`${prefix}unset-${mark}`) });
      await row.getByRole("button", { name: /^Send a test/ }).click();
      await page.getByText(/the vault has no secret of the name/).waitFor();
      await row.getByRole("button", { name: /^Remove/ }).click();
      await row.getByRole("button", { name: "Really remove?" }).click();
      await row.waitFor({ state: "detached" });
    },
  },
  {
    name: "channel-refused",
    visit: async (page, { prefix }, watch) => {
      watch.expect(/400/);
      await page.goto("/ui/channels");
      await page.getByRole("button", { name: "Add a channel" }).click();
      await page.getByLabel("Name", { exact: true }).fill("hook");
      // Suggested once it is known what such names begin with; what is typed after that stays.
      await page.waitForFunction((value) => [...document.querySelectorAll("input")].some((input) => input.value === value), `${prefix}hook`);
      await page.getByLabel("Name of the secret").fill("hook");
      await page.getByRole("button", { name: "Save channel" }).click();
      await page.getByText(`the name of a secret that begins with ${prefix}`).waitFor();
    },
  },
];
