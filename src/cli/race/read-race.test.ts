import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { defaultRace, defaultView } from '../../engine/default-config.ts';
import { ResultFormatError, resultToJson } from '../../engine/result-json.ts';
import { encodeHash } from '../../engine/url.ts';
import { parseRaceArguments, UsageError } from './arguments.ts';
import { readRace } from './read-race.ts';
import { resultTable } from './table.ts';

const config = { ...defaultRace, seeds: 2, horizon: 0.25 };
const result = {
  format: 1,
  config,
  backend: { id: 'wasm', adapter: 'test', isSoftware: true, reason: 'test' },
  version: 'test',
  finishedAt: '2026-01-02T03:04:05.678Z',
  state: 'finished',
  fingerprints: [],
  seconds: Float32Array.of(0.5, 1),
  runs: [
    {
      racerKey: 'a',
      seed: 1,
      horizonSteps: 2,
      columns: ['loss'],
      stateBytes: 0,
      series: [Float32Array.of(2, 1.5)],
      evaluations: [{ step: 2, seconds: 1, metrics: [0.125, 1] }],
      divergence: null,
      timeToTarget: { steps: 2, seconds: 1 },
    },
    {
      racerKey: 'b',
      seed: 1,
      horizonSteps: 2,
      columns: ['loss'],
      stateBytes: 0,
      series: [Float32Array.of(Number.NaN)],
      evaluations: [],
      divergence: { step: 0, cause: 'parameters' },
      timeToTarget: null,
    },
  ],
  target: { value: 0.2, source: 'test' },
} as const;

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'freestep-race-'));
});

afterEach(() => rmSync(folder, { recursive: true }));

const file = (name: string, text: string): string => {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
};

describe('a race from the command line', () => {
  it('comes from an address, a fragment, a configuration or an exported result', () => {
    const hash = encodeHash(config, defaultView);
    expect(readRace(hash).config).toEqual(config);
    expect(readRace(`https://example.org/freestep/#${hash}`).config).toEqual(config);
    expect(readRace(file('config.json', JSON.stringify(config))).config).toEqual(config);
    expect(readRace(file('result.json', JSON.stringify(resultToJson(result)))).config).toEqual(config);
  });

  it('is refused with all that of a link cannot be used', () => {
    const read = () => readRace('v=1&bogus=3&workload=mri,width:1e9');
    expect(read).toThrow(UsageError);
    expect(read).toThrow('workload.width: 1000000000 is outside 2 to 16');
    expect(read).toThrow('bogus: ');
  });

  it('says what is wrong with a file', () => {
    expect(() => readRace('missing.json')).toThrow(UsageError);
    expect(() => readRace(file('bad.json', '{'))).toThrow(/not JSON/);
    expect(() => readRace(file('other.json', '{"batch":1}'))).toThrow(ResultFormatError);
  });

  it('says what is wrong with the arguments', () => {
    expect(parseRaceArguments(['v=1', '--backend', 'webgpu', '--steps', '10'])).toEqual({
      source: 'v=1',
      backend: 'webgpu',
      steps: 10,
      out: null,
    });
    for (const argv of [[], ['a', 'b'], ['v=1', '--backend', 'cpu'], ['v=1', '--steps', '0'], ['v=1', '--bogus']]) {
      expect(() => parseRaceArguments(argv)).toThrow(UsageError);
    }
  });

  it('ends in a table with one line per run', () => {
    const [header, first, second, ...rest] = resultTable(result);
    expect(rest).toEqual([]);
    expect(header).toContain('best validation error');
    expect(first).toMatch(/^a .*1\.500 .*0\.1250 .*target at step 2 \(1\.00 s\)$/);
    expect(second).toMatch(/^b .*diverged at step 1: a parameter was not finite\.$/);
  });
});
