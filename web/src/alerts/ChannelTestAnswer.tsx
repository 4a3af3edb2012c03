import type { ChannelTest } from "../api/types";
import { FormFailure } from "../components/FormFailure";
import { duration } from "../format/time";

/** What became of a test message: what the receiver said, or why there was none and what to do. */
export function ChannelTestAnswer({ test, error }: { test: ChannelTest | undefined; error: Error | null }) {
  if (error) return <FormFailure error={error} />;
  if (!test) return null;
  return (
    <div className="notice good slim" role="status">
      <strong>The receiver took the test message</strong>
      <p>
        It answered {test.status} after {duration(test.took_milliseconds)}
        {test.said === null ? "." : <>: <q>{test.said}</q></>}
        {test.kind === "teams" && " A workflow says this before it has posted the card, so look into the channel too."}
        {test.kind === "email" && " The mail server has it; whether it arrives, the recipients see."}
      </p>
    </div>
  );
}
