/** Shown where there is no value: not reached, not measured, not finite. */
export const MISSING = '–';

type Maybe = number | null | undefined;

const isShowable = (value: Maybe): value is number => typeof value === 'number' && Number.isFinite(value);

/** JavaScript writes `3.2e+5`; readers expect `3.2e5`. */
const exponential = (value: number, digits: number) => value.toExponential(digits).replace('e+', 'e');

/** Three significant digits; `3.2e-4` below 0.01, `3.88e4` from 10,000 up; an en dash for what is missing or not finite. */
export function formatNumber(value: Maybe): string {
  if (!isShowable(value)) return MISSING;
  if (value === 0) return '0';
  const size = Math.abs(value);
  if (size < 0.01) return exponential(value, 1);
  if (size >= 9999.5) return exponential(value, 2);
  if (size >= 999.5) return String(Math.round(value));
  return value.toPrecision(3);
}

/** A whole number such as a step count, with thin spaces between thousands: `12 400`. */
export function formatInteger(value: Maybe): string {
  if (!isShowable(value)) return MISSING;
  return String(Math.round(value)).replace(/\B(?=(\d{3})+$)/g, '\u202f');
}

/** Seconds with their unit: `820 ms`, `3.2 s`, `4 min 10 s`, `2 h 5 min`. */
export function formatSeconds(seconds: Maybe): string {
  if (!isShowable(seconds)) return MISSING;
  if (seconds < 0.0995) return `${Number((seconds * 1000).toPrecision(2))} ms`;
  if (seconds < 0.995) return `${Math.round(seconds * 1000)} ms`;
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  const minutes = Math.round(whole / 60);
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

const BYTE_UNITS = ['B', 'kB', 'MB', 'GB', 'TB'] as const;

/** Decimal bytes: `512 B`, `34.1 kB`, `1.25 MB`. */
export function formatBytes(bytes: Maybe): string {
  if (!isShowable(bytes)) return MISSING;
  let value = bytes;
  let unit = 0;
  while (value >= 999.5 && unit < BYTE_UNITS.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${unit === 0 ? Math.round(value) : value.toPrecision(3)} ${BYTE_UNITS[unit]}`;
}

/** A fraction as percent with three significant digits: 0.0325 -> `3.25 %`. */
export function formatPercent(fraction: Maybe): string {
  if (!isShowable(fraction)) return MISSING;
  const percent = fraction * 100;
  return `${Math.abs(percent - Math.round(percent)) < 1e-9 ? Math.round(percent) : Number(percent.toPrecision(3))} %`;
}

/** The shortest text that reads back as exactly this number: `3e-4`, `0.9`, `infinity`. For fields and labels of settings. */
export function formatExact(value: number): string {
  if (Number.isNaN(value)) return '';
  if (!Number.isFinite(value)) return value > 0 ? 'infinity' : '-infinity';
  const size = Math.abs(value);
  if (size !== 0 && (size < 0.01 || size >= 1e6)) return value.toExponential().replace('e+', 'e');
  return String(value);
}

/** Reads what a visitor types: `3e-4`, `0,01`, `1 000`, `inf`. Null when it is not a number. */
export function parseNumber(text: string): number | null {
  const compact = text
    .trim()
    .replace(/[\s\u202f_]/g, '')
    .replace(/\u2212/g, '-');
  if (/^\+?(inf|infinity|∞)$/i.test(compact)) return Number.POSITIVE_INFINITY;
  const plain = /^[^.,]*,[^.,]*$/.test(compact) ? compact.replace(',', '.') : compact;
  if (!/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(plain)) return null;
  const value = Number(plain);
  return Number.isFinite(value) ? value : null;
}
