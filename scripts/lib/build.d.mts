/** Builds the package of the library into a folder, which is emptied first. */
export function buildLibrary(outDir: string): Promise<void>;
