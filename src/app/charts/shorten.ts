/** Characters that name something at least, whatever their width. */
const FEWEST = 6;
/** Characters kept of the beginning where the middle of a name is what differs. */
const HEAD = 4;

/** Width of a character at the labels' 11 px, CSS pixels: DejaVu Sans, the widest of the usual fonts, in three classes. */
const NARROW = { characters: new Set("ijlftr.,:;|'()[]-/ I"), width: 4.3 } as const;
const WIDE = { characters: new Set('mwMW…%@=+<>×'), width: 10.2 } as const;
const ORDINARY_WIDTH = 6.9;

/** Estimated width of a label, CSS pixels; measuring in the document would force a layout in every frame. */
export function textWidth(text: string): number {
  let width = 0;
  for (const character of text) {
    width += NARROW.characters.has(character) ? NARROW.width : WIDE.characters.has(character) ? WIDE.width : ORDINARY_WIDTH;
  }
  return width;
}

/**
 * Shortens the labels of one chart so that different ones stay different: where ends alone look the same, the part that differs is kept.
 * A number as in `AdamW #2` stays whole; where no part is enough, as with `===` and `====` in little room, they are numbered.
 * @param width CSS pixels, room for at least FEWEST characters.
 */
export function shortenAll(labels: readonly string[], width: number): readonly string[] {
  const result = labels.map((label) => shorten(label, width, cutMiddle));
  /** Indices of different labels that look the same. */
  const confused = (): readonly (readonly number[])[] =>
    [...new Set(result)]
      .map((text) => [...labels.keys()].filter((index) => result[index] === text))
      .filter((group) => new Set(group.map((index) => labels[index])).size > 1);
  for (let round = 0; round < labels.length; round++) {
    const groups = confused();
    if (groups.length === 0) return result;
    for (const group of groups) {
      const start = commonLength(group.map((index) => labels[index] as string));
      for (const index of group) result[index] = shorten(labels[index] as string, width, (body, room) => keepFrom(body, start, room));
    }
  }
  for (const group of confused()) {
    const different = [...new Set(group.map((index) => labels[index] as string))];
    for (const index of group) {
      const label = labels[index] as string;
      result[index] = shorten(`${label} #${different.indexOf(label) + 1}`, width, cutMiddle);
    }
  }
  return result;
}

/** The longest cut of a label that is not too wide. */
function shorten(label: string, width: number, cut: (body: string, characters: number) => string): string {
  if (textWidth(label) <= width) return label;
  const suffix = / #\d+$/.exec(label)?.[0] ?? '';
  const body = label.slice(0, label.length - suffix.length);
  const most = Math.min(body.length - 1, Math.floor(width / NARROW.width));
  for (let characters = most; characters > FEWEST - suffix.length; characters--) {
    const text = cut(body, characters) + suffix;
    if (textWidth(text) <= width) return text;
  }
  return cut(body, FEWEST - suffix.length) + suffix;
}

/** Cuts the middle of a long name, because names differ at their ends: `Prodigy d0=1e-5` -> `Prodi…=1e-5`. */
function cutMiddle(body: string, characters: number): string {
  const tail = Math.min(6, Math.floor((characters - 1) / 2));
  return `${body.slice(0, characters - 1 - tail).trimEnd()}…${body.slice(body.length - tail).trimStart()}`;
}

/** The beginning of a name, and as much as there is room for of what follows from `start` on. */
function keepFrom(body: string, start: number, characters: number): string {
  const head = Math.max(1, Math.min(HEAD, characters - 4));
  const kept = characters - head - 1;
  const rest = body.slice(Math.max(head, Math.min(start, body.length - kept)));
  return `${body.slice(0, head)}…${rest.length <= kept ? rest : `${rest.slice(0, kept - 1)}…`}`;
}

/** Length of what all texts begin with. */
function commonLength(texts: readonly string[]): number {
  const [first = '', ...others] = texts;
  let length = 0;
  while (length < first.length && others.every((text) => text[length] === first[length])) length++;
  return length;
}
