import type { BinaryFn, Dtype, UnaryFn } from '../graph.ts';
import type { Guard } from '../index-map.ts';
import type { Access, Expr, ExprId } from '../schedule.ts';
import type { Form } from './nest.ts';

/** A form's value plus `offset`, which is constant: bytes for addresses, units for guards and positions. */
export interface Place {
  readonly form: Form;
  readonly offset: number;
}

interface NodeBase {
  /** Which digits of the domain the value depends on. */
  readonly depends: readonly boolean[];
  /** It depends on what passes of its kernel compute, so it is only known within a pass. */
  readonly isOfPass: boolean;
}

/** Where the guards hold: those that do not change along the vector digit as one i32, the others as a mask of lanes. */
export interface GuardNodes {
  readonly condition: ConditionNode | null;
  readonly mask: MaskNode | null;
}

/** 0 <= place < extent */
export interface Test {
  readonly place: Place;
  readonly extent: number;
}

export interface ConditionNode extends NodeBase {
  readonly kind: 'condition';
  readonly tests: readonly Test[];
}

export interface MaskNode extends NodeBase {
  readonly kind: 'mask';
  readonly tests: readonly Test[];
}

interface MemoryNode extends NodeBase {
  /** Its address can be read whatever the guards say. */
  readonly slot: number;
  readonly place: Place;
  /** Elements from lane to lane. */
  readonly stride: number;
  readonly guards: GuardNodes;
  readonly fill: number;
  readonly dtype: Dtype;
}

export interface LoadNode extends MemoryNode {
  readonly kind: 'load';
}

/** Load from (address + row), where the row's offset is the same for all lanes. */
export interface LoadRowNode extends MemoryNode {
  readonly kind: 'loadRow';
  readonly row: RowNode;
}

/** index * scale in bytes, as i32; the index is the same for all lanes. */
export interface RowNode extends NodeBase {
  readonly kind: 'row';
  readonly index: ValueNode;
  readonly scale: number;
}

/** Load with an index of its own per lane. */
export interface LoadLanesNode extends MemoryNode {
  readonly kind: 'loadLanes';
  readonly index: ValueNode;
  readonly scale: number;
}

/** A node whose value is a vector of four lanes. */
export type ValueNode =
  | (NodeBase & { readonly kind: 'number'; readonly value: number; readonly dtype: Dtype })
  | LoadNode
  | LoadRowNode
  | LoadLanesNode
  | (NodeBase & {
      readonly kind: 'position';
      readonly place: Place;
      readonly stride: number;
      readonly guards: GuardNodes;
      readonly fill: number;
      readonly dtype: 'int32';
    })
  | (NodeBase & { readonly kind: 'unary'; readonly fn: UnaryFn; readonly a: ValueNode; readonly dtype: Dtype })
  | (NodeBase & { readonly kind: 'binary'; readonly fn: BinaryFn; readonly a: ValueNode; readonly b: ValueNode; readonly dtype: Dtype })
  | (NodeBase & {
      readonly kind: 'select';
      readonly condition: ValueNode;
      readonly a: ValueNode;
      readonly b: ValueNode;
      readonly dtype: Dtype;
    })
  | (NodeBase & {
      readonly kind: 'uniform';
      readonly seed: ValueNode;
      readonly step: ValueNode;
      readonly index: ValueNode;
      /** Position of the layer in the function's numbers. */
      readonly layer: number;
      readonly dtype: 'float32';
    })
  | (NodeBase & {
      readonly kind: 'guarded';
      readonly value: ValueNode;
      readonly guards: GuardNodes;
      readonly fill: number;
      readonly dtype: Dtype;
    })
  | (NodeBase & { readonly kind: 'reduced'; readonly index: number; readonly dtype: Dtype })
  | (NodeBase & { readonly kind: 'accumulator'; readonly dtype: 'float32' });

export type KernelNode = ValueNode | ConditionNode | MaskNode | RowNode;

/** Nodes a node is computed from. */
export function operandsOf(node: KernelNode): readonly KernelNode[] {
  const guardsOf = ({ condition, mask }: GuardNodes): KernelNode[] => [condition, mask].filter((guard) => guard !== null);
  switch (node.kind) {
    case 'number':
    case 'reduced':
    case 'accumulator':
    case 'condition':
    case 'mask':
      return [];
    case 'load':
    case 'position':
      return guardsOf(node.guards);
    case 'loadRow':
      return [node.row, ...guardsOf(node.guards)];
    case 'loadLanes':
      return [node.index, ...guardsOf(node.guards)];
    case 'row':
      return [node.index];
    case 'unary':
      return [node.a];
    case 'binary':
      return [node.a, node.b];
    case 'select':
      return [node.condition, node.a, node.b];
    case 'uniform':
      return [node.seed, node.step, node.index];
    case 'guarded':
      return [node.value, ...guardsOf(node.guards)];
  }
}

/** What the nodes of one kernel are made in. */
export interface NodeContext {
  readonly exprs: readonly Expr[];
  /** Extents of the domain's digits. */
  readonly extents: readonly number[];
  /** The digit whose values lie side by side in the lanes. */
  readonly vector: number;
  /** Digits that a `reduced` depends on. */
  readonly outer: number;
  /** Slots that the kernel writes: what is loaded from them depends on the pass. */
  readonly written: ReadonlySet<number>;
  readonly addressForm: (slot: number, strides: readonly number[], offset: number) => Place;
  readonly numberForm: (coefficients: readonly number[], offset: number) => Place;
}

/** Makes the nodes of a kernel's expressions, each once. */
export class NodeMaker {
  readonly #context: NodeContext;
  readonly #known = new Map<string, KernelNode>();

  constructor(context: NodeContext) {
    this.#context = context;
  }

  /**
   * The node of an expression where all of `outerGuards` matter: loads within a guarded expression may name places that do not exist where
   * the guards fail, so they get those guards too.
   */
  value(id: ExprId, outerGuards: readonly Guard[] = []): ValueNode {
    const expr = this.#context.exprs[id];
    if (expr === undefined) throw new Error(`there is no expression ${id}`);
    return this.#once(`${id} ${JSON.stringify(outerGuards)}`, () => this.#make(expr, outerGuards));
  }

  #make(expr: Expr, outer: readonly Guard[]): ValueNode {
    const { vector, extents } = this.#context;
    const value = (id: ExprId): ValueNode => this.value(id, outer);
    switch (expr.kind) {
      case 'number':
        return { kind: 'number', value: expr.value, dtype: expr.dtype, depends: extents.map(() => false), isOfPass: false };
      case 'load':
        return { kind: 'load', ...this.#memory(expr.buffer, expr.at, outer, expr.dtype, []) };
      case 'loadAt': {
        const index = value(expr.index);
        const memory = this.#memory(expr.buffer, expr.at, outer, expr.dtype, [index]);
        if (index.depends[vector]) return { kind: 'loadLanes', ...memory, index, scale: expr.scale };
        const row = this.#once(`row ${expr.index} ${expr.scale} ${JSON.stringify(outer)}`, () => ({
          kind: 'row' as const,
          index,
          scale: expr.scale,
          depends: index.depends,
          isOfPass: index.isOfPass,
        }));
        return { kind: 'loadRow', ...memory, row };
      }
      case 'position': {
        const guards = this.#guards(expr.at.guards);
        return {
          kind: 'position',
          place: this.#context.numberForm(expr.at.strides, expr.at.offset),
          stride: expr.at.strides[vector] as number,
          guards,
          fill: expr.at.fill,
          dtype: 'int32',
          ...this.#joined(this.#dependsOf(expr.at.strides), guards),
        };
      }
      case 'unary': {
        const a = value(expr.a);
        return { kind: 'unary', fn: expr.fn, a, dtype: expr.dtype, ...union(a) };
      }
      case 'binary': {
        const [a, b] = [value(expr.a), value(expr.b)];
        return { kind: 'binary', fn: expr.fn, a, b, dtype: expr.dtype, ...union(a, b) };
      }
      case 'select': {
        const [condition, a, b] = [value(expr.condition), value(expr.a), value(expr.b)];
        return { kind: 'select', condition, a, b, dtype: expr.dtype, ...union(condition, a, b) };
      }
      case 'uniform': {
        const [seed, step, index] = [value(expr.seed), value(expr.step), value(expr.index)];
        return { kind: 'uniform', seed, step, index, layer: expr.layer, dtype: 'float32', ...union(seed, step, index) };
      }
      case 'guarded': {
        const inner = this.value(expr.value, [...outer, ...expr.guards]);
        const guards = this.#guards(expr.guards);
        return { kind: 'guarded', value: inner, guards, fill: expr.fill, dtype: expr.dtype, ...this.#joined(inner, guards) };
      }
      case 'reduced':
        return {
          kind: 'reduced',
          index: expr.index,
          dtype: expr.dtype,
          depends: extents.map((_, digit) => digit < this.#context.outer),
          isOfPass: true,
        };
      case 'accumulator':
        return { kind: 'accumulator', dtype: 'float32', depends: extents.map(() => true), isOfPass: true };
    }
  }

  #memory(slot: number, at: Access, outer: readonly Guard[], dtype: Dtype, also: readonly KernelNode[]): MemoryNode {
    const guards = this.#guards([...at.guards, ...outer]);
    const own = this.#joined(this.#dependsOf(at.strides), guards);
    const all = union(own, ...also);
    return {
      slot,
      place: this.#context.addressForm(slot, at.strides, at.offset),
      stride: at.strides[this.#context.vector] as number,
      guards,
      fill: at.fill,
      dtype,
      depends: all.depends,
      isOfPass: all.isOfPass || this.#context.written.has(slot),
    };
  }

  #guards(guards: readonly Guard[]): GuardNodes {
    const { vector } = this.#context;
    const distinct = [...new Map(guards.map((guard) => [JSON.stringify(guard), guard])).values()];
    const isAlong = (guard: Guard): boolean => guard.coefficients[vector] !== 0;
    const [along, others] = [distinct.filter(isAlong), distinct.filter((guard) => !isAlong(guard))];
    return {
      condition:
        others.length === 0
          ? null
          : this.#once(`condition ${JSON.stringify(others)}`, (): ConditionNode => ({ kind: 'condition', ...this.#tested(others) })),
      mask:
        along.length === 0 ? null : this.#once(`mask ${JSON.stringify(along)}`, (): MaskNode => ({ kind: 'mask', ...this.#tested(along) })),
    };
  }

  #tested(guards: readonly Guard[]): NodeBase & { readonly tests: readonly Test[] } {
    return {
      tests: guards.map((guard) => ({ place: this.#context.numberForm(guard.coefficients, guard.offset), extent: guard.extent })),
      depends: guards.map((guard) => this.#dependsOf(guard.coefficients).depends).reduce(either),
      isOfPass: false,
    };
  }

  #dependsOf(coefficients: readonly number[]): NodeBase {
    return { depends: coefficients.map((coefficient) => coefficient !== 0), isOfPass: false };
  }

  #joined(base: NodeBase, { condition, mask }: GuardNodes): NodeBase {
    return union(base, ...[condition, mask].filter((guard) => guard !== null));
  }

  #once<T extends KernelNode>(key: string, make: () => T): T {
    const known = this.#known.get(key);
    if (known !== undefined) return known as T;
    const node = make();
    this.#known.set(key, node);
    return node;
  }
}

const either = (a: readonly boolean[], b: readonly boolean[]): boolean[] => a.map((value, digit) => value || (b[digit] as boolean));

/** What depends on any of them. */
function union(...nodes: readonly NodeBase[]): NodeBase {
  return {
    depends: nodes.map(({ depends }) => depends).reduce(either),
    isOfPass: nodes.some(({ isOfPass }) => isOfPass),
  };
}
