import { ApiProblem } from "../api/client";

interface Props {
  error: Error;
  again?: () => void;
  /** True where older content stays visible below. */
  stale?: boolean;
}

/** What went wrong, in the API's words, and the way to try again. */
export function Failure({ error, again, stale = false }: Props) {
  const title = error instanceof ApiProblem ? error.title : "Something went wrong";
  return (
    <div className={stale ? "notice bad slim" : "notice bad"} role="alert">
      <strong>{title}</strong>
      <p>{error.message}{stale && " What is shown is as it was before."}</p>
      {again && <button type="button" onClick={again}>Try again</button>}
    </div>
  );
}
