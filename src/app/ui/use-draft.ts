import { useState } from 'react';

/** What a typed text means: a value, or in words why it has none. */
export type Read<T> = { readonly value: T } | { readonly problem: string };

/** A text that is being typed, or after it the word that it could not be used. */
export type Draft<T> =
  | { readonly kind: 'none' }
  | { readonly kind: 'typing'; readonly text: string }
  | { readonly kind: 'refused'; readonly message: string; readonly kept: T };

/**
 * What becomes of the typed text when the field is left. Text that has no value gives way to the value that is really set,
 * and that is said: a field never shows what a run would not use.
 */
export function leave<T>(draft: Draft<T>, read: (text: string) => Read<T>, current: T): { readonly draft: Draft<T>; readonly value?: T } {
  if (draft.kind !== 'typing') return { draft };
  const found = read(draft.text);
  if ('value' in found) return { draft: { kind: 'none' }, value: found.value };
  const typed = draft.text.trim();
  const what = typed === '' ? 'An empty field' : `“${typed.length > 24 ? `${typed.slice(0, 24)}…` : typed}”`;
  return { draft: { kind: 'refused', message: `${what} was not used. ${found.problem}`, kept: current } };
}

interface Field<T> {
  readonly value: T;
  readonly read: (text: string) => Read<T>;
  readonly show: (value: T) => string;
  readonly onChange: (value: T) => void;
}

/** A text field for a value that is applied on Enter and on leaving; text without a value is explained and never applied. */
export function useDraft<T>({ value, read, show, onChange }: Field<T>) {
  const [draft, setDraft] = useState<Draft<T>>({ kind: 'none' });
  const found = draft.kind === 'typing' ? read(draft.text) : null;
  const problem = found && 'problem' in found ? found.problem : null;
  const clear = () => setDraft({ kind: 'none' });
  const commit = () => {
    const left = leave(draft, read, value);
    setDraft(left.draft);
    if (left.value !== undefined) onChange(left.value);
  };
  return {
    text: draft.kind === 'typing' ? draft.text : show(value),
    /** Why the text in the field cannot be used; null when it can. */
    problem,
    /** That what was typed before was not used, until the value changes. */
    refusal: draft.kind === 'refused' && draft.kept === value ? draft.message : null,
    isTyping: draft.kind === 'typing',
    clear,
    type: (text: string) => setDraft({ kind: 'typing', text }),
    /** On leaving the field. */
    leave: commit,
    /** On Enter: text that cannot be used stays where it can be corrected. */
    enter: () => {
      if (!problem) commit();
    },
  };
}
