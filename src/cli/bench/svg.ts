/** SVG text by hand: what the charts of the measurements need and no more. */

const ESCAPES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
const escaped = (text: string): string => text.replace(/[&<>"]/g, (character) => ESCAPES[character] as string);

export type Attributes = Readonly<Record<string, string | number>>;

const round = (value: string | number): string => (typeof value === 'number' ? String(Math.round(value * 100) / 100) : escaped(value));

/** An element with children, which are markup already. */
export function element(name: string, attributes: Attributes, ...children: readonly string[]): string {
  const written = Object.entries(attributes).map(([key, value]) => ` ${key}="${round(value)}"`);
  return children.length === 0 ? `<${name}${written.join('')}/>` : `<${name}${written.join('')}>${children.join('')}</${name}>`;
}

export function label(x: number, y: number, text: string, attributes: Attributes = {}): string {
  return element('text', { x, y, ...attributes }, escaped(text));
}

/** A whole picture on white, readable on a slide. `description` is what a screen reader says. */
export function picture(width: number, height: number, description: string, ...children: readonly string[]): string {
  const frame = {
    xmlns: 'http://www.w3.org/2000/svg',
    viewBox: `0 0 ${width} ${height}`,
    width,
    height,
    role: 'img',
    'aria-label': description,
    'font-family': 'system-ui, sans-serif',
    'font-size': 15,
    fill: '#1a1a1a',
  };
  return `${element('svg', frame, element('rect', { width, height, fill: '#ffffff' }), ...children)}\n`;
}

/** Position of a value on a logarithmic axis. */
export function logScale(from: readonly [low: number, high: number], to: readonly [start: number, end: number]): (value: number) => number {
  const [low, high] = from.map(Math.log10) as [number, number];
  return (value) => to[0] + ((Math.log10(value) - low) / (high - low)) * (to[1] - to[0]);
}

/** The smallest range of whole decades around some values. */
export function decades(values: readonly number[]): [number, number] {
  const low = Math.floor(Math.log10(Math.min(...values)));
  const high = Math.ceil(Math.log10(Math.max(...values)));
  return [10 ** low, 10 ** Math.max(high, low + 1)];
}

/** The powers of ten in a range. */
export function powersOfTen([low, high]: readonly [number, number]): readonly number[] {
  const first = Math.round(Math.log10(low));
  return Array.from({ length: Math.round(Math.log10(high)) - first + 1 }, (_, i) => 10 ** (first + i));
}

/** A marker of one of several shapes, so that colour is not needed to tell them apart. */
export type Marker = 'circle' | 'square' | 'diamond' | 'triangle' | 'cross' | 'ring' | 'box' | 'plus';

export function marker(shape: Marker, x: number, y: number, colour: string, size = 6): string {
  const filled = { fill: colour, stroke: '#ffffff', 'stroke-width': 1 };
  const open = { fill: '#ffffff', stroke: colour, 'stroke-width': 2.5 };
  const path = (d: string, style: Attributes): string => element('path', { d, ...style });
  switch (shape) {
    case 'circle':
      return element('circle', { cx: x, cy: y, r: size, ...filled });
    case 'ring':
      return element('circle', { cx: x, cy: y, r: size - 1, ...open });
    case 'square':
      return element('rect', { x: x - size + 0.5, y: y - size + 0.5, width: 2 * size - 1, height: 2 * size - 1, ...filled });
    case 'box':
      return element('rect', { x: x - size + 1.5, y: y - size + 1.5, width: 2 * size - 3, height: 2 * size - 3, ...open });
    case 'diamond':
      return path(`M${x} ${y - size - 1}L${x + size + 1} ${y}L${x} ${y + size + 1}L${x - size - 1} ${y}Z`, filled);
    case 'triangle':
      return path(`M${x} ${y - size - 1}L${x + size} ${y + size - 1}L${x - size} ${y + size - 1}Z`, filled);
    case 'cross':
      return path(`M${x - 5} ${y - 5}L${x + 5} ${y + 5}M${x - 5} ${y + 5}L${x + 5} ${y - 5}`, { ...open, fill: 'none' });
    case 'plus':
      return path(`M${x - 6} ${y}L${x + 6} ${y}M${x} ${y - 6}L${x} ${y + 6}`, { ...open, fill: 'none' });
  }
}
