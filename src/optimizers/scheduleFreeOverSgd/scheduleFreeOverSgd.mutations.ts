export { wrapperMutations as mutations } from '../scheduleFree/wrapper-mutations.ts';
