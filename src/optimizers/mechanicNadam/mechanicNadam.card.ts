import { ADAM_UPDATE_UNIT } from '../card-parts.ts';
import { mechanicCard } from '../mechanic/mechanic-card.ts';
import { card as base, torchCall } from '../nadam/nadam.card.ts';

export const card = mechanicCard({ name: 'NAdam', card: base, torchCall, unit: ADAM_UPDATE_UNIT });
