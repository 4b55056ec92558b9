import { Fragment, memo, useEffect, useState } from 'react';
import { MAX_RACERS } from '../../engine/config.ts';
import { inSentence, lossOf } from '../../workloads/words.ts';
import { useIsWide } from '../race/use-is-wide.ts';
import { actions } from '../store/actions.ts';
import { findOptimizer, findWorkload } from '../store/definitions.ts';
import type { RaceSamples } from '../store/samples.ts';
import { showCard } from '../store/shown-card.ts';
import { raceStore } from '../store/store.ts';
import { seriesStyle } from '../theme/series.ts';
import { formatExact, formatInteger, formatNumber, MISSING } from '../ui/format.ts';
import { aloneSeconds, bestKeys, byteUnit } from './columns.ts';
import { metricNumber, metricText } from './metric-text.ts';
import { useRaceSummary } from './race-summary.ts';
import type { RacerSummary, RaceSummary } from './summary.ts';
import { explain, note } from './why.ts';
import './results.css';

/** On a phone the times alone are left out, and diagnosis and Why have a row of their own. */
const COLUMNS = { wide: 11, narrow: 7 } as const;
/** Place of a racer with a diagnosis of two lines, and of the lines about the target, kept before there is anything in them. */
const RACER_REM = { wide: 3.25, narrow: 7 } as const;
const TARGET_REM = 4.5;

function Swatch({ racer }: { readonly racer: RacerSummary }) {
  const style = seriesStyle(racer.racerKey, racer.definition.family);
  return (
    <svg className="results-swatch" width="26" height="8" aria-hidden="true">
      <path d="M1 4H25" stroke={style.colour} strokeWidth={style.width} strokeDasharray={style.dash} fill="none" />
    </svg>
  );
}

/** A racer's label, broken between its words only: browsers would break `1e-7` after its hyphen. */
function Label({ text }: { readonly text: string }) {
  return (
    <span>
      {text.split(' ').map((word, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: words have no identity but their place
        <Fragment key={index}>
          {index > 0 && ' '}
          <span className="results-word">{word}</span>
        </Fragment>
      ))}
    </span>
  );
}

/** Whether the racer's losses alone were those of the race: nothing about its company can have changed it. */
function SameBits({ isSame }: { readonly isSame: boolean }) {
  const why = isSame
    ? 'Trained alone, it had the losses of the race, bit for bit'
    : 'Trained alone, it had other losses than in the race: please report this';
  return (
    <span className="results-partial" title={why}>
      {isSame ? '✓ same bits' : '✗ other bits'}
    </span>
  );
}

/** Time of one step alone (R = 1), measured when asked for, because it needs the machine for itself. */
function SoloCell({ racer }: { readonly racer: RacerSummary }) {
  const solo = raceStore((state) => state.solo[racer.racerKey]);
  const status = raceStore((state) => state.status);
  const isBusy = status === 'running' || status === 'loading' || status === 'paused';
  const [isAsked, setIsAsked] = useState(false);
  useEffect(() => {
    if (isBusy || status === 'failed') setIsAsked(false);
  }, [isBusy, status]);
  if (solo !== undefined) {
    return (
      <td>
        {formatNumber(solo.msPerStep)}
        {solo.hasSameBits !== null && <SameBits isSame={solo.hasSameBits} />}
      </td>
    );
  }
  return (
    <td>
      <button
        type="button"
        className="results-action"
        disabled={isBusy || isAsked}
        title={isBusy ? 'Can be measured when the race is over' : 'Runs 30 steps of this racer alone'}
        aria-label={`Measure ${racer.label} alone`}
        onClick={() => {
          setIsAsked(true);
          actions.measureSolo(racer.racerKey);
        }}
      >
        {isAsked ? 'measuring' : 'measure'}
      </button>
    </td>
  );
}

function AloneCell({ racer }: { readonly racer: RacerSummary }) {
  const ms = raceStore((state) => state.solo[racer.racerKey]?.msPerStep);
  return <td>{formatNumber(aloneSeconds(racer, ms))}</td>;
}

function StepsCell({ racer, isBest }: { readonly racer: RacerSummary; readonly isBest: boolean }) {
  const { stepsToTarget, seedsReached, seeds } = racer;
  const isPartial = seeds > 1 && seedsReached < seeds && seedsReached > 0;
  return (
    <td className={isBest ? 'results-best' : undefined}>
      {formatInteger(stepsToTarget)}
      {isPartial && (
        <span className="results-partial">
          {' '}
          {seedsReached} of {seeds} seeds
        </span>
      )}
    </td>
  );
}

/** Runs of this workload that were spent on a racer's settings before the race: trials times seeds. */
function TuningCell({ racer }: { readonly racer: RacerSummary }) {
  const { tuning } = racer;
  if (tuning.kind === 'untuned') return <td title="Defaults, a published point, or values set by hand">0</td>;
  return <td title={tuning.why}>{formatInteger(tuning.runs)}</td>;
}

function BaselineFromEstimate({ racer }: { readonly racer: RacerSummary }) {
  const isFull = raceStore((state) => state.config.racers.length >= MAX_RACERS);
  const spec = findOptimizer('adamw')?.hyper.lr;
  const { peakMultiplier, racer: source } = racer;
  const { estimate } = racer.definition;
  if (peakMultiplier === null || spec?.kind !== 'number' || estimate.kind !== 'distance') return null;
  const lr = Math.min(spec.max, Math.max(spec.min, Number(peakMultiplier.toPrecision(3))));
  return (
    <button
      type="button"
      className="results-action"
      disabled={isFull}
      title={isFull ? `A race has at most ${MAX_RACERS} racers: remove one first` : `Adds AdamW with lr = ${formatExact(lr)}`}
      onClick={() => actions.addRacer('adamw', { hyper: { lr }, schedule: source.schedule, horizon: source.horizon })}
    >
      Use this {estimate.trace} as AdamW's learning rate
    </button>
  );
}

interface RacerProps {
  readonly racer: RacerSummary;
  readonly summary: RaceSummary;
  readonly samples: RaceSamples;
}

/** Everything that is known about a racer's run, and what to try. It stays in view while the table scrolls sideways. */
function Explanation({ racer, summary, samples }: RacerProps) {
  const isFull = raceStore((state) => state.config.racers.length >= MAX_RACERS);
  const { sentences, remedy } = explain(racer, summary, samples);
  const { key: _key, optimizer, ...settings } = racer.racer;
  return (
    <div className="results-pinned results-why">
      {sentences.length === 0 ? (
        <p>Nothing stands out in this run so far.</p>
      ) : (
        sentences.map((sentence) => <p key={sentence}>{sentence}</p>)
      )}
      {remedy && (
        <button
          type="button"
          className="results-action"
          disabled={isFull}
          onClick={() => actions.addRacer(optimizer, { ...settings, hyper: remedy.hyper })}
        >
          {remedy.label}
        </button>
      )}
      <button type="button" className="results-action" onClick={() => showCard({ optimizer, racerKey: racer.racerKey })}>
        How {racer.definition.label} works
      </button>
    </div>
  );
}

interface RowProps extends RacerProps {
  readonly isWide: boolean;
  readonly bytesPerUnit: number;
  readonly isFastest: boolean;
  readonly isBest: boolean;
}

function Row({ racer, summary, samples, isWide, bytesPerUnit, isFastest, isBest }: RowProps) {
  const [isOpen, setIsOpen] = useState(false);
  const columns = COLUMNS[isWide ? 'wide' : 'narrow'];
  const diagnosis = (
    <>
      {note(racer)}
      {racer.isOver && <BaselineFromEstimate racer={racer} />}
    </>
  );
  const why = (
    <button
      type="button"
      className="results-action"
      aria-expanded={isOpen}
      aria-label={`Why, ${racer.label}`}
      onClick={() => setIsOpen(!isOpen)}
    >
      Why
    </button>
  );
  return (
    <Fragment>
      <tr className={[isWide ? '' : 'results-split', racer.isHidden ? 'results-hidden' : ''].join(' ').trim() || undefined}>
        <th scope="row" className="results-racer">
          <span className="results-name">
            <Swatch racer={racer} />
            <Label text={racer.label} />
          </span>
        </th>
        <td className={isBest ? 'results-best' : undefined}>{metricNumber(racer.best, summary.metric)}</td>
        <StepsCell racer={racer} isBest={isFastest} />
        <td>{formatNumber(racer.secondsToTarget)}</td>
        {isWide && <AloneCell racer={racer} />}
        <td>{formatNumber(racer.finalLoss)}</td>
        {isWide && <SoloCell racer={racer} />}
        <td>{formatNumber(racer.stateBytes / bytesPerUnit)}</td>
        <TuningCell racer={racer} />
        {isWide && <td className="results-note">{diagnosis}</td>}
        {isWide && <td>{why}</td>}
      </tr>
      {!isWide && (
        <tr>
          <td colSpan={columns} className="results-across">
            <div className="results-pinned results-below">
              <div className="results-note">{diagnosis}</div>
              {why}
            </div>
          </td>
        </tr>
      )}
      {isOpen && (
        <tr>
          <td colSpan={columns} className="results-across">
            <Explanation racer={racer} summary={summary} samples={samples} />
          </td>
        </tr>
      )}
    </Fragment>
  );
}

function TargetLine({ summary, samples }: { readonly summary: RaceSummary; readonly samples: RaceSamples }) {
  const { target, metric, seeds } = summary;
  const { id, options } = samples.config.workload;
  const simple = findWorkload(id)?.yardstick?.(options);
  if (!target) return <p className="results-target">No target is known for these settings, so nothing counts as reached.</p>;
  return (
    <p className="results-target">
      Target: {metric && inSentence(metric.label)} {metricText(target.value, metric)} or{' '}
      {metric?.direction === 'higher' ? 'higher' : 'lower'}. {target.source}
      {simple && ` A simple model, ${simple.label}, has ${metricText(simple.value, metric)}.`}
      {seeds > 1 && ` Values are medians of ${seeds} seeds.`}
    </p>
  );
}

const withUnit = (name: string, unit: string) => (unit === '' ? name : `${name}, ${unit}`);

/** Results per racer with units in the header; an en dash where something was not reached or not measured. */
export const ResultsTable = memo(function ResultsTable() {
  const summary = useRaceSummary();
  const samples = raceStore((state) => state.samples);
  const planned = raceStore((state) => state.config.racers.length);
  const isWide = useIsWide();
  const width = isWide ? 'wide' : 'narrow';
  const racers = summary?.racers ?? [];
  const workload = findWorkload(samples?.config.workload.id ?? '');
  const loss = lossOf(workload);
  const unit = byteUnit(racers);
  const metric = summary?.metric ?? null;
  const fastest = bestKeys(racers, ({ stepsToTarget }) => stepsToTarget, 'lower');
  const best = bestKeys(racers, (racer) => racer.best, metric?.direction ?? 'lower');
  return (
    <section className="results">
      <h2 className="results-title">Results</h2>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling area must be reachable by keyboard (WCAG 2.1.1) */}
      <div className="results-scroll" tabIndex={0}>
        <table className="results-table" aria-label="Results">
          <thead>
            <tr>
              <th scope="col" rowSpan={2} className="results-racer">
                Racer
              </th>
              <th scope="col" rowSpan={2} className="results-metric">
                Best{metric ? ` ${withUnit(inSentence(metric.label), metric.unit)}` : ''}
              </th>
              <th scope="colgroup" colSpan={isWide ? 3 : 2}>
                To target
              </th>
              <th scope="col" rowSpan={2} title="Mean over the last 2 % of the steps">
                {withUnit('Final loss', loss.unit)}
              </th>
              {isWide && (
                <th scope="col" rowSpan={2} title="One racer alone on this machine">
                  Alone, ms/step
                </th>
              )}
              <th scope="col" rowSpan={2} title="Optimizer state besides the parameters">
                State, {unit.label}
              </th>
              <th scope="col" rowSpan={2} title="Training runs spent on finding this racer's settings before the race">
                Tuning, runs
              </th>
              {isWide && (
                <>
                  <th scope="col" rowSpan={2} className="results-note">
                    Diagnosis
                  </th>
                  <th scope="col" rowSpan={2}>
                    <span className="visually-hidden">Explanation</span>
                  </th>
                </>
              )}
            </tr>
            <tr>
              <th scope="col">steps</th>
              <th scope="col" title="On the clock of the race, which all racers share">
                s, in race
              </th>
              {isWide && (
                <th scope="col" title="Steps times the time of one step alone">
                  s, alone
                </th>
              )}
            </tr>
          </thead>
          <tbody>
            {summary && samples && racers.length > 0 ? (
              racers.map((racer) => (
                <Row
                  key={racer.racerKey}
                  racer={racer}
                  summary={summary}
                  samples={samples}
                  isWide={isWide}
                  bytesPerUnit={unit.bytes}
                  isFastest={fastest.has(racer.racerKey)}
                  isBest={best.has(racer.racerKey)}
                />
              ))
            ) : (
              <tr>
                <td colSpan={COLUMNS[width]} className="results-empty" style={{ height: `${RACER_REM[width] * planned + TARGET_REM}rem` }}>
                  {MISSING} Results appear when a race has started.
                </td>
              </tr>
            )}
          </tbody>
        </table>
      </div>
      {summary && samples && <TargetLine summary={summary} samples={samples} />}
    </section>
  );
});
