// ScheduleFree+, the same step as adamcScheduleFreePlus.ts. Sums: 0 is <g, z - x>, 1 is |g|_1.

fn adamcScheduleFreePlusGather(e: Element, x: vec4f, g: vec4f) -> Shares {
  return Shares(g * slot(e, SLOT_gap), abs(g));
}

fn adamcScheduleFreePlusDecide(row: Row, sums: array<f32, SUMS>) {
  let G = (hyper(row, HYPER_polyakBeta) * scalarOld(row, SCALAR_G) + derived(row, DERIVED_normShare) * sums[1]) / table(row, TABLE_bcG);
  if (G == 0.0) {
    setFailed(row);
    return;
  }
  let ip = (1.0 - table(row, TABLE_oneMinusB)) * sums[0];
  let F = loss(row) + ip;
  let rate = max(L(row), hyper(row, HYPER_eps)) * max(F, 0.0) / G;
  setScalar(row, SCALAR_G, G);
  setScalar(row, SCALAR_ip, ip);
  setScalar(row, SCALAR_F, F);
  setScalar(row, SCALAR_rate, rate);
  setScalar(row, SCALAR_oneMinusB, table(row, TABLE_oneMinusB));
  // During the warmup of the average, x is z and the weights do not count.
  if (table(row, TABLE_isAveraging) == 0.0) {
    setScalar(row, SCALAR_lrMax, max(scalarOld(row, SCALAR_lrMax), rate));
    setScalar(row, SCALAR_c, 1.0);
    setScalar(row, SCALAR_kept, 0.0);
    return;
  }
  scheduleFreeWeigh(row, rate, table(row, TABLE_weight));
}

fn adamcScheduleFreePlusApply(e: Element, x: vec4f, g: vec4f) -> vec4f {
  let row = e.row;
  let m = hyper(row, HYPER_beta1) * slot(e, SLOT_m) + derived(row, DERIVED_oneMinusBeta1) * g;
  let v = hyper(row, HYPER_beta2) * slot(e, SLOT_v) + derived(row, DERIVED_oneMinusBeta2) * (g * g);
  setSlot(e, SLOT_m, m);
  setSlot(e, SLOT_v, v);
  let direction = (m / table(row, TABLE_bc1)) / (sqrt(v / table(row, TABLE_bc2)) + hyper(row, HYPER_eps));
  let rate = scalarNew(row, SCALAR_rate);
  let u = (rate * rate * hyper(row, HYPER_weightDecay)) * x + rate * direction;
  // The old y lies where the old B has put it.
  let oneMinusB = scalarNew(row, SCALAR_oneMinusB);
  let pull = (1.0 - oneMinusB) * scalarNew(row, SCALAR_c) + (oneMinusB - scalarOld(row, SCALAR_oneMinusB));
  return scheduleFreeMove(e, x, slot(e, SLOT_gap), u, pull, oneMinusB);
}

fn adamcScheduleFreePlusPoint(e: Element, x: vec4f) -> vec4f {
  return x - scalarOld(e.row, SCALAR_oneMinusB) * slot(e, SLOT_gap);
}
