import type { NamedTensor, Parameters } from '../../tensor/index.ts';
import { wireErrors } from '../errors.ts';
import { JsonReader } from '../json/reader.ts';
import { duplicateKey } from '../json/value.ts';
import type { DecodeLimits } from '../limits.ts';
import {
  missing,
  openArrayField,
  openObjectField,
  readNull,
  readParameters,
  readTextField,
  refuseOutside,
  wrongType,
} from './fields.ts';
import { InputReader } from './input.ts';

export interface RequestedOutput {
  readonly name: string;
  readonly parameters?: Parameters | undefined;
}

/** An inference request of the V2 protocol; fields that were absent, null or (`outputs`) empty are left out. */
export interface InferRequest {
  readonly id?: string;
  readonly parameters?: Parameters;
  readonly inputs: readonly NamedTensor[];
  readonly outputs?: readonly RequestedOutput[];
}

type Fields = { -readonly [Field in keyof InferRequest]?: InferRequest[Field] };

/**
 * Reads the body of a V2 `infer` request (Open Inference Protocol, "Inference Request JSON Object") straight into typed
 * arrays of the datatypes declared. Data may be flat or nested, keys in any order, unknown keys are passed over. Floats
 * may be NaN, Infinity, -Infinity (as in Triton) or null, which is NaN.
 * @throws coded `wire-…` errors, all of the caller's fault, that name the path, what was found and what was expected.
 */
export function decodeInferRequest(body: Uint8Array, limits: DecodeLimits): InferRequest {
  const reader = new JsonReader(body);
  const fields: Fields = {};
  openObjectField(reader, () => 'the body');
  let first = true;
  for (;;) {
    const key = reader.nextKey(first);
    if (key === undefined) break;
    first = false;
    readField(reader, fields, key, limits);
  }
  reader.end();
  if (fields.inputs === undefined) throw missing('inputs');
  if (fields.parameters !== undefined) refuseOutside(fields.parameters, () => 'parameters');
  return fields as InferRequest;
}

function readField(reader: JsonReader, fields: Fields, key: string, limits: DecodeLimits): void {
  if (key !== 'inputs' && key !== 'outputs' && key !== 'parameters' && key !== 'id') {
    reader.skip();
    return;
  }
  if (fields[key] !== undefined) throw duplicateKey(key, 'the body');
  if (key === 'inputs') fields.inputs = readInputs(reader, limits);
  else if (readNull(reader)) return;
  else if (key === 'id') fields.id = readTextField(reader, () => 'id');
  else if (key === 'parameters') fields.parameters = readParameters(reader, () => 'parameters');
  else {
    const outputs = readOutputs(reader);
    if (outputs.length > 0) fields.outputs = outputs;
  }
}

function readInputs(reader: JsonReader, limits: DecodeLimits): readonly NamedTensor[] {
  openArrayField(reader, () => 'inputs');
  const inputs: NamedTensor[] = [];
  while (reader.nextItem(inputs.length === 0)) {
    inputs.push(new InputReader(reader, limits, inputs.length).read());
  }
  if (inputs.length > 1) checkNames(inputs, 'inputs');
  return inputs;
}

function readOutputs(reader: JsonReader): readonly RequestedOutput[] {
  openArrayField(reader, () => 'outputs');
  const outputs: RequestedOutput[] = [];
  while (reader.nextItem(outputs.length === 0)) outputs.push(readOutput(reader, outputs.length));
  if (outputs.length > 1) checkNames(outputs, 'outputs');
  return outputs;
}

function readOutput(reader: JsonReader, index: number): RequestedOutput {
  const path = () => `outputs[${index}]`;
  if (reader.peek() !== 0x7b) throw wrongType(reader, path(), 'an object with a name');
  reader.at++;
  let name: string | undefined;
  let parameters: Parameters | undefined;
  let first = true;
  for (;;) {
    const key = reader.nextKey(first);
    if (key === undefined) break;
    first = false;
    if (key === 'name') {
      if (name !== undefined) throw duplicateKey(key, path());
      name = readTextField(reader, () => `${path()}.name`);
    } else if (key === 'parameters') {
      if (parameters !== undefined) throw duplicateKey(key, path());
      if (!readNull(reader)) parameters = readParameters(reader, () => `${path()}.parameters`);
    } else reader.skip();
  }
  if (name === undefined) throw missing(`${path()}.name`);
  if (parameters === undefined) return { name };
  refuseOutside(parameters, () => `${path()}.parameters`);
  return { name, parameters };
}

function checkNames(named: readonly { readonly name: string }[], path: string): void {
  const seen = new Map<string, number>();
  for (const [index, { name }] of named.entries()) {
    const before = seen.get(name);
    if (before !== undefined)
      throw wireErrors.make['wire-name-duplicate'](
        `${path}[${index}].name: found ${JSON.stringify(name)}, which is the name of ${path}[${before}], expected another`,
      );
    seen.set(name, index);
  }
}

/** What is asked of the model repository; fields that were absent or null are left out. */
export interface RepositoryRequest {
  /** Whether only models that are ready are to be listed. */
  readonly ready?: boolean;
  readonly parameters?: Parameters;
}

/**
 * Reads the body of a request to Triton's model repository extension (docs/protocol/extension_model_repository.md): an index, a load or
 * an unload. An empty body asks for nothing in particular; keys come in any order, unknown ones are passed over.
 * @throws coded `wire-…` errors, all of the caller's fault, that name the path, what was found and what was expected.
 */
export function decodeRepositoryRequest(body: Uint8Array): RepositoryRequest {
  if (body.byteLength === 0) return {};
  const reader = new JsonReader(body);
  const fields: { -readonly [Field in keyof RepositoryRequest]?: RepositoryRequest[Field] } = {};
  openObjectField(reader, () => 'the body');
  let first = true;
  for (;;) {
    const key = reader.nextKey(first);
    if (key === undefined) break;
    first = false;
    if (key !== 'ready' && key !== 'parameters') {
      reader.skip();
      continue;
    }
    if (fields[key] !== undefined) throw duplicateKey(key, 'the body');
    if (readNull(reader)) continue;
    if (key === 'ready') fields.ready = readSwitch(reader, 'ready');
    else fields.parameters = readParameters(reader, () => 'parameters');
  }
  reader.end();
  return fields;
}

function readSwitch(reader: JsonReader, path: string): boolean {
  const byte = reader.peek();
  if (byte !== 0x74 && byte !== 0x66) throw wrongType(reader, path, 'true or false');
  const value = byte === 0x74;
  reader.literal(value ? 'true' : 'false');
  return value;
}
