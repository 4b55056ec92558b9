export { mutations } from '../dog/dog.mutations.ts';
