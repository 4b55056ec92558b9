import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { HyperSpec } from '../optimizers/definition.ts';
import {
  MAX_RACERS,
  MAX_SEEDS,
  type RaceConfig,
  type RacerConfig,
  SCHEDULE_KINDS,
  type ScheduleConfig,
  type ViewConfig,
} from './config.ts';
import { defaultRace, defaultUrlContext, defaultView } from './default-config.ts';
import { RACER_KEYS, racerFields } from './url/fields.ts';
import { MAX_PROBLEMS } from './url/reader.ts';
import { decodeHash, encodeHash, MAX_HASH_LENGTH, SHARED_SAMPLES, type SharedRace, sharedSteps } from './url.ts';
import { MAX_SEED, validateRace } from './validate.ts';
import { CHART_IDS, HIDEABLE, LOCKABLE, SHOWABLE } from './view.ts';

const { optimizers, workloads } = defaultUrlContext;
type Workload = (typeof workloads)[number];

/** Any float64 in a range, its ends and shortest forms included. */
function within(min: number, max: number): fc.Arbitrary<number> {
  return fc.oneof(fc.constantFrom(min, max), fc.double({ min, max, noNaN: true }));
}

function hyperOf(spec: HyperSpec): fc.Arbitrary<number | boolean | readonly number[]> {
  switch (spec.kind) {
    case 'number':
      return fc.oneof(fc.constant(spec.value), within(spec.min, spec.max));
    case 'integer':
      return fc.oneof(fc.constant(spec.value), fc.integer({ min: spec.min, max: spec.max }));
    case 'flag':
      return fc.boolean();
    case 'list':
      return fc.oneof(
        fc.constant(spec.value),
        fc.array(within(spec.min, spec.max), { minLength: spec.minLength, maxLength: spec.maxLength }),
      );
  }
}

const schedule: fc.Arbitrary<ScheduleConfig> = fc.record({ kind: fc.constantFrom(...SCHEDULE_KINDS), warmup: within(0, 0.5) });
const horizon = within(Number.MIN_VALUE, 1);

function racerOf(key: string, { regularization }: Workload): fc.Arbitrary<RacerConfig> {
  return fc.constantFrom(...optimizers).chain((optimizer) =>
    fc.record({
      key: fc.constant(key),
      optimizer: fc.constant(optimizer.id),
      hyper: fc.record(Object.fromEntries(Object.entries(optimizer.hyper).map(([name, spec]) => [name, hyperOf(spec)]))),
      labelSmoothing: within(0, regularization.labelSmoothing ? 0.9 : 0),
      dropout: within(0, regularization.dropout ? 0.9 : 0),
      auxDropout: within(0, regularization.auxDropout ? 0.9 : 0),
      schedule: fc.option(schedule),
      horizon: fc.option(horizon),
      hidden: fc.boolean(),
    }),
  );
}

function racersOf(workload: Workload): fc.Arbitrary<readonly RacerConfig[]> {
  const keys = fc.shuffledSubarray([...RACER_KEYS], { minLength: 1, maxLength: MAX_RACERS });
  const { regularization } = workload;
  const fitting = defaultRace.racers.map((racer) => ({
    ...racer,
    labelSmoothing: regularization.labelSmoothing ? racer.labelSmoothing : 0,
  }));
  const known = fc.constantFrom(...fitting);
  return fc.oneof(
    fc.constant(fitting),
    keys.chain((list) =>
      fc.tuple(
        ...list.map((key) =>
          fc.oneof(
            racerOf(key, workload),
            known.map((racer) => ({ ...racer, key })),
          ),
        ),
      ),
    ),
  );
}

const config: fc.Arbitrary<RaceConfig> = fc
  .constantFrom(...workloads)
  .chain((workload) =>
    fc
      .record(
        Object.fromEntries(
          Object.entries(workload.options).map(([name, spec]): [string, fc.Arbitrary<number | string>] => [
            name,
            spec.kind === 'integer' ? fc.integer({ min: spec.min, max: spec.max }) : fc.constantFrom(...spec.choices.map(({ id }) => id)),
          ]),
        ),
      )
      .map((options) => ({ workload, options })),
  )
  .chain(({ workload, options }) => {
    const batch = workload.batch(options);
    return fc.record({
      workload: fc.constant({ id: workload.id, options }),
      batch: fc.oneof(fc.constant(batch.value), fc.integer({ min: batch.min, max: batch.max })),
      seed: fc.integer({ min: 0, max: MAX_SEED }),
      seeds: fc.integer({ min: 1, max: MAX_SEEDS }),
      horizon,
      schedule,
      racers: racersOf(workload),
    });
  });

const view: fc.Arbitrary<ViewConfig> = fc.record({
  backend: fc.constantFrom(null, 'webgpu' as const, 'wasm' as const),
  embed: fc.boolean(),
  hide: fc.shuffledSubarray([...HIDEABLE]),
  show: fc.shuffledSubarray([...SHOWABLE]),
  lock: fc.shuffledSubarray([...LOCKABLE]),
  recording: fc.oneof(
    fc.constantFrom(null, 'recordings/glass.json', "https://example.org/a,b:c~d&e=f?g=%20#h'()"),
    fc.webUrl({ withFragments: true, withQueryParameters: true }),
  ),
  xAxis: fc.constantFrom('steps' as const, 'seconds' as const),
  xLog: fc.shuffledSubarray([...CHART_IDS]),
  yFlipped: fc.shuffledSubarray([...CHART_IDS]),
  smoothing: within(0, 0.99),
  stepView: fc.constantFrom('measured' as const, 'nominal' as const),
  theme: fc.constantFrom('auto' as const, 'light' as const, 'dark' as const),
});

const hexDigit = fc.constantFrom(...'0123456789abcdef');
function sharedOf(race: RaceConfig): fc.Arbitrary<SharedRace> {
  const { racers: members, seed, seeds } = race;
  const order = members.flatMap(({ key }) => Array.from({ length: seeds }, (_, i) => ({ racerKey: key, seed: seed + i })));
  const losses = fc.array(fc.float(), { minLength: SHARED_SAMPLES, maxLength: SHARED_SAMPLES });
  return fc.record({
    config: fc.constant(race),
    runs: fc.tuple(...order.map((run) => losses.map((values) => ({ ...run, losses: values })))),
    fingerprints: fc.tuple(
      ...Array.from({ length: seeds }, (_, i) =>
        fc.array(hexDigit, { minLength: 12, maxLength: 12 }).map((digits) => ({ seed: seed + i, hash: digits.join('') })),
      ),
    ),
    backend: fc.record({
      id: fc.constantFrom('webgpu' as const, 'wasm' as const),
      adapter: fc.string({ maxLength: 80, unit: 'grapheme-ascii' }),
    }),
    version: fc.constantFrom('0.1.0', '1.0.0-rc.1+build'),
  });
}

const link = fc.tuple(config, view).chain(([race, look]) => fc.tuple(fc.constant(race), fc.constant(look), fc.option(sharedOf(race))));

describe('links of valid races', () => {
  it('say nothing but the version for the default race', () => {
    expect(encodeHash(defaultRace, defaultView)).toBe('v=1');
    expect(decodeHash('')).toEqual({ config: defaultRace, view: defaultView, shared: null, problems: [] });
  });

  it('decode to exactly what was encoded', { timeout: 120_000 }, () => {
    fc.assert(
      fc.property(link, ([race, look, shared]) => {
        expect(validateRace(race)).toEqual([]);
        const hash = encodeHash(race, look, shared);
        const decoded = decodeHash(`https://example.org/freestep/#${hash}`);
        expect(decoded.problems).toEqual([]);
        expect(decoded.config).toEqual(race);
        expect(decoded.view).toEqual(look);
        expect(decoded.shared).toEqual(shared);
        expect(hash.length).toBeLessThan(MAX_HASH_LENGTH / 1.5);
        // Only what RFC 3986 allows in a fragment, so that no browser or messenger rewrites it.
        expect(hash).toMatch(/^[\w\-.~!$&'()*+,;=:@/?%]*$/);
      }),
      { numRuns: 1000 },
    );
  });

  it('survive a messenger that escapes commas, colons and tildes', () => {
    const [first, ...rest] = defaultRace.racers;
    const race: RaceConfig = {
      ...defaultRace,
      racers: [...rest, { ...(first as RacerConfig), schedule: { kind: 'linear', warmup: 0.25 } }],
    };
    const escaped = encodeHash(race, defaultView).replaceAll(/[,:~]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
    expect(escaped).not.toMatch(/[,:~]/);
    expect(decodeHash(escaped)).toEqual({ config: race, view: defaultView, shared: null, problems: [] });
  });

  it('leave what was tuned for the default workload to that workload, and to racers that they do not spell out', () => {
    const lr = (link: string) => decodeHash(link).config.racers.find(({ key }) => key === 'a')?.hyper.lr;
    expect(lr('v=1&seeds=2')).toBe(defaultRace.racers[0]?.hyper.lr);
    expect(lr('v=1&workload=logistic')).toBe(0.001);
    expect(lr('v=1&a=adamw')).toBe(0.001);
  });

  it('read like what they mean', () => {
    const [a, b] = decodeHash('v=1&workload=logistic').config.racers as readonly [RacerConfig, RacerConfig];
    const race: RaceConfig = {
      ...defaultRace,
      workload: { id: 'logistic', options: { problem: 'glass' } },
      batch: workloads.find(({ id }) => id === 'logistic')?.batch({ problem: 'glass' }).value ?? 0,
      seeds: 3,
      racers: [a, { ...b, hyper: { ...b.hyper, d0: 1e-5 }, horizon: 0.25 }],
    };
    expect(encodeHash(race, { ...defaultView, embed: true, hide: ['controls', 'results'] })).toBe(
      'v=1&workload=logistic,problem:glass&seeds=3&racers=a~b&b=prodigy,d0:1e-5,horizon:0.25&embed=1&hide=controls~results',
    );
  });

  it('have no hyperparameter whose name is taken by a setting of every racer', () => {
    const taken = Object.values(racerFields({ labelSmoothing: true, dropout: true, auxDropout: true })).map(({ key }) => key);
    for (const { id, hyper } of optimizers)
      expect(
        taken.filter((name) => Object.hasOwn(hyper, name)),
        id,
      ).toEqual([]);
  });
});

describe('links with mistakes', () => {
  it.each([
    ['batch=7000', 'batch'],
    ['batch=12.5', 'batch'],
    ['seed=-1', 'seed'],
    ['seeds=9', 'seeds'],
    ['horizon=0', 'horizon'],
    ['horizon=1e999', 'horizon'],
    ['horizon=NaN', 'horizon'],
    ['warmup=0x10', 'warmup'],
    ['schedule=cosin', 'schedule'],
    ['workload=imagenet', 'workload'],
    ['workload=digits,width:1000000', 'workload.width'],
    ['workload=digits,colour:1', 'workload.colour'],
    ['workload=logistic,problem:__proto__', 'workload.problem'],
    ['a=adamw,lr:fast', 'a.lr'],
    ['a=adamw,lr:0', 'a.lr'],
    ['a=adamw,constructor:1', 'a.constructor'],
    ['a=adamw,lr', 'a.lr'],
    ['a=adamw,lr:1e-3,lr:1e-2', 'a.lr'],
    ['a=sgd,nesterov:yes', 'a.nesterov'],
    ['a=mechanicAdamw,betas:1', 'a.betas'],
    ['a=adamw,schedule:linear', 'a.schedule'],
    ['workload=logistic&a=adamw,dropout:0.1', 'a.dropout'],
    ['a=adamw,auxDropout:0.1', 'a.auxDropout'],
    ['a=nonesuch', 'a'],
    ['racers=a~a', 'racers'],
    ['racers=', 'racers'],
    ['racers=a~z', 'racers'],
    ['racers=a~h', 'h'],
    ['racers=a~b&c=prodigy', 'c'],
    ['hide=loss~everything', 'hide'],
    ['recording=javascript%3Aalert(1)', 'recording'],
    ['recording=data:text/json,x', 'recording'],
    ['recording=%E0%A4%A', 'recording'],
    ['smoothing=1', 'smoothing'],
    ['theme=pink', 'theme'],
    ['__proto__=1', '__proto__'],
    ['toString=1', 'toString'],
    ['embed', 'embed'],
    ['embed=1&embed=0', 'embed'],
    ['v=99', 'v'],
    ['v=x', 'v'],
    ['losses=abc', 'fp'],
    ['losses=abc&fp=0123456789ab&on=wasm~x&by=0.1.0', 'losses'],
  ])('%s: the key is named and the rest is used', (part, key) => {
    const { config: race, view: look, problems } = decodeHash(`#theme=dark&${part}`.replace('theme=dark&theme', 'theme'));
    expect(problems.map((problem) => problem.key)).toContain(key);
    for (const { message } of problems) expect(message).not.toBe('');
    if (!part.startsWith('theme')) expect(look.theme).toBe('dark');
    expect(race.racers.length).toBeGreaterThan(0);
  });

  it('leaves a racer out whose optimizer is unknown, and keeps the others', () => {
    const { config: race } = decodeHash('a=nonesuch');
    expect(race.racers.map(({ key }) => key)).toEqual(defaultRace.racers.map(({ key }) => key).filter((key) => key !== 'a'));
  });

  it('falls back to the default racers when none is usable', () => {
    expect(decodeHash('racers=a&a=nonesuch').config.racers).toEqual(defaultRace.racers);
  });

  it('ignores a link that is too long, and says so', () => {
    const { config: race, problems } = decodeHash(`seeds=3&recording=${'x'.repeat(MAX_HASH_LENGTH)}`);
    expect(race).toEqual(defaultRace);
    expect(problems).toEqual([{ key: 'link', message: expect.stringContaining('characters long') }]);
  });

  it('counts the problems it does not list', () => {
    const { problems } = decodeHash(Array.from({ length: 300 }, (_, i) => `x${i}=1`).join('&'));
    expect(problems).toHaveLength(MAX_PROBLEMS + 1);
    expect(problems.at(-1)?.message).toContain('200');
  });
});

describe('hostile links', () => {
  const names = [
    'v',
    'workload',
    'batch',
    'seed',
    'seeds',
    'horizon',
    'schedule',
    'warmup',
    'racers',
    ...RACER_KEYS,
    'embed',
    'hide',
    'show',
    'lock',
    'recording',
  ];
  const more = [
    'backend',
    'x',
    'xlog',
    'yflip',
    'smoothing',
    'steps',
    'theme',
    'losses',
    'fp',
    'on',
    'by',
    '__proto__',
    'constructor',
    'hasOwnProperty',
    '',
  ];
  const nasty = fc.constantFrom(
    ...[
      '',
      '-',
      '~',
      '~'.repeat(5000),
      '1e309',
      '-1e309',
      'inf',
      '-inf',
      'NaN',
      '9'.repeat(400),
      '0x1f',
      '1_000',
      '%',
      '%zz',
      '%00',
      '\u0000',
      '\ud800',
    ],
    ...[
      '__proto__',
      'constructor:1',
      'adamw,__proto__:1',
      'adamw,lr:1e-3,lr:2',
      'prodigy'.repeat(300),
      '[[[['.repeat(500),
      '{"a":'.repeat(500),
    ],
    ...[
      'digits,width:1e6',
      'digits,width:8.5',
      'logistic,problem:../../etc/passwd',
      'a~b~c~d~e~f~g~h~a',
      'javascript:alert(1)',
      '//evil.example/',
    ],
  );
  const pair = fc.tuple(
    fc.oneof(fc.constantFrom(...names, ...more), fc.string()),
    fc.oneof(nasty, fc.string({ unit: 'binary', maxLength: 200 }), fc.double().map(String)),
  );
  const pairs = fc.array(pair, { maxLength: 40 }).map((list) => list.map(([key, value]) => `${key}=${value}`).join('&'));
  const mutated = fc
    .tuple(link, fc.array(fc.tuple(fc.nat(), fc.oneof(fc.string({ unit: 'binary', maxLength: 8 }), nasty)), { minLength: 1, maxLength: 6 }))
    .map(([[race, look, shared], edits]) =>
      edits.reduce(
        (hash, [at, text]) => {
          const start = at % (hash.length + 1);
          return hash.slice(0, start) + text + hash.slice(start + (at % 7));
        },
        encodeHash(race, look, shared),
      ),
    );

  /** What every decoded link must be, whatever it was: a valid race, which can be written as a link again and read without a problem. */
  function expectUsable(hash: string): void {
    const started = process.cpuUsage();
    const { config: race, view: look, problems } = decodeHash(hash);
    const { user } = process.cpuUsage(started);
    // Processor time, microseconds: the slowest of 16 kB takes about 5 ms, the rest is collecting garbage. A hang is what this is after.
    expect(user).toBeLessThan(500_000);
    expect(problems.length).toBeLessThanOrEqual(MAX_PROBLEMS + 1);
    expect(validateRace(race)).toEqual([]);
    const again = decodeHash(encodeHash(race, look));
    expect(again.problems).toEqual([]);
    expect(again.config).toEqual(race);
    expect(again.view).toEqual(look);
    expect(Object.getPrototypeOf(race)).toBe(Object.prototype);
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  }

  it('never crash, hang or give an unusable race', { timeout: 240_000 }, () => {
    fc.assert(fc.property(fc.oneof(pairs, mutated, fc.string({ unit: 'binary', maxLength: 400 })), expectUsable), { numRuns: 10_000 });
  });

  it('name every key they give that is not a setting', { timeout: 60_000 }, () => {
    const known = new Set([...names, ...more.slice(0, 11)]);
    const unknown = fc
      .string({ unit: 'grapheme-ascii', minLength: 1, maxLength: 30 })
      .filter((key) => !/[&=#]/.test(key) && !known.has(key));
    fc.assert(
      fc.property(fc.uniqueArray(unknown, { maxLength: MAX_PROBLEMS }), (keys) => {
        const { problems } = decodeHash(`#${keys.map((key) => `${key}=1`).join('&')}`);
        expect(problems.map(({ key }) => key).sort()).toEqual([...keys].sort());
      }),
      { numRuns: 300 },
    );
  });

  it('of megabytes are refused at once', () => {
    for (const unit of ['a', '&', '&a=1', '=', '~', '%', 'a=adamw,lr:1,', '#']) {
      const link = `#${unit.repeat(4_000_000 / unit.length)}`;
      const started = process.cpuUsage();
      const { config: race, problems } = decodeHash(link);
      // Processor time, microseconds: splitting four megabytes takes longer than this, looking at their length does not.
      expect(process.cpuUsage(started).user).toBeLessThan(100_000);
      expect(race).toEqual(defaultRace);
      expect(problems.map(({ key }) => key)).toEqual(['link']);
    }
  });
});

describe('shared samples', () => {
  it('are taken at eight steps that end with the last one', () => {
    expect(sharedSteps(80)).toEqual([9, 19, 29, 39, 49, 59, 69, 79]);
    expect(sharedSteps(1)).toEqual([0, 0, 0, 0, 0, 0, 0, 0]);
  });
});
