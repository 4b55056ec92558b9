import type { Dtype } from '../graph.ts';
import { type IndexMap, withDigits } from '../index-map.ts';
import type { Access, BufferId, Expr, ExprId, Store } from '../schedule.ts';
import { mapKey } from './maps.ts';

/** Expressions while the digits of their kernel's domain are not known yet: accesses are maps from the point's flat index. */
export type Draft =
  | Exclude<Expr, { readonly at: Access } | { readonly kind: 'guarded' }>
  | { readonly kind: 'load'; readonly buffer: BufferId; readonly map: IndexMap; readonly fill: number; readonly dtype: Dtype }
  | {
      readonly kind: 'loadAt';
      readonly buffer: BufferId;
      readonly index: ExprId;
      readonly scale: number;
      readonly map: IndexMap;
      readonly dtype: Dtype;
    }
  | { readonly kind: 'position'; readonly map: IndexMap; readonly dtype: 'int32' }
  | { readonly kind: 'guarded'; readonly map: IndexMap; readonly value: ExprId; readonly fill: number; readonly dtype: Dtype };

export interface DraftStore {
  readonly buffer: BufferId;
  readonly map: IndexMap;
  readonly value: ExprId;
}

/** A list of expressions in which equal ones are one. */
export class Drafts {
  readonly #list: Draft[] = [];
  readonly #known = new Map<string, ExprId>();

  add(draft: Draft): ExprId {
    const key = Object.values(draft)
      .map((value) => (typeof value === 'object' ? mapKey(value as IndexMap) : Object.is(value, -0) ? '-0' : String(value)))
      .join('|');
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    this.#list.push(draft);
    this.#known.set(key, this.#list.length - 1);
    return this.#list.length - 1;
  }

  dtype(id: ExprId): Dtype {
    return (this.#list[id] as Draft).dtype;
  }

  /** The expressions over a domain of these digits. */
  finish(digits: readonly number[]): Expr[] {
    return this.#list.map((draft): Expr => {
      switch (draft.kind) {
        case 'load':
          return { kind: 'load', buffer: draft.buffer, at: access(draft.map, digits, draft.fill), dtype: draft.dtype };
        case 'loadAt': {
          const { buffer, index, scale, dtype } = draft;
          return { kind: 'loadAt', buffer, index, scale, at: access(draft.map, digits), dtype };
        }
        case 'position':
          return { kind: 'position', at: access(draft.map, digits), dtype: 'int32' };
        case 'guarded':
          return {
            kind: 'guarded',
            guards: access(draft.map, digits).guards,
            value: draft.value,
            fill: draft.fill,
            dtype: draft.dtype,
          };
        default:
          return draft;
      }
    });
  }
}

/** The map as an access over a domain of these digits, which must refine the map's own. */
export function access(map: IndexMap, digits: readonly number[], fill = 0): Access {
  const split = withDigits(map, digits);
  if (split === null) throw new Error(`an access with digits (${map.extents}) does not fit a domain of digits (${digits})`);
  return { strides: split.strides, offset: split.offset, guards: split.guards, fill };
}

export const storeOf = ({ buffer, map, value }: DraftStore, digits: readonly number[]): Store => ({
  buffer,
  at: access(map, digits),
  value,
});
