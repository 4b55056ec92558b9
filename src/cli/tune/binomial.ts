/** P(X <= hits) for X binomial with `trials` trials of probability p. */
function cumulative(hits: number, trials: number, p: number): number {
  let sum = 0;
  let term = (1 - p) ** trials;
  for (let k = 0; k <= hits; k++) {
    sum += term;
    term *= ((trials - k) / (k + 1)) * (p / (1 - p));
  }
  return sum;
}

/** Where a falling function of p in (0, 1) takes a value. */
function solve(falling: (p: number) => number, value: number): number {
  let [low, high] = [0, 1];
  for (let i = 0; i < 60; i++) {
    const middle = (low + high) / 2;
    if (falling(middle) > value) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** Clopper and Pearson's (1934) exact interval for the probability of a hit, at 95 % unless said otherwise. */
export function binomialInterval(hits: number, trials: number, confidence = 0.95): readonly [low: number, high: number] {
  const tail = (1 - confidence) / 2;
  const low = hits === 0 ? 0 : solve((p) => cumulative(hits - 1, trials, p), 1 - tail);
  const high = hits === trials ? 1 : solve((p) => cumulative(hits, trials, p), tail);
  return [low, high];
}
