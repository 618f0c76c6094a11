import {
  compareQuantities,
  formatQuantity,
  type KubeObject,
  parseQuantity,
  type Quantity,
  roundedUp,
} from '../../../meta/index.ts';
import { podLimits, podRequests } from '../../../usage/index.ts';
import { filled, filledZero, mapped, mappedEach, without } from '../filling.ts';
import type {
  ClaimSpec,
  Container,
  DownwardFile,
  EnvVar,
  Handler,
  Lifecycle,
  PodSpec,
  Port,
  Probe,
  ProjectionSource,
  ResourceList,
  Resources,
  Template,
  Volume,
} from './shapes.ts';

/** 0644 */
const fileMode = 420;

/** Defaults of a pod template (`SetDefaults_PodSpec` and what it holds, core/v1/defaults.go). */
export function completeTemplate(template: Template): Template {
  const spec = completePodSpec(template.spec ?? {});
  const whole = spec === template.spec ? template : { ...template, spec };
  return filled(whole, { metadata: {} });
}

/** Defaults of the spec of a pod or of its template. */
export function completePodSpec(spec: PodSpec): PodSpec {
  let next = mappedEach(spec, 'volumes', completeVolume);
  next = mappedEach(next, 'initContainers', completeContainer);
  next = mappedEach(next, 'containers', completeContainer);
  next = mappedEach(next, 'ephemeralContainers', completeContainer);
  next = filled(next, { securityContext: {}, terminationGracePeriodSeconds: 30 });
  next = mapped(next, 'overhead', roundedList);
  next = mapped(next, 'resources', roundedResources);
  next = sameAccounts(next);
  return filledZero(next, {
    restartPolicy: 'Always',
    dnsPolicy: 'ClusterFirst',
    schedulerName: 'default-scheduler',
  });
}

/** `serviceAccount` is another name of `serviceAccountName`, which wins. */
function sameAccounts(spec: PodSpec): PodSpec {
  const name = spec.serviceAccountName || spec.serviceAccount;
  if (name === undefined || name === '') return spec;
  if (spec.serviceAccountName === name && spec.serviceAccount === name) return spec;
  return { ...spec, serviceAccountName: name, serviceAccount: name };
}

function completeContainer(container: Container): Container {
  let next = mappedEach(container, 'ports', completePort);
  next = mappedEach(next, 'env', completeEnv);
  next = filled(next, { resources: {} });
  next = mapped(next, 'resources', roundedResources);
  next = mapped(next, 'livenessProbe', completeProbe);
  next = mapped(next, 'readinessProbe', completeProbe);
  next = mapped(next, 'startupProbe', completeProbe);
  next = mapped(next, 'lifecycle', completeLifecycle);
  return filledZero(next, {
    terminationMessagePath: '/dev/termination-log',
    terminationMessagePolicy: 'File',
    imagePullPolicy: pullPolicy(container.image ?? ''),
  });
}

/** `Always` for an image without a tag, or with `latest`; a digest counts as a tag. */
export function pullPolicy(image: string): string {
  if (image.includes('@')) return 'IfNotPresent';
  const last = image.slice(image.lastIndexOf('/') + 1);
  const tag = last.includes(':') ? last.slice(last.indexOf(':') + 1) : imageNamed(image);
  return tag === 'latest' ? 'Always' : 'IfNotPresent';
}

/** An image that is no reference at all (empty, upper case) has no tag either. */
function imageNamed(image: string): string {
  return /^[a-z0-9][-._a-z0-9/:]*$/i.test(image) && image === image.replace(/[A-Z]+(?=[^/:]*$)/, '')
    ? 'latest'
    : '';
}

function completePort(port: Port): Port {
  return filledZero(port, { protocol: 'TCP' });
}

function completeEnv(env: EnvVar): EnvVar {
  return mapped(env, 'valueFrom', from => {
    let next = mapped(from, 'fieldRef', ref => filledZero(ref, { apiVersion: 'v1' }));
    next = mapped(next, 'fileKeyRef', ref => filled(ref, { optional: false }));
    return mapped(next, 'resourceFieldRef', ref => filledZero(ref, { divisor: '0' }));
  });
}

function completeProbe(probe: Probe): Probe {
  const next = filledZero(probe, {
    timeoutSeconds: 1,
    periodSeconds: 10,
    successThreshold: 1,
    failureThreshold: 3,
  });
  return completeHandler(next);
}

function completeHandler<Kind extends Handler>(handler: Kind): Kind {
  const next = mapped(handler, 'httpGet', get => filledZero(get, { path: '/', scheme: 'HTTP' }));
  return mapped(next, 'grpc', grpc => filled(grpc, { service: '' }));
}

/** Signals to stop by are an alpha feature that is off: the field is dropped. */
function completeLifecycle(lifecycle: Lifecycle): Lifecycle {
  return mapped(
    mapped(without(lifecycle, 'stopSignal'), 'postStart', completeHandler),
    'preStop',
    completeHandler,
  );
}

/** Amounts finer than a thousandth are rounded up. */
export function roundedList(list: ResourceList): ResourceList {
  const entries = Object.entries(list).map(([name, amount]) => {
    const quantity = parseQuantity(amount);
    return [name, quantity === undefined ? amount : formatQuantity(roundedUp(quantity, -3))] as const;
  });
  return entries.every(([name, amount]) => amount === list[name]) ? list : Object.fromEntries(entries);
}

export function roundedResources(resources: Resources): Resources {
  return mapped(mapped(resources, 'limits', roundedList), 'requests', roundedList);
}

function completeVolume(volume: Volume): Volume {
  const sources = Object.entries(volume).filter(([field, value]) => field !== 'name' && value !== undefined);
  if (sources.length === 0) return { ...volume, emptyDir: {} };
  let next = mapped(volume, 'secret', source => filled(source, { defaultMode: fileMode }));
  next = mapped(next, 'configMap', source => filled(source, { defaultMode: fileMode }));
  next = mapped(next, 'downwardAPI', source =>
    mappedEach(filled(source, { defaultMode: fileMode }), 'items', completeFile),
  );
  next = mapped(next, 'projected', source =>
    mappedEach(filled(source, { defaultMode: fileMode }), 'sources', completeProjection),
  );
  next = mapped(next, 'hostPath', source => filled(source, { type: '' }));
  next = mapped(next, 'iscsi', source => filledZero(source, { iscsiInterface: 'default' }));
  next = mapped(next, 'rbd', source =>
    filledZero(source, { pool: 'rbd', user: 'admin', keyring: '/etc/ceph/keyring' }),
  );
  next = mapped(next, 'image', source =>
    filledZero(source, { pullPolicy: pullPolicy(source.reference ?? '') }),
  );
  return mapped(next, 'ephemeral', source =>
    mapped(source, 'volumeClaimTemplate', template =>
      mapped(filled(template, { metadata: {} }), 'spec', completeClaimSpec),
    ),
  );
}

function completeFile(file: DownwardFile): DownwardFile {
  const next = mapped(file, 'fieldRef', ref => filledZero(ref, { apiVersion: 'v1' }));
  return mapped(next, 'resourceFieldRef', ref => filledZero(ref, { divisor: '0' }));
}

function completeProjection(source: ProjectionSource): ProjectionSource {
  const next = mapped(source, 'downwardAPI', api => mappedEach(api, 'items', completeFile));
  return mapped(next, 'serviceAccountToken', token => filled(token, { expirationSeconds: 3600 }));
}

/** The group of a reference is written even where it is none. */
function withGroup<Reference extends { readonly apiGroup?: string | null }>(reference: Reference): Reference {
  return reference.apiGroup === undefined ? { ...reference, apiGroup: null } : reference;
}

/** Defaults of the spec of a claim, wherever it stands. */
export function completeClaimSpec(spec: ClaimSpec): ClaimSpec {
  let next = filled(spec, { resources: {}, volumeMode: 'Filesystem' });
  next = mapped(next, 'dataSource', withGroup);
  next = mapped(next, 'dataSourceRef', withGroup);
  return mapped(next, 'resources', roundedResources);
}

/** Defaults that only pods have, not the templates of workloads (`SetDefaults_Pod`). */
export function completePod(spec: PodSpec): PodSpec {
  let next = mappedEach(completePodSpec(spec), 'containers', requestsOfLimits);
  next = mappedEach(next, 'initContainers', requestsOfLimits);
  if (next.hostNetwork === true) {
    next = mappedEach(next, 'containers', hostPorts);
    next = mappedEach(next, 'initContainers', hostPorts);
  }
  if ((next.terminationGracePeriodSeconds ?? 0) < 0) next = { ...next, terminationGracePeriodSeconds: 1 };
  return filled(next, { enableServiceLinks: true });
}

function requestsOfLimits(container: Container): Container {
  return mapped(container, 'resources', resources => {
    const { limits, requests } = resources;
    if (limits === undefined) return resources;
    const requested = filled<Record<string, string>>({ ...requests }, limits);
    return Object.keys(requested).length === Object.keys(requests ?? {}).length
      ? resources
      : { ...resources, requests: requested };
  });
}

function hostPorts(container: Container): Container {
  return mappedEach(container, 'ports', port =>
    port.containerPort === undefined ? port : filledZero(port, { hostPort: port.containerPort }),
  );
}

/** What a pod as a whole requests and may have beside what it says: what its containers do together, or else its limits. */
export function wholeResources(spec: PodSpec): PodSpec {
  return mapped(spec, 'resources', resources => {
    const { limits = {}, requests = {} } = resources;
    if (Object.keys(limits).length + Object.keys(requests).length === 0) return resources;
    const { containers = [], initContainers = [] } = spec;
    const parts = { spec: { containers, initContainers } } as unknown as KubeObject;
    const bounds = {
      ...listed(podLimits(parts), ([name]) => isPaged(name) && requests[name] === undefined),
      ...limits,
    };
    const sums = listed(podRequests(parts), ([name]) => name === 'cpu' || name === 'memory');
    const asked: Record<string, string> = { ...bounds, ...sums, ...requests };
    // What every container has a bound of, the pod has, too.
    const open = Object.entries(asked).filter(
      ([name]) =>
        bounds[name] === undefined &&
        [...containers, ...initContainers].every(one => one.resources?.limits?.[name] !== undefined),
    );
    for (const [name, amount] of open) bounds[name] = larger(podLimits(parts).get(name), amount);
    return {
      ...resources,
      requests: asked,
      ...(Object.keys(bounds).length > 0 && { limits: bounds }),
    };
  });
}

function isPaged(name: string): boolean {
  return name.startsWith('hugepages-');
}

function listed(
  amounts: ReadonlyMap<string, Quantity>,
  counts: (entry: readonly [string, Quantity]) => boolean,
): Record<string, string> {
  const entries = [...amounts]
    .filter(counts)
    .map(([name, amount]) => [name, formatQuantity(amount)] as const);
  return Object.fromEntries(entries);
}

function larger(amount: Quantity | undefined, least: string): string {
  const bound = parseQuantity(least);
  if (amount === undefined || bound === undefined || compareQuantities(bound, amount) > 0) return least;
  return formatQuantity(amount);
}
