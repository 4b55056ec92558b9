import { adamCases } from '../testing/adam-cases.ts';

export const cases = adamCases({
  id: 'nadam',
  decay: 'coupled',
  scenarios: [
    { label: 'fast momentum', hyper: { momentumDecay: 0.5 } },
    { label: 'single-tensor quirk', hyper: { momentumDecay: 0.5, singleTensorQuirk: true } },
  ],
  ownFaults: {
    gradientOnly: 'no momentum in the step',
    undecayedGradient: 'the gradient part lacks the coupled decay',
    sharesSwapped: 'the shares of gradient and momentum are swapped',
    oldM: 'momentum of the step before',
    wholeGradient: 'the whole gradient is added',
  },
  numerator({ g: gradient, table, slots }, { g, m }, fault) {
    const [gShare, mShare] = fault === 'sharesSwapped' ? [table.mShare, table.gShare] : [table.gShare, table.mShare];
    const own = fault === 'undecayedGradient' ? gradient : g;
    const first = fault === 'wholeGradient' ? own : own.mul(gShare);
    const along = fault === 'oldM' ? slots.m : m;
    return { numerator: fault === 'gradientOnly' ? first : first.add(along.mul(mShare)), stored: m };
  },
});
