/**
 * Views as index maps. Every value of a graph is a flat row-major array; a view of it is a map from the flat index of the view to a flat
 * index of the source. The view's index is read as a mixed-radix number whose digits (most significant first) have the given extents;
 * digit d moves the source index by strides[d]. Reshaping changes nothing here, so it needs no map at all.
 */
export interface IndexMap {
  /** Extents of the digits; their product is the size of the view. */
  readonly extents: readonly number[];
  /** Step in the source's flat index per digit; 0 repeats, negative reverses. */
  readonly strides: readonly number[];
  readonly offset: number;
  /** Where one of them fails, the source is not read and the view has its fill value. */
  readonly guards: readonly Guard[];
}

/** Holds where 0 <= offset + sum over d of coefficients[d] * digit[d] < extent. */
export interface Guard {
  readonly coefficients: readonly number[];
  readonly offset: number;
  readonly extent: number;
}

interface Range {
  readonly min: number;
  readonly max: number;
}

/** Number of elements of an array of this shape. */
export const sizeOf = (shape: readonly number[]): number => shape.reduce((size, extent) => size * extent, 1);

/** Row-major strides of a shape. */
export function rowMajor(shape: readonly number[]): number[] {
  const strides = new Array<number>(shape.length);
  let stride = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    strides[axis] = stride;
    stride *= shape[axis] as number;
  }
  return strides;
}

export const identityMap = (size: number): IndexMap => ({
  extents: size === 1 ? [] : [size],
  strides: size === 1 ? [] : [1],
  offset: 0,
  guards: [],
});

export function isIdentity({ extents, strides, offset, guards }: IndexMap): boolean {
  return offset === 0 && guards.length === 0 && (extents.length === 0 || (extents.length === 1 && strides[0] === 1));
}

/** A map of explicit digits, in its shortest form: digits of extent 1 dropped, neighbours merged where one is the continuation of the other. */
export function indexMap(extents: readonly number[], strides: readonly number[], offset = 0, guards: readonly Guard[] = []): IndexMap {
  const checked = usefulGuards(extents, guards);
  const merged: { extent: number; stride: number; coefficients: number[] }[] = [];
  extents.forEach((extent, digit) => {
    if (extent === 1) return;
    const stride = strides[digit] as number;
    const coefficients = checked.map((guard) => guard.coefficients[digit] as number);
    const last = merged.at(-1);
    const isContinued =
      last?.stride === stride * extent && last.coefficients.every((upper, guard) => upper === (coefficients[guard] as number) * extent);
    if (last && isContinued) Object.assign(last, { extent: last.extent * extent, stride, coefficients });
    else merged.push({ extent, stride, coefficients });
  });
  return {
    extents: merged.map(({ extent }) => extent),
    // "+ 0" makes 0 of -0, so that equal maps are equal texts.
    strides: merged.map(({ stride }) => stride + 0),
    offset: offset + 0,
    guards: checked.map((guard, index) => ({
      coefficients: merged.map(({ coefficients }) => (coefficients[index] as number) + 0),
      offset: guard.offset + 0,
      extent: guard.extent,
    })),
  };
}

/** Guards that can fail, each once. */
function usefulGuards(extents: readonly number[], guards: readonly Guard[]): readonly Guard[] {
  const seen = new Set<string>();
  return guards.filter((guard) => {
    const { min, max } = rangeOf(
      guard.coefficients,
      extents.map((extent) => ({ min: 0, max: extent - 1 })),
      guard.offset,
    );
    const key = JSON.stringify(guard);
    if ((min >= 0 && max < guard.extent) || seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}

function rangeOf(coefficients: readonly number[], digits: readonly Range[], offset: number): Range {
  let min = offset;
  let max = offset;
  coefficients.forEach((coefficient, digit) => {
    const { min: low, max: high } = digits[digit] as Range;
    min += coefficient * (coefficient > 0 ? low : high);
    max += coefficient * (coefficient > 0 ? high : low);
  });
  return { min, max };
}

/** Source index for a flat index of the view, or -1 where a guard fails. */
export function sourceIndex({ extents, strides, offset, guards }: IndexMap, index: number): number {
  const digits = new Array<number>(extents.length);
  let rest = index;
  for (let digit = extents.length - 1; digit >= 0; digit--) {
    const extent = extents[digit] as number;
    digits[digit] = rest % extent;
    rest = Math.floor(rest / extent);
  }
  const linear = (coefficients: readonly number[], start: number): number =>
    coefficients.reduce((sum, coefficient, digit) => sum + coefficient * (digits[digit] as number), start);
  for (const guard of guards) {
    const value = linear(guard.coefficients, guard.offset);
    if (value < 0 || value >= guard.extent) return -1;
  }
  return linear(strides, offset) + 0;
}

/** Axes in another order: output axis a is source axis order[a]. */
export function transposeMap(shape: readonly number[], order: readonly number[]): IndexMap {
  const strides = rowMajor(shape);
  return indexMap(
    order.map((axis) => shape[axis] as number),
    order.map((axis) => strides[axis] as number),
  );
}

/** Entries begin[a] .. begin[a] + size[a] - 1 of each axis. */
export function sliceMap(shape: readonly number[], begin: readonly number[], size: readonly number[]): IndexMap {
  const strides = rowMajor(shape);
  return indexMap(
    size,
    strides,
    begin.reduce((sum, start, axis) => sum + start * (strides[axis] as number), 0),
  );
}

/** NumPy broadcasting of `shape` to `target`. Throws where the shapes do not fit. */
export function broadcastMap(shape: readonly number[], target: readonly number[]): IndexMap {
  const missing = target.length - shape.length;
  const strides = rowMajor(shape);
  return indexMap(
    target,
    target.map((extent, axis) => {
      const own = axis < missing ? 1 : (shape[axis - missing] as number);
      if (own !== extent && own !== 1) throw new Error(`(${shape}) does not broadcast to (${target})`);
      return own === 1 ? 0 : (strides[axis - missing] as number);
    }),
  );
}

/** `before[a]` and `after[a]` entries of fill around each axis. */
export function padMap(shape: readonly number[], before: readonly number[], after: readonly number[]): IndexMap {
  const strides = rowMajor(shape);
  const extents = shape.map((extent, axis) => extent + (before[axis] as number) + (after[axis] as number));
  const guards = shape.map((extent, axis) => ({
    coefficients: shape.map((_, other) => (other === axis ? 1 : 0)),
    offset: -(before[axis] as number),
    extent,
  }));
  return indexMap(extents, strides, -before.reduce((sum, count, axis) => sum + count * (strides[axis] as number), 0), guards);
}

/** Each axis repeated `repeats[a]` times as a whole. */
export function tileMap(shape: readonly number[], repeats: readonly number[]): IndexMap {
  const strides = rowMajor(shape);
  return indexMap(
    shape.flatMap((extent, axis) => [repeats[axis] as number, extent]),
    shape.flatMap((_, axis) => [0, strides[axis] as number]),
  );
}

/** The listed axes backwards. */
export function reverseMap(shape: readonly number[], axes: readonly number[]): IndexMap {
  const strides = rowMajor(shape);
  return indexMap(
    shape,
    strides.map((stride, axis) => (axes.includes(axis) ? -stride : stride)),
    axes.reduce((sum, axis) => sum + ((shape[axis] as number) - 1) * (strides[axis] as number), 0),
  );
}

/**
 * Every `stride`-th entry of each axis holds a source entry, the others the fill value: (e) -> (e * stride), as the gradient of a strided read.
 */
export function dilateMap(shape: readonly number[], stride: readonly number[]): IndexMap {
  const strides = rowMajor(shape);
  const digits = 2 * shape.length;
  return indexMap(
    shape.flatMap((extent, axis) => [extent, stride[axis] as number]),
    shape.flatMap((_, axis) => [strides[axis] as number, 0]),
    0,
    shape.map((_, axis) => ({
      coefficients: Array.from({ length: digits }, (_, digit) => (digit === 2 * axis + 1 ? 1 : 0)),
      offset: 0,
      extent: 1,
    })),
  );
}

/**
 * The map with its digits split so that they have exactly these extents, or null where a digit boundary of the map is not one of theirs.
 * Digits of extent 1 in `extents` are allowed and get stride 0.
 */
export function withDigits(map: IndexMap, extents: readonly number[]): IndexMap | null {
  const strides: number[] = [];
  const coefficients: number[][] = map.guards.map(() => []);
  let digit = map.extents.length - 1;
  let remaining = digit >= 0 ? (map.extents[digit] as number) : 1;
  let scale = 1;
  for (let target = extents.length - 1; target >= 0; target--) {
    const extent = extents[target] as number;
    if (extent === 1) {
      strides.unshift(0);
      for (const list of coefficients) list.unshift(0);
      continue;
    }
    if (remaining === 1) {
      digit--;
      if (digit < 0) return null;
      remaining = map.extents[digit] as number;
      scale = 1;
    }
    if (remaining % extent !== 0) return null;
    strides.unshift((map.strides[digit] as number) * scale);
    for (const [guard, list] of coefficients.entries()) list.unshift((map.guards[guard]?.coefficients[digit] as number) * scale);
    scale *= extent;
    remaining /= extent;
  }
  if (remaining !== 1 || digit > 0) return null;
  return {
    extents,
    strides,
    offset: map.offset,
    guards: map.guards.map((guard, index) => ({ ...guard, coefficients: coefficients[index] as number[] })),
  };
}

/**
 * The coarsest digits in which all the given digit lists (same product) can be written, or null where their boundaries do not nest:
 * (2, 6) and (4, 3) give (2, 2, 3); (3, 4) and (4, 3) give null.
 */
export function commonDigits(lists: readonly (readonly number[])[]): number[] | null {
  const boundaries = new Set<number>([1]);
  for (const extents of lists) {
    let weight = 1;
    for (const extent of [...extents].reverse()) {
      weight *= extent;
      boundaries.add(weight);
    }
  }
  const weights = [...boundaries].sort((a, b) => a - b);
  const digits: number[] = [];
  for (let index = 1; index < weights.length; index++) {
    const ratio = (weights[index] as number) / (weights[index - 1] as number);
    if (!Number.isInteger(ratio)) return null;
    digits.unshift(ratio);
  }
  return digits;
}

/** Digits of the outer map while it is split to fit the inner one. */
interface Splitting {
  readonly extents: number[];
  readonly strides: number[];
  readonly coefficients: number[][]; // per guard, per digit
}

/**
 * `view of (view of source)` as one map: `inner` maps the middle value to the source, `outer` the result to the middle value.
 * Null where that is no map of this kind (a reshape that cuts across axes); then the middle value must be stored.
 * Both must have the same fill value wherever both have guards.
 */
export function composeMaps(outer: IndexMap, inner: IndexMap): IndexMap | null {
  if (isIdentity(inner)) return outer;
  // One element at offset 0 is the whole only of something of one element.
  if (isIdentity(outer) && sizeOf(outer.extents) === sizeOf(inner.extents)) return inner;
  const weights = rowMajor(inner.extents);
  const split: Splitting = {
    extents: [...outer.extents],
    strides: [...outer.strides],
    coefficients: outer.guards.map(({ coefficients }) => [...coefficients]),
  };
  // Which digit of the middle index each outer digit moves, and by how much; -1: none.
  const moves: { digit: number; by: number }[] = [];
  for (let d = split.extents.length - 1; d >= 0; d--) {
    const stride = split.strides[d] as number;
    if (stride === 0) {
      moves.unshift({ digit: -1, by: 0 });
      continue;
    }
    const size = Math.abs(stride);
    const digit = weights.findIndex((weight) => weight <= size);
    const weight = weights[digit] as number;
    const extent = inner.extents[digit] as number;
    if (digit < 0 || size % weight !== 0) return null;
    const by = size / weight;
    if (by >= extent && digit > 0) return null;
    const { min, max } = digitRange(split, outer.guards, d);
    if (by * (max - min) >= extent) {
      // The digit runs past the end of its place: its upper part must continue exactly in the next place.
      const low = extent / by;
      const total = split.extents[d] as number;
      if (digit === 0 || !Number.isInteger(low) || low < 2 || total % low !== 0) return null;
      split.extents.splice(d, 1, total / low, low);
      split.strides.splice(d, 1, stride * low, stride);
      for (const list of split.coefficients) list.splice(d, 1, (list[d] as number) * low, list[d] as number);
      moves.unshift({ digit, by: Math.sign(stride) * by });
      d++; // the upper part is looked at next
      continue;
    }
    moves.unshift({ digit, by: Math.sign(stride) * by });
  }
  const guards = outer.guards.map((guard, index) => ({ ...guard, coefficients: split.coefficients[index] as number[] }));
  const ranges = split.extents.map((_, d) => digitRange(split, outer.guards, d));
  const forms = inner.extents.map((_, digit) => moves.map((move) => (move.digit === digit ? move.by : 0)));
  const offsets = placeOffsets(outer.offset, inner.extents, weights, forms, ranges, guards);
  if (offsets === null) return null;

  const innerGuards = inner.guards.map((guard) => ({
    coefficients: moves.map(({ digit, by }) => (digit < 0 ? 0 : (guard.coefficients[digit] as number) * by)),
    offset: guard.coefficients.reduce((sum, coefficient, digit) => sum + coefficient * (offsets[digit] as number), guard.offset),
    extent: guard.extent,
  }));
  return indexMap(
    split.extents,
    moves.map(({ digit, by }) => (digit < 0 ? 0 : by * (inner.strides[digit] as number))),
    inner.strides.reduce((sum, stride, digit) => sum + stride * (offsets[digit] as number), inner.offset),
    [...guards, ...innerGuards],
  );
}

/** Values digit d takes where the guards on it alone hold. */
function digitRange({ extents, coefficients }: Splitting, guards: readonly Guard[], d: number): Range {
  let min = 0;
  let max = (extents[d] as number) - 1;
  guards.forEach(({ offset, extent }, index) => {
    const own = coefficients[index] as readonly number[];
    const factor = own[d] as number;
    if (factor === 0 || own.some((coefficient, other) => other !== d && coefficient !== 0)) return;
    const bounds = [-offset / factor, (extent - 1 - offset) / factor];
    min = Math.max(min, Math.ceil(Math.min(...bounds)));
    max = Math.min(max, Math.floor(Math.max(...bounds)));
  });
  return { min, max };
}

/**
 * The outer offset as one part per digit of the middle index, such that no digit ever leaves its place: 0 <= part + form < extent wherever
 * the guards hold. Null when there is none.
 */
function placeOffsets(
  offset: number,
  extents: readonly number[],
  weights: readonly number[],
  forms: readonly (readonly number[])[],
  ranges: readonly Range[],
  guards: readonly Guard[],
): number[] | null {
  const allowed = extents.map((extent, digit): Range => {
    const form = forms[digit] as readonly number[];
    const { min, max } = rangeOf(form, ranges, 0);
    let low = -min;
    let high = extent - 1 - max;
    // A guard on the very same sum of digits knows more than the digits one by one.
    for (const guard of guards) {
      if (form.some((by) => by !== 0) && guard.coefficients.every((coefficient, d) => coefficient === form[d])) {
        low = Math.min(low, guard.offset);
        high = Math.max(high, extent - guard.extent + guard.offset);
      }
    }
    return { min: low, max: high };
  });
  if (allowed.some(({ min, max }) => min > max)) return null;
  const parts: number[] = [];
  let rest = offset;
  for (let digit = 0; digit < extents.length; digit++) {
    const weight = weights[digit] as number;
    const { min, max } = allowed[digit] as Range;
    let lowest = 0;
    let highest = 0;
    for (let lower = digit + 1; lower < extents.length; lower++) {
      lowest += (allowed[lower] as Range).min * (weights[lower] as number);
      highest += (allowed[lower] as Range).max * (weights[lower] as number);
    }
    const part = Math.max(min, Math.ceil((rest - highest) / weight));
    if (part > max || rest - part * weight < lowest) return null;
    parts.push(part);
    rest -= part * weight;
  }
  return rest === 0 ? parts : null;
}
