import { decodePredictRequest, encodePredictions } from '../../../wire/index.ts';
import type { Exchange } from '../../dataplane/index.ts';

type Model = Parameters<Exchange['read']>[1];

/** Whether rows are lists of any length, as sets of labels are: the model's one input has no width of its own. */
function widthsOf({ plan: { inputs } }: Model): 'any' | 'even' {
  const [only, more] = inputs;
  return more === undefined && only?.shape.length === 2 && only.shape[1] === -1 ? 'any' : 'even';
}

/** V1 as KServe speaks it (python/kserve/kserve/protocol/rest/v1_endpoints.py): instances in, predictions out. */
export const v1Exchange: Exchange = {
  name: 'v1',
  read: (body, model, limits) => ({
    inputs: decodePredictRequest(body, limits, widthsOf(model)).inputs,
    outputs: model.defaultOutputs,
    write: encodePredictions,
  }),
};
