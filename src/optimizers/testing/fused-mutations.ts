import type { StepProgram } from '../../kernels/step-program.ts';

/** One plausible mistake in a fused step, as a replacement in the program's WGSL, and the case in which a single step shows it. */
export interface FusedMutation {
  readonly name: string;
  /** Name of a one-step case of the optimizer. */
  readonly case: string;
  /** Occurs exactly once in the program's WGSL. */
  readonly from: string;
  readonly to: string;
}

const adamw: readonly FusedMutation[] = [
  { name: 'bias correction of m missing', case: 'default', from: 'm / table(row, TABLE_bc1)', to: 'm' },
  { name: 'bias correction of v missing', case: 'default', from: 'sqrt(v / table(row, TABLE_bc2))', to: 'sqrt(v)' },
  { name: 'both corrections with bc1', case: 'default', from: 'v / table(row, TABLE_bc2)', to: 'v / table(row, TABLE_bc1)' },
  {
    name: 'eps inside the root',
    case: 'large',
    from: 'sqrt(v / table(row, TABLE_bc2)) + hyper(row, HYPER_eps)',
    to: 'sqrt(v / table(row, TABLE_bc2) + hyper(row, HYPER_eps))',
  },
  {
    name: 'decay not scaled by the learning rate',
    case: 'large',
    from: 'L(row) * (hyper(row, HYPER_weightDecay) * x + mHat / denominator)',
    to: 'hyper(row, HYPER_weightDecay) * x - L(row) * (mHat / denominator)',
  },
  {
    name: 'decay after the step',
    case: 'large',
    from: 'x - L(row) * (hyper(row, HYPER_weightDecay) * x + mHat / denominator)',
    to: '(x - L(row) * (mHat / denominator)) * (1.0 - L(row) * hyper(row, HYPER_weightDecay))',
  },
  { name: 'beta2 for m', case: 'large', from: 'hyper(row, HYPER_beta1) * slot', to: 'hyper(row, HYPER_beta2) * slot' },
  { name: 'v averages |g|', case: 'default', from: '(g * g)', to: 'abs(g)' },
  { name: 'schedule ignored', case: 'large', from: 'L(row)', to: 'hyper(row, HYPER_lr)' },
];

const nadamw: readonly FusedMutation[] = [
  { name: 'plain Adam numerator', case: 'default', from: '(beta1 * m + oneMinusBeta1 * g) /', to: 'm /' },
  {
    name: "optax's later correction",
    case: 'default',
    from: 'table(row, TABLE_bc1)',
    to: '(1.0 - beta1 * (1.0 - table(row, TABLE_bc1)))',
  },
  {
    name: 'Nesterov average stored',
    case: 'default',
    from: 'setSlot(e, SLOT_m, m)',
    to: 'setSlot(e, SLOT_m, beta1 * m + oneMinusBeta1 * g)',
  },
  { name: 'gradient added undamped', case: 'large', from: '(beta1 * m + oneMinusBeta1 * g)', to: '(beta1 * m + g)' },
  { name: 'bias correction of v missing', case: 'default', from: 'sqrt(v / table(row, TABLE_bc2))', to: 'sqrt(v)' },
  {
    name: 'eps inside the root',
    case: 'large',
    from: 'sqrt(v / table(row, TABLE_bc2)) + hyper(row, HYPER_eps)',
    to: 'sqrt(v / table(row, TABLE_bc2) + hyper(row, HYPER_eps))',
  },
  {
    name: 'decay not scaled by the learning rate',
    case: 'large',
    from: 'L(row) * (hyper(row, HYPER_weightDecay) * x + mHat / denominator)',
    to: 'hyper(row, HYPER_weightDecay) * x - L(row) * (mHat / denominator)',
  },
  {
    name: 'decay after the step',
    case: 'large',
    from: 'x - L(row) * (hyper(row, HYPER_weightDecay) * x + mHat / denominator)',
    to: '(x - L(row) * (mHat / denominator)) * (1.0 - L(row) * hyper(row, HYPER_weightDecay))',
  },
];

const sgd: readonly FusedMutation[] = [
  { name: 'first gradient dampened', case: 'dampened', from: 'select(averaged, decayed, isFirst)', to: 'averaged' },
  { name: 'dampening ignored', case: 'dampened', from: 'derived(row, DERIVED_oneMinusDampening) * decayed', to: 'decayed' },
  {
    name: 'dampening without momentum',
    case: 'no momentum',
    from: 'select(decayed, select(b,',
    to: 'select(decayed * derived(row, DERIVED_oneMinusDampening), select(b,',
  },
  { name: 'Nesterov with the old buffer', case: 'nesterov', from: 'decayed + momentum * b,', to: 'decayed + momentum * bOld,' },
  { name: 'Nesterov without momentum on the buffer', case: 'nesterov', from: 'decayed + momentum * b,', to: 'decayed + b,' },
  { name: 'Nesterov ignored', case: 'nesterov', from: 'select(b, decayed + momentum * b, OPTION_nesterov)', to: 'b' },
  {
    name: 'coupled decay outside the buffer',
    case: 'dampened',
    from: 'derived(row, DERIVED_oneMinusDampening) * decayed',
    to: 'derived(row, DERIVED_oneMinusDampening) * g',
  },
  {
    name: 'coupled although decoupled',
    case: 'decoupled',
    from: 'select(g + weightDecay * x, g, OPTION_decouple)',
    to: 'g + weightDecay * x',
  },
  { name: 'decoupled decay of the wrong sign', case: 'decoupled', from: 'direction + decoupled', to: 'direction - decoupled' },
  {
    name: 'decoupled decay not scaled by the learning rate',
    case: 'decoupled',
    from: 'L(row) * (direction + decoupled)',
    to: 'L(row) * direction - decoupled',
  },
];

const prodigy: readonly FusedMutation[] = [
  {
    name: 'beta3 = beta2 in s',
    case: 'default',
    from: 'derived(row, DERIVED_beta3Used) * slot(e, SLOT_s)',
    to: 'hyper(row, HYPER_beta2) * slot(e, SLOT_s)',
  },
  {
    name: 'beta3 = beta2 in N',
    case: 'default',
    from: 'derived(row, DERIVED_beta3Used) * scalarOld(row, SCALAR_N)',
    to: 'hyper(row, HYPER_beta2) * scalarOld(row, SCALAR_N)',
  },
  {
    name: 'new d in the step',
    case: 'decay',
    from: 'let dlr = prodigyDlr(row);\n  let denominator',
    to: 'let dlr = dNew * L(row);\n  let denominator',
  },
  { name: 'old d beside eps', case: 'decay', from: 'dNew * hyper(row, HYPER_eps)', to: 'scalarOld(row, SCALAR_d) * hyper(row, HYPER_eps)' },
  { name: 'eps not scaled by d', case: 'decay', from: 'dNew * hyper(row, HYPER_eps)', to: 'hyper(row, HYPER_eps)' },
  { name: 'delta without d / d0', case: 'default', from: '(d / d0) * prodigyDlr(row)', to: 'prodigyDlr(row)' },
  { name: 's without d / d0', case: 'default', from: '(d / hyper(row, HYPER_d0) * c)', to: 'c' },
  { name: 'v carries d, not its square', case: 'decay', from: '(dg * dg)', to: '(dg * gradient)' },
  {
    name: 'm without d',
    case: 'decay',
    from: 'derived(row, DERIVED_oneMinusBeta1) * dg',
    to: 'derived(row, DERIVED_oneMinusBeta1) * gradient',
  },
  { name: 'displacement of the wrong sign', case: 'decay', from: 'slot(e, SLOT_p) + displacement', to: 'slot(e, SLOT_p) - displacement' },
  {
    name: 'decoupled although coupled',
    case: 'coupled decay',
    from: 'select(g + hyper(e.row, HYPER_weightDecay) * x, g, OPTION_decouple)',
    to: 'g',
  },
  {
    name: 'decoupled decay added to coupled',
    case: 'coupled decay',
    from: 'select(vec4f(0.0), hyper(row, HYPER_weightDecay) * x, OPTION_decouple)',
    to: 'hyper(row, HYPER_weightDecay) * x',
  },
  {
    name: 'bias correction missing',
    case: 'bias correction',
    from: 'select(1.0, table(row, TABLE_bc), OPTION_useBiasCorrection)',
    to: '1.0',
  },
  { name: 'safeguard ignored in s', case: 'safeguarded warmup', from: 'select(dlr, d, OPTION_safeguardWarmup)', to: 'dlr' },
  { name: 'every entry sampled', case: 'sliced', from: 'select(vec4f(0.0), gradient, isSampled)', to: 'gradient' },
  {
    name: 'sampled by position in the row, not in the tensor',
    case: 'sliced',
    from: '(e.local % vec4u(OPTION_sliceP))',
    to: '((vec4u(e.vector * 4u) + vec4u(0u, 1u, 2u, 3u)) % vec4u(OPTION_sliceP))',
  },
  {
    name: 'old d beside the gradient without a first moment',
    case: 'no first moment',
    from: 'dNew * prodigyGradient(e, x, g)',
    to: 'scalarOld(row, SCALAR_d) * prodigyGradient(e, x, g)',
  },
  { name: 'first move limited by the growth rate', case: 'limited growth', from: 'select(d, max(d, dHat), d == d0)', to: 'd' },
  {
    name: 'growth not limited',
    case: 'limited growth',
    from: 'select(dStart * growthRate, dMax, growthRate >= dMax / dStart)',
    to: 'dMax',
  },
  { name: 'coefficient ignored', case: 'coefficient', from: 'hyper(row, HYPER_dCoef) * n / den', to: 'n / den' },
];

/** The tuner's own mistakes, the same over every base. */
const tuner: readonly FusedMutation[] = [
  {
    name: 'x for y in both products',
    case: 'large',
    from: 'Shares(g * g, y * y, g * offset, y * offset)',
    to: 'Shares(g * g, x * x, g * offset, x * offset)',
  },
  { name: 'x for y in the norm', case: 'large', from: 'Shares(g * g, y * y,', to: 'Shares(g * g, x * x,' },
  {
    name: 'D after u was added',
    case: 'large',
    from: 'Shares(g * g, y * y, g * offset, y * offset)',
    to: 'Shares(g * g, y * y, g * slot(e, SLOT_D), y * slot(e, SLOT_D))',
  },
  { name: 'u not added to D', case: 'large', from: 'offset + (y - x)', to: 'offset' },
  { name: 'reward of the wrong sign', case: 'large', from: '- scalarOld(row, SCALAR_s + i) * h', to: '+ scalarOld(row, SCALAR_s + i) * h' },
  { name: 'v decays with beta, not its square', case: 'large', from: 'beta * beta * scalarOld', to: 'beta * scalarOld' },
  {
    name: 'm does not decay',
    case: 'large',
    from: 'max(beta * scalarOld(row, SCALAR_m + i), abs(h))',
    to: 'max(scalarOld(row, SCALAR_m + i), abs(h))',
  },
  {
    name: 's_init not divided by the number of betas',
    case: 'large',
    from: 'derived(row, DERIVED_sInitOverN)',
    to: 'hyper(row, HYPER_sInit)',
  },
  { name: 'eps inside the root', case: 'large', from: '(sqrt(v) + eps)', to: 'sqrt(v + eps)' },
  {
    name: 's_decay not scaled by the sum of s',
    case: 'large',
    from: 'hyper(row, HYPER_sDecay) * scalarOld(row, SCALAR_sSum)',
    to: 'hyper(row, HYPER_sDecay)',
  },
  {
    name: 's_decay not scaled by |g|',
    case: 'large',
    from: 'scalarOld(row, SCALAR_sSum) * sqrt(sums[0])',
    to: 'scalarOld(row, SCALAR_sSum)',
  },
  {
    name: 'old scale in the step',
    case: 'large',
    from: 'max(scalarNew(e.row, SCALAR_sSum), 0.0)',
    to: 'max(scalarOld(e.row, SCALAR_sSum), 0.0)',
  },
  { name: 'step from x, not from the start', case: 'large', from: 'slot(e, SLOT_x0) + max', to: 'x + max' },
  { name: 'D not shrunk', case: 'large', from: 'stored * (sSum / (sSum + hyper(e.row, HYPER_mechanicEps)))', to: 'stored' },
  { name: 'stored D shrunk', case: 'stored delta', from: 'if (OPTION_storeDelta)', to: 'if (!OPTION_storeDelta)' },
];

/** At least six per optimizer. */
export const fusedMutations: Readonly<Record<string, readonly FusedMutation[]>> = {
  adamw,
  nadamw,
  sgd,
  prodigy,
  mechanicAdamw: tuner,
  mechanicSgd: tuner,
};

/** The program with one mistake in it. Throws unless the text to replace occurs exactly once. */
export function mutate(program: StepProgram, { name, from, to }: FusedMutation): StepProgram {
  const parts = program.fused.wgsl.split(from);
  if (parts.length !== 2) throw new Error(`Mutation "${name}" of ${program.id}: its text occurs ${parts.length - 1} times.`);
  return { ...program, fused: { ...program.fused, wgsl: parts.join(to) } };
}
