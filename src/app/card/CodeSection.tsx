import { useEffect, useMemo, useRef } from 'react';
import type { RaceConfig, RacerConfig } from '../../engine/config.ts';
import type { OptimizerCard } from '../../optimizers/card.ts';
import type { OptimizerDefinition } from '../../optimizers/definition.ts';
import { CopyField } from '../share/CopyField.tsx';
import { racerSnippet } from '../snippets/racer-snippet.ts';
import { FRAMEWORKS, isMissing, type Snippet } from '../snippets/snippet.ts';
import { findWorkload } from '../store/definitions.ts';

/** Lines of code that are in view; the rest scrolls. */
const MAX_ROWS = 16;

function Code({ label, snippet }: { readonly label: string; readonly snippet: Snippet }) {
  if (isMissing(snippet)) {
    return (
      <div className="card-code">
        <h4>{label}</h4>
        <p>{snippet.missing}</p>
      </div>
    );
  }
  return (
    <div className="card-code">
      <h4>{label}</h4>
      {snippet.warnings.length > 0 && (
        <div className="card-warnings">
          <p>Not the same as here:</p>
          <ul className="card-list">
            {snippet.warnings.map((warning) => (
              <li key={warning}>{warning}</li>
            ))}
          </ul>
        </div>
      )}
      <CopyField
        label={`${label} code`}
        action={`Copy as ${label}`}
        text={snippet.code}
        rows={Math.min(MAX_ROWS, snippet.code.split('\n').length)}
        isCode
        isLabelHidden
      />
    </div>
  );
}

/** The same optimizer, with this racer's hyperparameters, schedule and horizon, for people who train in Python. */
export function CodeSection({
  card,
  definition,
  racer,
  race,
  isWanted,
}: {
  readonly card: OptimizerCard;
  readonly definition: OptimizerDefinition;
  readonly racer: RacerConfig;
  readonly race: RaceConfig;
  readonly isWanted: boolean;
}) {
  const section = useRef<HTMLElement>(null);
  useEffect(() => {
    if (isWanted) section.current?.scrollIntoView();
  }, [isWanted]);
  const workload = findWorkload(race.workload.id);
  const snippets = useMemo(
    () =>
      workload
        ? FRAMEWORKS.map(({ id, label }) => ({ label, snippet: racerSnippet(id, { definition, card, racer, race, workload }) }))
        : [],
    [definition, card, racer, race, workload],
  );
  return (
    <section ref={section} className="dialog-section">
      <h3>In Python</h3>
      <p className="dialog-note">These settings, schedule and number of steps, with the packages that the numbers were compared with.</p>
      {snippets.map(({ label, snippet }) => (
        <Code key={label} label={label} snippet={snippet} />
      ))}
    </section>
  );
}
