// max(d, min(dHat, d growthRate)), without overflow when the growth rate stands for infinity.
fn dadaptGrown(d: f32, dHat: f32, growthRate: f32) -> f32 {
  return max(d, select(d * growthRate, dHat, growthRate >= dHat / d));
}
