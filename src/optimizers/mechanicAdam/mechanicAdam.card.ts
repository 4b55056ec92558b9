import { card as base, torchCall } from '../adam/adam.card.ts';
import { ADAM_UPDATE_UNIT } from '../card-parts.ts';
import { mechanicCard } from '../mechanic/mechanic-card.ts';

export const card = mechanicCard({ name: 'Adam', card: base, torchCall, unit: ADAM_UPDATE_UNIT });
