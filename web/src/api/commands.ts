/** What the pages set in motion. */
import { useMutation, useQueryClient } from "@tanstack/react-query";

import { useToast } from "../components/toast-context";
import { count } from "../format/numbers";
import { ApiProblem, path, post } from "./client";
import type { Check, ReplayResult, ReplayResults, Run } from "./types";

/** Starts an extraction, or joins the one under way. */
export function useExtract(source: string) {
  const client = useQueryClient();
  const toast = useToast();
  return useMutation({
    mutationFn: () => post<Run>(path`/api/v1/sources/${source}/runs`),
    onSuccess: async () => {
      toast({ tone: "good", title: `Extraction of ${source} is under way` });
      await client.invalidateQueries();
    },
    onError: (error) => toast(failure(error)),
  });
}

/** Asks whether a source can be read, which takes a request per stream. */
export function useCheck(source: string) {
  return useMutation({ mutationFn: () => post<Check>(path`/api/v1/sources/${source}/check`) });
}

/** Loads dead letters again; at most 1000 at once. */
export function useReplay() {
  const client = useQueryClient();
  const toast = useToast();
  return useMutation({
    mutationFn: (ids: string[]) => post<ReplayResults>("/api/v1/dead-letters/replay", { ids }),
    onSuccess: async ({ items }) => {
      toast(replayed(items));
      await client.invalidateQueries();
    },
    onError: (error) => toast(failure(error)),
  });
}

/** A problem as a message. */
export function failure(error: Error) {
  const title = error instanceof ApiProblem ? error.title : "That did not work";
  return { tone: "bad" as const, title, detail: error.message };
}

function replayed(items: ReplayResult[]) {
  const loaded = items.filter(({ outcome }) => outcome === "replayed" || outcome === "already_replayed").length;
  const refused = items.find(({ outcome }) => outcome === "rejected" || outcome === "not_found");
  if (!refused) return { tone: "good" as const, title: `${count(loaded, "record")} loaded` };
  return {
    tone: "bad" as const,
    title: `${loaded} of ${count(items.length, "record")} loaded`,
    detail: refused.reason ?? "A dead letter is no longer there; reload the list.",
  };
}
