import { decodePredictRequest, encodePredictions } from '../../../wire/index.ts';
import type { Exchange } from '../../dataplane/index.ts';

/** V1 as KServe speaks it (python/kserve/kserve/protocol/rest/v1_endpoints.py): instances in, predictions out. */
export const v1Exchange: Exchange = {
  name: 'v1',
  read: (body, model, limits) => ({
    inputs: decodePredictRequest(body, limits).inputs,
    outputs: model.defaultOutputs,
    write: encodePredictions,
  }),
};
