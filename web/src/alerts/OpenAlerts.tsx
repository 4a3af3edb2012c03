import { useAlerts } from "../api/quality";

const MOST = 100;

/** How many alerts wait for somebody. They are a help, so their absence is not an alarm. */
export function OpenAlerts() {
  const first = useAlerts({ state: "open" }, MOST).data?.pages[0];
  if (!first || first.items.length === 0) return null;
  const worst = first.items.some(({ severity }) => severity === "critical") ? "bad" : "warn";
  return (
    <>
      {" "}
      <span className={`count ${worst}`}>{first.next ? `${MOST}+` : first.items.length}<span className="visually-hidden"> open</span></span>
    </>
  );
}
