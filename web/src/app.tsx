import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { lazy, Suspense, useState } from "react";
import { Route, Router, Switch } from "wouter";

import { ApiProblem } from "./api/client";
import { Shell } from "./components/Shell";
import { Loading } from "./components/Loading";
import { ToastProvider } from "./components/ToastProvider";
import { AlertPage } from "./pages/AlertPage";
import { AlertsPage } from "./pages/AlertsPage";
import { ChannelsPage } from "./pages/ChannelsPage";
import { DeadLetterPage } from "./pages/DeadLetterPage";
import { DeadLettersPage } from "./pages/DeadLettersPage";
import { ExclusionsPage } from "./pages/ExclusionsPage";
import { NotFoundPage } from "./pages/NotFoundPage";
import { ReferenceListPage } from "./pages/ReferenceListPage";
import { ReferenceListsPage } from "./pages/ReferenceListsPage";
import { RulesPage } from "./pages/RulesPage";
import { RunPage } from "./pages/RunPage";
import { RunsPage } from "./pages/RunsPage";
import { SilencesPage } from "./pages/SilencesPage";
import { SourcePage } from "./pages/SourcePage";
import { SourcesPage } from "./pages/SourcesPage";
import { StreamColumnsPage } from "./pages/StreamColumnsPage";
import { StreamComparedPage } from "./pages/StreamComparedPage";
import { StreamMeasuredPage } from "./pages/StreamMeasuredPage";
import { StreamRecordsPage } from "./pages/StreamRecordsPage";
import { StreamRelationsPage } from "./pages/StreamRelationsPage";
import { StreamRulesPage } from "./pages/StreamRulesPage";

// The graph's and the description's code is only loaded where it is shown.
const StreamLineagePage = lazy(() => import("./pages/StreamLineagePage"));
const ApiDocsPage = lazy(() => import("./pages/ApiDocsPage"));

/** What the caller got wrong stays wrong, so only the rest is tried again. */
const retry = (attempts: number, error: Error): boolean =>
  attempts < 2 && !(error instanceof ApiProblem && error.status >= 400 && error.status < 500);

const newClient = () => new QueryClient({ defaultOptions: { queries: { retry, staleTime: 500 } } });

export function App() {
  const [client] = useState(newClient);
  return (
    <QueryClientProvider client={client}>
      <ToastProvider>
        <Router base="/ui">
          <Shell>
            <Suspense fallback={<Loading what="the page" />}>
              <Pages />
            </Suspense>
          </Shell>
        </Router>
      </ToastProvider>
    </QueryClientProvider>
  );
}

function Pages() {
  return (
    <Switch>
      <Route path="/" component={SourcesPage} />
      <Route path="/sources/:source">{({ source }) => <SourcePage source={source} />}</Route>
      <Route path="/sources/:source/streams/:stream">{(at) => <StreamColumnsPage {...at} />}</Route>
      <Route path="/sources/:source/streams/:stream/relations">{(at) => <StreamRelationsPage {...at} />}</Route>
      <Route path="/sources/:source/streams/:stream/records">{(at) => <StreamRecordsPage {...at} />}</Route>
      <Route path="/sources/:source/streams/:stream/lineage">{(at) => <StreamLineagePage {...at} />}</Route>
      <Route path="/sources/:source/streams/:stream/measured">{(at) => <StreamMeasuredPage {...at} />}</Route>
      <Route path="/sources/:source/streams/:stream/compared">{(at) => <StreamComparedPage {...at} />}</Route>
      <Route path="/sources/:source/streams/:stream/rules">{(at) => <StreamRulesPage {...at} />}</Route>
      <Route path="/runs" component={RunsPage} />
      <Route path="/runs/:run">{({ run }) => <RunPage run={run} />}</Route>
      <Route path="/alerts" component={AlertsPage} />
      <Route path="/alerts/:id">{({ id }) => <AlertPage id={id} />}</Route>
      <Route path="/silences" component={SilencesPage} />
      <Route path="/exclusions" component={ExclusionsPage} />
      <Route path="/channels" component={ChannelsPage} />
      <Route path="/rules" component={RulesPage} />
      <Route path="/lists" component={ReferenceListsPage} />
      <Route path="/lists/:name">{({ name }) => <ReferenceListPage name={name} />}</Route>
      <Route path="/dead-letters" component={DeadLettersPage} />
      <Route path="/dead-letters/:id">{({ id }) => <DeadLetterPage id={id} />}</Route>
      <Route path="/api-docs" component={ApiDocsPage} />
      <Route component={NotFoundPage} />
    </Switch>
  );
}
