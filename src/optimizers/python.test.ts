import { describe, expect, it } from 'vitest';
import { flagOf, floatListOf, floatOf, intOf, pythonCall, pythonFloat, tupleOf } from './python.ts';

describe('Python literals', () => {
  it('write floats as floats, in as few digits as read back exactly', () => {
    expect([1, 0, 0.1, 1e-8, 0.999, -2, 1e21, 1 - 0.02686663061].map(pythonFloat)).toEqual([
      '1.0',
      '0.0',
      '0.1',
      '1e-8',
      '0.999',
      '-2.0',
      '1e21',
      '0.97313336939',
    ]);
  });

  it('write the stand-in for infinity as infinity', () => {
    expect([1e30, Number.POSITIVE_INFINITY, -1e30].map(pythonFloat)).toEqual(['float("inf")', 'float("inf")', 'float("-inf")']);
  });

  it('refuse what is not a number', () => {
    expect(() => pythonFloat(Number.NaN)).toThrow('NaN');
    expect(() => floatOf({}, 'lr')).toThrow('"lr"');
  });

  it('write the other kinds', () => {
    const hyper = { sliceP: 2, decouple: true, nesterov: false, beta1: 0.9, beta2: 0.999, betas: [0.9, 1] };
    expect(intOf(hyper, 'sliceP')).toBe('2');
    expect([flagOf(hyper, 'decouple'), flagOf(hyper, 'nesterov')]).toEqual(['True', 'False']);
    expect([tupleOf(hyper, 'beta1', 'beta2'), tupleOf(hyper, 'beta1')]).toEqual(['(0.9, 0.999)', '(0.9,)']);
    expect(floatListOf(hyper, 'betas')).toBe('[0.9, 1.0]');
  });

  it('writes calls with literals for values and text as it is', () => {
    expect(pythonCall('torch.optim.SGD', ['model.parameters()'], { lr: 'schedule', momentum: 0.9, nesterov: true, foreach: null })).toBe(
      'torch.optim.SGD(model.parameters(), lr=schedule, momentum=0.9, nesterov=True, foreach=None)',
    );
    expect(pythonCall('KT', [], {})).toBe('KT()');
  });
});
