import { elementCount, type NamedTensor } from '../../tensor/index.ts';
import { answerOf, elementTexts, quotedName } from '../json/print.ts';

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
  const model = quotedName(modelName);
  const version = quotedName(modelVersion);
  let sure = model.ascii && version.ascii;
  let text = `{"model_name":${model.text},"model_version":${version.text}`;
  if (id !== undefined && id !== '') {
    text += `,"id":${JSON.stringify(id)}`;
    sure = false;
  }
  text += ',"outputs":[';
  for (let index = 0; index < outputs.length; index++) {
    const output = outputs[index] as NamedTensor;
    const name = quotedName(output.name);
    sure &&= name.ascii && output.datatype !== 'BYTES';
    text += `${index === 0 ? '' : ','}{"name":${name.text},"datatype":"${output.datatype}","shape":[${shapeText(output.shape)}],"data":[${dataText(output)}]}`;
  }
  return answerOf(`${text}]}`, sure);
}

function shapeText(shape: readonly number[]): string {
  return shape.length === 1 ? `${shape[0] as number}` : shape.join(',');
}

function dataText(output: NamedTensor): string {
  const element = elementTexts(output);
  const count = elementCount(output.shape);
  if (count === 0) return '';
  let text = element(0);
  for (let index = 1; index < count; index++) text += `,${element(index)}`;
  return text;
}
