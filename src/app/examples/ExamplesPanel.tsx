import { memo, useId, useState } from 'react';
import type { RaceState } from '../store/race-store.ts';
import { raceStore } from '../store/store.ts';
import { formatInteger } from '../ui/format.ts';
import { NativeSelect } from '../ui/NativeSelect.tsx';
import { Example } from './Example.tsx';
import { type ShownRacer, shownRacers } from './racers.ts';
import { type ExhibitMoment, useExhibit } from './use-exhibit.ts';
import './examples.css';

/** Why there is nothing to see, and when there will be. */
function waitingText({ source, status }: Pick<RaceState, 'source' | 'status'>): string {
  if (status === 'loading') return 'Examples appear with the first evaluation.';
  if (source === 'recording') return 'A recorded run has curves but no examples. They appear with the first evaluation when you press Run.';
  if (source === 'restored')
    return 'A race from the history has curves but no examples. They appear with the first evaluation when you run it again.';
  return 'Examples appear with the first evaluation when you press Run.';
}

/** Which optimizer's model is asked: those that the legend shows, in their colours. */
function RacerChoice(props: { readonly racers: readonly ShownRacer[]; readonly value: string; readonly onChange: (key: string) => void }) {
  const name = useId();
  return (
    <fieldset className="example-racers">
      <legend className="visually-hidden">Optimizer</legend>
      {props.racers.map(({ key, label, style }) => (
        <label key={key} className="example-racer">
          <input type="radio" className="visually-hidden" name={name} checked={key === props.value} onChange={() => props.onChange(key)} />
          <svg width="26" height="8" aria-hidden="true">
            <path d="M1 4H25" stroke={style.colour} strokeWidth={style.width} strokeDasharray={style.dash} fill="none" />
          </svg>
          <span>{label}</span>
        </label>
      ))}
    </fieldset>
  );
}

function SeedChoice(props: { readonly seeds: readonly number[]; readonly value: number; readonly onChange: (seed: number) => void }) {
  return (
    <div className="example-seed">
      <NativeSelect label="Seed" value={String(props.value)} onChange={(seed) => props.onChange(Number(seed))}>
        {props.seeds.map((seed) => (
          <option key={seed} value={seed}>
            {seed}
          </option>
        ))}
      </NativeSelect>
    </div>
  );
}

/** When these answers were given. */
function Moment({ run, shown, divergence }: ExhibitMoment) {
  if (!shown) return null;
  return (
    <>
      After {formatInteger(shown.step)} of {formatInteger(run.horizonSteps)} steps
      {divergence && `, the last evaluation before it diverged at step ${formatInteger(divergence.step + 1)}`}.
    </>
  );
}

/** What the models of the race say of a few validation rows, at their last evaluation. */
export const ExamplesPanel = memo(function ExamplesPanel() {
  const samples = raceStore((state) => state.samples);
  const config = raceStore((state) => state.config);
  const source = raceStore((state) => state.source);
  const status = raceStore((state) => state.status);
  const [chosen, setChosen] = useState<string | null>(null);
  const [seed, setSeed] = useState<number | null>(null);
  const racers = shownRacers({ samples, config });
  const racer = racers.find(({ key }) => key === chosen) ?? racers[0] ?? null;
  const moment = useExhibit(racer?.key ?? null, seed);
  const seeds = samples?.runs.filter(({ racerKey }) => racerKey === racer?.key).map((run) => run.seed) ?? [];
  const exhibit = moment?.shown?.exhibit ?? null;
  const titleId = useId();
  return (
    <section className="examples" aria-labelledby={titleId}>
      <h2 id={titleId} className="examples-title">
        Validation examples
      </h2>
      <div className="examples-choice">
        {racer && <RacerChoice racers={racers} value={racer.key} onChange={setChosen} />}
        {seeds.length > 1 && moment && <SeedChoice seeds={seeds} value={moment.run.seed} onChange={setSeed} />}
      </div>
      <div className="examples-body">
        <p className="examples-note">
          {racer && exhibit && moment && (
            <>
              <Moment {...moment} /> {exhibit.note}
            </>
          )}
        </p>
        {racer && exhibit ? (
          <ul className="examples-list">
            {exhibit.items.map((item, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: always the same rows in the same order
              <Example key={index} item={item} />
            ))}
          </ul>
        ) : (
          <p className="examples-waiting">
            {racer ? waitingText({ source, status }) : 'All optimizers are hidden. Show one in a legend to see what its model says.'}
          </p>
        )}
      </div>
    </section>
  );
});
