/** What follows an instruction's code in the binary format. */
export type Immediate = 'none' | 'block' | 'index' | 'callIndirect' | 'i32' | 'v128' | 'shuffle' | 'memory' | 'memoryLane' | 'lane';

export interface Instruction {
  /** Code after the prefix, if there is one. */
  readonly code: number;
  readonly prefix: number | null;
  readonly immediate: Immediate;
}

interface InstructionOf<I extends Immediate> extends Instruction {
  readonly immediate: I;
}

function core(code: number): InstructionOf<'none'>;
function core<I extends Immediate>(code: number, immediate: I): InstructionOf<I>;
function core(code: number, immediate: Immediate = 'none'): Instruction {
  return { code, prefix: null, immediate };
}

function simd(code: number): InstructionOf<'none'>;
function simd<I extends Immediate>(code: number, immediate: I): InstructionOf<I>;
function simd(code: number, immediate: Immediate = 'none'): Instruction {
  return { code, prefix: 0xfd, immediate };
}

/** The instructions that generated code uses, by their names in the WebAssembly specification (version 2.0, sections 5.4.1 to 5.4.8). */
export const INSTRUCTIONS = {
  block: core(0x02, 'block'),
  loop: core(0x03, 'block'),
  if: core(0x04, 'block'),
  else: core(0x05),
  end: core(0x0b),
  br_if: core(0x0d, 'index'),
  call: core(0x10, 'index'),
  call_indirect: core(0x11, 'callIndirect'),
  drop: core(0x1a),
  select: core(0x1b),
  'local.get': core(0x20, 'index'),
  'local.set': core(0x21, 'index'),
  'local.tee': core(0x22, 'index'),
  'i32.load': core(0x28, 'memory'),
  'i32.const': core(0x41, 'i32'),
  'i32.eqz': core(0x45),
  'i32.lt_u': core(0x49),
  'i32.add': core(0x6a),
  'i32.sub': core(0x6b),
  'i32.mul': core(0x6c),
  'i32.and': core(0x71),
  'v128.load': simd(0x00, 'memory'),
  'v128.load32_splat': simd(0x09, 'memory'),
  'v128.store': simd(0x0b, 'memory'),
  'v128.const': simd(0x0c, 'v128'),
  'i8x16.shuffle': simd(0x0d, 'shuffle'),
  'i32x4.splat': simd(0x11),
  'i32x4.extract_lane': simd(0x1b, 'lane'),
  'i32x4.eq': simd(0x37),
  'i32x4.ne': simd(0x38),
  'i32x4.lt_s': simd(0x39),
  'i32x4.lt_u': simd(0x3a),
  'i32x4.gt_s': simd(0x3b),
  'i32x4.le_s': simd(0x3d),
  'i32x4.ge_s': simd(0x3f),
  'f32x4.eq': simd(0x41),
  'f32x4.ne': simd(0x42),
  'f32x4.lt': simd(0x43),
  'f32x4.gt': simd(0x44),
  'f32x4.le': simd(0x45),
  'f64x2.eq': simd(0x47),
  'f64x2.ne': simd(0x48),
  'f64x2.lt': simd(0x49),
  'v128.not': simd(0x4d),
  'v128.and': simd(0x4e),
  'v128.andnot': simd(0x4f),
  'v128.or': simd(0x50),
  'v128.xor': simd(0x51),
  'v128.bitselect': simd(0x52),
  'v128.any_true': simd(0x53),
  'v128.load32_lane': simd(0x56, 'memoryLane'),
  'v128.store32_lane': simd(0x5a, 'memoryLane'),
  'v128.store64_lane': simd(0x5b, 'memoryLane'),
  'f32x4.demote_f64x2_zero': simd(0x5e),
  'f64x2.promote_low_f32x4': simd(0x5f),
  'f32x4.ceil': simd(0x67),
  'f32x4.floor': simd(0x68),
  'f32x4.nearest': simd(0x6a),
  'f64x2.floor': simd(0x75),
  'f64x2.nearest': simd(0x94),
  'i32x4.abs': simd(0xa0),
  'i32x4.neg': simd(0xa1),
  'i32x4.shl': simd(0xab),
  'i32x4.shr_s': simd(0xac),
  'i32x4.shr_u': simd(0xad),
  'i32x4.add': simd(0xae),
  'i32x4.sub': simd(0xb1),
  'i32x4.mul': simd(0xb5),
  'i32x4.min_s': simd(0xb6),
  'i32x4.max_s': simd(0xb8),
  'i64x2.shl': simd(0xcb),
  'i64x2.shr_u': simd(0xcd),
  'i64x2.add': simd(0xce),
  'i64x2.sub': simd(0xd1),
  'f32x4.abs': simd(0xe0),
  'f32x4.neg': simd(0xe1),
  'f32x4.sqrt': simd(0xe3),
  'f32x4.add': simd(0xe4),
  'f32x4.sub': simd(0xe5),
  'f32x4.mul': simd(0xe6),
  'f32x4.div': simd(0xe7),
  'f32x4.min': simd(0xe8),
  'f32x4.max': simd(0xe9),
  'f32x4.pmin': simd(0xea),
  'f32x4.pmax': simd(0xeb),
  'f64x2.abs': simd(0xec),
  'f64x2.add': simd(0xf0),
  'f64x2.sub': simd(0xf1),
  'f64x2.mul': simd(0xf2),
  'f64x2.div': simd(0xf3),
  'f64x2.pmin': simd(0xf6),
  'f64x2.pmax': simd(0xf7),
  'i32x4.trunc_sat_f32x4_s': simd(0xf8),
  'f32x4.convert_i32x4_s': simd(0xfa),
  'i32x4.trunc_sat_f64x2_s_zero': simd(0xfc),
  'f64x2.convert_low_i32x4_s': simd(0xfe),
} satisfies Record<string, Instruction>;

export type InstructionName = keyof typeof INSTRUCTIONS;
/** Instructions without an immediate. */
export type PlainName = {
  [Name in InstructionName]: (typeof INSTRUCTIONS)[Name] extends InstructionOf<'none'> ? Name : never;
}[InstructionName];

/** Value types as they are encoded. */
export const VALUE_TYPES = { i32: 0x7f, v128: 0x7b } as const;
export type ValueType = keyof typeof VALUE_TYPES;
