export interface TraceEvent {
  readonly name: string;
  readonly ph: string;
  readonly pid: number;
  readonly tid: number;
  readonly dur?: number;
  readonly tdur?: number;
  readonly args?: { readonly name?: string };
}
export function mainThreadTasks(events: readonly TraceEvent[]): { wallMs: number; cpuMs: number }[];
export const TRACE_CATEGORIES: string[];
export const EIGHT_RACERS: string;
