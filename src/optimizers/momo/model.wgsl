// What MoMo and MoMo-Adam share: the step size from a model of the loss, as in momo-model.ts.
// Sums: 0 is |D|^2 in the method's norm, 1 is <D, x>.

// A step size that stands for no limit, where the direction vanishes.
const MOMO_UNLIMITED = 1e30;

// What proximal weight decay divides the parameters by.
fn momoDecay(row: Row) -> f32 {
  return 1.0 + L(row) * hyper(row, HYPER_weightDecay);
}

// The step size. What proximal decay divides is the base's to say, in momoDrop.
fn momoDecide(row: Row, sums: array<f32, SUMS>) {
  let keep = table(row, TABLE_keep);
  let fresh = table(row, TABLE_fresh);
  let rho = table(row, TABLE_rho);
  // The model at the parameters that the last step has left.
  let M = keep * (scalarOld(row, SCALAR_M) - scalarOld(row, SCALAR_drop)) + fresh * loss(row);
  let p = momoDecay(row);
  let pull = L(row) * hyper(row, HYPER_weightDecay) * sums[1];
  let lbStart = hyper(row, HYPER_lb);
  var lb = scalarOld(row, SCALAR_lb);
  if (OPTION_useFstar) {
    let most = (p * M - pull) / (p * rho);
    lb = select(lb, max(0.5 * most, lbStart), most < lb);
  }
  let gap = max(p * (M - rho * lb) - pull, 0.0);
  var t1 = MOMO_UNLIMITED;
  if (sums[0] > gap / MOMO_UNLIMITED) {
    t1 = gap / sums[0];
  }
  let cap = L(row) / rho;
  let tau = min(cap, t1);
  if (OPTION_useFstar) {
    lb = max((M - 0.5 * tau * sums[0]) / rho, lbStart);
  }
  setScalar(row, SCALAR_F, keep * scalarOld(row, SCALAR_F) + fresh * loss(row));
  setScalar(row, SCALAR_M, M);
  setScalar(row, SCALAR_drop, momoDrop(row, tau * sums[0] + pull));
  setScalar(row, SCALAR_D2, sums[0]);
  setScalar(row, SCALAR_cap, cap);
  setScalar(row, SCALAR_t1, t1);
  setScalar(row, SCALAR_tau, tau);
  setScalar(row, SCALAR_lb, lb);
}
