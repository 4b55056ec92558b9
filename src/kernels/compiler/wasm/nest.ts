import type { FunctionBuilder, Local } from './function-builder.ts';

/**
 * An integer that is linear in the digits of a kernel's domain, kept in a local while loops run: an address or the value of a guard.
 * Advanced by additions only.
 */
export interface Form {
  /** Change per step of each digit: bytes for addresses. */
  readonly coefficients: readonly number[];
  /** Holds the value for the digits' current values. */
  local: Local;
}

/** A stretch of a digit: `count` bodies, each taking `step` values of the digit. */
export interface Section {
  readonly count: number;
  readonly step: number;
  readonly body: () => void;
}

/** Runs a digit through its sections one after the other, and keeps `forms` up to date. Afterwards they are what they were before. */
export function runDigit(f: FunctionBuilder, digit: number, sections: readonly Section[], forms: Iterable<Form>): void {
  const used = sections.filter(({ count }) => count > 0);
  const steps = used.reduce((sum, { count }) => sum + count, 0);
  if (steps === 1) {
    used[0]?.body();
    return;
  }
  const moving = [...forms].filter(({ coefficients }) => coefficients[digit] !== 0);
  const before = moving.map(({ local }) => local);
  for (const form of moving) {
    const local = f.local('i32');
    f.get(form.local);
    f.set(local);
    form.local = local;
  }
  used.forEach(({ count, step, body }, index) => {
    const isLastStep = count === 1 && index === used.length - 1;
    f.repeat(count, () => {
      body();
      if (!isLastStep) for (const form of moving) f.bump(form.local, step * (form.coefficients[digit] as number));
    });
  });
  moving.forEach((form, index) => {
    f.release(form.local);
    form.local = before[index] as Local;
  });
}
