/** Version of links written now. */
export const URL_VERSION = 1;

/** From version n to n + 1: what the fields of an old link are called today, and the old defaults that have changed since. */
export type Migrations = Readonly<Record<number, (fields: Map<string, string>) => Map<string, string>>>;

/** Entry n turns a link of version n into one of version n + 1. Version 1 is the first. */
export const MIGRATIONS: Migrations = {};

/**
 * Takes the version out of a link's fields and brings the others up to the current one. Links without a version are read as current,
 * so that short ones can be written by hand.
 */
export function migrate(
  fields: Map<string, string>,
  versionKey: string,
  report: (message: string) => void,
  migrations: Migrations = MIGRATIONS,
  currentVersion = URL_VERSION,
): Map<string, string> {
  const text = fields.get(versionKey);
  fields.delete(versionKey);
  if (text === undefined) return fields;
  const version = /^\d{1,6}$/.test(text) ? Number(text) : 0;
  if (version < 1) {
    report('it is not a version of links; the link is read as a current one');
    return fields;
  }
  if (version > currentVersion) {
    report(
      `this link was made by a newer Freestep (version ${version} of links, this one reads up to ${currentVersion}); what it knows is used`,
    );
    return fields;
  }
  let migrated = fields;
  for (let from = version; from < currentVersion; from++) migrated = migrations[from]?.(migrated) ?? migrated;
  return migrated;
}
