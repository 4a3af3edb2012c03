/** What the pages read, as hooks. Answers are kept by key, so pages share them. */
import { keepPreviousData, useInfiniteQuery, useQuery } from "@tanstack/react-query";

import { get, path, withQuery } from "./client";
import { isLive, pace } from "./live";
import type {
  Column, ColumnProfiles, DeadLetter, LineageGraph, Listing, Page, ProfileComparison, ProfileHistory, Record_, Relations, Run,
  RunDetail, Source, Stream, Summary,
} from "./types";

const V1 = "/api/v1";
const PAGE_SIZE = 100;

export function useSources() {
  return useQuery({
    queryKey: ["sources"],
    queryFn: ({ signal }) => get<Listing<Source>>(withQuery(`${V1}/sources`, { limit: 1000 }), signal),
    refetchInterval: ({ state }) => pace(state.data?.items.some((source) => isLive(source.last_run)) ?? false),
  });
}

export function useSource(source: string) {
  return useQuery({
    queryKey: ["source", source],
    queryFn: ({ signal }) => get<Source>(path`/api/v1/sources/${source}`, signal),
    refetchInterval: ({ state }) => pace(isLive(state.data?.last_run)),
  });
}

/** Figures over everything. Costly to make, so it is not read at every tick. */
export function useSummary(live: boolean) {
  return useQuery({
    queryKey: ["summary"],
    queryFn: ({ signal }) => get<Summary>(`${V1}/summary`, signal),
    refetchInterval: live ? 4_000 : 20_000,
  });
}

export function useRun(run: string) {
  return useQuery({
    queryKey: ["run", run],
    queryFn: ({ signal }) => get<RunDetail>(path`/api/v1/runs/${run}`, signal),
    // Nothing changes any more once a run has settled.
    refetchInterval: ({ state }) => (state.data?.settled ? false : pace(true)),
  });
}

export function useRuns(source: string | undefined, limit = PAGE_SIZE) {
  return useInfiniteQuery({
    queryKey: ["runs", source ?? null, limit],
    queryFn: ({ pageParam, signal }) =>
      get<Listing<Run>>(withQuery(`${V1}/runs`, { source, limit, after: pageParam }), signal),
    initialPageParam: "",
    getNextPageParam: (last) => last.next,
    refetchInterval: ({ state }) => pace(state.data?.pages.some((p) => p.items.some(isLive)) ?? false),
  });
}

export function usePages(run: string, stream: string, live: boolean) {
  return useInfiniteQuery({
    queryKey: ["pages", run, stream],
    queryFn: ({ pageParam, signal }) =>
      get<Listing<Page>>(
        withQuery(path`/api/v1/runs/${run}/pages`, { stream, limit: PAGE_SIZE, after: pageParam }), signal),
    initialPageParam: "",
    getNextPageParam: (last) => last.next,
    refetchInterval: live ? 3_000 : false,
    placeholderData: keepPreviousData,
  });
}

export function useStreams(source: string, live: boolean) {
  return useQuery({
    queryKey: ["streams", source],
    queryFn: ({ signal }) => get<Listing<Stream>>(path`/api/v1/sources/${source}/streams`, signal),
    refetchInterval: live ? 3_000 : 20_000,
    enabled: source !== "",
  });
}

export function useStream(source: string, stream: string) {
  return useQuery({
    queryKey: ["stream", source, stream],
    queryFn: ({ signal }) => get<Stream>(path`/api/v1/sources/${source}/streams/${stream}`, signal),
    refetchInterval: ({ state }) => (state.data?.last_run?.complete === false ? 3_000 : 20_000),
  });
}

/** @param stream Null where there is none to read. */
export function useColumns(source: string, stream: string | null) {
  return useQuery({
    queryKey: ["columns", source, stream],
    queryFn: ({ signal }) => get<Listing<Column>>(path`/api/v1/sources/${source}/streams/${stream ?? ""}/columns`, signal),
    enabled: stream !== null && stream !== "",
  });
}

/** @param run A run's id; empty for the newest runs merged. */
export function useProfiles(source: string, stream: string, run: string) {
  return useQuery({
    queryKey: ["profiles", source, stream, run],
    queryFn: ({ signal }) =>
      get<ColumnProfiles>(withQuery(path`/api/v1/sources/${source}/streams/${stream}/profiles`, { run }), signal),
    placeholderData: keepPreviousData,
  });
}

/** @param from, to Runs' ids; nothing is read while one is empty. */
export function useComparison(source: string, stream: string, from: string, to: string) {
  return useQuery({
    queryKey: ["comparison", source, stream, from, to],
    queryFn: ({ signal }) =>
      get<ProfileComparison>(
        withQuery(path`/api/v1/sources/${source}/streams/${stream}/profiles/compare`, { from, to }), signal),
    enabled: from !== "" && to !== "",
  });
}

/** @param run A run's id; empty for the newest runs merged. */
export function useRelations(source: string, stream: string, run: string) {
  return useQuery({
    queryKey: ["relations", source, stream, run],
    queryFn: ({ signal }) =>
      get<Relations>(withQuery(path`/api/v1/sources/${source}/streams/${stream}/relations`, { run }), signal),
    placeholderData: keepPreviousData,
  });
}

/** @param column Empty while there is none to read. */
export function useProfileHistory(source: string, stream: string, column: string) {
  return useQuery({
    queryKey: ["history", source, stream, column],
    enabled: column !== "",
    queryFn: ({ signal }) =>
      get<ProfileHistory>(
        withQuery(path`/api/v1/sources/${source}/streams/${stream}/profiles/${column}/history`, { limit: 30 }),
        signal,
      ),
  });
}

export function useRecords(source: string, stream: string, history: boolean) {
  return useInfiniteQuery({
    queryKey: ["records", source, stream, history],
    queryFn: ({ pageParam, signal }) =>
      get<Listing<Record_>>(
        withQuery(path`/api/v1/sources/${source}/streams/${stream}/records`, { history, limit: 50, after: pageParam }),
        signal,
      ),
    initialPageParam: "",
    getNextPageParam: (last) => last.next,
    placeholderData: keepPreviousData,
  });
}

export function useLineage(source: string, stream: string) {
  return useQuery({
    queryKey: ["lineage", source, stream],
    queryFn: ({ signal }) => get<LineageGraph>(path`/api/v1/sources/${source}/streams/${stream}/lineage`, signal),
  });
}

export interface DeadLetterFilter {
  source?: string;
  stream?: string;
  run?: string;
  state?: string;
}

export function useDeadLetters(filter: DeadLetterFilter, limit = PAGE_SIZE) {
  return useInfiniteQuery({
    queryKey: ["dead-letters", filter, limit],
    queryFn: ({ pageParam, signal }) =>
      get<Listing<DeadLetter>>(withQuery(`${V1}/dead-letters`, { ...filter, limit, after: pageParam }), signal),
    initialPageParam: "",
    getNextPageParam: (last) => last.next,
    placeholderData: keepPreviousData,
  });
}

export function useDeadLetter(id: string) {
  return useQuery({
    queryKey: ["dead-letter", id],
    queryFn: ({ signal }) => get<DeadLetter>(path`/api/v1/dead-letters/${id}`, signal),
  });
}
