import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { SCHEDULE_KINDS, type ScheduleConfig } from '../../engine/config.ts';
import { relativeMultiplier, warmupSteps } from '../../engine/schedules.ts';
import type { HyperValue } from '../../kernels/step-program.ts';
import type { OptimizerCard } from '../../optimizers/card.ts';
import { pythonFloat } from '../../optimizers/python.ts';
import { defaultConfig } from '../store/default-config.ts';
import { findOptimizer, findWorkload } from '../store/definitions.ts';
import { addRacer, applySetting } from '../store/edit.ts';
import { settingsOf } from '../store/settings.ts';
import { isBalanced } from './python-text.ts';
import { racerSnippet } from './racer-snippet.ts';
import { decayExpression, scheduleConstants } from './schedule-text.ts';
import { FRAMEWORKS, type FrameworkId, isMissing } from './snippet.ts';

const cards = Object.entries(import.meta.glob<OptimizerCard>('../../optimizers/*/*.card.ts', { import: 'card', eager: true })).map(
  ([path, card]) => ({ id: /([^/]+)\.card\.ts$/.exec(path)?.[1] ?? '', card }),
);

const race = { ...defaultConfig, racers: [] };
const workload = findWorkload(race.workload.id);
if (!workload) throw new Error('The default workload is unknown.');

interface Case {
  readonly name: string;
  readonly framework: FrameworkId;
  readonly code: string;
  readonly hyper: Readonly<Record<string, HyperValue>>;
}

/** Every method at every one of its presets, under every schedule, in every framework that has it. */
function allCases(): readonly Case[] {
  return cards.flatMap(({ id, card }) => {
    const definition = findOptimizer(id);
    const racer = addRacer(race, id)?.race.racers[0];
    // A card may be written before its method is in the registry.
    if (!definition || !racer || !workload) return [];
    return settingsOf(definition).flatMap((setting) =>
      SCHEDULE_KINDS.flatMap((kind) =>
        FRAMEWORKS.flatMap(({ id: framework }): readonly Case[] => {
          const set = { ...applySetting(racer, setting, race), schedule: { kind, warmup: setting.warmup ?? 0 } };
          const snippet = racerSnippet(framework, { definition, card, racer: set, race, workload });
          return isMissing(snippet)
            ? []
            : [{ name: `${id} ${setting.id} ${kind} ${framework}`, framework, code: snippet.code, hyper: set.hyper }];
        }),
      ),
    );
  });
}

const cases = allCases();

describe('every method at every preset, under every schedule', () => {
  it('is there', () => {
    expect(cards.length).toBeGreaterThan(0);
    expect(cases.length).toBeGreaterThanOrEqual(SCHEDULE_KINDS.length);
  });

  it('is text without gaps, with every bracket and string closed', () => {
    for (const { name, code } of cases) {
      expect(code, name).not.toMatch(/undefined|NaN|\[object/);
      expect(isBalanced(code), `${name}\n${code}`).toBe(true);
    }
  });

  it('says why where a framework has no such method', () => {
    for (const { id, card } of cards) {
      for (const { id: framework } of FRAMEWORKS) {
        const part = card[framework];
        if (isMissing(part)) expect(part.missing.length, `${id} ${framework}`).toBeGreaterThan(10);
      }
    }
  });

  it('is Python, wherever there is a Python to ask', () => {
    const script =
      'import ast, json, sys\nfor c in json.load(sys.stdin):\n    try: ast.parse(c["code"])\n    except SyntaxError as e: print(c["name"], e)';
    const python = spawnSync('python3', ['-c', script], { input: JSON.stringify(cases), encoding: 'utf8' });
    if (python.error) {
      console.warn('No python3 on this machine: snippets were checked for brackets and strings only.');
      return;
    }
    expect(`${python.stdout}${python.stderr}`).toBe('');
  });
});

describe("PyTorch's constructor", () => {
  it('gets every number that was set', () => {
    for (const { name, framework, code, hyper } of cases.filter((entry) => entry.framework === 'torch')) {
      expect(framework).toBe('torch');
      const missing = Object.entries(hyper).filter(([, value]) => typeof value === 'number' && !hasNumber(code, value));
      expect(missing, `${name}\n${code}`).toEqual([]);
    }
  });
});

/** Whether a number stands in the code, as a float, as a whole number, or in words where 0 and 1e30 have them. */
function hasNumber(code: string, value: number): boolean {
  if (code.includes(pythonFloat(value))) return true;
  if (Number.isInteger(value) && new RegExp(`\\b${value}\\b`).test(code)) return true;
  return value === 0 && code.includes('None');
}

describe('the schedule in Python', () => {
  const schedules = SCHEDULE_KINDS.flatMap((kind): readonly ScheduleConfig[] => [0, 0.013, 0.1, 0.5].map((warmup) => ({ kind, warmup })));

  it('is the schedule of the engine, step by step', () => {
    for (const schedule of schedules) {
      for (const steps of [1, 2, 7, 150]) {
        const text = { schedule, horizonSteps: steps };
        const flat = schedule.kind === 'constant' && warmupSteps(schedule, steps) === 0;
        // The expression is arithmetic that JavaScript reads too.
        const body = `${scheduleConstants(text).join(';')}; return ${decayExpression(text, 'math').replaceAll(/math\.|min\(|max\(/g, (part) => (part === 'math.' ? 'Math.' : `Math.${part}`))}`;
        const evaluate = new Function('t', `var STEPS, WARMUP, DECAY; ${body.replaceAll('Math.pi', 'Math.PI')}`) as (t: number) => number;
        for (let t = warmupSteps(schedule, steps); t < steps; t++) {
          // 14 decimals: Python divides before it multiplies by pi, which may round the last digit otherwise.
          const expected = relativeMultiplier(schedule, steps, t);
          expect(flat ? 1 : evaluate(t), `${schedule.kind} ${schedule.warmup}, step ${t} of ${steps}`).toBeCloseTo(expected, 14);
        }
      }
    }
  });
});
