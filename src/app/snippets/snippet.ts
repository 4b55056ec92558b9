import type { RacerConfig } from '../../engine/config.ts';
import type { OptimizerCard, PythonSnippet } from '../../optimizers/card.ts';
import type { OptimizerDefinition } from '../../optimizers/definition.ts';
import type { ScheduleText } from './schedule-text.ts';

/** One racer's configuration, as code for another framework needs it. */
export interface SnippetInput extends ScheduleText {
  readonly definition: OptimizerDefinition;
  readonly card: OptimizerCard;
  readonly racer: Pick<RacerConfig, 'hyper' | 'labelSmoothing' | 'dropout' | 'auxDropout'>;
  /** What it trains on and with which batches, in words, e.g. 'Handwritten digits, batch size 128'. */
  readonly task: string;
  /** Steps between evaluations. */
  readonly evaluationPeriod: number;
}

/** Code that makes and runs the same optimizer, with what differs there; or why there is none. */
export type Snippet = { readonly code: string; readonly warnings: readonly string[] } | { readonly missing: string };

export const isMissing = <T extends object>(snippet: T | { readonly missing: string }): snippet is { readonly missing: string } =>
  'missing' in snippet;

export const FRAMEWORKS = [
  { id: 'torch', label: 'PyTorch' },
  { id: 'optax', label: 'optax' },
] as const;
export type FrameworkId = (typeof FRAMEWORKS)[number]['id'];

/** The name of what pip installs, without version. */
const nameOf = (requirement: string): string => requirement.split(/[=<>@[]/)[0] ?? requirement;

/** `pip install` of a framework's own packages and the card's; of one that both name, the card's where it says a version. */
export function pipInstall(own: readonly string[], { packages }: PythonSnippet): string {
  const versioned = packages.filter(
    (requirement) => requirement !== nameOf(requirement) || !own.some((other) => nameOf(other) === requirement),
  );
  const missing = own.filter((requirement) => !versioned.some((other) => nameOf(other) === nameOf(requirement)));
  // What a shell would take for a redirection stands in quotes.
  return `pip install ${[...missing, ...versioned].map((part) => (/[<>]/.test(part) ? `"${part}"` : part)).join(' ')}`;
}

/** What the run has besides its optimizer, for the comment at the top. */
export function otherSettings({ racer }: SnippetInput, labelSmoothing: string, dropout: string): readonly string[] {
  return [
    ...(racer.labelSmoothing > 0 ? [`This run smooths its labels: ${labelSmoothing}`] : []),
    ...(racer.dropout > 0 ? [`This run drops hidden units with probability ${racer.dropout}: ${dropout}`] : []),
    ...(racer.auxDropout > 0 ? [`Its auxiliary dropout, of attention weights and the like, is ${racer.auxDropout}.`] : []),
  ];
}
