import Papa from 'papaparse';
import { describe, expect, it } from 'vitest';
import { defaultRace } from '../../engine/default-config.ts';
import type { RaceResult } from '../../engine/result.ts';
import { captionOf } from './caption.ts';
import { pictureTitle } from './chart-words.ts';
import { runsCsv, stepsCsv } from './csv.ts';
import { fileName } from './file-name.ts';
import { wrap } from './wrap.ts';

const [racer] = defaultRace.racers;
if (!racer) throw new Error('the default race has no racer');

const result: RaceResult = {
  format: 1,
  config: { ...defaultRace, racers: [racer] },
  backend: { id: 'wasm', adapter: '=HYPERLINK("http://evil.example","x"),\n"quoted"', isSoftware: true, reason: 'test' },
  version: '0.1.0',
  finishedAt: '2026-11-22T11:30:12.000Z',
  state: 'finished',
  fingerprints: [{ seed: 1, hash: '0123456789ab' }],
  seconds: Float32Array.from([0.1, 0.2, 0.3]),
  runs: [
    {
      racerKey: racer.key,
      seed: 1,
      horizonSteps: 3,
      columns: ['loss', 'rmsStep'],
      stateBytes: 64,
      series: [Float32Array.from([2.3, 1.5, Number.NaN]), Float32Array.from([-1e-3, 2e-3, Number.POSITIVE_INFINITY])],
      evaluations: [
        { step: 0, seconds: 0, metrics: [0.9, 2.3] },
        { step: 2, seconds: 0.2, metrics: [0.25, 0.7] },
      ],
      divergence: { step: 2, cause: 'loss' },
      timeToTarget: null,
    },
  ],
  target: null,
};

const parse = (csv: string) => Papa.parse<Record<string, string>>(csv, { header: true }).data;

describe('the table of steps', () => {
  it('has the start and every step of every run, shortest float32 numbers, and blanks for what was not measured', () => {
    const rows = parse(stepsCsv(result));
    expect(
      rows.map(({ step, seconds, loss, rmsStep, validation_errorRate, diverged }) => [
        step,
        seconds,
        loss,
        rmsStep,
        validation_errorRate,
        diverged,
      ]),
    ).toEqual([
      ['0', '0', '', '', '0.9', 'false'],
      ['1', '0.1', '2.3', '-0.001', '', 'false'],
      ['2', '0.2', '1.5', '0.002', '0.25', 'false'],
      ['3', '0.3', '', '', '', 'true'],
    ]);
    expect(rows[0]).toMatchObject({ racer: 'a', optimizer: racer.optimizer, seed: '1', fingerprint: '0123456789ab' });
  });
});

it('the table of steps has columns for the point of gradients where some optimizer is evaluated elsewhere', () => {
  const [run] = result.runs;
  if (!run) throw new Error('the result has no run');
  const evaluations = [{ step: 2, seconds: 0.2, metrics: [0.25, 0.75], gradientPointMetrics: [0.375, 0.5] }];
  const twice = parse(stepsCsv({ ...result, runs: [run, { ...run, evaluations }] }));
  const cells = twice.map((row) => [row.validation_errorRate, row.validation_errorRate_at_gradient_point]);
  expect(cells[2]).toEqual(['0.25', '']);
  expect(cells[6]).toEqual(['0.25', '0.375']);
  expect(Object.keys(parse(stepsCsv(result))[0] ?? {})).not.toContain('validation_errorRate_at_gradient_point');
});

describe('the table of runs', () => {
  it('carries settings, result, fingerprint, adapter, version and link', () => {
    const [row] = parse(runsCsv(result, 'https://example.org/#v=1'));
    expect(row).toMatchObject({
      lr: String(racer.hyper.lr),
      horizon_steps: '3',
      steps_made: '3',
      diverged_at_step: '3',
      divergence_cause: 'loss',
      steps_to_target: '',
      workload: 'digits',
      backend: 'wasm',
      freestep_version: '0.1.0',
      link: 'https://example.org/#v=1',
    });
  });

  it('has the best evaluation of every metric in its direction, whenever it was', () => {
    const [run] = result.runs;
    if (!run) throw new Error('the result has no run');
    const evaluations = [
      { step: 0, seconds: 0, metrics: [0.9, 2.3] },
      { step: 1, seconds: 0.1, metrics: [0.125, 0.75] },
      { step: 2, seconds: 0.2, metrics: [0.25, 0.5] },
      { step: 3, seconds: 0.3, metrics: [Number.NaN, Number.NaN] },
    ];
    const [row] = parse(runsCsv({ ...result, runs: [{ ...run, evaluations }] }, ''));
    expect(row).toMatchObject({ best_validation_errorRate: '0.125', best_validation_crossEntropy: '0.5' });
    const config = { ...result.config, workload: { id: 'logistic', options: { problem: 'iris' } } };
    const [higher] = parse(runsCsv({ ...result, config, runs: [{ ...run, evaluations }] }, ''));
    expect(higher).toMatchObject({ best_validation_crossEntropy: '0.125', best_validation_accuracy: '2.3' });
    const [none] = parse(runsCsv({ ...result, runs: [{ ...run, evaluations: [] }] }, ''));
    expect(none).toMatchObject({ best_validation_errorRate: '', best_validation_crossEntropy: '' });
  });

  it('never hands a spreadsheet a formula, and quotes what needs quoting', () => {
    const csv = runsCsv(result, 'https://example.org/');
    expect(parse(csv)[0]?.adapter).toBe(`'${result.backend.adapter}`);
    for (const start of ['=', '+', '-', '@', '\t', '\r', '\n=']) {
      const hostile = { ...result, backend: { ...result.backend, adapter: `${start}cmd` } };
      expect(parse(runsCsv(hostile, ''))[0]?.adapter).toBe(`'${start}cmd`);
    }
  });
});

describe('names and captions', () => {
  it('name the workload, the part and the minute', () => {
    expect(fileName(result, 'steps', 'csv')).toBe('freestep-digits-steps-2026-11-22-1130.csv');
    expect(fileName(result, '', 'json')).toBe('freestep-digits-2026-11-22-1130.json');
  });

  it('say what lines and bands are when there are several seeds and they differ in the chart', () => {
    const three = { ...result, config: { ...result.config, seeds: 3 } };
    expect(captionOf('loss', three)).toContain('. Lines are medians over 3 seeds, bands their range. WASM, ');
    expect(captionOf('loss', result)).not.toContain('Lines are');
    expect(captionOf('schedule', three)).not.toContain('Lines are');
  });

  it('set the unit of a title apart', () => {
    expect(pictureTitle('Distance estimate', 'parameter units')).toBe('Distance estimate (parameter units)');
    expect(pictureTitle('Effective step size', 'RMS(x)')).toBe('Effective step size, RMS(x)');
    expect(pictureTitle('Loss', '')).toBe('Loss');
  });

  it('break at spaces, and inside a word only when it is longer than a line', () => {
    expect(wrap('one two three', 7)).toEqual(['one two', 'three']);
    expect(wrap('https://example.org/abc', 10)).toEqual(['https://ex', 'ample.org/', 'abc']);
    expect(wrap('', 10)).toEqual([]);
  });
});
