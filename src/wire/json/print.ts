import { isCoded, type Datatype, type Tensor, type TensorData } from '../../tensor/index.ts';
import { wireErrors } from '../errors.ts';

/**
 * The shortest text that reads back as the same float64, always with a point or an exponent, so that it stays a float in
 * readers that tell them apart.
 */
export function floatText(value: number): string {
  if (Number.isInteger(value) && Math.abs(value) < 1e21) return Object.is(value, -0) ? '-0.0' : `${value}.0`;
  return `${value}`;
}

/** Gives the text of element `index`. */
export type ElementText = (index: number) => string;

type CodedTable = Extract<TensorData, { readonly codes: unknown }>['values'];

// Label tables belong to models and never change; their texts are made once.
const tableTexts = new WeakMap<CodedTable, (string | undefined)[]>();

function textsOf(values: CodedTable): (string | undefined)[] {
  let texts = tableTexts.get(values);
  if (texts === undefined) {
    texts = Array.from({ length: values.length }, () => undefined);
    tableTexts.set(values, texts);
  }
  return texts;
}

/**
 * How to print the elements of a tensor as JSON.
 * @throws `wire-datatype-binary` for FP16 and BF16
 */
export function elementTexts({ datatype, data }: Tensor, name: string): ElementText {
  if (datatype === 'FP16' || datatype === 'BF16')
    throw wireErrors.make['wire-datatype-binary'](
      `output ${JSON.stringify(name)} is ${datatype}, whose values cannot be written as JSON`,
    );
  if (!isCoded(data)) return plainTexts(datatype, data);
  const { codes, values } = data;
  const print = plainTexts(datatype, values);
  const texts = textsOf(values);
  return index => {
    const code = codes[index] as number;
    return (texts[code] ??= print(code));
  };
}

function plainTexts(datatype: Datatype, data: Exclude<TensorData, { readonly codes: unknown }>): ElementText {
  if (datatype === 'BYTES') return index => JSON.stringify(data[index]);
  if (datatype === 'BOOL') return index => (data[index] === 1 ? 'true' : 'false');
  if (datatype === 'FP32' || datatype === 'FP64') return index => floatText(data[index] as number);
  return index => `${data[index] as number | bigint}`;
}

const utf8 = new TextEncoder();
const ascii = /^[\0-\u007f]*$/;

/** A finished text as an answer: itself when it is pure ASCII, else its UTF-8 bytes. `plain` says that it surely is. */
export function answerOf(text: string, plain: boolean): string | Uint8Array {
  return plain || ascii.test(text) ? text : utf8.encode(text);
}
