import { mechanicCard } from '../mechanic/mechanic-card.ts';
import { card as base, torchCall } from '../sgd/sgd.card.ts';

export const card = mechanicCard({ name: 'SGD', card: base, torchCall, unit: 'parameter units per unit of gradient' });
