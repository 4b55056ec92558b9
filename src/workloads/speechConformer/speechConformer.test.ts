import { describe, expect, test } from 'vitest';
import { describeRecogniser } from '../speech/testing/describe-recogniser.ts';
import { conformerModel } from './model.ts';

const small = { width: 8, depth: 1, variant: 'base', calibrationRows: 2 } as const;

describe('a small Conformer', () => describeRecogniser(conformerModel(small), true));

test('variants are other networks: only the one without layer norm after blocks has fewer parameters', () => {
  const names = (variant: string): readonly string[] => conformerModel({ ...small, variant }).parameters.map(({ name }) => name);
  const base = names('base');
  for (const variant of ['attentionTemperature', 'gelu']) expect(names(variant)).toEqual(base);
  expect(base.filter((name) => !names('layernorm').includes(name))).toEqual(['block0.norm.scale', 'block0.norm.offset']);
});
