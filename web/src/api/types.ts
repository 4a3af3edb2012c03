/** Short names for the generated types of the API's answers. */
import type { components } from "./schema";

type Schemas = components["schemas"];

export type Alert = Schemas["Alert"];
export type AlertChannel = Schemas["AlertChannel"];
export type AlertDelivery = Schemas["AlertDelivery"];
export type AlertState = Schemas["AlertState"];
export type Anomaly = Schemas["Anomaly"];
export type Caller = Schemas["Caller"];
export type CauseKind = Schemas["CauseKind"];
export type ChannelKind = Schemas["ChannelKind"];
export type ChannelRequest = Schemas["ChannelRequest"];
export type ChannelTest = Schemas["ChannelTest"];
export type Check = Schemas["Check"];
export type CheckItem = Schemas["CheckItem"];
export type Column = Schemas["Column"];
export type ColumnComparison = Schemas["ColumnComparison"];
export type ColumnProfile = Schemas["ColumnProfile"];
export type ColumnProfiles = Schemas["ColumnProfiles"];
export type ColumnType = Column["type"];
export type Comparison = Schemas["Comparison"];
export type Condition = Schemas["Condition"];
export type DeadLetter = Schemas["DeadLetter"];
export type Dependency = Schemas["Dependency"];
export type Exclusion = Schemas["Exclusion"];
export type ExclusionRequest = Schemas["ExclusionRequest"];
export type Expectation = Schemas["Expectation"];
export type Field = Schemas["Field"];
export type Finding = Schemas["Finding"];
export type FrequentValue = Schemas["FrequentValue"];
export type HistogramBin = Schemas["HistogramBin"];
export type LineageEdge = Schemas["LineageEdge"];
export type LineageGraph = Schemas["LineageGraph"];
export type LineageNode = Schemas["LineageNode"];
export type Metric = Schemas["Metric"];
export type Notice = Schemas["Notice"];
export type NumberStatistics = Schemas["NumberStatistics"];
export type OutlierExample = Schemas["OutlierExample"];
export type Page = Schemas["Page"];
export type Point = Schemas["Point"];
export type Problem = Schemas["Problem"];
export type ProfileComparison = Schemas["ProfileComparison"];
export type ProfileHistory = Schemas["ProfileHistory"];
export type Quantile = Schemas["Quantile"];
export type Record_ = Schemas["Record"];
export type ReferenceList = Schemas["ReferenceList"];
export type ReferenceListRequest = Schemas["ListRequest"];
export type Relations = Schemas["Relations"];
export type ReplayResult = Schemas["ReplayResult"];
export type ReplayResults = Schemas["ReplayResults"];
export type Rule = Schemas["Rule"];
export type RuleOutcome = Schemas["RuleOutcome"];
export type RuleRequest = Schemas["RuleRequest"];
export type Run = Schemas["Run"];
export type RunDetail = Schemas["RunDetail"];
export type RunProfile = Schemas["RunProfile"];
export type RunTotals = Schemas["RunTotals"];
export type Series = Schemas["Series"];
export type Severity = Schemas["Severity"];
export type Silence = Schemas["Silence"];
export type SilenceRequest = Schemas["SilenceRequest"];
export type Source = Schemas["Source"];
export type Stream = Schemas["Stream"];
export type StreamRun = Schemas["StreamRun"];
export type Summary = Schemas["Summary"];
export type TextStatistics = Schemas["TextStatistics"];
export type TimeStatistics = Schemas["TimeStatistics"];
export type Violation = Schemas["Violation"];

/** A slice of a list; `next` is given as `after` to read on. */
export interface Listing<T> {
  items: T[];
  next: string | null;
}
