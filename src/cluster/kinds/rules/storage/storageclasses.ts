import {
  duplicateValue,
  type FieldError,
  invalidValue,
  type KubeObject,
  qualifiedNameFaults,
  requiredValue,
  tooLong,
} from '../../../meta/index.ts';
import type { Rules } from '../../kind.ts';
import { among, faulty, qualifiedName, unchangedField } from '../checks.ts';
import { declared } from '../declared.ts';
import { filled } from '../filling.ts';

interface Topology {
  readonly matchLabelExpressions?: readonly { readonly key?: string; readonly values?: readonly string[] }[];
}

interface StorageClass {
  readonly provisioner?: string;
  readonly parameters?: Readonly<Record<string, string>>;
  readonly reclaimPolicy?: string;
  readonly volumeBindingMode?: string;
  readonly allowedTopologies?: readonly Topology[];
}

const fixed = ['parameters', 'provisioner', 'reclaimPolicy', 'volumeBindingMode'] as const;

/** Rules of StorageClass. */
export const storageclasses: Rules = {
  complete: object => filled<KubeObject>(object, { reclaimPolicy: 'Delete', volumeBindingMode: 'Immediate' }),
  validateCreate: object => createErrors(object),
  validateUpdate: (object, old) => fixed.flatMap(field => unchangedField(object[field], old[field], field)),
};

function createErrors(object: KubeObject): FieldError[] {
  const {
    provisioner = '',
    parameters = {},
    reclaimPolicy,
    volumeBindingMode,
    allowedTopologies = [],
  } = object as StorageClass;
  const lower = provisioner.toLowerCase();
  return [
    ...(provisioner === ''
      ? declared([requiredValue('provisioner')])
      : faulty(qualifiedNameFaults(lower), 'provisioner', lower)),
    ...parameterErrors(parameters),
    ...(reclaimPolicy === undefined ? [] : among(reclaimPolicy, ['Delete', 'Retain'], 'reclaimPolicy')),
    ...(volumeBindingMode === undefined
      ? []
      : among(volumeBindingMode, ['Immediate', 'WaitForFirstConsumer'], 'volumeBindingMode')),
    ...allowedTopologies.flatMap((one, index) => topologyErrors(one, `allowedTopologies[${index}]`)),
  ];
}

const mostParameters = 512;
const largestParameters = 256 * 1024;

function parameterErrors(parameters: Readonly<Record<string, string>>): FieldError[] {
  const entries = Object.entries(parameters);
  if (entries.length > mostParameters) return [tooLong('parameters', mostParameters)];
  const errors = entries.flatMap(([key]) =>
    key === '' ? [invalidValue('parameters', key, 'field can not be empty.')] : [],
  );
  const bytes = entries.reduce(
    (sum, [key, value]) => sum + Buffer.byteLength(key) + Buffer.byteLength(value),
    0,
  );
  return bytes > largestParameters ? [...errors, tooLong('parameters', largestParameters)] : errors;
}

function topologyErrors({ matchLabelExpressions = [] }: Topology, field: string): FieldError[] {
  const keys = new Set<string>();
  return matchLabelExpressions.flatMap(({ key = '', values = [] }, index) => {
    const at = `${field}.matchLabelExpressions[${index}]`;
    const errors = values.length === 0 ? [requiredValue(`${at}.values`)] : [];
    for (const [place, value] of values.entries()) {
      if (values.indexOf(value) !== place) errors.push(duplicateValue(`${at}.values[${place}]`, value));
    }
    errors.push(...qualifiedName(key, `${at}.key`));
    if (keys.has(key)) errors.push(duplicateValue(`${at}.key`, key));
    keys.add(key);
    return errors;
  });
}
