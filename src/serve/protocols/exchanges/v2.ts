import { decodeInferRequest, encodeInferResponse } from '../../../wire/index.ts';
import type { Exchange } from '../../dataplane/index.ts';

/** V2 (Open Inference Protocol, specification/protocol/inference_rest.md): named tensors in, the outputs asked for out. */
export const v2Exchange: Exchange = {
  name: 'v2',
  read: (body, model, limits) => {
    const { id, inputs, outputs } = decodeInferRequest(body, limits);
    return {
      inputs,
      outputs:
        outputs === undefined || outputs.length === 0
          ? model.defaultOutputs
          : outputs.map(({ name }) => name),
      write: results =>
        encodeInferResponse({ modelName: model.name, modelVersion: model.version, id, outputs: results }),
    };
  },
};
