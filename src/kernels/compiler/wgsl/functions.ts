import type { BinaryFn, Dtype, UnaryFn } from '../graph.ts';
import { literal, typeName } from './literals.ts';
import { mathName } from './math-functions.ts';

type Width = 1 | 4;

/** Text of a unary function of a value named `x`. */
export function unaryText(fn: UnaryFn, x: string, dtype: Dtype, width: Width): string {
  const float = (name: string): string => `${mathName(name, width)}(${x})`;
  const all = (value: number, type: Dtype = dtype): string =>
    width === 1 ? literal(value, type) : `${typeName(type, 4)}(${literal(value, type)})`;
  const isInteger = dtype !== 'float32';
  switch (fn) {
    case 'neg':
      return `-${x}`;
    case 'not':
      return dtype === 'bool' ? `!${x}` : `${x} == ${all(0)}`;
    case 'abs':
      return `abs(${x})`;
    case 'sign':
      return isInteger ? `sign(${x})` : float('sign');
    case 'floor':
    case 'ceil':
    case 'round':
      return isInteger ? x : `${fn}(${x})`;
    case 'sqrt':
      return `sqrt(${x})`;
    case 'exp':
    case 'log':
    case 'expm1':
    case 'log1p':
    case 'tanh':
    case 'erf':
    case 'sin':
    case 'cos':
      return float(fn);
    case 'isNaN':
      return isInteger ? all(0, 'bool') : float('isNaN');
    case 'isFinite':
      return isInteger ? all(1, 'bool') : float('isFinite');
    case 'toFloat':
      return dtype === 'bool'
        ? `select(${all(0, 'float32')}, ${all(1, 'float32')}, ${x})`
        : dtype === 'int32'
          ? `${typeName('float32', width)}(${x})`
          : x;
    case 'toInt':
      return dtype === 'bool'
        ? `select(${all(0, 'int32')}, ${all(1, 'int32')}, ${x})`
        : dtype === 'float32'
          ? `${typeName('int32', width)}(${x})`
          : x;
    case 'toBool':
      return dtype === 'bool' ? x : differs(x, all(0), dtype);
    default:
      return fn satisfies never;
  }
}

/** `!=` of floats may be false for NaN. */
const differs = (a: string, b: string, dtype: Dtype): string => (dtype === 'float32' ? `!(${a} == ${b})` : `${a} != ${b}`);

/** Binary functions that WGSL also has between a vector and a scalar. */
export const MIXES_WIDTHS: ReadonlySet<BinaryFn> = new Set(['add', 'sub', 'mul', 'div']);

const OPERATORS: Partial<Readonly<Record<BinaryFn, string>>> = {
  add: '+',
  sub: '-',
  mul: '*',
  div: '/',
  eq: '==',
  lt: '<',
  le: '<=',
};

/**
 * Text of a binary function of values named `a` and `b`.
 * @param dtype of the operands
 * @param isNumberB whether b is a literal, and so not NaN
 */
export function binaryText(fn: BinaryFn, a: string, b: string, dtype: Dtype, width: Width, isNumberB: boolean): string {
  const operator = OPERATORS[fn];
  if (operator !== undefined) return `${a} ${operator} ${b}`;
  if (fn === 'ne') return differs(a, b, dtype);
  const isTrue = (x: string): string => (dtype === 'bool' ? x : `(${unaryText('toBool', x, dtype, width)})`);
  switch (fn) {
    case 'and':
      return `${isTrue(a)} & ${isTrue(b)}`;
    case 'or':
      return `${isTrue(a)} | ${isTrue(b)}`;
    case 'max':
    case 'min':
      if (dtype !== 'float32') return `${fn}(${a}, ${b})`;
      // Written so that NaN fails the comparison and stays.
      if (isNumberB) return `select(${a}, ${b}, ${a} ${fn === 'max' ? '<' : '>'} ${b})`;
      return `${mathName(fn, width)}(${a}, ${b})`;
    case 'mod':
      return dtype === 'float32' ? `${mathName('mod', width)}(${a}, ${b})` : `(${a} % ${b} + ${b}) % ${b}`;
    case 'pow': {
      if (dtype === 'float32') return `${mathName('pow', width)}(${a}, ${b})`;
      const float = typeName('float32', width);
      return `${typeName('int32', width)}(round(${mathName('pow', width)}(${float}(${a}), ${float}(${b}))))`;
    }
    default:
      throw new Error(`the binary function "${fn}" has no WGSL`);
  }
}
