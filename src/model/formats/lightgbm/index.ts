import type { Format } from '../index.ts';
import { openBooster } from './open.ts';
import { readBooster } from './read.ts';

export type { Booster, Category, Tree } from './booster.ts';
export { factsOf } from './describe.ts';
export { lightgbmErrors } from './errors.ts';
export { columnTextsOf } from './frame.ts';
export { importancesOf, type Importance } from './importance.ts';
export { readBooster } from './read.ts';
export { looksLikeLightgbm } from './recognise.ts';
export { categoriesOf } from './text.ts';
export { addBooster, type BoosterNodes } from './translate.ts';

/** Models of LightGBM as text and as JSON dumps. */
export const lightgbm: Format = {
  // eslint-disable-next-line typescript/require-await -- what reading throws must reject the promise
  open: async bytes => openBooster(readBooster(bytes)),
};
