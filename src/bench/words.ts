import { type Bar, isReached } from './bars.ts';
import { COMPILED, CONTENDERS, type ContenderId, RIVALS } from './contenders.ts';
import { type CaseResult, type Measured, ratioOf } from './results.ts';

/** Three significant digits, without an exponent. */
export function threeDigits(value: number): string {
  if (value === 0 || !Number.isFinite(value)) return String(value);
  const decimals = Math.max(0, 2 - Math.floor(Math.log10(Math.abs(value))));
  return value.toFixed(Math.min(decimals, 6));
}

/** Median, then the quartiles in brackets. */
const spreadText = ({ median, q1, q3 }: Measured['stepMs']): string => `${threeDigits(median)} (${threeDigits(q1)}-${threeDigits(q3)})`;

export interface Table {
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** ms per step: one row per case, one column per contender that was measured anywhere. */
export function timesTable(cases: readonly CaseResult[]): Table {
  const ids = (Object.keys(CONTENDERS) as ContenderId[]).filter((id) =>
    cases.some(({ measured }) => measured.some(({ contender }) => contender === id)),
  );
  return {
    head: ['ms per step', 'R', ...ids.map((id) => CONTENDERS[id].label)],
    rows: cases.map(({ on, measured }) => [
      on.network.label,
      String(on.runs),
      ...ids.map((id) => {
        const entry = measured.find(({ contender }) => contender === id);
        if (entry === undefined) return '–';
        return spreadText(entry.stepMs) + (entry.isIsolated && CONTENDERS[id].mayUseThreads ? ' *' : '');
      }),
    ]),
  };
}

/** How often a compiled step is made while a rival makes one: one row per case, one column per comparison that was measured anywhere. */
export function ratiosTable(cases: readonly CaseResult[]): Table {
  const pairs = COMPILED.flatMap((ours) =>
    RIVALS.filter((rival) => CONTENDERS[rival].usesGpu === CONTENDERS[ours].usesGpu).map((rival) => ({ ours, rival })),
  ).filter(({ ours, rival }) => cases.some((result) => ratioOf(result, ours, rival) !== null));
  return {
    head: ['times as fast as', 'R', ...pairs.map(({ rival }) => CONTENDERS[rival].label)],
    rows: cases.map((result) => [
      result.on.network.label,
      String(result.on.runs),
      ...pairs.map(({ ours, rival }) => {
        const ratio = ratioOf(result, ours, rival);
        return ratio === null ? '–' : `${threeDigits(ratio)}x`;
      }),
    ]),
  };
}

/** What the star in a table of times means. */
export const STAR = '*: in a cross-origin isolated page, where WASM may use threads';

/** Where the contenders ran, each place once. */
export function placesOf(cases: readonly CaseResult[]): readonly string[] {
  return [...new Set(cases.flatMap(({ measured }) => measured.map(({ contender, place }) => `${CONTENDERS[contender].label}: ${place}`)))];
}

/** Unit and number of a bar as people write them. */
const quantity = (value: number, unit: Bar['unit']): string =>
  unit === '%' ? `${threeDigits(100 * value)} %` : `${threeDigits(value)}${unit === '' ? '' : unit === 'x' ? 'x' : ` ${unit}`}`;

export function barsTable(bars: readonly Bar[]): Table {
  return {
    head: ['figure', 'on', 'measured', 'bar', 'verdict'],
    rows: bars.map((bar) => [
      bar.figure,
      bar.on,
      quantity(bar.value, bar.unit),
      `${bar.sense} ${quantity(bar.bar, bar.unit)}`,
      isReached(bar) ? 'reached' : 'MISSED',
    ]),
  };
}

const mebibytes = (bytes: number): string => threeDigits(bytes / 1024 ** 2);

/** What the compiled steps consist of: one row per case and generator. */
export function factsTable(cases: readonly CaseResult[]): Table {
  return {
    head: [
      'compiled step',
      'R',
      'trace, ms',
      'compile, ms',
      'dispatches',
      'host, ms',
      'planned, MiB',
      'held, MiB',
      'arena of a run, KiB',
      'without reuse, KiB',
    ],
    rows: cases.flatMap(({ on, measured }) =>
      measured.flatMap(({ contender, facts, hostMs, use }) => {
        if (facts === null) return [];
        return [
          [
            `${on.network.label}: ${CONTENDERS[contender].label}`,
            String(on.runs),
            threeDigits(facts.traceMs),
            threeDigits(facts.compileMs),
            use.dispatches === 0 ? 'one call' : threeDigits(use.dispatches),
            CONTENDERS[contender].usesGpu ? threeDigits(hostMs.median) : '–',
            mebibytes(facts.plannedBytes),
            mebibytes(use.heldBytes),
            threeDigits(facts.arenaBytes / 1024),
            threeDigits(facts.arenaBytesWithoutReuse / 1024),
          ],
        ];
      }),
    ),
  };
}

/** Who could not be measured where, and why. */
export function unableList(cases: readonly CaseResult[]): readonly string[] {
  return cases.flatMap(({ on, unable }) =>
    unable.map(
      ({ contender, isIsolated, reason }) =>
        `${CONTENDERS[contender].label} on ${on.network.label}, R = ${on.runs}${isIsolated ? ', isolated page' : ''}: ${reason}`,
    ),
  );
}
