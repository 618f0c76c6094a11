import type { Format } from '../index.ts';
import { openPickle } from '../pickle/index.ts';
import { openObjects } from './open.ts';

export { sklearnErrors } from './errors.ts';

/** Files of pickle and joblib that hold scikit-learn's estimators. */
export const sklearn: Format = {
  // eslint-disable-next-line typescript/require-await -- what reading throws must reject the promise
  open: async (bytes, { companion, object }) => openObjects(openPickle(bytes, { companion }), object),
  picks: true,
};
