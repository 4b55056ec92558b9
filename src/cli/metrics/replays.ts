import * as v from 'valibot';
import { scoreBinary } from '../../workloads/binary.ts';
import { averagePrecisions, meanAveragePrecision } from '../../workloads/metrics/average-precision.ts';
import { bleu4 } from '../../workloads/metrics/bleu.ts';
import { chrF2 } from '../../workloads/metrics/chrf.ts';
import { gaussianWindow, similarityOf, uniformWindow } from '../../workloads/metrics/ssim.ts';
import { editDistance, wordErrorRate } from '../../workloads/metrics/word-error-rate.ts';
import { type Comparison, worstOf } from './compare.ts';
import { ctcOf } from './ctc.ts';
import { floatsSchema, readReference } from './files.ts';

const numbers = v.array(v.number());
const casesOf = <Case extends v.GenericSchema>(one: Case) => v.object({ cases: v.array(one) });
/** As the reference's own numbering goes. */
const numbered = (index: number, what: string): string => `case ${index + 1}: ${what}`;

function averagePrecision(path: string): readonly Comparison[] {
  const schema = casesOf(
    v.pipe(
      v.object({
        shape: v.tuple([v.number(), v.number()]),
        labels: numbers,
        scores: floatsSchema,
        per_label: v.array(v.nullable(v.number())),
        mean_over_labels_with_a_positive: v.number(),
      }),
      v.check(
        ({ shape: [rows, columns], labels, scores }) => labels.length === rows * columns && scores.length === rows * columns,
        'labels or scores do not fit the shape',
      ),
    ),
  );
  return readReference(path, schema).cases.flatMap(({ shape, labels, scores, per_label, mean_over_labels_with_a_positive }, index) => {
    const [rows, columns] = shape;
    const name = numbered(index, `${rows} rows, ${columns} labels`);
    const precisions = averagePrecisions(scores, labels, columns);
    return [
      { metric: 'average precision', name, ...worstOf(precisions, per_label) },
      { metric: 'mean average precision', name, ours: meanAveragePrecision(precisions), expected: mean_over_labels_with_a_positive },
    ];
  });
}

function binary(path: string): readonly Comparison[] {
  const schema = casesOf(
    v.pipe(
      v.object({ labels: numbers, logits: floatsSchema, cross_entropy: v.number(), roc_auc: v.number() }),
      v.check(({ labels, logits }) => labels.length === logits.length, 'labels do not fit the logits'),
    ),
  );
  return readReference(path, schema).cases.flatMap(({ labels, logits, cross_entropy, roc_auc }, index) => {
    const name = numbered(index, `${labels.length} answers`);
    const { crossEntropy, rocAuc } = scoreBinary({ rows: labels.length, values: logits }, labels);
    return [
      { metric: 'binary cross-entropy', name, ours: crossEntropy, expected: cross_entropy },
      { metric: 'ROC AUC', name, ours: rocAuc, expected: roc_auc },
    ];
  });
}

interface Texts {
  readonly references: readonly unknown[];
  readonly hypotheses: readonly unknown[];
}

const areAsMany = <T extends Texts>() =>
  v.check<T, string>(({ references, hypotheses }) => references.length === hypotheses.length, 'references and hypotheses differ in number');

function bleu(path: string): readonly Comparison[] {
  const sentences = v.array(v.array(v.string()));
  const schema = casesOf(v.pipe(v.object({ references: sentences, hypotheses: sentences, bleu4: v.number() }), areAsMany()));
  return readReference(path, schema).cases.map(({ references, hypotheses, bleu4: expected }, index) => ({
    metric: 'BLEU-4',
    name: numbered(index, `${references.length} sentences`),
    ours: bleu4(references)(hypotheses),
    expected,
  }));
}

function chrf(path: string): readonly Comparison[] {
  const sentences = v.array(v.string());
  const schema = casesOf(v.pipe(v.object({ references: sentences, hypotheses: sentences, chrf2: v.number() }), areAsMany()));
  return readReference(path, schema).cases.map(({ references, hypotheses, chrf2: expected }, index) => ({
    metric: 'chrF2',
    name: numbered(index, `${references.length} sentences`),
    ours: chrF2(references)(hypotheses),
    expected,
  }));
}

function ctc(path: string): readonly Comparison[] {
  const schema = casesOf(
    v.pipe(
      v.object({
        frames: v.number(),
        classes: v.number(),
        blank: v.number(),
        labels: numbers,
        logits: floatsSchema,
        loss: v.nullable(v.number()),
        grad_logits: v.nullable(numbers),
      }),
      v.check(({ frames, classes, logits }) => logits.length === frames * classes, 'logits do not fit frames and classes'),
    ),
  );
  return readReference(path, schema).cases.flatMap(({ loss, grad_logits, ...utterance }, index) => {
    const name = numbered(index, `${utterance.frames} frames, labels ${utterance.labels.join(' ') || 'none'}`);
    const own = ctcOf(utterance);
    return [
      { metric: 'CTC loss', name, ours: own.loss, expected: loss },
      { metric: 'CTC gradient', name, ...worstOf(own.gradient ?? [null], grad_logits ?? [null]) },
    ];
  });
}

function structuralSimilarity(path: string): readonly Comparison[] {
  const uniform = v.strictObject({ win_size: v.number() });
  const gaussian = v.strictObject({
    win_size: v.number(),
    gaussian_weights: v.literal(true),
    sigma: v.number(),
    use_sample_covariance: v.literal(false),
  });
  const schema = casesOf(
    v.pipe(
      v.object({
        shape: v.pipe(
          v.tuple([v.number(), v.number()]),
          v.check(([height, width]) => height === width, 'the pictures are not square'),
        ),
        target: floatsSchema,
        prediction: floatsSchema,
        data_range: v.number(),
        options: v.union([uniform, gaussian], 'no window that is known'),
        ssim: v.number(),
      }),
      v.check(
        ({ shape: [side], target, prediction }) => target.length === side ** 2 && prediction.length === side ** 2,
        'pictures do not fit the shape',
      ),
    ),
  );
  return readReference(path, schema).cases.map(({ shape: [side], target, prediction, data_range, options, ssim }, index) => {
    const isGaussian = 'sigma' in options;
    const window = isGaussian ? gaussianWindow(options.sigma, (options.win_size - 1) / 2) : uniformWindow(options.win_size);
    return {
      metric: 'SSIM',
      name: numbered(index, `${side}x${side}, ${isGaussian ? 'gaussian' : 'uniform'} window`),
      ours: similarityOf(side, data_range, window)({ side, values: target })({ side, values: prediction }),
      expected: ssim,
    };
  });
}

function wordErrors(path: string): readonly Comparison[] {
  const utterances = v.array(numbers);
  const schema = casesOf(
    v.pipe(v.object({ references: utterances, hypotheses: utterances, edits: numbers, word_error_rate: v.number() }), areAsMany()),
  );
  return readReference(path, schema).cases.flatMap(({ references, hypotheses, edits, word_error_rate }, index) => {
    const name = numbered(index, `${references.length} utterances`);
    const own = references.map((reference, utterance) => editDistance(reference, hypotheses[utterance] ?? []));
    return [
      { metric: 'edits', name, ...worstOf(own, edits) },
      { metric: 'word error rate', name, ours: wordErrorRate(references, hypotheses), expected: word_error_rate },
    ];
  });
}

/** How the values of a file are made here, by its name without folder and ending. Throws an error that says what is wrong with a file. */
export const REPLAYS: Readonly<Record<string, (path: string) => readonly Comparison[]>> = {
  average_precision: averagePrecision,
  binary,
  bleu,
  chrf,
  ctc_loss: ctc,
  ssim: structuralSimilarity,
  word_error_rate: wordErrors,
};
