import { ADAM_UPDATE_UNIT } from '../card-parts.ts';
import { mechanicCard } from '../mechanic/mechanic-card.ts';
import { card as base, torchCall } from '../nadamw/nadamw.card.ts';

export const card = mechanicCard({ name: 'NAdamW', card: base, torchCall, unit: ADAM_UPDATE_UNIT });
