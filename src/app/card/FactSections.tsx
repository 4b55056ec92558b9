import { stepTraffic } from '../../kernels/fused/step-traffic.ts';
import type { HyperValues } from '../../kernels/step-program.ts';
import { defaultHyper, type Estimate, type OptimizerDefinition } from '../../optimizers/definition.ts';
import { formatHyper, isSameValue } from '../store/labels.ts';
import { NumberText } from './NumberText.tsx';

interface FactProps {
  readonly definition: OptimizerDefinition;
  readonly hyper: HyperValues;
}

const NORMS = {
  'max-norm': 'the max-norm: the largest distance of any one parameter',
  '2-norm': 'the 2-norm: the root of the summed squared distances of all parameters',
} as const;

function estimateWords(estimate: Estimate, { traces }: OptimizerDefinition): string {
  if (estimate.kind === 'none') return `No distance is estimated. ${estimate.why}`;
  const name = traces.find(({ id }) => id === estimate.trace)?.label ?? estimate.trace;
  const bound = estimate.isLowerBound
    ? 'On convex problems it is proven never to exceed that distance.'
    : 'It is an estimate and no bound: it may stay below that distance or exceed it.';
  return `${name} estimates the distance from the start to a solution in ${NORMS[estimate.norm]}. ${bound}`;
}

export function EstimateSection({ definition }: Pick<FactProps, 'definition'>) {
  return (
    <section className="dialog-section">
      <h3>Estimate</h3>
      <p>{estimateWords(definition.estimate, definition)}</p>
    </section>
  );
}

/** For methods with two sets of weights. */
export function PointsSection({ definition: { points } }: Pick<FactProps, 'definition'>) {
  if (!points) return null;
  return (
    <section className="dialog-section">
      <h3>Two sets of weights</h3>
      <p>
        Gradients are taken at {points.gradient}; {points.evaluation} is evaluated and kept. {points.meaning}
      </p>
    </section>
  );
}

/** The named settings and where their numbers are from. */
function Presets({ presets }: Pick<OptimizerDefinition, 'presets'>) {
  return (
    <>
      <h4>Presets</h4>
      <dl className="card-presets">
        {presets.map(({ id, label, source }) => (
          <div key={id}>
            <dt>{label}</dt>
            <dd>{source}</dd>
          </div>
        ))}
      </dl>
    </>
  );
}

export function HyperSection({ definition, hyper }: FactProps) {
  const paper: HyperValues = { ...defaultHyper(definition), ...definition.presets[0]?.hyper };
  return (
    <section className="dialog-section">
      <h3>Hyperparameters</h3>
      <table className="card-table" aria-label="Hyperparameters">
        <thead>
          <tr>
            <th scope="col">Name</th>
            <th scope="col">Meaning</th>
            <th scope="col" className="card-number">
              Value
            </th>
          </tr>
        </thead>
        <tbody>
          {Object.entries(definition.hyper).map(([name, spec]) => {
            const value = hyper[name] ?? spec.value;
            const initial = paper[name] ?? spec.value;
            return (
              <tr key={name}>
                <th scope="row">{spec.label}</th>
                <td>{spec.doc}</td>
                <td className="card-number">
                  <NumberText text={formatHyper(value)} />
                  {!isSameValue(value, initial) && (
                    <span className="card-default">
                      <NumberText text={`paper: ${formatHyper(initial)}`} />
                    </span>
                  )}
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
      <Presets presets={definition.presets} />
    </section>
  );
}

const FLOAT_BYTES = 4;

const counted = (count: number, noun: string) => `${count} ${noun}${count === 1 ? '' : 's'}`;

/** Numbers per run besides the vectors. */
function scalarCount({ program }: OptimizerDefinition, hyper: HyperValues): number {
  return Object.values(program.scalars).reduce((total, { init }) => {
    const value = init(hyper);
    return total + (typeof value === 'number' ? 1 : value.length);
  }, 0);
}

export function MemorySection({ definition, hyper }: FactProps) {
  const slots = Object.keys(definition.program.slots);
  const scalars = scalarCount(definition, hyper);
  const { bytesPerParameter, passes } = stepTraffic({ program: definition.program, hyper });
  const perSegment = definition.program.segments === 'tensor' ? ' per tensor' : '';
  return (
    <section className="dialog-section">
      <h3>Memory</h3>
      <p>
        {slots.length === 0
          ? 'Keeps nothing per parameter'
          : `Keeps ${counted(slots.length, 'number')} per parameter besides the parameter itself (${slots.join(', ')}): ${slots.length * FLOAT_BYTES} bytes in float32`}
        {scalars > 0 && `, and ${counted(scalars, 'scalar')}${perSegment}`}. A step moves {bytesPerParameter} bytes per parameter in{' '}
        {passes.length === 1 ? 'one pass' : `${passes.length} passes`} over the parameters.
      </p>
    </section>
  );
}

export function SourceSection({ definition }: Pick<FactProps, 'definition'>) {
  const { title, authors, year, arxiv, algorithm, implementation } = definition.paper;
  return (
    <section className="dialog-section">
      <h3>Paper and implementation</h3>
      <p>
        {authors} ({year}), {arxiv ? <a href={`https://arxiv.org/abs/${arxiv}`}>{title}</a> : title}
        {arxiv && `, arXiv ${arxiv}`}; {algorithm}.
      </p>
      <p>Numbers follow {implementation}.</p>
      {definition.deviations.length > 0 && (
        <>
          <h4>Deviations</h4>
          <ul className="card-list">
            {definition.deviations.map((line) => (
              <li key={line}>{line}</li>
            ))}
          </ul>
        </>
      )}
    </section>
  );
}
