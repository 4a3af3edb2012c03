import { useQuery } from "@tanstack/react-query";

import { get } from "../api/client";
import { Fetched } from "../components/Fetched";
import { PageHead } from "../components/PageHead";
import { OperationView } from "../docs/OperationView";
import { Prose } from "../docs/Prose";
import { groups, type OpenApi } from "../docs/openapi";

/** The API's own description (OpenAPI), to read and to try. */
export default function ApiDocsPage() {
  const api = useQuery({
    queryKey: ["openapi"],
    queryFn: ({ signal }) => get<OpenApi>("/api/v1/openapi.json", signal),
    staleTime: Infinity,
  });
  return (
    <>
      <PageHead title="API" beside={api.data && <span className="tag">{api.data.info.version}</span>}
        actions={<a className="button" href="/api/v1/openapi.json">OpenAPI 3.1</a>} />
      <Fetched query={api} what="the description">{(found) => <Docs api={found} />}</Fetched>
    </>
  );
}

function Docs({ api }: { api: OpenApi }) {
  const all = groups(api);
  const anchor = (name: string) => `tag-${name.replaceAll(" ", "-")}`;
  return (
    <div className="docs">
      <nav aria-label="Groups" className="docs-nav">
        {all.map(({ name, operations }) => <a key={name} href={`#${anchor(name)}`}>{name} <span>{operations.length}</span></a>)}
      </nav>
      <div>
        {api.info.description && <div className="prose"><Prose text={api.info.description} /></div>}
        {all.map((group) => (
          <section key={group.name} className="card" aria-labelledby={anchor(group.name)}>
            <div className="card-head"><h2 id={anchor(group.name)}>{group.name}</h2><span className="quiet-text">{group.description}</span></div>
            {group.operations.map((operation) => <OperationView key={operation.id} api={api} operation={operation} />)}
          </section>
        ))}
      </div>
    </div>
  );
}
