import { expect, test } from "vitest";

import { draftOf, secretOf } from "../../src/alerts/channel-draft";

test("a channel's secret follows its name only once it is known what such secrets begin with", () => {
  const draft = { ...draftOf(null), id: "on_call.night" };
  expect(secretOf(draft, "")).toBe("");
  expect(secretOf(draft, "alert-acme--")).toBe("alert-acme--on-call-night");
  expect(secretOf({ ...draft, secret: "typed" }, "")).toBe("typed");
});
