/** The same names with other values. */
export function mapNames<V, W>(table: Readonly<Record<string, V>>, f: (name: string, value: V) => W): Record<string, W> {
  return Object.fromEntries(Object.entries(table).map(([name, value]) => [name, f(name, value)]));
}

/** The value of a name that must be there. */
export function named<V>(table: Readonly<Record<string, V>>, name: string): V {
  const value = table[name];
  if (value === undefined) throw new Error(`"${name}" is missing; there are: ${Object.keys(table).join(', ') || 'none'}.`);
  return value;
}
