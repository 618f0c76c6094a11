import type { NamedTensor } from '../../tensor/index.ts';
import { answerOf, elementTexts, type ElementText } from '../json/print.ts';

/**
 * Writes the body of a V1 `predict` response: `{"predictions":[…]}`, nested like the shape; several outputs become an
 * object per row, by output name, as KServe writes the rows of a DataFrame.
 * @returns a string when it is pure ASCII, else UTF-8 bytes
 * @throws `wire-datatype-binary` for FP16 and BF16
 */
export function encodePredictions(outputs: readonly NamedTensor[]): string | Uint8Array {
  const [only, second] = outputs;
  if (only === undefined) return '{"predictions":[]}';
  return answerOf(`{"predictions":${second === undefined ? tensorText(only) : rowTexts(outputs)}}`, false);
}

function tensorText(tensor: NamedTensor): string {
  return nestedText(tensor.shape, 0, 0, elementTexts(tensor));
}

/** The elements from `from` on that dimensions `level` and inner ones hold. */
function nestedText(shape: readonly number[], level: number, from: number, element: ElementText): string {
  const length = shape[level];
  if (length === undefined) return element(from);
  const step = shape.slice(level + 1).reduce((product, dimension) => product * dimension, 1);
  let text = '[';
  for (let index = 0; index < length; index++) {
    if (index > 0) text += ',';
    text +=
      level === shape.length - 1
        ? element(from + index)
        : nestedText(shape, level + 1, from + index * step, element);
  }
  return `${text}]`;
}

function rowTexts(outputs: readonly NamedTensor[]): string {
  const columns = outputs.map(output => {
    const inner = output.shape.slice(1);
    const step = inner.reduce((product, dimension) => product * dimension, 1);
    const element = elementTexts(output);
    return {
      key: `${JSON.stringify(output.name)}:`,
      cell: (row: number) => nestedText(inner, 0, row * step, element),
    };
  });
  const rows = outputs[0]?.shape[0] ?? 1;
  let text = '[';
  for (let row = 0; row < rows; row++) {
    text += row > 0 ? ',{' : '{';
    for (const [index, { key, cell }] of columns.entries()) text += (index > 0 ? `,${key}` : key) + cell(row);
    text += '}';
  }
  return `${text}]`;
}
