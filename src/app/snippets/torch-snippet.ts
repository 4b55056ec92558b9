import { numberOf } from '../../kernels/step-program.ts';
import { pythonFloat } from '../../optimizers/python.ts';
import { comment, indent, wrapCall } from './python-text.ts';
import { decayExpression, isFlat, scheduleConstants, scheduleWords } from './schedule-text.ts';
import { isMissing, otherSettings, pipInstall, type Snippet, type SnippetInput } from './snippet.ts';

function multiplierFunction(input: SnippetInput): readonly string[] {
  const decay = decayExpression(input, 'math');
  const hasWarmup = !scheduleConstants(input).includes('WARMUP = 0');
  return [
    'def multiplier(t):',
    ...indent([
      `"""Relative schedule of step t = 0, 1, ...: ${scheduleWords(input)}."""`,
      ...(hasWarmup ? ['if t < WARMUP:', '    return (t + 1) / WARMUP'] : []),
      `return ${decay}`,
    ]),
    '',
    '',
  ];
}

/** A racer's optimizer, schedule and training loop in PyTorch. */
export function torchSnippet(input: SnippetInput): Snippet {
  const { card, definition, racer, task } = input;
  const { torch } = card;
  if (isMissing(torch)) return torch;
  const warnings = torch.warnings(racer.hyper);
  const lr = 'lr' in definition.hyper ? pythonFloat(numberOf(racer.hyper, 'lr')) : '1.0';
  const flat = isFlat(input);
  const { before, after } = torch.evaluation ?? { before: [], after: [] };
  const evaluated = before.some((line) => /^evaluated\b/.test(line)) ? 'evaluated' : 'model';
  const settings = otherSettings(
    input,
    `torch.nn.functional.cross_entropy(..., label_smoothing=${racer.labelSmoothing}).`,
    `torch.nn.Dropout(${racer.dropout}).`,
  );
  const lines = [
    ...comment(`${definition.label} as it races in Freestep on ${task}.`),
    ...settings.flatMap(comment),
    ...warnings.flatMap((warning) => comment(`Differs: ${warning}`)),
    `# ${pipInstall(['torch>=1.13'], torch)}`,
    ...(!flat && /math\./.test(decayExpression(input, 'math')) ? ['import math', ''] : []),
    'import torch',
    ...torch.imports.filter((line) => line !== 'import torch'),
    '',
    ...scheduleConstants(input),
    `EVALUATE_EVERY = ${input.evaluationPeriod}`,
    '',
    '',
    ...(flat ? [] : multiplierFunction(input)),
    'def train(model, next_batch, loss_of, evaluate):',
    ...indent([
      ...wrapCall('optimizer = ', torch.construct(racer.hyper, lr)),
      ...(torch.setup?.(racer.hyper) ?? []),
      ...(flat ? [] : ['scheduler = torch.optim.lr_scheduler.LambdaLR(optimizer, multiplier)']),
      'for t in range(STEPS):',
      ...indent([
        'optimizer.zero_grad()',
        'loss = loss_of(model, next_batch())',
        'loss.backward()',
        ...(torch.step ?? 'optimizer.step()').split('\n'),
        ...(flat ? [] : ['scheduler.step()']),
        'if (t + 1) % EVALUATE_EVERY == 0 or t + 1 == STEPS:',
        ...indent([...before, `evaluate(${evaluated})`, ...after]),
      ]),
    ]),
  ];
  return { code: `${lines.join('\n')}\n`, warnings };
}
