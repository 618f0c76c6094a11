import type { Format } from '../index.ts';
import { openBooster } from './open.ts';
import { readBooster } from './read.ts';

export { isBefore, type Booster } from './booster.ts';
export { columnTextsOf } from './categories.ts';
export { factsOf } from './describe.ts';
export { xgboostErrors } from './errors.ts';
export { readBooster } from './read.ts';
export { looksLikeBooster } from './recognise.ts';
export { addBooster, treesOfRounds, type Asked, type BoosterNodes } from './translate.ts';

/** Boosters of XGBoost in the forms that the library itself writes. */
export const xgboost: Format = {
  // eslint-disable-next-line typescript/require-await -- what reading throws must reject the promise
  open: async bytes => openBooster(readBooster(bytes)),
};
