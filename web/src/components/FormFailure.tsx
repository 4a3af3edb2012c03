import type { ReactNode } from "react";

import { ApiProblem } from "../api/client";

/** Why a form was not taken, in the API's words. */
export function FormFailure({ error, children }: { error: Error | null; children?: ReactNode }) {
  if (!error) return null;
  return (
    <div className="notice bad slim" role="alert">
      <strong>{error instanceof ApiProblem ? error.title : "That did not work"}</strong>
      <p>{error.message}</p>
      {children}
    </div>
  );
}
