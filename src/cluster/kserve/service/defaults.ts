import type { KubeObject } from '../../meta/index.ts';
import type { Configuration, DeploymentMode } from '../config/shape.ts';
import { type Fields, fieldsOf, itemsOf, textOf } from '../untyped.ts';
import {
  frameworks,
  implementationsOf,
  mainContainer,
  type Part,
  parts,
  storageUriOf,
} from './implementations.ts';
import { inStoredForm, withoutEmpty } from './form.ts';

/** What an installation of KServe decides for everybody. */
interface ServiceDefaults {
  readonly mode: DeploymentMode;
  /** Of containers that are not a runtime's. */
  readonly requests: Readonly<Record<string, string>>;
  readonly limits: Readonly<Record<string, string>>;
  readonly artVersion: string;
  readonly mountsToken: boolean;
}

function defaultsOf({ deploy, inferenceService, explainers, security }: Configuration): ServiceDefaults {
  const { cpuRequest, cpuLimit, memoryRequest, memoryLimit } = inferenceService.resource;
  return {
    mode: deploy.defaultDeploymentMode,
    requests: amounts(cpuRequest, memoryRequest),
    limits: amounts(cpuLimit, memoryLimit),
    artVersion: explainers.art.defaultImageVersion,
    mountsToken: security.autoMountServiceAccountToken,
  };
}

function amounts(cpu: string, memory: string): Readonly<Record<string, string>> {
  return { ...(cpu !== '' && { cpu }), ...(memory !== '' && { memory }) };
}

export const modeAnnotation = 'serving.kserve.io/deploymentMode';
const formatAnnotation = 'modelFormat';
const oldModes: Readonly<Record<string, string>> = { RawDeployment: 'Standard', Serverless: 'Knative' };
const speakV2: readonly string[] = ['triton', 'onnx', 'huggingface'];

/** An InferenceService as KServe's mutating webhook leaves it. */
export function defaulted(object: KubeObject, configuration: Configuration): KubeObject {
  const defaults = defaultsOf(configuration);
  const annotations = fieldsOf(object.metadata.annotations) ?? {};
  const said = textOf(annotations[modeAnnotation]);
  const mode = said === undefined ? undefined : (oldModes[said] ?? said);
  const stamped = mode ?? (defaults.mode === 'Knative' ? undefined : defaults.mode);
  const spec = inStoredForm(fieldsOf(object['spec']) ?? {});
  const before = fieldsOf(spec['predictor']) ?? {};
  const meshed = mode === 'ModelMesh';
  const predictor = meshed ? before : withModel(before);
  const format = meshed ? undefined : formatOf(predictor);
  const components = withComponents({ ...spec, predictor }, meshed, defaults);
  return withoutCacheMarks({
    ...object,
    metadata: {
      ...object.metadata,
      ...marks({
        ...(format !== undefined && { [formatAnnotation]: format }),
        ...annotations,
        ...(stamped !== undefined && { [modeAnnotation]: stamped }),
      }),
    },
    spec: components,
  });
}

function marks(annotations: Fields): Fields {
  return Object.keys(annotations).length === 0 ? {} : { annotations };
}

function formatOf(predictor: Fields): string | undefined {
  const format = fieldsOf(fieldsOf(predictor['model'])?.['modelFormat']);
  return textOf(format?.['name']) || undefined;
}

/** The first old key becomes the model, in place of a model that is there. */
function withModel(predictor: Fields): Fields {
  const key = frameworks.find(one => fieldsOf(predictor[one]) !== undefined);
  if (key !== undefined) {
    const { [key]: old, ...rest } = predictor;
    return { ...rest, model: modelOf(key, old as Fields) };
  }
  const model = fieldsOf(predictor['model']);
  const format = formatOf(predictor);
  if (model === undefined || model['protocolVersion'] !== undefined) return predictor;
  if (format !== 'triton' && format !== 'vLLM') return predictor;
  return { ...predictor, model: { ...model, protocolVersion: 'v2' } };
}

function modelOf(framework: string, old: Fields): Fields {
  return {
    ...(speakV2.includes(framework) && { protocolVersion: 'v2' }),
    ...withoutEmpty(old),
    modelFormat: { name: framework },
  };
}

function withComponents(spec: Fields, meshed: boolean, defaults: ServiceDefaults): Fields {
  let result = spec;
  for (const part of parts) {
    const component = fieldsOf(spec[part]);
    if (component === undefined || (meshed && part === 'predictor')) continue;
    const whole = withImplementation(part, component, defaults);
    result = { ...result, [part]: defaults.mountsToken ? whole : withoutToken(whole) };
  }
  return result;
}

/** Defaults of the one implementation; none or several are left for the validator to refuse. */
function withImplementation(part: Part, component: Fields, defaults: ServiceDefaults): Fields {
  const [only, ...others] = implementationsOf(part, component);
  if (only === undefined || others.length > 0) return component;
  if (only.key === 'art') return { ...component, art: withArt(only.spec, defaults) };
  if (only.key !== 'containers') return component;
  const containers = itemsOf(component['containers']);
  const [first, ...rest] = containers as readonly [Fields, ...Fields[]];
  const renamed = part !== 'predictor' || rest.length === 0 || (textOf(first['name']) ?? '') === '';
  const name = renamed ? mainContainer : first['name'];
  return { ...component, containers: [{ ...withResources(first, defaults), name }, ...rest] };
}

function withoutToken(component: Fields): Fields {
  return { ...component, automountServiceAccountToken: component['automountServiceAccountToken'] ?? false };
}

function withArt(art: Fields, defaults: ServiceDefaults): Fields {
  const sized = withResources(art, defaults);
  return { runtimeVersion: defaults.artVersion, ...sized, name: mainContainer };
}

function withResources(container: Fields, { requests, limits }: ServiceDefaults): Fields {
  const resources = fieldsOf(container['resources']) ?? {};
  return {
    ...container,
    resources: {
      ...resources,
      requests: { ...requests, ...fieldsOf(resources['requests']) },
      limits: { ...limits, ...fieldsOf(resources['limits']) },
    },
  };
}

const cacheLabels = [
  'internal.serving.kserve.io/localmodel',
  'internal.serving.kserve.io/localmodel-namespace',
];
const cacheAnnotations = [
  'internal.serving.kserve.io/localmodel-sourceuri',
  'internal.serving.kserve.io/localmodel-pvc-name',
];

/** Marks of a cached model are the platform's to set: a client's are taken away. */
function withoutCacheMarks(object: KubeObject): KubeObject {
  const predictor = fieldsOf(fieldsOf(object['spec'])?.['predictor']) ?? {};
  const [first] = implementationsOf('predictor', predictor);
  if (first === undefined || storageUriOf('predictor', first) === undefined) return object;
  const labels = without(object.metadata.labels, cacheLabels);
  const annotations = without(object.metadata.annotations, cacheAnnotations);
  const { labels: had, annotations: bore } = object.metadata;
  if (labels === had && annotations === bore) return object;
  return {
    ...object,
    metadata: { ...object.metadata, ...(labels && { labels }), ...(annotations && { annotations }) },
  };
}

function without<T extends Fields | undefined>(map: T, keys: readonly string[]): T {
  if (map === undefined || map === null || !keys.some(key => key in map)) return map;
  return Object.fromEntries(Object.entries(map).filter(([key]) => !keys.includes(key))) as T;
}
