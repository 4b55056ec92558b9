/** Fewer characters than this name nothing. */
const FEWEST = 6;
/** Characters kept of the beginning where the middle of a name is what differs. */
const HEAD = 4;

/** Cuts the middle of a long label, because names differ at their ends: `Prodigy d0=1e-5` -> `Prodi…=1e-5`. A number as in `AdamW #2` stays whole. */
export function shorten(label: string, characters: number): string {
  const { body, suffix } = parts(label);
  const room = Math.max(FEWEST, characters) - suffix.length;
  if (body.length <= room) return label;
  const tail = Math.min(6, Math.floor((room - 1) / 2));
  return `${body.slice(0, room - 1 - tail).trimEnd()}…${body.slice(body.length - tail).trimStart()}${suffix}`;
}

function parts(label: string): { readonly body: string; readonly suffix: string } {
  const suffix = / #\d+$/.exec(label)?.[0] ?? '';
  return { body: label.slice(0, label.length - suffix.length), suffix };
}

/** Shortens the labels of one chart so that different ones stay different: where ends alone look the same, the part that differs is kept. */
export function shortenAll(labels: readonly string[], characters: number): readonly string[] {
  const result = labels.map((label) => shorten(label, characters));
  for (let round = 0; round < labels.length; round++) {
    const groups = [...new Set(result)].map((text) => [...labels.keys()].filter((index) => result[index] === text));
    const confused = groups.filter((group) => new Set(group.map((index) => labels[index])).size > 1);
    if (confused.length === 0) break;
    for (const group of confused) {
      const start = commonLength(group.map((index) => labels[index] as string));
      for (const index of group) result[index] = keepFrom(labels[index] as string, start, characters);
    }
  }
  return result;
}

/** Length of what all texts begin with. */
function commonLength(texts: readonly string[]): number {
  const [first = '', ...others] = texts;
  let length = 0;
  while (length < first.length && others.every((text) => text[length] === first[length])) length++;
  return length;
}

/** The beginning of a label, and what follows from `start` on. */
function keepFrom(label: string, start: number, characters: number): string {
  const { body, suffix } = parts(label);
  const room = Math.max(FEWEST, characters) - suffix.length;
  if (body.length <= room) return label;
  const head = Math.max(1, Math.min(HEAD, room - 4));
  const from = Math.max(head, Math.min(start, body.length - (room - head - 1)));
  const rest = body.slice(from);
  const kept = room - head - 1;
  return `${body.slice(0, head)}…${rest.length <= kept ? rest : `${rest.slice(0, kept - 1)}…`}${suffix}`;
}
