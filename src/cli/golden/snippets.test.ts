import { describe, expect, it } from 'vitest';
import type { HyperValue, HyperValues } from '../../kernels/step-program.ts';
import type { OptimizerCard } from '../../optimizers/card.ts';
import { defaultHyper, type HyperSpec } from '../../optimizers/definition.ts';
import type { Arguments, GoldenTranslation } from '../../optimizers/golden.ts';
import { pythonFloat } from '../../optimizers/python.ts';
import { optimizers } from '../../optimizers/registry.ts';
import { pythonCalls } from './python-call.ts';

const cards = import.meta.glob<OptimizerCard>('../../optimizers/*/*.card.ts', { import: 'card', eager: true });
const translations = import.meta.glob<GoldenTranslation>('../../optimizers/*/*.golden.ts', { import: 'golden', eager: true });

/** The optimizer that another one is called with, as in `Wrapper(torch.optim.SGD(model.parameters(), lr=0.1), momentum=0.9)`. */
function wrappedBase(argument: string | undefined): Arguments | null {
  const [call] = argument?.includes('(') ? pythonCalls(argument) : [];
  if (!call || call.positional.length === 0) return null;
  return { base: argument?.split('(')[0]?.split('.').at(-1), base_args: call.keywords };
}

/** Arguments of a snippet as a recorded file would have them. */
function recordedArguments(code: string, setup: readonly string[]): Arguments {
  const calls = pythonCalls(code);
  const wrapped = wrappedBase(calls[0]?.positional[0]);
  if (wrapped) return { ...wrapped, wrapper: calls[0]?.keywords };
  const last = calls.at(-1)?.keywords ?? {};
  const averager = setup.find((line) => line.startsWith('averager = '));
  return {
    ...(calls.length === 1 ? last : { base: calls[0]?.positional[0]?.split('.').at(-1), base_args: last, mechanic: calls[0]?.keywords }),
    ...(averager ? { averager: pythonCalls(averager)[0]?.keywords } : {}),
  };
}

/** Another value of a hyperparameter within its range, so that no argument is right by being the default. */
function otherValue(spec: HyperSpec): HyperValue {
  switch (spec.kind) {
    case 'flag':
      return !spec.value;
    case 'integer':
      return Math.min(spec.max, spec.value + 2);
    case 'list':
      return spec.value.map((value) => value / 2);
    case 'number':
      // Whole where the range is wide: it may count steps.
      return spec.scale === 'linear'
        ? Math.min(spec.max, spec.value + (spec.max >= 2 ? 2 : 0.25))
        : Math.min(spec.max, Math.max(spec.min, spec.value * 0.75));
    default:
      return spec satisfies never;
  }
}

const cases = optimizers.flatMap((definition) => {
  const { id } = definition;
  const torch = cards[`../../optimizers/${id}/${id}.card.ts`]?.torch;
  const golden = translations[`../../optimizers/${id}/${id}.golden.ts`];
  if (!torch || 'missing' in torch || !golden) return [];
  const defaults = defaultHyper(definition);
  // With some weight decay, so that it matters how it is applied.
  const decaying = 'weightDecay' in defaults ? { ...defaults, weightDecay: 0.125 } : defaults;
  const settings: readonly (readonly [string, HyperValues])[] = [
    ...definition.presets.map((preset) => [preset.id, { ...defaults, ...preset.hyper }] as const),
    ...Object.entries(definition.hyper).map(([name, spec]) => [`another ${name}`, { ...decaying, [name]: otherValue(spec) }] as const),
  ];
  return settings.map(([label, hyper]) => ({ name: `${id}, ${label}`, hyper, defaults, torch, golden }));
});

describe('the PyTorch code of a card', () => {
  it('is there', () => expect(cases.length).toBeGreaterThan(0));

  it.each(cases)('gives the hyperparameters back when it is read like a recorded run: $name', ({ hyper, defaults, torch, golden }) => {
    const lr = typeof hyper.lr === 'number' ? pythonFloat(hyper.lr) : '1.0';
    const code = torch.construct(hyper, lr);
    const read = golden.hyper({}, recordedArguments(code, torch.setup?.(hyper) ?? []));
    // What the package has no argument for is a warning's business, unless it is at its default.
    const silent = Object.entries(hyper).filter(([name, value]) => !(name in read) && value !== defaults[name]);
    if (torch.warnings(hyper).length === 0) expect(silent, code).toEqual([]);
    expect(read, code).toEqual(Object.fromEntries(Object.entries(hyper).filter(([name]) => name in read)));
  });
});
