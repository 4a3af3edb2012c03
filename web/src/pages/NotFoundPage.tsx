import { Link } from "wouter";

import { PageHead } from "../components/PageHead";

export function NotFoundPage() {
  return (
    <>
      <PageHead title="There is no such page" />
      <p>The address may be old or mistyped. <Link href="/">Go to the sources</Link>.</p>
    </>
  );
}
