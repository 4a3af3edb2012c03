/** How often what is on the screen is read again. Times are milliseconds. */
import type { Run } from "./types";

export const WHILE_RUNNING = 1_000;
export const AT_REST = 8_000;

/** Whether anything of the run is still under way. */
export const isLive = (run: Run | null | undefined): boolean => run != null && !run.settled;

/** Whether a request to extract would only join what is being read already. */
export const isExtracting = (run: Run | null | undefined): boolean => run?.state === "extracting";

export const pace = (live: boolean): number => (live ? WHILE_RUNNING : AT_REST);
