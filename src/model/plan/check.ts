import { arrayTypes, byteLengthOf, isArrayType, viewOf, type ArrayOf } from './arrays.ts';
import type { Datatype } from '../../tensor/index.ts';
import { planErrors } from './errors.ts';
import {
  operators,
  type AttributeRule,
  type NodeFacts,
  type NodeType,
  type OperatorDefinition,
  widestMatrix,
} from './operators/index.ts';
import type { ArrayRef, ArrayType, Attribute, LabelTable, Plan, PlanNode, PlanResult } from './plan.ts';

function invalid(place: string, problem: string): never {
  throw planErrors.make['plan-invalid'](`${place}: ${problem}`);
}

function breaks(rule: AttributeRule, value: Attribute | undefined): string | undefined {
  switch (rule.kind) {
    case 'integer':
      return Number.isInteger(value) && (value as number) >= rule.min && (value as number) <= rule.max
        ? undefined
        : `an integer from ${rule.min} to ${rule.max}`;
    case 'number':
      return Number.isFinite(value) ? undefined : 'a finite number';
    case 'text':
      return typeof value === 'string' ? undefined : 'a string';
    case 'flag':
      return typeof value === 'boolean' ? undefined : 'true or false';
    case 'choice':
      return rule.of.includes(value as string) ? undefined : `one of ${rule.of.join(', ')}`;
  }
}

function checkAttributes(place: string, definition: OperatorDefinition, node: PlanNode): void {
  for (const [name, rule] of Object.entries(definition.attributes)) {
    if (rule.optional === true && node.attributes[name] === undefined) continue;
    const wanted = breaks(rule, node.attributes[name]);
    if (wanted !== undefined)
      invalid(place, `attribute ${name} is ${JSON.stringify(node.attributes[name])}, expected ${wanted}`);
  }
  for (const name of Object.keys(node.attributes)) {
    if (!Object.hasOwn(definition.attributes, name)) invalid(place, `unknown attribute ${name}`);
  }
}

/** An array lies inside the buffer, aligned, with a shape of whole numbers. */
export function checkArray(place: string, ref: ArrayRef, buffer: SharedArrayBuffer): void {
  if (!isArrayType(ref.dtype)) invalid(place, `unknown element type ${String(ref.dtype)}`);
  if (!ref.shape.every(size => Number.isInteger(size) && size >= 0 && size <= 2 ** 32))
    invalid(place, `impossible shape [${ref.shape.join(', ')}]`);
  const { offset } = ref;
  if (!Number.isInteger(offset) || offset < 0 || offset % 8 !== 0)
    invalid(place, `impossible offset ${offset}`);
  if (!(offset + byteLengthOf(ref) <= buffer.byteLength))
    invalid(place, `an array of ${arrayTypes[ref.dtype].bytes} byte elements ends outside the buffer`);
}

function checkArrays(
  place: string,
  definition: OperatorDefinition,
  node: PlanNode,
  buffer: SharedArrayBuffer,
): void {
  for (const [name, rule] of Object.entries(definition.arrays)) {
    const ref = node.arrays[name];
    if (ref === undefined) {
      if (rule.optional !== true) invalid(place, `${name} is missing`);
      continue;
    }
    checkArray(`${place}, ${name}`, ref, buffer);
    if (ref.dtype !== rule.dtype || ref.shape.length !== rule.rank)
      invalid(
        place,
        `${name} is ${ref.dtype} [${ref.shape.join(', ')}], expected ${rule.dtype} of rank ${rule.rank}`,
      );
  }
  for (const name of Object.keys(node.arrays)) {
    if (!Object.hasOwn(definition.arrays, name)) invalid(place, `unknown array ${name}`);
  }
}

function inputTypes(place: string, node: PlanNode, earlier: readonly NodeType[]): readonly NodeType[] {
  return node.inputs.map(
    index => earlier[index] ?? invalid(place, `input ${String(index)} is not an earlier node`),
  );
}

function isSingle(
  place: string,
  definition: OperatorDefinition,
  node: PlanNode,
  inputs: readonly NodeType[],
): boolean {
  const given = inputs.every(input => input.single);
  if (definition.keepsValues === true) return given;
  if (node.single === true && !given) invalid(place, 'is computed in float32, but an input is not');
  return node.single === true;
}

/**
 * Checks one node against its operator's definition.
 * @param earlier types of the nodes before it
 * @returns what the node gives
 * @throws `plan-invalid` naming the node, what was found and what was expected
 */
export function checkNode(
  node: PlanNode,
  index: number,
  earlier: readonly NodeType[],
  buffer: SharedArrayBuffer,
): NodeType {
  const place = `node ${index} (${node.op})`;
  if (!Object.hasOwn(operators, node.op)) invalid(place, 'unknown operator');
  const definition = operators[node.op];
  const inputs = inputTypes(place, node, earlier);
  if (definition.inputs === 'many' ? inputs.length === 0 : inputs.length !== definition.inputs)
    invalid(place, `${inputs.length} inputs, expected ${definition.inputs}`);
  checkAttributes(place, definition, node);
  checkArrays(place, definition, node, buffer);
  const facts: NodeFacts = {
    inputs,
    attributes: node.attributes,
    shape: name => node.arrays[name]?.shape,
    array: <T extends ArrayType>(name: string, dtype: T): ArrayOf[T] =>
      viewOf(buffer, { ...(node.arrays[name] as ArrayRef), dtype }),
    fail: problem => invalid(place, problem),
  };
  const type = { ...definition.check(facts), single: isSingle(place, definition, node, inputs) };
  if (type.width < 1 || type.width > widestMatrix)
    invalid(place, `${type.width} columns, expected 1 to ${widestMatrix}`);
  return type;
}

const labelArrays = { INT64: 'i64', INT32: 'i32', FP64: 'f64', BOOL: 'u8' } as const;

/** What the values of a node without labels may be written as, the usual one first. */
const valueDatatypes = {
  matrix: ['FP64', 'FP32', 'INT32', 'INT64'],
  sparse: [],
  texts: ['BYTES'],
} as const satisfies Readonly<Record<string, readonly Datatype[]>>;

function checkLabels(
  place: string,
  labels: LabelTable,
  cardinality: number,
  buffer: SharedArrayBuffer,
): void {
  let count = 0;
  if (labels.datatype === 'BYTES') {
    if (!labels.strings.every(text => typeof text === 'string')) invalid(place, 'labels must be strings');
    count = labels.strings.length;
  } else {
    const wanted = labelArrays[labels.datatype];
    checkArray(place, labels.array, buffer);
    if (labels.array.dtype !== wanted || labels.array.shape.length !== 1)
      invalid(place, `labels of ${labels.datatype} must be ${wanted} of rank 1`);
    count = labels.array.shape[0] as number;
  }
  if (count < cardinality) invalid(place, `${count} labels for ${cardinality} codes`);
}

function checkResult(plan: Plan, index: number, result: PlanResult, types: readonly NodeType[]): void {
  const output = plan.outputs[index];
  if (output === undefined) invalid('results', 'more results than outputs');
  const place = `output ${output.name}`;
  const type = types[result.node];
  if (type === undefined) invalid(place, `there is no node ${result.node}`);
  const shape = output.shape;
  const width = shape.length === 1 ? 1 : shape[1];
  if (shape[0] !== -1 || shape.length > 2 || width !== type.width)
    invalid(place, `shape [${shape.join(', ')}] for ${type.width} columns`);
  if (type.kind === 'codes') {
    if (result.labels === undefined) return invalid(place, 'codes without labels');
    checkLabels(place, result.labels, type.cardinality, plan.buffer);
    expectDatatype(place, output.datatype, [result.labels.datatype]);
  } else {
    if (result.labels !== undefined) invalid(place, `labels for ${type.kind}`);
    expectDatatype(place, output.datatype, valueDatatypes[type.kind]);
  }
}

function expectDatatype(place: string, found: Datatype, given: readonly Datatype[]): void {
  if (!given.includes(found))
    invalid(place, `is ${found}, but the node gives ${given.join(' or ') || 'sparse rows'}`);
}

/** Marks the columns of the request that a node reads: a byte each, since there may be millions. */
function markRead(node: PlanNode, plan: Plan, readBy: Uint8Array): void {
  const mark = node.op === 'input' ? 1 : 2;
  const columns = node.arrays['columns'] && viewOf(plan.buffer, { ...node.arrays['columns'], dtype: 'i32' });
  for (let at = 0; at < (columns?.length ?? readBy.length); at++) {
    const column = columns === undefined ? at : (columns[at] as number);
    if (column < 0 || column >= readBy.length)
      invalid('input', `column ${column} of ${readBy.length} features`);
    if (readBy[column] !== 0 && readBy[column] !== mark)
      invalid('input', `column ${column} is read as numbers and as texts`);
    readBy[column] = mark;
  }
}

function checkInputs(plan: Plan): void {
  const { features, featureNames: names } = plan;
  if (!(Number.isInteger(features) && features >= 1 && features <= widestMatrix))
    invalid('input', `${features} features, expected 1 to ${widestMatrix}`);
  if (names !== undefined && names.length !== features)
    invalid('input', `${names.length} feature names for ${features} features`);
  if (plan.lenientColumns === true && names === undefined)
    invalid('input', 'columns that may be missing have no names');
  if (plan.furtherColumns === true && names === undefined)
    invalid('input', 'columns that have no names cannot be told from others');
  const readBy = new Uint8Array(features);
  for (const node of plan.nodes) {
    if (operators[node.op].opens === true) {
      if (plan.openColumns !== true || features !== 1 || names !== undefined)
        invalid('input', 'whatever columns a request has are read, but they are known beforehand');
      readBy[0] = 1;
    }
    if (node.op !== 'input' && node.op !== 'inputTexts') continue;
    if (plan.openColumns === true) invalid('input', 'a column is read that no request needs to have');
    if (node.arrays['columns'] === undefined && node.attributes['width'] !== features)
      invalid('input', `${node.attributes['width']} columns, expected all ${features}`);
    markRead(node, plan, readBy);
  }
  if (!readBy.some(Boolean)) invalid('input', 'a plan reads at least one column');
}

const checked = new WeakMap<Plan, readonly NodeType[]>();

/**
 * What each node gives. A plan is checked the first time that it is seen on a thread.
 * @throws `plan-invalid`
 */
export function typesOf(plan: Plan): readonly NodeType[] {
  const known = checked.get(plan);
  if (known !== undefined) return known;
  const types = checkPlan(plan);
  checked.set(plan, types);
  return types;
}

/**
 * Checks that every node fits its operator's definition and every index is in bounds, so that computing the plan can
 * neither read outside its arrays nor run for ever. The JSON's own types must have been checked (reading a plan from a file does).
 * @returns what each node gives
 * @throws `plan-invalid`
 */
export function checkPlan(plan: Plan): readonly NodeType[] {
  const types: NodeType[] = [];
  for (const [index, node] of plan.nodes.entries()) types.push(checkNode(node, index, types, plan.buffer));
  if (plan.results.length !== plan.outputs.length || plan.outputs.length === 0)
    invalid('results', `${plan.results.length} results for ${plan.outputs.length} outputs`);
  for (const [index, result] of plan.results.entries()) checkResult(plan, index, result, types);
  checkInputs(plan);
  return types;
}
