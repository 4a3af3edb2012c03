/** Reference lists: seen, made, refused, changed, deleted. */
export const LISTS = [
  {
    name: "lists",
    visit: async (page) => {
      await page.goto("/ui/rules");
      await page.getByRole("link", { name: "Reference lists" }).click();
      await page.getByRole("heading", { name: "Reference lists", level: 1 }).waitFor();
      await page.getByRole("region", { name: "Reference lists (table)" }).or(page.getByText("No list yet")).first().waitFor();
    },
  },
  {
    name: "list-made",
    visit: async (page, { mark }) => {
      await page.goto("/ui/lists");
      await page.getByRole("button", { name: "New list" }).click();
      await page.getByLabel("Name", { exact: true }).fill(`colours-${mark}`);
      await page.getByLabel("From a file").setInputFiles({ name: "colours.txt", mimeType: "text/plain", buffer: Buffer.from("red\r\ngreen\r\nred\r\n") });
      await page.getByText("2 values.").waitFor();
      await page.getByRole("button", { name: "Create list" }).click();
      await page.getByRole("heading", { name: `colours-${mark}`, level: 1 }).waitFor();
      await page.getByRole("button", { name: "Edit", exact: true }).click();
      await page.getByLabel("Values, one a line").fill("blue\ngreen\nyellow");
      await page.getByRole("button", { name: "Save as version 2" }).click();
      await page.getByText(/added blue, yellow; removed red/).waitFor();
    },
  },
  {
    name: "list-deleted",
    visit: async (page, { mark }) => {
      await page.goto(`/ui/lists/colours-${mark}`);
      await page.getByRole("button", { name: "Delete", exact: true }).click();
      await page.getByRole("button", { name: "Really delete?" }).click();
      await page.getByText("3 values, until it was deleted").waitFor();
      await page.getByRole("button", { name: "Bring back" }).click();
      await page.getByRole("button", { name: "Save as version 4" }).waitFor();
    },
  },
  {
    name: "list-refused",
    visit: async (page, _, watch) => {
      watch.expect(/400/);
      await page.goto("/ui/lists");
      await page.getByRole("button", { name: "New list" }).click();
      await page.getByLabel("Name", { exact: true }).fill("two words");
      await page.getByLabel("Values, one a line").fill("a");
      await page.getByRole("button", { name: "Create list" }).click();
      await page.getByText("Text of 9 characters; expected 1 to 100").waitFor();
    },
  },
  {
    name: "list-used",
    only: "fixtures",
    visit: async (page) => {
      await page.goto("/ui/lists");
      await page.getByRole("link", { name: "segments" }).click();
      await page.getByRole("link", { name: "known-segment" }).waitFor();
      await page.getByText(/added public sector, small business; removed partner/).waitFor();
      await page.goto("/ui/lists/countries");
      await page.getByLabel("Find").fill("d");
      await page.getByText("2 of 38").waitFor();
    },
  },
];
