const textOf = (element: Element | null | undefined) => element?.textContent?.trim() ?? '';

/** The heading of a chart on the page with its unit: `Distance estimate (parameter units)`, `Effective step size, RMS(xₖ₊₁ − xₖ)`. */
export function pictureTitle(name: string, unit: string): string {
  if (unit === '') return name;
  return unit.includes('(') ? `${name}, ${unit}` : `${name} (${unit})`;
}

/** What the page says beside a chart, read from it, so that a picture says the same. */
export function chartWords(chart: Element): { readonly title: string; readonly notes: string } {
  const heading = chart.querySelector('.chart-title');
  const unit = textOf(heading?.querySelector('.chart-unit'));
  const whole = textOf(heading);
  const shown = [...chart.querySelectorAll('.legend-item:not(.legend-item-hidden)')];
  const noted = shown.flatMap((item) => {
    const note = textOf(item.querySelector('.legend-note'));
    return note === '' ? [] : [`${textOf(item.querySelector('.legend-label'))}: ${note}`];
  });
  const references = shown.map((item) => item.querySelector('.legend-reference')?.getAttribute('title') ?? '');
  for (const reference of new Set(references)) if (reference !== '') noted.push(`fine dots: ${reference}`);
  return {
    title: pictureTitle(whole.slice(0, whole.length - unit.length).trim(), unit),
    notes: noted.length === 0 ? '' : `${noted.join('; ')}.`,
  };
}
