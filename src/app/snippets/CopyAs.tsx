import { useState } from 'react';
import type { RaceConfig, RacerConfig } from '../../engine/config.ts';
import type { OptimizerDefinition } from '../../optimizers/definition.ts';
import { findWorkload } from '../store/definitions.ts';
import { showCard } from '../store/shown-card.ts';
import { FRAMEWORKS, type FrameworkId, isMissing, type Snippet } from './snippet.ts';

interface CopyAsProps {
  readonly definition: OptimizerDefinition;
  readonly racer: RacerConfig;
  readonly race: RaceConfig;
}

/** The racer as code. Cards and the writers of code are fetched when they are first asked for. */
async function snippetOf(framework: FrameworkId, { definition, racer, race }: CopyAsProps): Promise<Snippet> {
  const [{ loadCard }, { racerSnippet }] = await Promise.all([import('../card/cards.ts'), import('./racer-snippet.ts')]);
  const card = await loadCard(definition.id);
  const workload = findWorkload(race.workload.id);
  if (!workload) return { missing: `The workload "${race.workload.id}" is unknown, and with it the number of steps.` };
  return racerSnippet(framework, { definition, card, racer, race, workload });
}

function copiedWords({ warnings }: { readonly warnings: readonly string[] }): string {
  if (warnings.length === 0) return 'Copied.';
  return `Copied. It differs from Freestep in ${warnings.length === 1 ? 'one point' : `${warnings.length} points`}, named in its comments.`;
}

/** Copies a racer's configuration as code for another framework with one press. */
export function CopyAs(props: CopyAsProps) {
  const [outcome, setOutcome] = useState('');

  async function copy(framework: FrameworkId): Promise<void> {
    const { definition, racer } = props;
    try {
      const snippet = await snippetOf(framework, props);
      if (isMissing(snippet)) return setOutcome(snippet.missing);
      await navigator.clipboard.writeText(snippet.code);
      setOutcome(copiedWords(snippet));
    } catch {
      // Pages without https, and frames, may not write to the clipboard: the card has the code to be selected by hand.
      showCard({ optimizer: definition.id, racerKey: racer.key, isForCode: true });
    }
  }

  return (
    <div>
      <div className="copy-as">
        {FRAMEWORKS.map(({ id, label }) => (
          <button key={id} type="button" className="button" onClick={() => copy(id)}>
            Copy as {label}
          </button>
        ))}
      </div>
      <p className="field-doc" aria-live="polite">
        {outcome}
      </p>
    </div>
  );
}
