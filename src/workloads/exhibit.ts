/**
 * What a workload shows of some of its validation rows and of a run's output for them, as plain data: models fill it, the page draws it
 * without knowing any workload. Posted from the worker at every evaluation, so keep it to a few kilobytes per item.
 */
export interface Exhibit {
  /** One sentence: what is seen, and what was cut or is synthetic. */
  readonly note: string;
  /** A handful, always the same rows in the same order. */
  readonly items: readonly ExhibitItem[];
}

export interface ExhibitItem {
  /** e.g. 'Ankle boot', 'Slice 3, sagittal': short. */
  readonly title: string;
  /** Whether the model got it right, where that can be said. */
  readonly isRight: boolean | null;
  readonly parts: readonly ExhibitPart[];
}

export type ExhibitPart =
  /** A grey picture; 0 is black, 255 white. Pixels row-major from the top left. */
  | {
      readonly kind: 'image';
      readonly caption: string;
      readonly width: number;
      readonly height: number;
      readonly pixels: Uint8Array;
      /** 'heat' for magnitudes that are no photograph, such as spectrograms. */
      readonly palette: 'grey' | 'heat';
    }
  | {
      readonly kind: 'molecule';
      readonly caption: string;
      /** Element symbols with charge, e.g. 'C', 'N+'. */
      readonly atoms: readonly string[];
      readonly bonds: readonly { readonly from: number; readonly to: number; readonly order: 1 | 2 | 3 | 'aromatic' }[];
    }
  /** Words, e.g. source, reference and output. A reference and an output of one item may be compared character by character. */
  | { readonly kind: 'text'; readonly role: 'source' | 'reference' | 'output'; readonly caption: string; readonly text: string }
  /** Probabilities of answers; `isTrue` marks what is right. */
  | {
      readonly kind: 'probabilities';
      readonly caption: string;
      readonly entries: readonly { readonly label: string; readonly probability: number; readonly isTrue: boolean }[];
    };

/** A brightness from 0 to 1 as a byte; what is not a number is black. */
export const brightness = (value: number): number => (value > 0 ? Math.min(255, Math.round(255 * value)) : 0);
