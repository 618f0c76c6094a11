import {
  duplicateValue,
  type FieldError,
  forbiddenField,
  invalidValue,
  type KubeObject,
  labelValueFaults,
} from '../../../meta/index.ts';
import type { Rules } from '../../kind.ts';
import { isCIDR } from '../addresses.ts';
import { qualifiedName } from '../checks.ts';
import { goValue } from '../difference/index.ts';
import { filled, mapped, specOf, statusOf, withPart } from '../filling.ts';
import { roundedList } from '../pod/defaults.ts';
import { taintEffectErrors } from '../pod/placement.ts';
import { resourceAmount } from '../pod/resources.ts';
import type { ResourceList } from '../pod/shapes.ts';
import { same } from '../sameness.ts';
import { updates } from '../strategy.ts';

interface Taint {
  readonly key?: string;
  readonly value?: string;
  readonly effect?: string;
}

interface NodeSpec {
  readonly podCIDR?: string;
  readonly podCIDRs?: readonly string[];
  readonly providerID?: string;
  readonly taints?: readonly Taint[];
}

interface NodeStatus {
  readonly capacity?: ResourceList;
  readonly allocatable?: ResourceList;
  readonly daemonEndpoints?: object;
  readonly nodeInfo?: object;
}

const nothingKnown = {
  machineID: '',
  systemUUID: '',
  bootID: '',
  kernelVersion: '',
  osImage: '',
  containerRuntimeVersion: '',
  kubeletVersion: '',
  kubeProxyVersion: '',
  operatingSystem: '',
  architecture: '',
};

/** Rules of Node; a new one keeps the status it is made with. */
export const nodes: Rules = {
  keepsStatus: true,
  complete: object =>
    withPart<NodeStatus>(filled<KubeObject>(object, { spec: {}, status: {} }), 'status', completeStatus),
  validateCreate: object => errorsOf(object),
  ...updates(updateErrors, object => resourceErrors(object)),
};

function completeStatus(status: NodeStatus): NodeStatus {
  const { capacity } = status;
  const whole = filled(status, { daemonEndpoints: { kubeletEndpoint: { Port: 0 } }, nodeInfo: nothingKnown });
  const next = capacity === undefined ? whole : filled(whole, { allocatable: capacity });
  return mapped(mapped(next, 'capacity', roundedList), 'allocatable', roundedList);
}

function errorsOf(object: KubeObject): FieldError[] {
  const { taints = [], podCIDRs = [] } = specOf<NodeSpec>(object);
  return [
    ...taintErrors(taints, 'metadata.taints'),
    ...resourceErrors(object),
    ...podCIDRs.flatMap((range, index) => isCIDR(range, `spec.podCIDRs[${index}]`)),
  ];
}

function resourceErrors(object: KubeObject): FieldError[] {
  const status = statusOf<NodeStatus>(object);
  return (['capacity', 'allocatable'] as const).flatMap(part =>
    Object.entries(status[part] ?? {}).flatMap(([name, amount]) =>
      resourceAmount(name, amount, `status.${part}.${name}`),
    ),
  );
}

function taintErrors(taints: readonly Taint[], field: string): FieldError[] {
  const seen = new Set<string>();
  return taints.flatMap((taint, index) => {
    const at = `${field}[${index}]`;
    const { key = '', value = '', effect = '' } = taint;
    const faults = labelValueFaults(value);
    const errors = [
      ...qualifiedName(key, `${at}.key`),
      ...(faults.length === 0 ? [] : [invalidValue(`${at}.value`, value, faults.join(';'))]),
      ...taintEffectErrors(effect, `${at}.effect`),
    ];
    if (seen.has(`${effect} ${key}`)) errors.push(repeated(at, taint));
    seen.add(`${effect} ${key}`);
    return errors;
  });
}

function repeated(field: string, taint: Taint): FieldError {
  const error = duplicateValue(field, goValue('Taint', taint));
  const detail = ': taints must be unique by key and effect pair';
  return { ...error, body: error.body + detail, message: error.message + detail };
}

function updateErrors(object: KubeObject, before: KubeObject): FieldError[] {
  const [spec, old] = [specOf<NodeSpec>(object), specOf<NodeSpec>(before)];
  const errors = resourceErrors(object);
  if ((old.podCIDRs ?? []).length > 0 && !same(old.podCIDRs, spec.podCIDRs)) {
    const detail = 'node updates may not change podCIDR except from "" to valid';
    errors.push(forbiddenField('spec.podCIDRs', detail));
  }
  const [provider, oldProvider] = [spec.providerID ?? '', old.providerID ?? ''];
  if (oldProvider !== '' && provider !== oldProvider) {
    const detail = provider === '' ? 'field cannot be cleared once set' : 'field cannot be modified once set';
    errors.push(invalidValue('spec.providerID', undefined, detail));
  }
  return [...errors, ...taintErrors(spec.taints ?? [], 'metadata.taints')];
}
