import type { ValueId } from '../graph.ts';

export interface ScheduleOptions {
  /** Outputs that replace an input: output name -> input name. They are written to the input's buffer. */
  readonly inPlace?: Readonly<Record<string, string>>;
  /** Outputs whose buffers the host fills with zeros once: parts that are constant 0 are not written. */
  readonly zeroInitialized?: readonly string[];
}

/** What earlier attempts at a schedule have shown to be necessary. */
export interface Decisions {
  /** Values that must be stored, as no kernel can read what they are views of. */
  readonly stored: Set<ValueId>;
  /** Values that must be stored contiguously, and copied to where they are part of something. */
  readonly contiguous: Set<ValueId>;
  /** Outputs in place that are computed next to the old value first. */
  readonly viaTemporary: Set<string>;
  /** Values that are computed where they are read, as only one kernel reads them. */
  readonly delayed: Set<ValueId>;
}

export const noDecisions = (): Decisions => ({ stored: new Set(), contiguous: new Set(), viaTemporary: new Set(), delayed: new Set() });

export const decisionCount = ({ stored, contiguous, viaTemporary, delayed }: Decisions): number =>
  stored.size + contiguous.size + viaTemporary.size + delayed.size;
