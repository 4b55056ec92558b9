import { card as base, torchCall } from '../adamw/adamw.card.ts';
import { ADAM_UPDATE_UNIT } from '../card-parts.ts';
import { mechanicCard } from '../mechanic/mechanic-card.ts';

export const card = mechanicCard({ name: 'AdamW', card: base, torchCall, unit: ADAM_UPDATE_UNIT });
