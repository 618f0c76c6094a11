import type { Json, JsonObject, KubeObject } from '../../meta/index.ts';
import type { Kind } from '../kind.ts';

type Conversion = NonNullable<Kind['conversion']>;
type Change = (value: JsonObject) => JsonObject;

const modelKey = 'internal.serving.kserve.io/model-criticality';
const adaptersKey = 'internal.serving.kserve.io/lora-criticalities';

function isObject(value: unknown): value is JsonObject {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}

/** The value with an object inside it changed; the same value where there is none. */
function changed(value: JsonObject, path: readonly string[], change: Change): JsonObject {
  const [name, ...rest] = path;
  if (name === undefined) return change(value);
  const inner = value[name];
  return isObject(inner) ? { ...value, [name]: changed(inner, rest, change) } : value;
}

function without(...names: readonly string[]): Change {
  return value => Object.fromEntries(Object.entries(value).filter(([name]) => !names.includes(name)));
}

/** An array inside a value with its objects changed. */
function eachOf(name: string, change: (item: JsonObject, index: number) => JsonObject): Change {
  return value => {
    const items = value[name];
    if (!Array.isArray(items)) return value;
    const all = items as readonly Json[];
    return { ...value, [name]: all.map((item, index) => (isObject(item) ? change(item, index) : item)) };
  };
}

/** Present fields only. */
function fields(all: Readonly<Record<string, Json | undefined>>): JsonObject {
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
}

/** The specification of a pool of the inference extension: version v1alpha2 of it as v1. */
function poolToV1({ selector, targetPortNumber, extensionRef }: JsonObject): JsonObject {
  const {
    group,
    kind = 'Service',
    name,
    portNumber,
    failureMode = 'FailClose',
  } = isObject(extensionRef) ? extensionRef : {};
  const usual = kind === 'Service' ? 9002 : undefined;
  const number = portNumber ?? usual;
  return fields({
    endpointPickerRef: fields({
      failureMode,
      group,
      kind,
      name,
      port: number === undefined ? undefined : { number },
    }),
    selector: selector === undefined ? undefined : { matchLabels: selector },
    targetPorts: targetPortNumber === undefined ? undefined : [{ number: targetPortNumber }],
  });
}

function poolFromV1({ selector, targetPorts, endpointPickerRef }: JsonObject): JsonObject {
  const { group, kind, name, port, failureMode } = isObject(endpointPickerRef) ? endpointPickerRef : {};
  const first = Array.isArray(targetPorts) ? (targetPorts as readonly Json[])[0] : undefined;
  return fields({
    extensionRef: fields({
      failureMode,
      group,
      kind,
      name,
      portNumber: isObject(port) ? port['number'] : undefined,
    }),
    selector: isObject(selector) ? selector['matchLabels'] : undefined,
    targetPortNumber: isObject(first) ? first['number'] : undefined,
  });
}

const model = ['spec', 'model'];
const adapters = ['spec', 'model', 'lora'];
const pool = ['spec', 'router', 'scheduler', 'pool', 'spec'];

/** Where v1alpha2 has no field for how critical a model is, an annotation keeps it. */
function criticalities(object: JsonObject): Record<string, string> {
  const kept: Record<string, string> = {};
  changed(object, model, value => {
    const { criticality } = value;
    if (typeof criticality === 'string' && criticality !== '') kept[modelKey] = criticality;
    return value;
  });
  const ofAdapters: Record<string, string> = {};
  changed(
    object,
    adapters,
    eachOf('adapters', (adapter, index) => {
      const { criticality } = adapter;
      if (typeof criticality === 'string' && criticality !== '') ofAdapters[index] = criticality;
      return adapter;
    }),
  );
  if (Object.keys(ofAdapters).length > 0) kept[adaptersKey] = JSON.stringify(ofAdapters);
  return kept;
}

function toStorage(object: KubeObject): KubeObject {
  const kept = criticalities(object as unknown as JsonObject);
  const { metadata } = object;
  const noCriticality = without('criticality');
  let next = object as unknown as JsonObject;
  next = changed(next, model, noCriticality);
  next = changed(next, adapters, eachOf('adapters', noCriticality));
  next = changed(next, pool, poolToV1);
  const annotations = { ...metadata.annotations, ...kept };
  const annotated = Object.keys(kept).length === 0 ? metadata : { ...metadata, annotations };
  return { ...(next as unknown as KubeObject), metadata: annotated };
}

function fromStorage(object: KubeObject): KubeObject {
  const {
    [modelKey]: criticality,
    [adaptersKey]: ofAdapters,
    ...annotations
  } = object.metadata.annotations ?? {};
  const byIndex = parsed(ofAdapters);
  let next = object as unknown as JsonObject;
  next = changed(next, model, value => ({
    ...without('confidential')(value),
    ...(criticality !== undefined && criticality !== '' && { criticality }),
  }));
  next = changed(
    next,
    adapters,
    eachOf('adapters', (adapter, index) => {
      const known = byIndex[`${index}`];
      return { ...without('confidential')(adapter), ...(known !== undefined && { criticality: known }) };
    }),
  );
  next = changed(next, pool, poolFromV1);
  next = withoutNews(next);
  return { ...(next as unknown as KubeObject), metadata: withAnnotations(object, annotations) };
}

/** What v1alpha1 does not have. */
function withoutNews(object: JsonObject): JsonObject {
  let next = changed(object, ['spec'], without('kvCacheOffloading'));
  next = changed(next, ['spec', 'prefill'], without('kvCacheOffloading'));
  next = changed(next, ['status'], without('appliedConfigs', 'workloads', 'referencedBy'));
  next = changed(next, ['status', 'router'], without('group'));
  return changed(next, ['status'], eachOf('addresses', without('models', 'origin')));
}

function withAnnotations({ metadata }: KubeObject, annotations: Readonly<Record<string, string>>) {
  if (metadata.annotations === undefined) return metadata;
  const { annotations: _, ...others } = metadata;
  return Object.keys(annotations).length === 0 ? others : { ...metadata, annotations };
}

function parsed(text: string | undefined): Readonly<Record<string, string>> {
  try {
    const value: unknown = JSON.parse(text ?? '{}');
    return isObject(value) ? (value as Record<string, string>) : {};
  } catch {
    return {};
  }
}

/** LLMInferenceService and its Config: v1alpha1 beside v1alpha2, which is stored (KServe's conversion webhook). */
export const llm: Conversion = { toStorage, fromStorage };
