import type { Admission, AdmissionRequest } from '../../../cluster/admission/index.ts';
import {
  callersAnnotation,
  directAnnotation,
  type FieldError,
  forbiddenField,
  invalid,
  invalidValue,
  type KubeObject,
  publicAnnotation,
} from '../../../cluster/meta/index.ts';
import { callersOf } from './callers.ts';
import { directFault, isGuarded } from './direct.ts';

const resource = 'serving.kserve.io/inferenceservices';
const ours = 'davit.dev/';

/** Refuses an InferenceService whose annotations do not say clearly who may call it. */
export const callersAdmission: Admission = {
  name: 'callers.davit.dev',
  concerns: ({ kind, operation, subresource }) =>
    kind.resource === resource && subresource === '' && (operation === 'CREATE' || operation === 'UPDATE'),
  validate: request => {
    const object = request.object as KubeObject;
    if (object.metadata.deletionTimestamp !== undefined) return;
    const annotations = object.metadata.annotations ?? {};
    const errors = [...errorsOf(annotations), ...chainErrors(object)];
    if (errors.length > 0) {
      const { group } = request.kind;
      throw invalid({ group, resource: request.kind.kind }, object.metadata.name ?? '', errors);
    }
    if (isChanged(request)) for (const text of warningsOf(annotations)) request.warn(text);
  },
};

type Annotations = Readonly<Record<string, string>>;

function errorsOf(annotations: Annotations): FieldError[] {
  const faults = [...callersOf(annotations).faults, ...directFault(annotations)];
  return faults.map(({ annotation, found, expected }) =>
    invalidValue(`metadata.annotations[${annotation}]`, found, `expected ${expected}`),
  );
}

/** A transformer calls its predictor without a credential. */
function chainErrors(object: KubeObject): FieldError[] {
  if (!isGuarded(object.metadata.annotations)) return [];
  const spec = (object['spec'] ?? {}) as Readonly<Record<string, unknown>>;
  const { containers = [] } = (spec['predictor'] ?? {}) as { containers?: readonly { name?: string }[] };
  const inside = containers.some(({ name }) => name === 'transformer-container');
  const found = inside
    ? 'predictor.containers'
    : ['transformer', 'explainer'].find(part => spec[part] !== undefined);
  if (found === undefined) return [];
  const detail = `a service with ${directAnnotation}: authorized cannot have it: it calls the predictor without a credential`;
  return [forbiddenField(`spec.${found}`, detail)];
}

function isChanged({ object, old }: AdmissionRequest): boolean {
  return JSON.stringify(object?.metadata.annotations) !== JSON.stringify(old?.metadata.annotations);
}

/** What lets in more people than its author may think of. */
function warningsOf(annotations: Annotations): string[] {
  const known = [callersAnnotation, publicAnnotation, directAnnotation, 'davit.dev/isolation'];
  const unknown = Object.keys(annotations).filter(name => name.startsWith(ours) && !known.includes(name));
  const { publicPaths, publicBy } = callersOf(annotations);
  const open = publicPaths.includes('/') && publicBy !== publicAnnotation;
  return [
    ...unknown.map(name => `annotation ${name} is not known and does nothing; known are ${known.join(', ')}`),
    ...(open
      ? [
          `annotation ${publicBy}: "false" makes the service public: everybody may call it without a login; ` +
            `${callersAnnotation} or ${publicAnnotation} says more exactly who may`,
        ]
      : []),
  ];
}
