export { mechanicMutations as mutations } from '../mechanic/mechanic-mutations.ts';
