import type { NamedTensor } from '../../tensor/index.ts';
import { answerOf, elementTexts } from '../json/print.ts';

/** An inference response of the V2 protocol. */
export interface InferResponse {
  readonly modelName: string;
  readonly modelVersion: string;
  readonly id?: string | undefined;
  readonly outputs: readonly NamedTensor[];
}

/**
 * Writes the body of a V2 `infer` response, compact, keys in Triton's order, data always flat. `id` is left out when it
 * is absent or empty. NaN and the infinities are written as the tokens that Triton writes.
 * @returns a string when it is pure ASCII, else UTF-8 bytes
 * @throws `wire-datatype-binary` for FP16 and BF16
 */
export function encodeInferResponse(response: InferResponse): string | Uint8Array {
  const { modelName, modelVersion, id, outputs } = response;
  let text = `{"model_name":${JSON.stringify(modelName)},"model_version":${JSON.stringify(modelVersion)}`;
  if (id !== undefined && id !== '') text += `,"id":${JSON.stringify(id)}`;
  text += ',"outputs":[';
  let separator = '';
  for (const output of outputs) {
    text += separator + outputText(output);
    separator = ',';
  }
  return answerOf(`${text}]}`, false);
}

function outputText(output: NamedTensor): string {
  const { name, datatype, shape } = output;
  let text = `{"name":${JSON.stringify(name)},"datatype":"${datatype}","shape":[${shape.join(',')}],"data":[`;
  const element = elementTexts(output, name);
  const count = shape.reduce((product, dimension) => product * dimension, 1);
  for (let index = 0; index < count; index++) text += index === 0 ? element(0) : `,${element(index)}`;
  return `${text}]}`;
}
