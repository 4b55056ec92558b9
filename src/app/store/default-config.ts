/** What a first visitor sees, and what links leave out. */
export { defaultRace as defaultConfig, defaultView } from '../../engine/default-config.ts';
