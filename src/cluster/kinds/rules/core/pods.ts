import {
  type FieldError,
  forbiddenField,
  invalidValue,
  type KubeObject,
  labelFaults,
} from '../../../meta/index.ts';
import type { Rules } from '../../kind.ts';
import { filled, specOf, withPart, withSpec } from '../filling.ts';
import { notNegative } from '../checks.ts';
import { imageSpaceErrors } from '../pod/containers.ts';
import { completePod, wholeResources } from '../pod/defaults.ts';
import { ephemeralErrors, withEphemeralContainers } from '../pod/ephemeral.ts';
import { qualityOf } from '../pod/qos.ts';
import { resized, resizeErrors } from '../pod/resize.ts';
import type { PodSpec } from '../pod/shapes.ts';
import { podSpecErrors } from '../pod/spec.ts';
import { podUpdateErrors } from '../pod/update.ts';
import { podWarnings } from '../pod/warnings.ts';

/** Rules of Pod (registry/core/pod/strategy.go, core validation and defaults). */
export const pods: Rules = {
  complete: object => withSpec<PodSpec>(filled(object, { status: {} }), completePod),
  prepareCreate: given => {
    const object = withSpec<PodSpec>(given, wholeResources);
    const qosClass = qualityOf(specOf<PodSpec>(object));
    return { ...object, status: { phase: 'Pending', qosClass, ...gated(object) } };
  },
  prepareUpdate: (object, old, { subresource }) => parts[subresource]?.prepare(object, old) ?? object,
  validateCreate: object => createErrors(object),
  validateUpdate: (object, old, { subresource }) => parts[subresource]?.errors(object, old) ?? [],
  warnings: (object, old) =>
    old === undefined
      ? [...nameWarnings(object), ...podWarnings(specOf<PodSpec>(object), object.metadata, '')]
      : [],
  grace: (object, asked) => graceOf(object, asked),
};

/** What a write may change, and what is wrong with it, by the part of the pod that it goes through. */
const parts: Readonly<
  Record<
    string,
    {
      prepare(object: KubeObject, old: KubeObject): KubeObject;
      errors(object: KubeObject, old: KubeObject): FieldError[];
    }
  >
> = {
  '': {
    prepare: object => object,
    errors: (object, old) => [...podErrors(object), ...podUpdateErrors(specOf(object), specOf(old))],
  },
  status: { prepare: keepingQuality, errors: statusErrors },
  resize: { prepare: resized, errors: (object, old) => resizeErrors(object, old, podErrors(object)) },
  ephemeralcontainers: {
    prepare: withEphemeralContainers,
    errors: (object, old) => ephemeralErrors(object, old, podErrors(object)),
  },
};

/** The name is the host name of the pod as well. */
function nameWarnings({ metadata }: KubeObject): string[] {
  const faults = labelFaults(metadata.name ?? '');
  if (faults.length === 0) return [];
  return [
    `metadata.name: this is used in the Pod's hostname, which can result in surprising behavior; a DNS label is recommended: [${faults.join(' ')}]`,
  ];
}

/** A pod that waits at a gate says so from the beginning. */
function gated(object: KubeObject): object {
  if ((specOf<PodSpec>(object).schedulingGates ?? []).length === 0) return {};
  return {
    conditions: [
      {
        type: 'PodScheduled',
        status: 'False',
        lastProbeTime: null,
        lastTransitionTime: null,
        reason: 'SchedulingGated',
        message: 'Scheduling is blocked due to non-empty scheduling gates',
      },
    ],
  };
}

interface PodStatus {
  readonly phase?: string;
  readonly qosClass?: string;
  readonly podIP?: string;
  readonly podIPs?: readonly { readonly ip?: string }[];
}

/** The class of a pod never changes; a status without it keeps the old one. The two fields of addresses say the same. */
function keepingQuality(object: KubeObject, old: KubeObject): KubeObject {
  const before = (old['status'] ?? {}) as PodStatus;
  return withPart<PodStatus>(object, 'status', status => {
    const kept = filled<PodStatus>(
      status,
      before.qosClass === undefined ? {} : { qosClass: before.qosClass },
    );
    const { podIP = '', podIPs = [] } = kept;
    if (podIP !== '' && podIPs[0]?.ip !== podIP) return { ...kept, podIPs: [{ ip: podIP }] };
    return podIP === '' && podIPs[0]?.ip !== undefined ? { ...kept, podIP: podIPs[0].ip } : kept;
  });
}

function podErrors(object: KubeObject): FieldError[] {
  const spec = specOf<PodSpec>(object);
  return [
    ...podSpecErrors(spec, 'spec', true),
    ...accountTokenErrors(spec),
    ...notNegative(spec.terminationGracePeriodSeconds, 'spec.terminationGracePeriodSeconds'),
    ...imageSpaceErrors(spec.containers ?? [], 'spec.containers'),
    ...imageSpaceErrors(spec.initContainers ?? [], 'spec.initContainers'),
  ];
}

function accountTokenErrors(spec: PodSpec): FieldError[] {
  if ((spec.serviceAccountName ?? '') !== '') return [];
  const detail = 'must not be specified when serviceAccountName is not set';
  return (spec.volumes ?? []).flatMap((volume, index) =>
    (volume.projected?.sources ?? []).flatMap((source, place) => {
      if (source.serviceAccountToken === undefined) return [];
      const field = `spec.volumes[${index}].projected.sources[${place}].serviceAccountToken`;
      return [forbiddenField(field, detail)];
    }),
  );
}

function createErrors(object: KubeObject): FieldError[] {
  const { ephemeralContainers = [], nodeName = '', schedulingGates = [] } = specOf<PodSpec>(object);
  const errors = podErrors(object);
  if (ephemeralContainers.length > 0) {
    errors.push(forbiddenField('spec.ephemeralContainers', 'cannot be set on create'));
  }
  if (nodeName !== '' && schedulingGates.length > 0) {
    const detail = 'cannot be set until all schedulingGates have been cleared';
    errors.push(forbiddenField('spec.nodeName', detail));
  }
  return errors;
}

function statusErrors(object: KubeObject): FieldError[] {
  const { podIP = '', podIPs = [] } = (object['status'] ?? {}) as PodStatus;
  if (podIPs.length === 0 || podIPs[0]?.ip === podIP) return [];
  return [invalidValue('status.podIPs[0].ip', podIPs[0]?.ip ?? '', 'must be equal to `podIP`')];
}

/** A pod that no node has, or that has ended, goes at once; otherwise what the client wishes, or the pod's own period. */
function graceOf(object: KubeObject, asked: number | undefined): number {
  const spec = specOf<PodSpec>(object);
  const { phase } = (object['status'] ?? {}) as PodStatus;
  const period = asked ?? spec.terminationGracePeriodSeconds ?? 30;
  if ((spec.nodeName ?? '') === '' || phase === 'Failed' || phase === 'Succeeded') return 0;
  return period < 0 ? 1 : period;
}
