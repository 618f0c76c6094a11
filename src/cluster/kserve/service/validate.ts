import type { KubeObject } from '../../meta/index.ts';
import { blockedVariable } from '../environment.ts';
import { type Fields, fieldsOf, itemsOf, textOf, textsOf, variableOf } from '../untyped.ts';
import { type Fault, firstFault } from '../webhooks.ts';
import { canaryFault } from './canary.ts';
import { exactlyOneFault, extensionFault, implementationFault } from './component.ts';
import { confidentialFault, confidentialWarnings } from './confidential.ts';
import { modeAnnotation } from './defaults.ts';
import { frameworkContainer, frameworks, implementationsOf, parts, storageUriOf } from './implementations.ts';
import { workerFault } from './multinode.ts';
import { scalingFault } from './scaling.ts';
import { storageUrisFault } from './storage.ts';
import { isMode } from './surprises.ts';

const namePattern = '[a-z]([-a-z0-9]*[a-z0-9])?';
const isName = new RegExp(`^${namePattern}$`);
const autoscalers = ['hpa', 'external', 'keda', 'none'];

/**
 * The first rule that an InferenceService breaks, in the order in which KServe's validating webhook looks (KServe 0.20,
 * `inference_service_validation.go`). `accelerators`: kinds of resources that the configuration names.
 */
export function serviceFault(
  object: KubeObject,
  warn: (text: string) => void,
  accelerators: readonly string[],
): Fault {
  const spec = fieldsOf(object['spec']) ?? {};
  const predictor = fieldsOf(spec['predictor']) ?? {};
  const annotations = textsOf(object.metadata.annotations);
  const about = (fault: Fault): Fault => fault && `${invalidService(object)}${fault}`;
  return firstFault([
    () => about(nameFault(object.metadata.name ?? '')),
    () => autoscalerFault(annotations),
    () => about(blockedVariable(containersOf(spec))),
    () => about(workerFault(predictor, annotations, accelerators)),
    () => collocationFault(predictor),
    () => about(emptyFault(predictor)),
    () => containerNameFault(predictor),
    () => storageFault(spec),
    () => {
      for (const text of confidentialWarnings(predictor)) warn(text);
      return confidentialFault(predictor);
    },
    () => componentFault(spec, annotations),
    () => canaryFault(spec, annotations),
  ]);
}

function invalidService(object: KubeObject): string {
  return `the InferenceService ${JSON.stringify(object.metadata.name ?? '')} is invalid: `;
}

function nameFault(name: string): Fault {
  if (isName.test(name)) return undefined;
  return `a InferenceService name must consist of lower case alphanumeric characters or '-', and must start with alphabetical character. (e.g. "my-name" or "abc-123", regex used for validation is '${namePattern}')`;
}

function autoscalerFault(annotations: Readonly<Record<string, string>>): Fault {
  const said = annotations['serving.kserve.io/autoscalerClass'];
  if (said === undefined || autoscalers.includes(said)) return undefined;
  return `[${said}] is not a supported autoscaler class type`;
}

/** Every container, in the order in which KServe looks at their environments. */
function containersOf(spec: Fields): Fields[] {
  return parts.flatMap(part => {
    const component = fieldsOf(spec[part]) ?? {};
    const worker = fieldsOf(component['workerSpec']) ?? {};
    const framework = part === 'predictor' ? frameworkContainer(component) : fieldsOf(component['art']);
    return [
      ...podContainers(component),
      ...(framework === undefined ? [] : [framework]),
      ...podContainers(worker),
    ];
  });
}

function podContainers(pod: Fields): Fields[] {
  return [...itemsOf(pod['containers']), ...itemsOf(pod['initContainers'])];
}

/** A transformer beside the predictor, in one pod, has no model of its own. */
function collocationFault(predictor: Fields): Fault {
  const transformer = itemsOf(predictor['containers']).find(one => one['name'] === 'transformer-container');
  if (variableOf(transformer, 'STORAGE_URI') === undefined) return undefined;
  return 'storage uri should not be specified in transformer container';
}

/** KServe's webhook panics on a predictor without anything that serves, and a client sees a 500. This says what is missing. */
function emptyFault(predictor: Fields): Fault {
  if (implementationsOf('predictor', predictor).length > 0) return undefined;
  const keys = ['model', 'containers', ...frameworks].join(', ');
  return `spec.predictor does not say what serves the model: exactly one of ${keys} must be specified`;
}

function containerNameFault(predictor: Fields): Fault {
  const key = [...frameworks, 'model'].find(one => {
    const spec = fieldsOf(predictor[one]);
    return spec !== undefined && (textOf(spec['name']) ?? '') !== '';
  });
  return key === undefined ? undefined : "the 'name' field is not allowed in standard predictor";
}

function storageFault(spec: Fields): Fault {
  for (const part of ['transformer', 'explainer', 'predictor'] as const) {
    const component = fieldsOf(spec[part]);
    if (component === undefined) continue;
    const [first] = implementationsOf(part, component);
    const single = first === undefined ? undefined : storageUriOf(part, first);
    const fault = storageUrisFault(component['storageUris'], single);
    if (fault !== undefined) return fault;
  }
  return undefined;
}

function componentFault(spec: Fields, annotations: Readonly<Record<string, string>>): Fault {
  return firstFault(
    parts.flatMap(part => {
      const component = fieldsOf(spec[part]);
      if (component === undefined) return [];
      return [
        () => exactlyOneFault(part, component),
        () => implementationFault(part, component),
        () => extensionFault(component),
        () => scalingFault(component, annotations),
      ];
    }),
  );
}

/** The first rule that a change breaks. */
export function changeFault(object: KubeObject, old: KubeObject): Fault {
  return firstFault([() => modeFault(object, old), () => nameChangeFault(object, old)]);
}

/** The mode stays what it was when the service was first looked after. */
function modeFault(object: KubeObject, old: KubeObject): Fault {
  const recorded = textOf(fieldsOf(old['status'])?.['deploymentMode']) ?? '';
  if (recorded === '') return undefined;
  const before = { RawDeployment: 'Standard', Serverless: 'Knative' }[recorded] ?? recorded;
  const said = textsOf(object.metadata.annotations)[modeAnnotation];
  if (said === undefined || said === before) return undefined;
  // KServe took a word that is no mode when the service was made; it does not forbid every change from then on.
  if (!isMode(said) && said === textsOf(old.metadata.annotations)[modeAnnotation]) return undefined;
  return `update rejected: deploymentMode cannot be changed from '${before}' to '${said}'`;
}

function nameChangeFault(object: KubeObject, old: KubeObject): Fault {
  const [before, after] = [old, object].map(one => fieldsOf(fieldsOf(one['spec'])?.['predictor']) ?? {}) as [
    Fields,
    Fields,
  ];
  if ((textOf(before['name']) ?? '') === (textOf(after['name']) ?? '')) return undefined;
  if (modelUri(before) !== modelUri(after)) return undefined;
  return 'predictor.name change requires a model change (e.g. storageUri)';
}

function modelUri(predictor: Fields): string {
  const own = textOf(fieldsOf(predictor['model'])?.['storageUri']);
  if (own !== undefined) return own;
  const [first] = implementationsOf('predictor', predictor);
  return (first === undefined ? undefined : storageUriOf('predictor', first)) ?? '';
}
