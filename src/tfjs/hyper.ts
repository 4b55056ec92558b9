import type { HyperValue, HyperValues } from '../kernels/step-program.ts';
import { defaultHyper, type HyperSpec, type OptimizerDefinition } from '../optimizers/definition.ts';

/** The options over the defaults. Throws an error that names an option that is not known, of another type, or out of range. */
export function checkedHyper({ id, hyper, ...definition }: OptimizerDefinition, options: Readonly<Record<string, unknown>>): HyperValues {
  const given = Object.entries(options).filter(([, value]) => value !== undefined);
  const values = given.map(([name, value]): readonly [string, HyperValue] => {
    const spec = hyper[name];
    if (!spec) throw new Error(`${id} has no hyperparameter "${name}"; it has ${Object.keys(hyper).join(', ')}.`);
    const problem = problemWith(spec, value);
    if (problem) throw new Error(`${id}: ${name} must be ${problem}, got ${JSON.stringify(value) ?? String(value)}.`);
    return [name, value as HyperValue];
  });
  return { ...defaultHyper({ id, hyper, ...definition }), ...Object.fromEntries(values) };
}

/** What a value should be, in words, or null if it is. */
function problemWith(spec: HyperSpec, value: unknown): string | null {
  switch (spec.kind) {
    case 'flag':
      return typeof value === 'boolean' ? null : 'true or false';
    case 'integer':
      return Number.isInteger(value) && isInside(spec, value) ? null : `a whole number from ${spec.min} to ${spec.max}`;
    case 'number':
      return isInside(spec, value) ? null : `a number from ${spec.min} to ${spec.max}`;
    case 'list': {
      const { minLength, maxLength } = spec;
      const isList = Array.isArray(value) && value.length >= minLength && value.length <= maxLength;
      return isList && value.every((entry) => isInside(spec, entry))
        ? null
        : `a list of ${minLength} to ${maxLength} numbers from ${spec.min} to ${spec.max}`;
    }
    default:
      return spec satisfies never;
  }
}

function isInside({ min, max }: { readonly min: number; readonly max: number }, value: unknown): boolean {
  return typeof value === 'number' && value >= min && value <= max;
}
