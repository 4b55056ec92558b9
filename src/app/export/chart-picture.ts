import { wrap } from './wrap.ts';

/** What stands around the drawing, so that the picture explains itself wherever it ends up. */
export interface PictureText {
  readonly title: string;
  /** Sentences below the drawing: what its lines are, the race in words, what it was measured on. */
  readonly caption: string;
  /** Address that opens the race. */
  readonly link: string;
}

const SVG = 'http://www.w3.org/2000/svg';
const MARGIN = 16;
const TITLE_SIZE = 14;
const CAPTION_SIZE = 11;
const LINE = 15;
/** Mean width of a character of the caption, as a part of its size; generous, so that no line leaves the picture. */
const CHARACTER = 0.56;
/** Fonts that exist where pictures are opened; the page's own stack does not come along. */
const FONT = 'system-ui, "Segoe UI", Roboto, "Noto Sans", "Liberation Sans", sans-serif';

/** Replaces `var(--name)` by the page's present value, so that the picture does not need the page's style sheet. */
function resolveVariables(text: string, style: CSSStyleDeclaration): string {
  return text.replaceAll(/var\((--[\w-]+)\)/g, (_, name: string) => style.getPropertyValue(name).trim() || 'currentColor');
}

/** A copy of a chart's drawing that looks the same outside the page. */
function detach(drawing: SVGSVGElement, style: CSSStyleDeclaration): SVGSVGElement {
  const copy = drawing.cloneNode(true) as SVGSVGElement;
  for (const element of [copy, ...copy.querySelectorAll('*')]) {
    for (const { name, value } of [...element.attributes]) {
      if (value.includes('var(')) element.setAttribute(name, resolveVariables(value, style));
      if (name === 'class' || name === 'tabindex' || name.startsWith('data-') || name.startsWith('aria-')) element.removeAttribute(name);
    }
  }
  return copy;
}

function element(name: string, attributes: Readonly<Record<string, string | number>>, text = ''): SVGElement {
  const created = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) created.setAttribute(key, String(value));
  created.textContent = text;
  return created;
}

/** A chart as a self-contained SVG document with title, caption and permalink, in the colours of the page's present theme. */
export function chartPicture(
  drawing: SVGSVGElement,
  { title, caption, link }: PictureText,
): { readonly svg: string; readonly width: number; readonly height: number } {
  const style = getComputedStyle(document.documentElement);
  const colour = (name: string) => style.getPropertyValue(name).trim();
  const chartWidth = drawing.width.baseVal.value;
  const chartHeight = drawing.height.baseVal.value;
  const perLine = Math.floor(chartWidth / (CAPTION_SIZE * CHARACTER));
  const captionLines = wrap(caption, perLine);
  const linkLines = wrap(link, perLine);
  const width = Math.ceil(chartWidth + 2 * MARGIN);
  const top = MARGIN + TITLE_SIZE + 10;
  const captionTop = top + chartHeight + 20;
  const height = Math.ceil(captionTop + (captionLines.length + linkLines.length) * LINE + MARGIN / 2);

  const root = document.createElementNS(SVG, 'svg');
  for (const [name, value] of Object.entries({ xmlns: SVG, width, height, viewBox: `0 0 ${width} ${height}`, 'font-family': FONT })) {
    root.setAttribute(name, String(value));
  }
  root.append(element('title', {}, title), element('desc', {}, `${caption} ${link}`));
  root.append(element('rect', { width, height, fill: colour('--ground') }));
  root.append(
    element('text', { x: MARGIN, y: MARGIN + TITLE_SIZE, 'font-size': TITLE_SIZE, 'font-weight': 600, fill: colour('--ink') }, title),
  );

  const chart = detach(drawing, style);
  chart.setAttribute('x', String(MARGIN));
  chart.setAttribute('y', String(top));
  chart.setAttribute('overflow', 'visible');
  chart.removeAttribute('style');
  root.append(chart);

  const written = (lines: readonly string[], first: number, fill: string) =>
    lines.map((line, i) => element('text', { x: MARGIN, y: captionTop + (first + i) * LINE, 'font-size': CAPTION_SIZE, fill }, line));
  root.append(...written(captionLines, 0, colour('--ink-soft')));
  const anchor = element('a', { href: link });
  anchor.append(...written(linkLines, captionLines.length, colour('--accent')));
  root.append(anchor);
  return { svg: new XMLSerializer().serializeToString(root), width, height };
}

/** Pixels per CSS pixel: sharp on a slide and in print. */
const PNG_SCALE = 2;

/** Draws an SVG document into a PNG. */
export async function rasterize({ svg, width, height }: ReturnType<typeof chartPicture>): Promise<Blob> {
  const url = URL.createObjectURL(new Blob([svg], { type: 'image/svg+xml' }));
  try {
    const image = new Image();
    image.src = url;
    await image.decode();
    const canvas = document.createElement('canvas');
    canvas.width = width * PNG_SCALE;
    canvas.height = height * PNG_SCALE;
    const context = canvas.getContext('2d');
    if (!context) throw new Error('This browser gives the page no canvas to draw the picture on; save it as SVG instead.');
    context.drawImage(image, 0, 0, canvas.width, canvas.height);
    return await new Promise((resolve, reject) => {
      canvas.toBlob(
        (blob) => (blob ? resolve(blob) : reject(new Error('The browser could not write the PNG; save it as SVG instead.'))),
        'image/png',
      );
    });
  } finally {
    URL.revokeObjectURL(url);
  }
}
