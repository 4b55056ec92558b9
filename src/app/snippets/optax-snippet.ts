import { numberOf } from '../../kernels/step-program.ts';
import { pythonFloat } from '../../optimizers/python.ts';
import { comment, indent, wrapCall } from './python-text.ts';
import { decayExpression, isFlat, scheduleConstants, scheduleWords } from './schedule-text.ts';
import { isMissing, otherSettings, pipInstall, type Snippet, type SnippetInput } from './snippet.ts';

function scheduleFunction(input: SnippetInput, peak: string): readonly string[] {
  const decay = decayExpression(input, 'jnp');
  const hasWarmup = !scheduleConstants(input).includes('WARMUP = 0');
  return [
    'def schedule(t):',
    ...indent([
      `"""Step t = 0, 1, ...: ${peak} x ${scheduleWords(input)}."""`,
      `decay = ${decay}`,
      `return ${peak} * ${hasWarmup ? 'jnp.where(t < WARMUP, (t + 1) / WARMUP, decay)' : 'decay'}`,
    ]),
    '',
    '',
  ];
}

/** A racer's optimizer, schedule and training loop in optax. */
export function optaxSnippet(input: SnippetInput): Snippet {
  const { card, definition, racer, task } = input;
  const { optax } = card;
  if (isMissing(optax)) return optax;
  const warnings = optax.warnings(racer.hyper);
  const peak = 'lr' in definition.hyper ? pythonFloat(numberOf(racer.hyper, 'lr')) : '1.0';
  const flat = isFlat(input);
  const { before, after } = optax.evaluation ?? { before: [], after: [] };
  const evaluated = before.some((line) => /^evaluated\b/.test(line)) ? 'evaluated' : 'params';
  const settings = otherSettings(
    input,
    `optax.losses.smooth_labels(labels, ${racer.labelSmoothing}) before the cross-entropy.`,
    'drop them in loss_of, with a key of its own in each step.',
  );
  const update = ['grads', 'state', 'params', ...(optax.step ? [optax.step] : [])].join(', ');
  const lines = [
    ...comment(`${definition.label} as it races in Freestep on ${task}.`),
    ...settings.flatMap(comment),
    ...warnings.flatMap((warning) => comment(`Differs: ${warning}`)),
    `# ${pipInstall(['jax', 'optax==0.2.8'], optax)}`,
    'import jax',
    ...(flat ? [] : ['import jax.numpy as jnp']),
    'import optax',
    ...optax.imports.filter((line) => !['import jax', 'import jax.numpy as jnp', 'import optax'].includes(line)),
    '',
    ...scheduleConstants(input),
    `EVALUATE_EVERY = ${input.evaluationPeriod}`,
    '',
    '',
    ...(flat ? [] : scheduleFunction(input, peak)),
    'def train(params, next_batch, loss_of, evaluate):',
    ...indent([
      ...wrapCall('optimizer = ', optax.construct(racer.hyper, flat ? peak : 'schedule')),
      ...(optax.setup?.(racer.hyper) ?? []),
      'state = optimizer.init(params)',
      '',
      '@jax.jit',
      'def step(params, state, batch):',
      ...indent([
        'loss, grads = jax.value_and_grad(loss_of)(params, batch)',
        `updates, state = optimizer.update(${update})`,
        'return optax.apply_updates(params, updates), state, loss',
      ]),
      '',
      'for t in range(STEPS):',
      ...indent([
        'params, state, loss = step(params, state, next_batch())',
        'if (t + 1) % EVALUATE_EVERY == 0 or t + 1 == STEPS:',
        ...indent([...before, `evaluate(${evaluated})`, ...after]),
      ]),
      'return params',
    ]),
  ];
  return { code: `${lines.join('\n')}\n`, warnings };
}
