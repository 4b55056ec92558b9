import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliDecompressSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { main } from './golden.ts';

const data = new URL('./golden/data/', import.meta.url).pathname;
let output: string[];

beforeEach(() => {
  output = [];
  const take = (line: unknown) => void output.push(String(line));
  vi.spyOn(console, 'log').mockImplementation(take);
  vi.spyOn(console, 'error').mockImplementation(take);
});
afterEach(() => {
  vi.restoreAllMocks();
});

/** A fresh folder with the given files, and problems.json unless left out. */
function folder(contents: Readonly<Record<string, string>>, { problems = true } = {}): string {
  const path = mkdtempSync(join(tmpdir(), 'golden-'));
  for (const [name, text] of Object.entries(contents)) writeFileSync(join(path, name), text);
  if (problems) writeFileSync(join(path, 'problems.json'), recorded('problems'));
  return path;
}

function recorded(name: string): string {
  return brotliDecompressSync(readFileSync(join(data, `${name}.json.br`))).toString();
}

describe('the golden command', () => {
  it('prints one line per run and a total, and succeeds when all are within tolerance', async () => {
    expect(await main([join(data, 'sgd.P6.json.br')])).toBe(0);
    expect(output).toHaveLength(4);
    expect(output[0]).toMatch(/^sgd\.P6 +default +float64 .* of .* 12\/12 steps compared +ok$/);
    expect(output.at(-1)).toBe('reference: 3 runs, 3 ok, 0 failed; 0 files not implemented, 0 unusable');
  });

  it.each(['ops', 'wasm'])('compares the float32 runs when the runner is single precision: %s', async (runner) => {
    expect(await main([join(data, 'sgd.P6.json.br'), '--runner', runner])).toBe(0);
    expect(output[0]).toMatch(/^sgd\.P6 +default +float32 /);
  });

  it('reads plain JSON from a folder and lists what it cannot run', async () => {
    const strange = recorded('sgd.P6').replace('"optimizer":"sgd"', '"optimizer":"strange"');
    expect(await main([folder({ 'sgd.P6.json': recorded('sgd.P6'), 'a-strange.P6.json': strange })])).toBe(0);
    expect(output[0]).toMatch(/^a-strange\.P6 +not implemented$/);
    expect(output.at(-1)).toBe('reference: 3 runs, 3 ok, 0 failed; 1 files not implemented, 0 unusable');
  });

  it('fails when a run is out of tolerance', async () => {
    const wrong = JSON.parse(recorded('sgd.P6'));
    wrong.runs[0].params[11][0] += 1e-6;
    expect(await main([folder({ 'sgd.P6.json': JSON.stringify(wrong) })])).toBe(1);
    expect(output[0]).toMatch(/params at step 12.*failed$/);
  });

  it('says how a run should have ended', async () => {
    const raising = JSON.parse(recorded('sgd.P6'));
    raising.runs[0].raises = { type: 'ZeroDivisionError', at_step: 13 };
    expect(await main([folder({ 'sgd.P6.json': JSON.stringify(raising) })])).toBe(1);
    expect(output[0]).toMatch(/failed {2}the package raises ZeroDivisionError at step 13, but this row goes on$/);
  });

  it.each([
    ['no JSON', '{', /sgd\.P6\.json: not readable as JSON/],
    ['another shape', '{"meta": 3}', /sgd\.P6\.json: meta: /],
    [
      'an unknown problem',
      recorded('sgd.P6').replace('"problem":"P6"', '"problem":"P99"'),
      /sgd\.P6\.json: the problems beside it have no "P99"/,
    ],
  ])('names a file with %s', async (_what, text, message) => {
    expect(await main([folder({ 'sgd.P6.json': text })])).toBe(2);
    expect(output[0]).toMatch(message);
  });

  it('asks for problems.json where it is missing', async () => {
    expect(await main([folder({ 'sgd.P6.json': recorded('sgd.P6') }, { problems: false })])).toBe(2);
    expect(output[0]).toMatch(/there is no problems\.json beside it/);
  });

  it.each([
    [['/no/such/place'], /\/no\/such\/place: no such file or folder/],
    [[data, '--runner', 'gpu'], /Unknown runner "gpu"; there are reference, ops, fused, wasm/],
    [[], /npm run golden/],
    [[data, '--speed', '2'], /Unknown option '--speed'/],
  ])('refuses %j', async (argv, message) => {
    expect(await main(argv)).toBe(2);
    expect(output.join('\n')).toMatch(message);
  });

  it('refuses a folder without trajectories', async () => {
    expect(await main([folder({})])).toBe(2);
    expect(output[0]).toMatch(/no trajectory files/);
  });
});
