/** What people do about rules and alerts. */
import { useMutation, useQueryClient } from "@tanstack/react-query";

import { useToast } from "../components/toast-context";
import { path, post, put, remove, withQuery } from "./client";
import { failure } from "./commands";
import type { Alert, AlertChannel, Anomaly, ChannelRequest, ChannelTest, Exclusion, ExclusionRequest, ReferenceList, ReferenceListRequest, Rule, RuleRequest, Silence, SilenceRequest } from "./types";

interface Command<Input, Result> {
  run: (input: Input) => Promise<Result>;
  /** The news of its success. */
  done: (result: Result) => string;
  /** The form that sent it shows what went wrong. */
  toldInForm?: boolean;
}

/** Does it, tells what came of it, and has everything on the page read again. */
function useCommand<Input, Result>({ run, done, toldInForm = false }: Command<Input, Result>) {
  const client = useQueryClient();
  const toast = useToast();
  return useMutation({
    mutationFn: run,
    onSuccess: async (result) => {
      toast({ tone: "good", title: done(result) });
      await client.invalidateQueries();
    },
    onError: (error) => {
      if (!toldInForm) toast(failure(error));
    },
  });
}

export const useAcknowledge = () => useCommand({
  run: (alert: string) => post<Alert>(path`/api/v1/alerts/${alert}/acknowledge`),
  done: () => "The alert is acknowledged",
});

export const useResolve = () => useCommand({
  run: (alert: string) => post<Alert>(path`/api/v1/alerts/${alert}/resolve`),
  done: () => "The alert is resolved",
});

/** Marks an anomaly as a false alarm, or takes that back. */
export const useFalseAlarm = () => useCommand({
  run: ({ id, is }: { id: string; is: boolean }) =>
    (is ? put : remove)<Anomaly>(path`/api/v1/anomalies/${id}/false-alarm`),
  done: ({ false_alarm }) => (false_alarm ? "Noted as a false alarm: the series learns from it" : "No false alarm any more"),
});

export const useSilence = (toldInForm = false) => useCommand({
  run: (request: SilenceRequest) => post<Silence>("/api/v1/silences", request),
  done: () => "Silenced: recorded all the same, but not delivered",
  toldInForm,
});

export const useEndSilence = () => useCommand({
  run: (silence: string) => remove<Silence>(path`/api/v1/silences/${silence}`),
  done: () => "The silence has ended",
});

export const useExclude = () => useCommand({
  run: (request: ExclusionRequest) => post<Exclusion>("/api/v1/exclusions", request),
  done: () => "Excluded: shown, but neither judged nor learned from",
  toldInForm: true,
});

export const useRemoveExclusion = () => useCommand({
  run: (exclusion: string) => remove<Exclusion>(path`/api/v1/exclusions/${exclusion}`),
  done: () => "What is measured then is judged and learned from again",
});

export const usePutChannel = () => useCommand({
  run: ({ id, request }: { id: string; request: ChannelRequest }) => put<AlertChannel>(path`/api/v1/alert-channels/${id}`, request),
  done: ({ id }) => `Alerts go to ${id} now`,
  toldInForm: true,
});

export const useRemoveChannel = () => useCommand({
  run: (channel: string) => remove<AlertChannel>(path`/api/v1/alert-channels/${channel}`),
  done: ({ id }) => `Nothing goes to ${id} any more`,
});

/** Sends a test message and waits for what the receiver says; the answer is shown where it was asked for. */
export function useTestChannel(channel: string) {
  return useMutation({ mutationFn: () => post<ChannelTest>(path`/api/v1/alert-channels/${channel}/test`) });
}

interface RuleToPut {
  source: string;
  stream: string;
  id: string;
  request: RuleRequest;
}

export const usePutRule = () => useCommand({
  run: ({ source, stream, id, request }: RuleToPut) =>
    put<Rule>(path`/api/v1/sources/${source}/streams/${stream}/rules/${id}`, request),
  done: ({ id, version }) => `Rule ${id} holds from the next run on, as version ${version}`,
  toldInForm: true,
});

export const useRetireRule = () => useCommand({
  run: ({ source, stream, id, version }: Rule) =>
    remove<Rule>(withQuery(path`/api/v1/sources/${source}/streams/${stream}/rules/${id}`, { version })),
  done: ({ id }) => `Rule ${id} holds no more`,
});

export const usePutList = () => useCommand({
  run: ({ name, request }: { name: string; request: ReferenceListRequest }) =>
    put<ReferenceList>(path`/api/v1/reference-lists/${name}`, request),
  done: ({ name, version }) => `List ${name} holds from the next page on, as version ${version}`,
  toldInForm: true,
});

export const useRetireList = () => useCommand({
  run: ({ name, version }: ReferenceList) =>
    remove<ReferenceList>(withQuery(path`/api/v1/reference-lists/${name}`, { version })),
  done: ({ name }) => `List ${name} is deleted`,
});
