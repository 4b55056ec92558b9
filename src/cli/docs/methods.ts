import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { stepTraffic } from '../../kernels/fused/step-traffic.ts';
import { defaultHyper, KIN, type OptimizerDefinition } from '../../optimizers/definition.ts';
import { optimizers } from '../../optimizers/registry.ts';
import { fillSections } from './fill-sections.ts';
import { table } from './table.ts';

const FLOAT_BYTES = 4;

/** The sections of docs/optimizers.md that follow from the definitions. */
export function methodSections(): Readonly<Record<string, string>> {
  const kins = Object.keys(KIN);
  const sorted = optimizers.toSorted((a, b) => kins.indexOf(a.kin) - kins.indexOf(b.kin));
  return { sources: sourcesTable(sorted), costs: costsTable(sorted), presets: presetsTable(sorted), deviations: deviationsList(sorted) };
}

/** docs/optimizers.md with everything in it that is generated. `<!-- added: id -->` asks for what a method was made of. */
export function fillMethods(page: string): string {
  const added = Array.from(page.matchAll(/<!-- added: (\w+) -->/g), ([, id]) => [`added: ${id}`, filesTable(id ?? '')] as const);
  return fillSections(page, { ...methodSections(), ...Object.fromEntries(added) });
}

function estimateOf({ estimate }: OptimizerDefinition): string {
  if (estimate.kind === 'none') return 'none';
  return `\`${estimate.trace}\`, ${estimate.norm}${estimate.isLowerBound ? ', a lower bound on convex problems' : ''}`;
}

function paperOf({ paper: { authors, year, arxiv, title } }: OptimizerDefinition): string {
  const name = `${authors} (${year})`;
  return arxiv ? `[${name}](https://arxiv.org/abs/${arxiv})` : `${name}: ${title}`;
}

function sourcesTable(definitions: readonly OptimizerDefinition[]): string {
  return table(
    ['method', 'id', 'kinship', 'paper', 'implementation followed', 'estimate of a distance'],
    definitions.map((definition) => [
      definition.label,
      `\`${definition.id}\``,
      KIN[definition.kin],
      paperOf(definition),
      definition.paper.implementation,
      estimateOf(definition),
    ]),
  );
}

function costsTable(definitions: readonly OptimizerDefinition[]): string {
  return table(
    ['method', 'numbers kept per parameter', 'bytes kept', 'bytes moved per step', 'passes', 'kernels'],
    definitions.map((definition) => {
      const { label, program } = definition;
      const slots = Object.keys(program.slots);
      const traffic = stepTraffic({ program, hyper: defaultHyper(definition) });
      const { gather, decide } = program.fused;
      return [
        label,
        slots.length === 0 ? '-' : slots.map((slot) => `\`${slot}\``).join(' '),
        String(slots.length * FLOAT_BYTES),
        String(traffic.bytesPerParameter),
        String(traffic.passes.length),
        [...(gather ? ['gather'] : []), ...(decide ? ['decide'] : []), 'apply'].join(', '),
      ];
    }),
  );
}

function presetsTable(definitions: readonly OptimizerDefinition[]): string {
  return table(
    ['method', 'preset', 'source'],
    definitions.flatMap(({ label, presets }) => presets.map((preset) => [label, preset.label, preset.source])),
  );
}

function deviationsList(definitions: readonly OptimizerDefinition[]): string {
  return definitions
    .filter(({ deviations }) => deviations.length > 0)
    .flatMap(({ label, deviations }) => deviations.map((line) => `- **${label}**: ${line}`))
    .join('\n');
}

/** What each file of a method's folder is for, by how its name ends. */
const PURPOSES: readonly (readonly [ending: string, purpose: string])[] = [
  ['.cases.ts', 'settings in which each part of the formula shows, and wrong formulas that tests must catch'],
  ['.mutations.ts', 'wrong texts for the WGSL that tests must catch'],
  ['.golden.ts', "how the runs that were recorded with the authors' package are set up here"],
  ['.card.ts', 'the mathematics for readers, and the same optimizer in PyTorch and optax'],
  ['.test.ts', 'tests of what is its own'],
  ['.txt', 'what links leave out, frozen by the tests'],
  ['diagnose.ts', 'findings in plain words'],
  ['.wgsl', 'the step for the GPU'],
  ['.ts', 'the step and the definition around it'],
];

/** The files that one method was added with, and how long they are. */
function filesTable(id: string): string {
  const folder = fileURLToPath(new URL(`../../optimizers/${id}/`, import.meta.url));
  const files = readdirSync(folder).map((file) => {
    const lines = readFileSync(`${folder}${file}`, 'utf8').split('\n').length - 1;
    return [`\`src/optimizers/${id}/${file}\``, `+${lines}`, PURPOSES.find(([ending]) => file.endsWith(ending))?.[1] ?? ''];
  });
  return table(['file', 'lines', 'what it is'], [...files, ['`src/optimizers/registry.ts`', '+2', 'its import and its place in the list']]);
}
