export const CHROMIUM_ARGS: string[];
export function findChromium(): string | null;
export function launchOptions(): { executablePath?: string; channel?: string; args: string[] };
