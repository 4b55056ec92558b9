/** Numbers the variables of one function. */
export interface Names {
  next: number;
}

/**
 * A block of WGSL that is being written, inside its parent block. Values go to the outermost block in which their operands are known, so
 * what does not change in a loop is computed before it; equal texts are computed once.
 */
export class Scope {
  readonly lines: string[] = [];
  readonly depth: number;
  readonly #parent: Scope | null;
  readonly #names: Names;
  readonly #known = new Map<string, string>();

  constructor(parent: Scope | null = null) {
    this.#parent = parent;
    this.depth = parent === null ? 0 : parent.depth + 1;
    this.#names = parent === null ? { next: 0 } : parent.#names;
  }

  line(text: string): void {
    this.lines.push(text);
  }

  /** A new name. */
  name(letter: string): string {
    return `${letter}${this.#names.next++}`;
  }

  /** Name of a value that is the same wherever this text is evaluated in this block or inside of it. */
  let(text: string): string {
    if (/^\w+$/.test(text)) return text;
    const known = this.#find(text);
    if (known !== undefined) return known;
    const name = this.fresh(text);
    this.#known.set(text, name);
    return name;
  }

  /** Name of a value of now: the text is evaluated here, even if it has been before. */
  fresh(text: string): string {
    const name = this.name('v');
    this.line(`let ${name} = ${text};`);
    return name;
  }

  /** Appends `header { ... }` with what `write` writes into the inner block. */
  block(header: string, write: (inner: Scope) => void): void {
    const inner = new Scope(this);
    write(inner);
    this.line(`${header} {`);
    for (const line of inner.lines) this.lines.push(`  ${line}`);
    this.line('}');
  }

  #find(text: string): string | undefined {
    const own = this.#known.get(text);
    return own !== undefined || this.#parent === null ? own : this.#parent.#find(text);
  }
}

/** The innermost of nested blocks. */
export const innermost = (...scopes: readonly Scope[]): Scope =>
  scopes.reduce((deepest, scope) => (scope.depth > deepest.depth ? scope : deepest));
