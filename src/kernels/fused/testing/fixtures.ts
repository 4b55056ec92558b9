/** Programs that exist for tests: each proves something that the runner must offer to methods other than those of the registry. */
import { defineProgram, numberOf, type StepProgram } from '../../step-program.ts';

const dogWgsl = `
fn dogGather(e: Element, x: vec4f, g: vec4f) -> Shares {
  let moved = x - slot(e, SLOT_x0);
  return Shares(moved * moved, g * g, select(vec4f(0.0), x * x, k(e.row) == 0u));
}

fn dogDecide(row: Row, sums: array<f32, SUMS>) {
  let isFirst = k(row) == 0u;
  let rbar = select(max(scalarOld(row, SCALAR_rbar), sqrt(sums[0])), hyper(row, HYPER_repsRel) * (1.0 + sqrt(sums[2])), isFirst);
  let G = scalarOld(row, SCALAR_G) + sums[1] + select(0.0, hyper(row, HYPER_eps), isFirst);
  setScalar(row, SCALAR_rbar, rbar);
  setScalar(row, SCALAR_G, G);
  setScalar(row, SCALAR_eta, L(row) * rbar / sqrt(G));
}

fn dogApply(e: Element, x: vec4f, g: vec4f) -> vec4f {
  return x - scalarNew(e.row, SCALAR_eta) * g;
}
`;

/** DoG: a reduction of the start that only the first step makes. Per tensor (L-DoG) it has one set of scalars for each. */
export function dogProgram(segments: 'run' | 'tensor'): StepProgram {
  return defineProgram({
    id: `dog-${segments}`,
    rowHyper: ['lr', 'repsRel', 'eps'],
    blockHyper: [],
    slots: { x0: 'params' },
    scalars: { rbar: { init: () => 0 }, G: { init: () => 0 }, eta: { init: () => 0 } },
    segments,
    table: (_hyper, k) => ({ isFirst: k === 0 ? 1 : 0 }),
    step({ x, g, L, hyper, table, slots, scalars, sum, spread }) {
      const isFirst = table.isFirst.greater(0);
      const moved = sum(x.sub(slots.x0).square()).sqrt();
      const first = sum(x.square()).sqrt().add(1).mul(hyper.repsRel);
      const rbar = first.where(isFirst, scalars.rbar.maximum(moved));
      const G = scalars.G.add(sum(g.square())).add(hyper.eps.mul(table.isFirst));
      const eta = rbar.mul(L).div(G.sqrt());
      return { x: x.sub(g.mul(spread(eta))), slots, scalars: { rbar, G, eta } };
    },
    fused: { wgsl: dogWgsl, sums: 3, gather: 'dogGather', decide: 'dogDecide', apply: 'dogApply' },
  });
}

/**
 * A Polyak step that reads the loss, skips when it is below a threshold, counts its own steps through a table, and moves with the mean of
 * the old and the new step length.
 */
export const polyakProgram: StepProgram = defineProgram({
  id: 'polyak',
  rowHyper: ['lr', 'lowerBound'],
  blockHyper: ['keepsNorms', 'every'],
  slots: { norms: (hyper) => numberOf(hyper, 'lowerBound') },
  scalars: { tau: { init: () => 0 }, recent: { init: () => [0, 0] } },
  segments: 'run',
  table: (_hyper, k) => ({ damping: 1 / (k + 1) }),
  step({ x, g, loss, L, hyper, table, slots, scalars, option, sum, everyNth }) {
    const skip = loss.greater(hyper.lowerBound).logicalNot();
    const sampled = everyNth(g, Number(option.every));
    const tau = loss.sub(hyper.lowerBound).mul(L).mul(table.damping).div(sum(sampled.square()));
    const mean = tau.add(scalars.tau).mul(0.5);
    const recent = scalars.recent.mul(0.5).add(tau);
    const norms = option.keepsNorms ? slots.norms.add(g.abs()) : slots.norms;
    return {
      x: x.sub(g.mul(mean)).where(skip.logicalNot(), x),
      slots: { norms: norms.where(skip.logicalNot(), slots.norms) },
      scalars: { tau: tau.where(skip.logicalNot(), scalars.tau), recent: recent.where(skip.logicalNot(), scalars.recent) },
      skip,
    };
  },
  fused: {
    wgsl: `
fn polyakGather(e: Element, x: vec4f, g: vec4f) -> Shares {
  let isSampled = (e.local % vec4u(OPTION_every)) == vec4u(0u);
  return Shares(select(vec4f(0.0), g * g, isSampled));
}

fn polyakDecide(row: Row, sums: array<f32, SUMS>) {
  if (!(loss(row) > hyper(row, HYPER_lowerBound))) {
    setSkip(row);
    return;
  }
  let tau = (loss(row) - hyper(row, HYPER_lowerBound)) * L(row) * table(row, TABLE_damping) / sums[0];
  setScalar(row, SCALAR_tau, tau);
  for (var i = 0u; i < 2u; i++) {
    setScalar(row, SCALAR_recent + i, 0.5 * scalarOld(row, SCALAR_recent + i) + tau);
  }
}

fn polyakApply(e: Element, x: vec4f, g: vec4f) -> vec4f {
  if (skip(e.row)) {
    return x;
  }
  if (OPTION_keepsNorms) {
    setSlot(e, SLOT_norms, slot(e, SLOT_norms) + abs(g));
  }
  return x - 0.5 * (scalarOld(e.row, SCALAR_tau) + scalarNew(e.row, SCALAR_tau)) * g;
}
`,
    sums: 1,
    gather: 'polyakGather',
    decide: 'polyakDecide',
    apply: 'polyakApply',
  },
});

/**
 * Scalars without sums: decide is dispatched, gather is not. Its evaluation point lies between x and z, as a scalar, a hyperparameter and a
 * derived value say; it is far from zero where x and z are zero, as in the padding.
 */
export const averagedProgram: StepProgram = defineProgram({
  id: 'averaged',
  rowHyper: ['lr'],
  blockHyper: [],
  slots: { z: 'params' },
  scalars: { weightSum: { init: () => 0 } },
  segments: 'run',
  derived: (hyper) => ({ offset: 1 + numberOf(hyper, 'lr') }),
  step({ x, g, L, slots, scalars }) {
    const z = slots.z.sub(g.mul(L));
    const weightSum = scalars.weightSum.add(L.square());
    const c = L.square().div(weightSum);
    return { x: x.add(z.sub(x).mul(c)), slots: { z }, scalars: { weightSum } };
  },
  evalPoint: ({ x, slots, scalars, hyper, derived }) =>
    x.add(slots.z.sub(x).mul(hyper.lr)).div(scalars.weightSum.add(1)).add(derived.offset),
  fused: {
    wgsl: `
fn averagedDecide(row: Row, sums: array<f32, SUMS>) {
  setScalar(row, SCALAR_weightSum, scalarOld(row, SCALAR_weightSum) + L(row) * L(row));
}

fn averagedApply(e: Element, x: vec4f, g: vec4f) -> vec4f {
  let z = slot(e, SLOT_z) - L(e.row) * g;
  setSlot(e, SLOT_z, z);
  return x + (L(e.row) * L(e.row) / scalarNew(e.row, SCALAR_weightSum)) * (z - x);
}

fn averagedPoint(e: Element, x: vec4f) -> vec4f {
  let between = x + (slot(e, SLOT_z) - x) * hyper(e.row, HYPER_lr);
  return between / (scalarOld(e.row, SCALAR_weightSum) + 1.0) + derived(e.row, DERIVED_offset);
}
`,
    sums: 0,
    decide: 'averagedDecide',
    apply: 'averagedApply',
    evalPoint: 'averagedPoint',
  },
});

/**
 * A step of fixed length whose buffer and scalar overflow long before the parameters do, and which does not exist where the gradient is zero.
 */
export const fragileProgram: StepProgram = defineProgram({
  id: 'fragile',
  rowHyper: ['scale'],
  blockHyper: [],
  slots: { v: 'zero' },
  scalars: { f2: { init: () => 0 } },
  segments: 'run',
  failure: 'The gradient is zero: there is no direction to step along.',
  readsLoss: true,
  step({ x, g, loss, hyper, slots, scalars, sum }) {
    return {
      x: x.sub(g.sign().mul(hyper.scale)),
      slots: { v: slots.v.add(g.square()) },
      scalars: { f2: scalars.f2.add(loss.square()) },
      fails: sum(g.abs()).equal(0),
    };
  },
  fused: {
    wgsl: `
fn fragileGather(e: Element, x: vec4f, g: vec4f) -> Shares {
  setSlot(e, SLOT_v, slot(e, SLOT_v) + g * g);
  return Shares(abs(g));
}

fn fragileDecide(row: Row, sums: array<f32, SUMS>) {
  if (sums[0] == 0.0) {
    setFailed(row);
    return;
  }
  setScalar(row, SCALAR_f2, scalarOld(row, SCALAR_f2) + loss(row) * loss(row));
}

fn fragileApply(e: Element, x: vec4f, g: vec4f) -> vec4f {
  return x - hyper(e.row, HYPER_scale) * sign(g);
}
`,
    sums: 1,
    gather: 'fragileGather',
    decide: 'fragileDecide',
    apply: 'fragileApply',
  },
});
