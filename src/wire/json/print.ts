import { isCoded, type Coded, type Datatype, type NamedTensor, type TensorData } from '../../tensor/index.ts';
import { wireErrors } from '../errors.ts';

/**
 * The shortest text that reads back as the same float64, always with a point or an exponent, so that it stays a float in
 * readers that tell them apart.
 */
export function floatText(value: number): string {
  if (Number.isInteger(value) && Math.abs(value) < 1e21) return Object.is(value, -0) ? '-0.0' : `${value}.0`;
  return `${value}`;
}

const ascii = /^[\0-\u007f]*$/;

/** A text with its quotes. */
export interface Quoted {
  readonly text: string;
  readonly ascii: boolean;
}

const mostNames = 512;
const names = new Map<string, Quoted>();

/** A name as JSON; names of models and tensors are few and are kept. */
export function quotedName(name: string): Quoted {
  let quoted = names.get(name);
  if (quoted === undefined) {
    const text = JSON.stringify(name);
    quoted = { text, ascii: ascii.test(text) };
    if (names.size >= mostNames) names.clear();
    names.set(name, quoted);
  }
  return quoted;
}

/** Gives the text of element `index`. */
export type ElementText = (index: number) => string;

type Plain = Exclude<TensorData, Coded>;

interface Table {
  readonly datatype: Datatype;
  readonly texts: (string | undefined)[];
  readonly print: ElementText;
}

// Label tables belong to models and never change; their texts are made once.
const tables = new WeakMap<Coded['values'], Table>();

function tableOf(datatype: Datatype, values: Coded['values']): Table {
  let table = tables.get(values);
  if (table?.datatype !== datatype) {
    const texts = Array.from({ length: values.length }, () => undefined);
    table = { datatype, texts, print: plainText(datatype, values) };
    tables.set(values, table);
  }
  return table;
}

/**
 * How to print the elements of a tensor as JSON.
 * @throws `wire-datatype-binary` for FP16 and BF16
 */
export function elementTexts({ name, datatype, data }: NamedTensor): ElementText {
  if (datatype === 'FP16' || datatype === 'BF16')
    throw wireErrors.make['wire-datatype-binary'](
      `output ${JSON.stringify(name)} is ${datatype}, whose values cannot be written as JSON`,
    );
  if (!isCoded(data)) return plainText(datatype, data);
  const { codes, values } = data;
  const { texts, print } = tableOf(datatype, values);
  return index => {
    const code = codes[index] as number;
    return (texts[code] ??= print(code));
  };
}

function plainText(datatype: Datatype, data: Plain): ElementText {
  if (datatype === 'BYTES') return index => JSON.stringify(data[index]);
  if (datatype === 'BOOL') return index => (data[index] === 1 ? 'true' : 'false');
  if (datatype === 'FP32' || datatype === 'FP64') return index => floatText(data[index] as number);
  return index => `${data[index] as number | bigint}`;
}

const utf8 = new TextEncoder();

/** A finished text as an answer: itself when it is pure ASCII, else its UTF-8 bytes. `sure` says that it is ASCII. */
export function answerOf(text: string, sure: boolean): string | Uint8Array {
  return sure || ascii.test(text) ? text : utf8.encode(text);
}
