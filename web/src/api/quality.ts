/** Reads what is measured, demanded and told: series, anomalies, rules, alerts. */
import { keepPreviousData, useInfiniteQuery, useQuery } from "@tanstack/react-query";

import { get, path, withQuery } from "./client";
import { AT_REST } from "./live";
import type {
  Alert, AlertChannel, AlertDelivery, Anomaly, Caller, Exclusion, Listing, ReferenceList, Rule, RuleOutcome, Series, Silence,
} from "./types";

const V1 = "/api/v1";
const MOST = 1000;
/** Alerts come with runs, so seconds do not matter. */
const SELDOM = 20_000;
/** Points of a chart: what a small picture can still tell apart. */
const POINTS = 60;

export interface AlertFilter {
  state?: string;
  source?: string;
  kind?: string;
}

export function useAlerts(filter: AlertFilter, limit = 100) {
  return useInfiniteQuery({
    queryKey: ["alerts", filter, limit],
    queryFn: ({ pageParam, signal }) =>
      get<Listing<Alert>>(withQuery(`${V1}/alerts`, { ...filter, limit, after: pageParam }), signal),
    initialPageParam: "",
    getNextPageParam: (last) => last.next,
    placeholderData: keepPreviousData,
    refetchInterval: SELDOM,
  });
}

export function useAlert(id: string) {
  return useQuery({
    queryKey: ["alert", id],
    queryFn: ({ signal }) => get<Alert>(path`/api/v1/alerts/${id}`, signal),
    refetchInterval: SELDOM,
  });
}

export function useDeliveries(alert: string) {
  return useQuery({
    queryKey: ["deliveries", alert],
    queryFn: ({ signal }) => get<Listing<AlertDelivery>>(path`/api/v1/alerts/${alert}/deliveries`, signal),
    refetchInterval: AT_REST,
  });
}

export interface AnomalyFilter {
  source: string;
  stream: string | null;
  run?: string;
}

/** The newest thousand at most. */
export function useAnomalies(filter: AnomalyFilter) {
  return useQuery({
    queryKey: ["anomalies", filter],
    queryFn: ({ signal }) => get<Listing<Anomaly>>(withQuery(`${V1}/anomalies`, { ...filter, limit: MOST }), signal),
    enabled: filter.stream !== null,
  });
}

export function useSeries(source: string, stream: string | null) {
  return useQuery({
    queryKey: ["series", source, stream],
    queryFn: ({ signal }) =>
      get<Listing<Series>>(
        withQuery(path`/api/v1/sources/${source}/streams/${stream ?? ""}/series`, { limit: POINTS }), signal),
    enabled: stream !== null,
  });
}

/** All rules of a stream, or of a source, or of all, retired ones too. */
export function useRules(source?: string, stream?: string) {
  return useQuery({
    queryKey: ["rules", source ?? null, stream ?? null],
    queryFn: ({ signal }) => get<Listing<Rule>>(withQuery(`${V1}/rules`, { source, stream, limit: MOST }), signal),
  });
}

export function useVersions({ source, stream, id }: Rule) {
  return useQuery({
    queryKey: ["rule-versions", source, stream, id],
    queryFn: ({ signal }) => get<Listing<Rule>>(path`/api/v1/sources/${source}/streams/${stream}/rules/${id}/versions`, signal),
  });
}

/** What a rule came to in its newest runs, newest first. */
export function useOutcomes({ source, stream, id }: Rule, limit = POINTS) {
  return useQuery({
    queryKey: ["outcomes", source, stream, id, limit],
    queryFn: ({ signal }) =>
      get<Listing<RuleOutcome>>(
        withQuery(path`/api/v1/sources/${source}/streams/${stream}/rules/${id}/outcomes`, { limit }), signal),
    refetchInterval: SELDOM,
  });
}

/** What the rules came to in a run; those that ask whole tables are asked once the run is over.
 *  @param run Null where there is none to read. */
export function useOutcomesOfRun(run: string | null) {
  return useQuery({
    queryKey: ["outcomes-of-run", run],
    queryFn: ({ signal }) => get<Listing<RuleOutcome>>(path`/api/v1/runs/${run ?? ""}/outcomes`, signal),
    refetchInterval: AT_REST,
    enabled: run !== null,
  });
}

export function useReferenceLists() {
  return useQuery({
    queryKey: ["reference-lists"],
    queryFn: ({ signal }) => get<Listing<ReferenceList>>(withQuery(`${V1}/reference-lists`, { limit: MOST }), signal),
  });
}

/** A list with its values.
 *  @param version Null for the newest. */
export function useReferenceList(name: string, version: number | null = null) {
  return useQuery({
    queryKey: ["reference-list", name, version],
    queryFn: ({ signal }) => get<ReferenceList>(withQuery(path`/api/v1/reference-lists/${name}`, { version }), signal),
    enabled: version !== 0,
  });
}

/** Who asks, and what the secrets of the tenant's channels are called. */
export function useCaller() {
  return useQuery({
    queryKey: ["caller"],
    queryFn: ({ signal }) => get<Caller>(`${V1}/whoami`, signal),
    staleTime: Infinity,
  });
}

export function useChannels() {
  return useQuery({
    queryKey: ["channels"],
    queryFn: ({ signal }) => get<Listing<AlertChannel>>(`${V1}/alert-channels`, signal),
  });
}

export function useSilences() {
  return useQuery({
    queryKey: ["silences"],
    queryFn: ({ signal }) => get<Listing<Silence>>(`${V1}/silences`, signal),
    refetchInterval: SELDOM,
  });
}

export function useExclusions() {
  return useQuery({
    queryKey: ["exclusions"],
    queryFn: ({ signal }) => get<Listing<Exclusion>>(`${V1}/exclusions`, signal),
  });
}
