/** A data file could not be fetched. */
export class DataMissingError extends Error {
  override readonly name = 'DataMissingError';
  readonly path: string;
  /** HTTP status, or null when there was no answer at all (or no such file on disk). */
  readonly status: number | null;
  /** What to do about it, in words for the visitor. */
  readonly advice: string;

  constructor(path: string, status: number | null, options?: ErrorOptions) {
    super(`The data file ${path} could not be fetched (${status === null ? 'no answer' : `status ${status}`}).`, options);
    this.path = path;
    this.status = status;
    this.advice = path.startsWith('gpl/')
      ? 'This copy of Freestep may have been published without the data in public/data/gpl. Choose another problem or workload.'
      : 'Check the connection and run again. If it stays missing, the site was published without its data folder.';
  }
}

/** A data file arrived, but it is not the one that was committed. */
export class DataChecksumError extends Error {
  override readonly name = 'DataChecksumError';
  readonly path: string;
  readonly advice: string;

  constructor(path: string, found: string, expected: string) {
    super(`The data file ${path} is not the expected one: found ${found}, expected ${expected}.`);
    this.path = path;
    this.advice =
      'Nothing was trained on it. Reload the page to fetch it again; if it happens again, the published file was changed or a proxy alters it.';
  }
}
