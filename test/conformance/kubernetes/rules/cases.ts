/**
 * Objects with and without mistakes, by the path they are sent to. A case is a base object and what is different in it; a value of
 * `undefined` takes a field away. Cases of `updates` are sent over the base object as it is stored.
 */
export interface Case {
  readonly id: string;
  readonly base: string;
  readonly set: Readonly<Record<string, unknown>>;
}

type Changes = Readonly<Record<string, unknown>>;

export interface Base {
  readonly path: string;
  readonly resource: string;
  readonly object: Readonly<Record<string, unknown>>;
}

const core = '/api/v1/namespaces/rules/';

function base(path: string, resource: string, object: Readonly<Record<string, unknown>>): Base {
  return { path, resource, object };
}

const container = { name: 'c', image: 'example/app:1' };
const template = { metadata: { labels: { app: 'a' } }, spec: { containers: [container] } };
const selector = { matchLabels: { app: 'a' } };
const jobTemplate = { spec: { restartPolicy: 'Never', containers: [container] } };

function workload(plural: string, kind: string, spec: object): Base {
  const object = { apiVersion: 'apps/v1', kind, metadata: { name: 'x' }, spec };
  return base(`/apis/apps/v1/namespaces/rules/${plural}`, `apps/${plural}`, object);
}

function grouped(
  group: string,
  version: string,
  plural: string,
  kind: string,
  rest: object,
  cluster = false,
): Base {
  const at = cluster ? '' : 'namespaces/rules/';
  const object = { apiVersion: `${group}/${version}`, kind, metadata: { name: 'x' }, ...rest };
  return base(`/apis/${group}/${version}/${at}${plural}`, `${group}/${plural}`, object);
}

function plain(plural: string, kind: string, rest: object): Base {
  return base(core + plural, plural, { apiVersion: 'v1', kind, metadata: { name: 'x' }, ...rest });
}

const rbac = 'rbac.authorization.k8s.io';
const registration = 'admissionregistration.k8s.io';
const hook = {
  name: 'a.example.dev',
  clientConfig: { url: 'https://example.dev/hook' },
  sideEffects: 'None',
  admissionReviewVersions: ['v1'],
  objectSelector: { matchLabels: { none: 'such' } },
  failurePolicy: 'Ignore',
  rules: [
    { operations: ['CREATE'], apiGroups: ['none.example.dev'], apiVersions: ['v1'], resources: ['nones'] },
  ],
};

export const bases: Readonly<Record<string, Base>> = {
  pod: plain('pods', 'Pod', {
    spec: { automountServiceAccountToken: false, nodeSelector: { none: 'such' }, containers: [container] },
  }),
  service: plain('services', 'Service', { spec: { selector: { app: 'a' }, ports: [{ port: 80 }] } }),
  configmap: plain('configmaps', 'ConfigMap', { data: { a: 'b' } }),
  secret: plain('secrets', 'Secret', { data: { a: 'Yg==' } }),
  serviceaccount: plain('serviceaccounts', 'ServiceAccount', {}),
  limitrange: plain('limitranges', 'LimitRange', {
    spec: { limits: [{ type: 'Container', max: { cpu: '2' }, min: { cpu: '100m' } }] },
  }),
  quota: plain('resourcequotas', 'ResourceQuota', { spec: { hard: { 'count/widgets.example.dev': '4' } } }),
  claim: plain('persistentvolumeclaims', 'PersistentVolumeClaim', {
    spec: {
      accessModes: ['ReadWriteOnce'],
      resources: { requests: { storage: '1Gi' } },
      storageClassName: 'none-such',
    },
  }),
  endpoints: plain('endpoints', 'Endpoints', {
    subsets: [{ addresses: [{ ip: '10.0.0.1' }], ports: [{ port: 80 }] }],
  }),
  event: plain('events', 'Event', {
    involvedObject: { kind: 'Pod', namespace: 'rules', name: 'p' },
    reason: 'Tested',
    message: 'hello',
    type: 'Normal',
  }),
  podtemplate: plain('podtemplates', 'PodTemplate', { template }),
  controller: plain('replicationcontrollers', 'ReplicationController', { spec: { replicas: 0, template } }),
  namespace: base('/api/v1/namespaces', 'namespaces', {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name: 'rules-x' },
  }),
  node: base('/api/v1/nodes', 'nodes', {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name: 'rules-x' },
    spec: { unschedulable: true },
  }),
  volume: base('/api/v1/persistentvolumes', 'persistentvolumes', {
    apiVersion: 'v1',
    kind: 'PersistentVolume',
    metadata: { name: 'rules-x' },
    spec: { accessModes: ['ReadWriteOnce'], capacity: { storage: '1Gi' }, hostPath: { path: '/tmp/x' } },
  }),
  deployment: workload('deployments', 'Deployment', { replicas: 0, selector, template }),
  replicaset: workload('replicasets', 'ReplicaSet', { replicas: 0, selector, template }),
  statefulset: workload('statefulsets', 'StatefulSet', { replicas: 0, serviceName: 's', selector, template }),
  daemonset: workload('daemonsets', 'DaemonSet', {
    selector,
    template: { ...template, spec: { ...template.spec, nodeSelector: { none: 'such' } } },
  }),
  job: grouped('batch', 'v1', 'jobs', 'Job', { spec: { suspend: true, template: jobTemplate } }),
  cronjob: grouped('batch', 'v1', 'cronjobs', 'CronJob', {
    spec: { schedule: '0 0 1 1 *', jobTemplate: { spec: { template: jobTemplate } } },
  }),
  scaler: grouped('autoscaling', 'v2', 'horizontalpodautoscalers', 'HorizontalPodAutoscaler', {
    spec: { maxReplicas: 3, scaleTargetRef: { kind: 'Deployment', name: 'none', apiVersion: 'apps/v1' } },
  }),
  budget: grouped('policy', 'v1', 'poddisruptionbudgets', 'PodDisruptionBudget', {
    spec: { minAvailable: 1, selector },
  }),
  lease: grouped('coordination.k8s.io', 'v1', 'leases', 'Lease', { spec: { holderIdentity: 'me' } }),
  slice: grouped('discovery.k8s.io', 'v1', 'endpointslices', 'EndpointSlice', {
    addressType: 'IPv4',
    endpoints: [{ addresses: ['10.0.0.1'] }],
    ports: [{ port: 80 }],
  }),
  newevent: grouped('events.k8s.io', 'v1', 'events', 'Event', {
    eventTime: '2026-01-01T00:00:00.000000Z',
    regarding: { kind: 'Pod', namespace: 'rules', name: 'p' },
    reason: 'Tested',
    note: 'hello',
    type: 'Normal',
    action: 'Test',
    reportingController: 'example.dev/tester',
    reportingInstance: 'one',
  }),
  ingress: grouped('networking.k8s.io', 'v1', 'ingresses', 'Ingress', {
    spec: {
      rules: [
        {
          host: 'a.example.dev',
          http: {
            paths: [
              { path: '/', pathType: 'Prefix', backend: { service: { name: 's', port: { number: 80 } } } },
            ],
          },
        },
      ],
    },
  }),
  ingressclass: grouped(
    'networking.k8s.io',
    'v1',
    'ingressclasses',
    'IngressClass',
    { spec: { controller: 'example.dev/c' } },
    true,
  ),
  network: grouped('networking.k8s.io', 'v1', 'networkpolicies', 'NetworkPolicy', {
    spec: { podSelector: {}, ingress: [{ ports: [{ port: 80 }], from: [{ podSelector: {} }] }] },
  }),
  role: grouped(rbac, 'v1', 'roles', 'Role', {
    rules: [{ verbs: ['get'], apiGroups: [''], resources: ['pods'] }],
  }),
  clusterrole: grouped(
    rbac,
    'v1',
    'clusterroles',
    'ClusterRole',
    { rules: [{ verbs: ['get'], nonResourceURLs: ['/x'] }] },
    true,
  ),
  rolebinding: grouped(rbac, 'v1', 'rolebindings', 'RoleBinding', {
    roleRef: { kind: 'ClusterRole', name: 'view' },
    subjects: [{ kind: 'User', name: 'u' }],
  }),
  clusterrolebinding: grouped(
    rbac,
    'v1',
    'clusterrolebindings',
    'ClusterRoleBinding',
    {
      roleRef: { kind: 'ClusterRole', name: 'view' },
      subjects: [{ kind: 'ServiceAccount', name: 'u', namespace: 'rules' }],
    },
    true,
  ),
  priority: grouped('scheduling.k8s.io', 'v1', 'priorityclasses', 'PriorityClass', { value: 5 }, true),
  storage: grouped(
    'storage.k8s.io',
    'v1',
    'storageclasses',
    'StorageClass',
    { provisioner: 'example.dev/p' },
    true,
  ),
  mutating: grouped(
    registration,
    'v1',
    'mutatingwebhookconfigurations',
    'MutatingWebhookConfiguration',
    { webhooks: [hook] },
    true,
  ),
  validating: grouped(
    registration,
    'v1',
    'validatingwebhookconfigurations',
    'ValidatingWebhookConfiguration',
    { webhooks: [hook] },
    true,
  ),
};

function cases(name: string, changes: readonly Changes[]): Case[] {
  return changes.map((set, index) => ({ id: `${name}-${index}`, base: name, set }));
}

const c = 'spec.containers.0';
const http = { httpGet: { port: 80 } };

const podChanges: readonly Changes[] = [
  {},
  { [`${c}.image`]: 'example/app' },
  { [`${c}.image`]: 'example/app:latest' },
  { [`${c}.image`]: 'example/app@sha256:0000000000000000000000000000000000000000000000000000000000000000' },
  { [`${c}.image`]: 'localhost:5000/app' },
  { [`${c}.image`]: 'Bad Image' },
  { [`${c}.image`]: ' example/app:1 ' },
  { [`${c}.image`]: undefined },
  { [`${c}.name`]: 'Bad_' },
  { [`${c}.name`]: undefined },
  { 'spec.containers': [container, container] },
  { 'spec.containers': [] },
  { [`${c}.ports`]: [{ containerPort: 80 }, { containerPort: 81, name: 'http' }] },
  { [`${c}.ports`]: [{ containerPort: 0 }] },
  { [`${c}.ports`]: [{ containerPort: 70000, protocol: 'ICMP' }] },
  { [`${c}.ports`]: [{ containerPort: 80, name: 'a-name-too-long-for-it' }] },
  {
    [`${c}.ports`]: [
      { containerPort: 80, name: 'UPPER' },
      { containerPort: 81, name: '123' },
      { containerPort: 82, name: 'a--b' },
    ],
  },
  {
    [`${c}.ports`]: [
      { containerPort: 80, name: 'a' },
      { containerPort: 81, name: 'a' },
    ],
  },
  {
    [`${c}.ports`]: [
      { containerPort: 80, hostPort: 80 },
      { containerPort: 81, hostPort: 80 },
    ],
  },
  {
    [`${c}.env`]: [
      { name: 'A', value: 'x' },
      { name: 'B', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } },
    ],
  },
  { [`${c}.env`]: [{ name: '1a' }, { name: '' }, { name: 'a b' }] },
  { [`${c}.env`]: [{ name: 'A', valueFrom: {} }] },
  { [`${c}.env`]: [{ name: 'A', value: 'x', valueFrom: { secretKeyRef: { name: 's', key: 'k' } } }] },
  {
    [`${c}.env`]: [
      {
        name: 'A',
        valueFrom: { secretKeyRef: { name: 's', key: 'a b' }, configMapKeyRef: { name: 'Bad', key: 'k' } },
      },
    ],
  },
  { [`${c}.env`]: [{ name: 'A', valueFrom: { fieldRef: { fieldPath: 'spec.nope' } } }] },
  { [`${c}.env`]: [{ name: 'A', valueFrom: { fieldRef: { fieldPath: 'metadata.labels' } } }] },
  { [`${c}.env`]: [{ name: 'A', valueFrom: { fieldRef: { fieldPath: "metadata.labels['a b']" } } }] },
  { [`${c}.env`]: [{ name: 'A', valueFrom: { fieldRef: { fieldPath: "metadata.annotations['a']" } } }] },
  { [`${c}.env`]: [{ name: 'A', valueFrom: { resourceFieldRef: { resource: 'limits.cpu' } } }] },
  {
    [`${c}.env`]: [{ name: 'A', valueFrom: { resourceFieldRef: { resource: 'limits.nope', divisor: '2' } } }],
  },
  {
    [`${c}.env`]: [
      { name: 'A', valueFrom: { resourceFieldRef: { resource: 'requests.memory', divisor: '2' } } },
    ],
  },
  {
    [`${c}.env`]: [
      { name: 'A', value: '1' },
      { name: 'A', value: '2' },
      { name: 'A', value: '$(A)3' },
    ],
  },
  {
    [`${c}.envFrom`]: [
      { prefix: '1', configMapRef: { name: 'a' } },
      {},
      { configMapRef: { name: 'A_' }, secretRef: { name: '' } },
    ],
  },
  { [`${c}.resources`]: { limits: { cpu: '1', memory: '1Gi' } } },
  { [`${c}.resources`]: { requests: { cpu: '2' }, limits: { cpu: '1' } } },
  { [`${c}.resources`]: { requests: { cpu: '100m', 'ephemeral-storage': '1Gi' } } },
  { [`${c}.resources`]: { requests: { nope: '1' } } },
  { [`${c}.resources`]: { requests: { cpu: '-1' } } },
  { [`${c}.resources`]: { limits: { 'example.com/gpu': '1500m' } } },
  { [`${c}.resources`]: { requests: { 'example.com/gpu': '1' } } },
  { [`${c}.resources`]: { requests: { 'example.com/gpu': '1' }, limits: { 'example.com/gpu': '2' } } },
  { [`${c}.resources`]: { limits: { 'nvidia.com/gpu': '1' } } },
  { [`${c}.resources`]: { limits: { 'hugepages-2Mi': '3Mi' } } },
  { [`${c}.resources`]: { limits: { memory: '100m' } } },
  { [`${c}.resources`]: { claims: [{ name: 'nope' }] } },
  { [`${c}.livenessProbe`]: http },
  { [`${c}.livenessProbe`]: {} },
  { [`${c}.livenessProbe`]: { ...http, exec: { command: [] } } },
  {
    [`${c}.livenessProbe`]: {
      ...http,
      successThreshold: 2,
      periodSeconds: -1,
      terminationGracePeriodSeconds: 0,
    },
  },
  { [`${c}.readinessProbe`]: { ...http, terminationGracePeriodSeconds: 5, initialDelaySeconds: -3 } },
  {
    [`${c}.readinessProbe`]: {
      httpGet: { port: 'bad_port', scheme: 'FTP', httpHeaders: [{ name: 'a b', value: 'c' }] },
    },
  },
  { [`${c}.readinessProbe`]: { tcpSocket: { port: 0 } } },
  { [`${c}.readinessProbe`]: { grpc: { port: 70000 } } },
  { [`${c}.readinessProbe`]: { grpc: { port: 80 } } },
  { [`${c}.startupProbe`]: { exec: { command: ['x'] }, failureThreshold: 30 } },
  { [`${c}.lifecycle`]: { preStop: { sleep: { seconds: 100 } }, postStart: { httpGet: { port: 1 } } } },
  { [`${c}.lifecycle`]: { preStop: {}, stopSignal: 'SIGUSR1' } },
  { [`${c}.lifecycle`]: { preStop: { exec: {} } } },
  { [`${c}.imagePullPolicy`]: 'Sometimes' },
  { [`${c}.terminationMessagePolicy`]: 'Nowhere' },
  { [`${c}.restartPolicy`]: 'Sometimes' },
  { [`${c}.volumeMounts`]: [{ name: 'nope', mountPath: '/a' }] },
  {
    'spec.volumes': [{ name: 'v' }],
    [`${c}.volumeMounts`]: [
      { name: 'v', mountPath: '/a' },
      { name: 'v', mountPath: '/a' },
    ],
  },
  {
    'spec.volumes': [{ name: 'v' }],
    [`${c}.volumeMounts`]: [{ name: 'v', mountPath: '', subPath: '/x', subPathExpr: '../y' }],
  },
  {
    'spec.volumes': [{ name: 'v' }],
    [`${c}.volumeMounts`]: [{ name: 'v', mountPath: '/a', mountPropagation: 'Bidirectional' }],
  },
  {
    'spec.volumes': [{ name: 'v' }],
    [`${c}.volumeMounts`]: [{ name: 'v', mountPath: '/a', recursiveReadOnly: 'Enabled' }],
  },
  { 'spec.volumes': [{ name: 'v' }, { name: 'v' }, { name: 'Bad_' }, {}] },
  { 'spec.volumes': [{ name: 'v', emptyDir: {}, hostPath: { path: '/x' } }] },
  { 'spec.volumes': [{ name: 'v', hostPath: { path: '/x/../y', type: 'Nope' } }] },
  { 'spec.volumes': [{ name: 'v', hostPath: { path: '/x' } }] },
  { 'spec.volumes': [{ name: 'v', hostPath: { path: '' } }] },
  { 'spec.volumes': [{ name: 'v', emptyDir: { sizeLimit: '-1' } }] },
  {
    'spec.volumes': [
      { name: 'v', secret: {} },
      { name: 'w', configMap: { defaultMode: 4096 } },
    ],
  },
  {
    'spec.volumes': [
      {
        name: 'v',
        secret: {
          secretName: 's',
          items: [
            { key: '', path: '../a' },
            { key: 'a', path: '..x', mode: 999 },
          ],
        },
      },
    ],
  },
  {
    'spec.volumes': [
      { name: 'v', persistentVolumeClaim: {} },
      { name: 'n', nfs: { path: 'rel' } },
    ],
  },
  {
    'spec.volumes': [
      {
        name: 'v',
        downwardAPI: { items: [{ path: 'a', fieldRef: { fieldPath: 'metadata.labels' } }, { path: 'b' }] },
      },
    ],
  },
  {
    'spec.volumes': [
      {
        name: 'v',
        downwardAPI: {
          items: [
            { path: '/a', fieldRef: { fieldPath: 'spec.nodeName' } },
            { path: 'c', resourceFieldRef: { resource: 'limits.cpu' } },
          ],
        },
      },
    ],
  },
  {
    'spec.volumes': [
      {
        name: 'v',
        projected: {
          sources: [
            { configMap: { name: 'a', items: [{ key: 'k', path: 'p' }] } },
            { secret: { items: [{ key: 'k', path: 'p' }] } },
          ],
        },
      },
    ],
  },
  {
    'spec.volumes': [
      {
        name: 'v',
        projected: {
          sources: [
            { serviceAccountToken: { path: 't' } },
            { serviceAccountToken: { path: '/u', expirationSeconds: 10 } },
          ],
        },
      },
    ],
  },
  {
    'spec.volumes': [
      {
        name: 'v',
        ephemeral: {
          volumeClaimTemplate: {
            spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
          },
        },
      },
    ],
  },
  {
    'spec.volumes': [
      { name: 'v', csi: { driver: 'example.dev' } },
      { name: 'i', image: { reference: 'example/model:1' } },
    ],
  },
  {
    'spec.initContainers': [
      { name: 'i', image: 'x', livenessProbe: http, lifecycle: { preStop: { exec: { command: ['x'] } } } },
    ],
  },
  {
    'spec.initContainers': [
      { name: 'c', image: '' },
      { name: 'i', image: 'x' },
      { name: 'i', image: 'x' },
    ],
  },
  { 'spec.initContainers': [{ name: 'i', image: 'x', restartPolicy: 'Always', readinessProbe: http }] },
  { 'spec.ephemeralContainers': [{ name: 'e', image: 'x' }] },
  { 'spec.restartPolicy': 'Sometimes' },
  { 'spec.restartPolicy': 'Never' },
  { 'spec.dnsPolicy': 'Nope' },
  { 'spec.dnsPolicy': 'None' },
  {
    'spec.dnsPolicy': 'None',
    'spec.dnsConfig': { nameservers: ['1.2.3.4', 'x', '1.1.1.1', '8.8.8.8'], options: [{}] },
  },
  { 'spec.nodeSelector': { 'a b': 'c d' } },
  { 'spec.nodeSelector': { 'beta.kubernetes.io/os': 'linux' } },
  { 'spec.nodeName': 'Bad_Node' },
  { 'spec.hostname': 'Bad.Name', 'spec.subdomain': 'also.bad' },
  { 'spec.activeDeadlineSeconds': 0 },
  { 'spec.activeDeadlineSeconds': 10, 'spec.terminationGracePeriodSeconds': 0 },
  { 'spec.terminationGracePeriodSeconds': -5 },
  { 'spec.hostNetwork': true, [`${c}.ports`]: [{ containerPort: 80 }] },
  { 'spec.hostNetwork': true, [`${c}.ports`]: [{ containerPort: 80, hostPort: 81 }] },
  { 'spec.hostPID': true, 'spec.shareProcessNamespace': true },
  { 'spec.securityContext': { runAsUser: -1, fsGroup: -2, supplementalGroups: [1, -3] } },
  { 'spec.securityContext': { fsGroupChangePolicy: 'Nope', seccompProfile: { type: 'Nope' } } },
  {
    'spec.securityContext': {
      sysctls: [
        { name: 'A', value: '1' },
        { name: '', value: '1' },
      ],
    },
  },
  {
    'spec.securityContext': {
      seccompProfile: { type: 'RuntimeDefault', localhostProfile: 'x' },
      appArmorProfile: { type: 'Localhost' },
    },
  },
  { [`${c}.securityContext`]: { privileged: true, allowPrivilegeEscalation: false, runAsUser: -1 } },
  {
    [`${c}.securityContext`]: { capabilities: { drop: ['ALL'] }, runAsNonRoot: true, procMount: 'Unmasked' },
  },
  { 'spec.tolerations': [{ operator: 'Exists' }, { key: 'a', value: 'b' }] },
  {
    'spec.tolerations': [
      { key: '', value: 'b' },
      { key: 'a b', operator: 'Exists', value: 'c' },
    ],
  },
  {
    'spec.tolerations': [
      { key: 'a', operator: 'Nope' },
      { key: 'a', effect: 'Nope' },
      { key: 'b', tolerationSeconds: 5 },
    ],
  },
  {
    'spec.affinity': {
      nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [] } },
    },
  },
  {
    'spec.affinity': {
      nodeAffinity: {
        requiredDuringSchedulingIgnoredDuringExecution: {
          nodeSelectorTerms: [
            {
              matchExpressions: [
                { key: 'a', operator: 'In' },
                { key: 'b', operator: 'Exists', values: ['x'] },
                { key: 'c', operator: 'Nope' },
                { key: 'd', operator: 'Gt', values: ['1', '2'] },
              ],
            },
          ],
        },
      },
    },
  },
  {
    'spec.affinity': {
      nodeAffinity: {
        preferredDuringSchedulingIgnoredDuringExecution: [
          { weight: 0, preference: {} },
          { weight: 101, preference: { matchFields: [{ key: 'x', operator: 'In', values: ['a', 'b'] }] } },
        ],
      },
    },
  },
  {
    'spec.affinity': {
      podAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [{ topologyKey: '' }] },
    },
  },
  {
    'spec.affinity': {
      podAntiAffinity: {
        preferredDuringSchedulingIgnoredDuringExecution: [
          {
            weight: 1,
            podAffinityTerm: {
              topologyKey: 'kubernetes.io/hostname',
              labelSelector: {
                matchExpressions: [
                  { key: 'a', operator: 'Nope' },
                  { key: 'b', operator: 'In' },
                ],
              },
            },
          },
        ],
      },
    },
  },
  { 'spec.topologySpreadConstraints': [{ maxSkew: 0, topologyKey: '', whenUnsatisfiable: 'Nope' }] },
  {
    'spec.topologySpreadConstraints': [
      { maxSkew: 1, topologyKey: 'zone', whenUnsatisfiable: 'DoNotSchedule' },
      { maxSkew: 1, topologyKey: 'zone', whenUnsatisfiable: 'DoNotSchedule' },
    ],
  },
  {
    'spec.topologySpreadConstraints': [
      {
        maxSkew: 1,
        topologyKey: 'zone',
        whenUnsatisfiable: 'ScheduleAnyway',
        minDomains: 0,
        nodeTaintsPolicy: 'Nope',
      },
    ],
  },
  { 'spec.hostAliases': [{ ip: 'x', hostnames: ['a_b'] }, { ip: '1.2.3.4' }, { ip: '1.2.3.4' }] },
  { 'spec.readinessGates': [{ conditionType: 'a b' }], 'spec.schedulingGates': [{ name: 'example.dev/g' }] },
  { 'spec.imagePullSecrets': [{ name: 'a' }, { name: 'a' }, {}] },
  { 'spec.overhead': { cpu: '-1' } },
  { 'spec.os': { name: 'plan9' } },
  { 'spec.priorityClassName': 'system-node-critical' },
  { 'spec.hostUsers': false, 'spec.hostPID': true },
  { 'spec.resources': { limits: { cpu: '2' } } },
  { 'spec.resources': { requests: { cpu: '1', 'ephemeral-storage': '1Gi' } } },
  { [`${c}.ports`]: [{ containerPort: 80 }, { containerPort: 80 }, { containerPort: 80, hostPort: 90 }] },
  {
    [`${c}.ports`]: [{ containerPort: 80, name: 'a' }],
    'spec.containers.1': { name: 'd', image: 'x', ports: [{ containerPort: 81, name: 'a' }] },
  },
  { 'metadata.annotations': { 'scheduler.alpha.kubernetes.io/critical-pod': '' } },
  { 'metadata.name': 'a.b' },
  {
    [`${c}.resizePolicy`]: [
      { resourceName: 'cpu', restartPolicy: 'NotRequired' },
      { resourceName: 'cpu', restartPolicy: 'Nope' },
    ],
  },
];

const p = 'spec.ports';

export const creations: readonly Case[] = [
  ...cases('pod', podChanges),
  ...cases('service', [
    {},
    { [p]: [] },
    { [p]: [{ port: 0 }, { port: 80, protocol: 'X', name: 'Bad_' }] },
    {
      [p]: [
        { port: 80, name: 'a' },
        { port: 81, name: 'a' },
      ],
    },
    {
      [p]: [
        { port: 80, name: 'a' },
        { port: 80, name: 'b' },
      ],
    },
    {
      [p]: [
        { port: 80, targetPort: 'http' },
        { port: 81, name: 'b', targetPort: 'bad_name' },
      ],
    },
    { [p]: [{ port: 80, targetPort: 70000, appProtocol: 'a b' }] },
    { [p]: [{ port: 80, nodePort: 30080 }] },
    { 'spec.type': 'NodePort' },
    { 'spec.type': 'LoadBalancer' },
    { 'spec.type': 'Nope' },
    { 'spec.type': 'ExternalName' },
    { 'spec.type': 'ExternalName', 'spec.externalName': 'a_b' },
    { 'spec.type': 'ExternalName', 'spec.externalName': 'example.dev', [p]: undefined },
    { 'spec.clusterIP': 'None' },
    { 'spec.clusterIP': 'None', [p]: undefined },
    { 'spec.clusterIP': 'None', 'spec.type': 'NodePort' },
    { 'spec.selector': { 'a b': 'c d' } },
    { 'spec.sessionAffinity': 'Nope' },
    { 'spec.sessionAffinity': 'ClientIP' },
    {
      'spec.sessionAffinity': 'ClientIP',
      'spec.sessionAffinityConfig': { clientIP: { timeoutSeconds: 100000 } },
    },
    { 'spec.externalIPs': ['1.2.3.4', 'x', '127.0.0.1', '0.0.0.0', '169.254.1.1'] },
    { 'spec.externalTrafficPolicy': 'Local' },
    { 'spec.internalTrafficPolicy': 'Nope', 'spec.trafficDistribution': 'Nope' },
    { 'spec.trafficDistribution': 'PreferClose' },
    { 'spec.loadBalancerClass': 'a/b' },
    { 'spec.loadBalancerSourceRanges': ['10.0.0.0/8'] },
    {
      'spec.type': 'LoadBalancer',
      'spec.loadBalancerSourceRanges': ['10.0.0.0/8', 'x'],
      'spec.loadBalancerClass': 'a b',
    },
    { 'spec.allocateLoadBalancerNodePorts': false },
    { 'spec.ipFamilies': ['IPv4', 'IPv4', 'X'] },
    { 'spec.ipFamilyPolicy': 'Nope' },
    { 'spec.healthCheckNodePort': 31000 },
    { 'metadata.annotations': { 'service.kubernetes.io/topology-aware-hints': 'auto' } },
  ]),
  ...cases('configmap', [
    {},
    { data: undefined },
    { 'data.a b': 'x', 'data..': 'y', 'data...x': 'z' },
    { binaryData: { a: 'Yg==', 'c d': 'Yg==' } },
    { immutable: true },
  ]),
  ...cases('secret', [
    {},
    { stringData: { b: 'c' }, type: 'Opaque' },
    { 'data.a b': 'Yg==' },
    { type: 'kubernetes.io/tls' },
    { type: 'kubernetes.io/tls', data: { 'tls.crt': 'Yg==', 'tls.key': '' } },
    { type: 'kubernetes.io/basic-auth' },
    { type: 'kubernetes.io/ssh-auth' },
    { type: 'kubernetes.io/dockerconfigjson' },
    { type: 'kubernetes.io/dockerconfigjson', data: { '.dockerconfigjson': 'bm90IGpzb24=' } },
    { type: 'kubernetes.io/dockerconfigjson', data: { '.dockerconfigjson': 'W10=' } },
    { type: 'kubernetes.io/dockerconfigjson', data: { '.dockerconfigjson': 'e30=' } },
    { type: 'kubernetes.io/dockercfg', data: {} },
    { type: 'kubernetes.io/service-account-token' },
    { type: 'example.dev/own' },
  ]),
  ...cases('serviceaccount', [
    {},
    { secrets: [{ name: 'a', kind: 'Secret' }], imagePullSecrets: [{ name: 'b' }] },
    { 'metadata.annotations': { 'kubernetes.io/enforce-mountable-secrets': 'true' } },
  ]),
  ...cases('namespace', [
    {},
    { 'metadata.labels': { a: 'b' } },
    { spec: { finalizers: ['nope', 'example.dev/x'] } },
  ]),
  ...cases('limitrange', [
    {},
    { 'spec.limits.0.type': 'Nope' },
    { 'spec.limits.0.type': 'Pod', 'spec.limits.0.default': { cpu: '1' } },
    { 'spec.limits.0.min': { cpu: '3' } },
    { 'spec.limits.0.default': { cpu: '3' } },
    { 'spec.limits.0.defaultRequest': { cpu: '50m' } },
    { 'spec.limits.0.max': { nope: '1' }, 'spec.limits.0.min': undefined },
    {
      'spec.limits': [
        { type: 'PersistentVolumeClaim' },
        { type: 'PersistentVolumeClaim', max: { storage: '1Gi' } },
      ],
    },
    { 'spec.limits.0.maxLimitRequestRatio': { cpu: '500m' } },
  ]),
  ...cases('quota', [
    {},
    { 'spec.hard': { pods: '1500m' } },
    { 'spec.hard': { nope: '1' } },
    { 'spec.hard': { 'requests.cpu': '-1', 'requests.nvidia.com/gpu': '1' } },
    { 'spec.scopes': ['Nope'] },
    { 'spec.scopes': ['BestEffort', 'NotBestEffort'], 'spec.hard': { pods: '100' } },
    {
      'spec.scopeSelector': { matchExpressions: [{ scopeName: 'PriorityClass', operator: 'In' }] },
      'spec.hard': { pods: '100' },
    },
    {
      'spec.scopeSelector': {
        matchExpressions: [
          { scopeName: 'BestEffort', operator: 'In', values: ['a'] },
          { scopeName: 'Nope', operator: 'Exists' },
        ],
      },
      'spec.hard': { pods: '100' },
    },
  ]),
  ...cases('claim', [
    {},
    { 'spec.accessModes': [] },
    { 'spec.accessModes': ['Nope'] },
    { 'spec.accessModes': ['ReadWriteOnce', 'ReadWriteOncePod'] },
    { 'spec.resources': undefined },
    { 'spec.resources.requests.storage': '0' },
    { 'spec.resources.requests.storage': '-1Gi' },
    { 'spec.storageClassName': 'Bad_' },
    { 'spec.storageClassName': '' },
    { 'spec.volumeMode': 'Nope' },
    { 'spec.dataSource': { kind: 'Nope', name: 'x' } },
    { 'spec.dataSource': { kind: 'PersistentVolumeClaim', name: 'x' } },
    { 'spec.dataSourceRef': { apiGroup: 'example.dev', kind: 'Thing', name: '' } },
    { 'spec.selector': { matchLabels: { 'a b': 'c' } } },
  ]),
  ...cases('volume', [
    {},
    { 'spec.accessModes': undefined },
    { 'spec.capacity': undefined },
    { 'spec.capacity': { storage: '0' } },
    { 'spec.capacity': { cpu: '1' } },
    { 'spec.hostPath': undefined },
    { 'spec.nfs': { server: 's', path: '/x' } },
    { 'spec.persistentVolumeReclaimPolicy': 'Nope' },
    { 'spec.storageClassName': 'Bad_', 'spec.volumeMode': 'Nope' },
    { 'spec.nodeAffinity': {} },
  ]),
  ...cases('endpoints', [
    {},
    { subsets: [{}] },
    { subsets: [{ addresses: [{ ip: 'x' }, { ip: '0.0.0.0' }, { ip: '169.254.0.1', hostname: 'A_' }] }] },
    {
      subsets: [
        { addresses: [{ ip: '10.0.0.1' }], ports: [{ port: 0 }, { port: 80, protocol: 'X', name: 'Bad_' }] },
      ],
    },
  ]),
  ...cases('event', [
    {},
    { 'involvedObject.namespace': 'other' },
    { 'involvedObject.namespace': undefined },
    { eventTime: '2026-01-01T00:00:00.000000Z' },
    {
      eventTime: '2026-01-01T00:00:00.000000Z',
      reportingComponent: 'a b',
      reportingInstance: 'x',
      action: 'y'.repeat(200),
    },
    { count: 2, source: { component: 'x' }, firstTimestamp: '2026-01-01T00:00:00Z' },
  ]),
  ...cases('newevent', [
    {},
    { eventTime: undefined },
    { type: 'Nope', action: undefined },
    { series: { count: 1 } },
    { deprecatedCount: 3, deprecatedSource: { component: 'x' } },
    { note: 'x'.repeat(1100) },
  ]),
  ...cases('podtemplate', [
    {},
    { 'template.spec.containers': [] },
    { 'template.metadata.labels': { 'a b': 'c' } },
  ]),
  ...cases('controller', [
    {},
    { 'spec.replicas': -1 },
    { 'spec.selector': { app: 'other' } },
    { 'spec.template': undefined },
    { 'spec.template.metadata.labels': undefined },
    { 'spec.template.spec.restartPolicy': 'Never' },
  ]),
  ...cases('node', [
    {},
    {
      'spec.taints': [
        { key: 'a b', effect: 'Nope' },
        { key: 'a', value: 'b c' },
      ],
    },
    {
      'spec.taints': [
        { key: 'a', effect: 'NoSchedule' },
        { key: 'a', effect: 'NoSchedule' },
      ],
    },
    { 'spec.podCIDRs': ['x'] },
    { status: { capacity: { cpu: '-1' } } },
    { status: { capacity: { cpu: '4', memory: '1Gi' } } },
  ]),
  ...cases('deployment', [
    {},
    { 'spec.replicas': undefined },
    { 'spec.replicas': -1 },
    { 'spec.selector': undefined },
    { 'spec.selector': {} },
    { 'spec.selector': { matchExpressions: [{ key: 'app', operator: 'In', values: ['a', 'b'] }] } },
    { 'spec.selector': { matchExpressions: [{ key: 'app', operator: 'Nope' }] } },
    { 'spec.selector': { matchLabels: { app: 'other' } } },
    { 'spec.template.metadata': undefined },
    { 'spec.template.spec.containers': [] },
    { 'spec.template.spec.containers.0.image': undefined, 'spec.template.spec.containers.0.name': undefined },
    { 'spec.template.spec.restartPolicy': 'Never' },
    { 'spec.template.spec.activeDeadlineSeconds': 10 },
    { 'spec.strategy': { type: 'Recreate' } },
    { 'spec.strategy': { type: 'Recreate', rollingUpdate: { maxSurge: 1 } } },
    { 'spec.strategy': { type: 'Nope' } },
    { 'spec.strategy': { rollingUpdate: { maxSurge: 0, maxUnavailable: 0 } } },
    { 'spec.strategy': { rollingUpdate: { maxSurge: '0%', maxUnavailable: '150%' } } },
    { 'spec.strategy': { rollingUpdate: { maxSurge: 'x', maxUnavailable: -1 } } },
    { 'spec.minReadySeconds': -1 },
    { 'spec.minReadySeconds': 700 },
    { 'spec.revisionHistoryLimit': -1, 'spec.progressDeadlineSeconds': -1 },
    { 'spec.template.spec.nodeSelector': { 'beta.kubernetes.io/arch': 'x' } },
    {
      'spec.template.spec.containers.0.env': [
        { name: 'A', value: '1' },
        { name: 'A', value: '2' },
      ],
    },
    { 'spec.template.spec.containers.0.resources': { limits: { cpu: '1' } } },
    {
      'spec.template.spec.hostNetwork': true,
      'spec.template.spec.containers.0.ports': [{ containerPort: 80 }],
    },
    { 'spec.template.spec.terminationGracePeriodSeconds': -5 },
    { 'spec.template.metadata.annotations': { 'a b': 'c' } },
  ]),
  ...cases('replicaset', [
    {},
    { 'spec.replicas': undefined },
    { 'spec.selector': {} },
    { 'spec.replicas': -1, 'spec.minReadySeconds': -1 },
  ]),
  ...cases('statefulset', [
    {},
    { 'spec.replicas': undefined, 'spec.serviceName': undefined },
    { 'spec.serviceName': 'Bad_' },
    { 'spec.podManagementPolicy': 'Nope' },
    { 'spec.updateStrategy': { type: 'OnDelete' } },
    { 'spec.updateStrategy': { type: 'OnDelete', rollingUpdate: { partition: 1 } } },
    { 'spec.updateStrategy': { type: 'Nope' } },
    { 'spec.updateStrategy': { rollingUpdate: { partition: -1, maxUnavailable: 0 } } },
    { 'spec.updateStrategy': { type: 'RollingUpdate' } },
    { 'spec.persistentVolumeClaimRetentionPolicy': { whenDeleted: 'Nope' } },
    {
      'spec.volumeClaimTemplates': [
        {
          metadata: { name: 'v' },
          spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
        },
      ],
      'spec.template.spec.containers.0.volumeMounts': [{ name: 'v', mountPath: '/v' }],
    },
    { 'spec.volumeClaimTemplates': [{ metadata: { name: 'v' }, spec: {} }] },
    { 'spec.selector': undefined },
    { 'spec.ordinals': { start: -1 } },
  ]),
  ...cases('daemonset', [
    {},
    { 'spec.selector': {} },
    { 'spec.selector': undefined },
    { 'spec.updateStrategy': { type: 'OnDelete' } },
    { 'spec.updateStrategy': { type: 'Nope' } },
    { 'spec.updateStrategy': { rollingUpdate: { maxSurge: 1 } } },
    { 'spec.updateStrategy': { rollingUpdate: { maxUnavailable: 0 } } },
    { 'spec.template.spec.restartPolicy': 'Never' },
  ]),
  ...cases('job', [
    {},
    { 'spec.template.spec.restartPolicy': undefined },
    { 'spec.template.spec.restartPolicy': 'Nope' },
    { 'spec.completions': -1, 'spec.parallelism': -2, 'spec.backoffLimit': -3 },
    { 'spec.completionMode': 'Nope' },
    { 'spec.completionMode': 'Indexed' },
    { 'spec.completionMode': 'Indexed', 'spec.completions': 3, 'spec.backoffLimitPerIndex': 1 },
    { 'spec.backoffLimitPerIndex': 1, 'spec.maxFailedIndexes': 1 },
    { 'spec.selector': { matchLabels: { a: 'b' } } },
    { 'spec.manualSelector': true },
    {
      'spec.manualSelector': true,
      'spec.selector': { matchLabels: { a: 'b' } },
      'spec.template.metadata': { labels: { a: 'b' } },
    },
    {
      'spec.podFailurePolicy': {
        rules: [{ action: 'Ignore', onPodConditions: [{ type: 'DisruptionTarget' }] }],
      },
    },
    {
      'spec.podFailurePolicy': {
        rules: [
          { action: 'Nope', onExitCodes: { operator: 'In', values: [0, 3, 2, 2] } },
          { action: 'Ignore' },
        ],
      },
    },
    { 'spec.podReplacementPolicy': 'Nope' },
    { 'spec.ttlSecondsAfterFinished': -1, 'spec.activeDeadlineSeconds': -1 },
    { 'spec.template.metadata': { labels: { x: 'y' } } },
    { 'spec.successPolicy': { rules: [{ succeededCount: 1 }] } },
    { 'metadata.name': 'a.b' },
  ]),
  ...cases('cronjob', [
    {},
    { 'spec.schedule': '' },
    { 'spec.schedule': 'x' },
    { 'spec.schedule': '* * * *' },
    { 'spec.schedule': '60 * * * *' },
    { 'spec.schedule': '*/0 * * * *' },
    { 'spec.schedule': '5-1 * * * *' },
    { 'spec.schedule': 'a * * * *' },
    { 'spec.schedule': '1-2-3 * * * *' },
    { 'spec.schedule': '1/2/3 * * * *' },
    { 'spec.schedule': '@hourly' },
    { 'spec.schedule': '@nope' },
    { 'spec.schedule': '@every 1h30m' },
    { 'spec.schedule': '@every x' },
    { 'spec.schedule': '0 12 * jan-mar mon,fri' },
    { 'spec.schedule': 'TZ=Europe/Berlin 0 0 * * *' },
    { 'spec.timeZone': 'Europe/Berlin' },
    { 'spec.timeZone': 'Nope/Nope' },
    { 'spec.timeZone': '' },
    { 'spec.timeZone': 'Local' },
    { 'spec.concurrencyPolicy': 'Nope', 'spec.startingDeadlineSeconds': -1 },
    { 'spec.successfulJobsHistoryLimit': -1, 'spec.failedJobsHistoryLimit': -1 },
    { 'spec.jobTemplate.spec.template.spec.restartPolicy': undefined },
    {
      'spec.jobTemplate.spec.selector': { matchLabels: { a: 'b' } },
      'spec.jobTemplate.spec.manualSelector': true,
    },
    { 'metadata.name': 'x'.repeat(53) },
  ]),
  ...cases('scaler', [
    {},
    { 'spec.minReplicas': 5 },
    { 'spec.minReplicas': -1 },
    { 'spec.minReplicas': 0 },
    { 'spec.maxReplicas': 0 },
    { 'spec.maxReplicas': -1 },
    { 'spec.scaleTargetRef': { kind: '', name: 'a/b' } },
    { 'spec.scaleTargetRef': { kind: 'ReplicationController', name: 'x', apiVersion: 'v1' } },
    {
      'spec.metrics': [
        {
          type: 'Resource',
          resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 0 } },
        },
      ],
    },
    { 'spec.metrics': [{ type: 'Nope' }] },
    { 'spec.metrics': [{ type: 'Resource' }] },
    {
      'spec.metrics': [
        { type: 'Pods', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 5 } } },
      ],
    },
    { 'spec.metrics': [{ type: 'Pods', pods: { metric: { name: '' }, target: { type: 'Nope' } } }] },
    {
      'spec.metrics': [
        {
          type: 'External',
          external: { metric: { name: 'x' }, target: { type: 'Value', value: '-1', averageValue: '1' } },
        },
      ],
    },
    {
      'spec.metrics': [
        {
          type: 'ContainerResource',
          containerResource: {
            name: 'cpu',
            container: 'c',
            target: { type: 'AverageValue', averageValue: '1' },
          },
        },
      ],
    },
    { 'spec.behavior': {} },
    { 'spec.behavior': { scaleDown: { stabilizationWindowSeconds: 60 } } },
    {
      'spec.behavior': {
        scaleUp: {
          stabilizationWindowSeconds: 4000,
          selectPolicy: 'Nope',
          policies: [{ type: 'Nope', value: 0, periodSeconds: 2000 }],
        },
      },
    },
  ]),
  ...cases('budget', [
    {},
    { 'spec.maxUnavailable': 1 },
    { 'spec.minAvailable': '150%' },
    { 'spec.minAvailable': -1 },
    { 'spec.minAvailable': 'x' },
    { 'spec.unhealthyPodEvictionPolicy': 'Nope' },
    { 'spec.selector': { matchExpressions: [{ key: 'a', operator: 'Nope' }] } },
  ]),
  ...cases('lease', [
    {},
    { 'spec.leaseDurationSeconds': 0, 'spec.leaseTransitions': -1 },
    { 'spec.preferredHolder': 'x' },
  ]),
  ...cases('slice', [
    {},
    { addressType: undefined },
    { addressType: 'Nope' },
    { endpoints: [{ addresses: [] }] },
    { endpoints: [{ addresses: ['x', '2001:db8::1'], hostname: 'Bad_' }] },
    { ports: [{ name: 'a' }, { name: 'a', protocol: 'X' }, { name: 'Bad_', appProtocol: 'a b' }] },
    { endpoints: undefined, ports: undefined },
  ]),
  ...cases('ingress', [
    {},
    { 'spec.rules': undefined },
    { 'spec.rules.0.host': 'A_b' },
    { 'spec.rules.0.host': '1.2.3.4' },
    { 'spec.rules.0.host': '*.example.dev' },
    { 'spec.rules.0.host': 'a.*.dev' },
    { 'spec.rules.0.http.paths.0.pathType': undefined },
    { 'spec.rules.0.http.paths.0.pathType': 'Nope' },
    { 'spec.rules.0.http.paths.0.path': 'x' },
    { 'spec.rules.0.http.paths.0.path': '/a//b/..' },
    { 'spec.rules.0.http.paths': [] },
    { 'spec.rules.0.http.paths.0.backend': {} },
    { 'spec.rules.0.http.paths.0.backend': { service: { name: 's' } } },
    { 'spec.rules.0.http.paths.0.backend': { service: { name: 'Bad_', port: { name: 'a', number: 1 } } } },
    { 'spec.rules.0.http.paths.0.backend': { service: { name: '', port: { number: 70000 } } } },
    { 'spec.defaultBackend': { resource: { kind: '', name: '' } } },
    { 'spec.tls': [{ hosts: ['A_'], secretName: 'Bad_' }] },
    { 'spec.ingressClassName': 'Bad_' },
    { 'metadata.annotations': { 'kubernetes.io/ingress.class': 'x' } },
    { 'metadata.annotations': { 'kubernetes.io/ingress.class': 'x' }, 'spec.ingressClassName': 'y' },
  ]),
  ...cases('ingressclass', [
    {},
    { 'spec.controller': 'x' },
    { 'spec.controller': '' },
    { 'spec.parameters': { kind: 'K', name: 'n' } },
    { 'spec.parameters': { kind: '', name: 'n', scope: 'Namespace' } },
  ]),
  ...cases('network', [
    {},
    { 'spec.egress': [{}] },
    { 'spec.policyTypes': ['Nope'] },
    { 'spec.policyTypes': ['Ingress', 'Egress', 'Ingress'] },
    {
      'spec.ingress.0.ports': [
        { protocol: 'X', port: 0 },
        { port: 'Bad_' },
        { port: 80, endPort: 70 },
        { endPort: 5 },
      ],
    },
    { 'spec.ingress.0.from': [{}] },
    {
      'spec.ingress.0.from': [
        { ipBlock: { cidr: '10.0.0.0/8', except: ['10.1.0.0/16', '11.0.0.0/16', 'x'] } },
      ],
    },
    { 'spec.ingress.0.from': [{ ipBlock: { cidr: 'x' } }, { ipBlock: {}, podSelector: {} }] },
    { 'spec.podSelector': { matchLabels: { 'a b': 'c' } } },
  ]),
  ...cases('role', [
    {},
    { rules: undefined },
    { 'rules.0.verbs': [] },
    { 'rules.0.apiGroups': undefined, 'rules.0.resources': undefined },
    { rules: [{ verbs: ['get'], nonResourceURLs: ['/x'], resources: ['pods'] }] },
  ]),
  ...cases('clusterrole', [
    {},
    { aggregationRule: {} },
    { aggregationRule: { clusterRoleSelectors: [{ matchLabels: { 'a b': 'c' } }] } },
  ]),
  ...cases('rolebinding', [
    {},
    { roleRef: { kind: 'Nope', name: '' } },
    { roleRef: { apiGroup: 'x', kind: 'Role', name: 'a/b' } },
    {
      subjects: [
        { kind: 'Nope', name: '' },
        { kind: 'ServiceAccount', name: 'Bad_', apiGroup: 'x' },
        { kind: 'Group', name: 'g' },
      ],
    },
  ]),
  ...cases('clusterrolebinding', [{}, { 'subjects.0.namespace': undefined }, { 'roleRef.kind': 'Role' }]),
  ...cases('priority', [
    {},
    { value: 2000000000 },
    { preemptionPolicy: 'Nope' },
    { preemptionPolicy: 'Never', globalDefault: false },
    { 'metadata.name': 'system-nope' },
  ]),
  ...cases('storage', [
    {},
    { provisioner: '' },
    { provisioner: 'a b' },
    { reclaimPolicy: 'Nope', volumeBindingMode: 'Nope' },
    {
      allowedTopologies: [
        {
          matchLabelExpressions: [
            { key: 'a', values: [] },
            { key: 'a', values: ['x', 'x'] },
          ],
        },
      ],
    },
    { parameters: { '': 'x' } },
  ]),
  ...cases('mutating', [
    {},
    { 'webhooks.0.name': 'x' },
    { 'webhooks.0.clientConfig': {} },
    { 'webhooks.0.clientConfig': { url: 'http://user@example.dev/?a#b' } },
    { 'webhooks.0.clientConfig': { service: { name: 's', namespace: 'n' } } },
    { 'webhooks.0.clientConfig': { service: { name: '', namespace: '', path: 'x', port: 0 } } },
    { 'webhooks.0.sideEffects': undefined },
    {
      'webhooks.0.sideEffects': 'Some',
      'webhooks.0.failurePolicy': 'Nope',
      'webhooks.0.matchPolicy': 'Nope',
      'webhooks.0.reinvocationPolicy': 'Nope',
    },
    { 'webhooks.0.timeoutSeconds': 31 },
    { 'webhooks.0.admissionReviewVersions': [] },
    { 'webhooks.0.admissionReviewVersions': ['v2', 'v2'] },
    { 'webhooks.0.rules.0.operations': ['*', 'CREATE'] },
    {
      'webhooks.0.rules.0.operations': ['NOPE'],
      'webhooks.0.rules.0.apiGroups': [],
      'webhooks.0.rules.0.scope': 'Nope',
    },
    { 'webhooks.0.rules.0.resources': ['*', 'pods'], 'webhooks.0.rules.0.apiVersions': ['*', 'v1'] },
    { webhooks: [hook, hook] },
  ]),
  ...cases('validating', [{}, { 'webhooks.0.sideEffects': 'Unknown' }]),
];

export const updates: readonly Case[] = [
  ...cases('pod', [
    { [`${c}.image`]: 'example/app:2' },
    { [`${c}.env`]: [{ name: 'A', value: '1' }] },
    { [`${c}.name`]: 'd' },
    { 'spec.containers.1': { name: 'd', image: 'x' } },
    { 'spec.activeDeadlineSeconds': 10 },
    { 'spec.activeDeadlineSeconds': -1 },
    { 'spec.tolerations.2': { key: 'x', operator: 'Exists' } },
    { 'spec.nodeSelector': { a: 'b' }, 'spec.hostNetwork': true },
    { 'spec.volumes': [{ name: 'v', emptyDir: {} }] },
    { [`${c}.resources`]: { limits: { cpu: '1', memory: '1Gi' }, requests: { cpu: '500m' } } },
    { 'spec.terminationGracePeriodSeconds': 5 },
    { 'spec.securityContext': { runAsUser: 1 } },
    {
      'spec.affinity': {
        nodeAffinity: {
          preferredDuringSchedulingIgnoredDuringExecution: [
            { weight: 1, preference: { matchExpressions: [{ key: 'a', operator: 'Exists' }] } },
          ],
        },
      },
    },
    { 'metadata.labels': { a: 'b' } },
    { [`${c}.image`]: '' },
  ]),
  ...cases('service', [
    { 'spec.clusterIP': '10.96.200.200' },
    { 'spec.clusterIP': undefined, 'spec.clusterIPs': undefined },
    { 'spec.type': 'ExternalName', 'spec.externalName': 'example.dev' },
    { 'spec.selector': { app: 'b' } },
    { [p]: [{ port: 81 }] },
    { 'spec.type': 'Nope' },
    { 'spec.clusterIP': 'None' },
  ]),
  ...cases('configmap', [{ 'data.a': 'c' }, { immutable: true }]),
  ...cases('secret', [{ type: 'x' }, { type: undefined }, { 'data.a': 'Yw==' }]),
  ...cases('namespace', [{ 'metadata.labels': { a: 'b' } }, { 'spec.finalizers': [] }]),
  ...cases('quota', [{ 'spec.scopes': ['BestEffort'], 'spec.hard': { pods: '100' } }]),
  ...cases('claim', [
    { 'spec.accessModes': ['ReadWriteMany'] },
    { 'spec.storageClassName': 'x' },
    { 'spec.volumeMode': 'Block' },
  ]),
  ...cases('volume', [{ 'spec.hostPath.path': '/tmp/y' }, { 'spec.capacity.storage': '2Gi' }]),
  ...cases('deployment', [
    { 'spec.replicas': 2 },
    { 'spec.selector': { matchLabels: { app: 'b' } } },
    { 'spec.selector': { matchLabels: { app: 'b' } }, 'spec.template.metadata.labels': { app: 'b' } },
    { 'spec.template.spec.containers.0.image': 'x:2' },
    { status: { replicas: 5 } },
  ]),
  ...cases('replicaset', [
    { 'spec.selector': { matchLabels: { app: 'b' } }, 'spec.template.metadata.labels': { app: 'b' } },
  ]),
  ...cases('statefulset', [
    { 'spec.serviceName': 'other' },
    { 'spec.podManagementPolicy': 'Parallel' },
    { 'spec.replicas': 1, 'spec.template.spec.containers.0.image': 'x:2' },
    { 'spec.selector': { matchLabels: { app: 'b' } }, 'spec.template.metadata.labels': { app: 'b' } },
    {
      'spec.volumeClaimTemplates': [
        {
          metadata: { name: 'v' },
          spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
        },
      ],
    },
  ]),
  ...cases('daemonset', [
    { 'spec.template.spec.containers.0.image': 'x:2' },
    { 'spec.selector': { matchLabels: { app: 'b' } }, 'spec.template.metadata.labels': { app: 'b' } },
  ]),
  ...cases('job', [
    { 'spec.parallelism': 3 },
    { 'spec.completions': 3 },
    { 'spec.template.spec.containers.0.image': 'x:2' },
    { 'spec.template.spec.nodeSelector': { a: 'b' } },
    { 'spec.completionMode': 'Indexed' },
    { 'spec.suspend': false },
  ]),
  ...cases('cronjob', [{ 'spec.schedule': '1 1 1 1 *', 'spec.suspend': true }, { 'spec.schedule': 'nope' }]),
  ...cases('scaler', [{ 'spec.maxReplicas': 9 }, { 'spec.minReplicas': 9 }]),
  ...cases('rolebinding', [{ 'roleRef.name': 'edit' }, { subjects: [] }]),
  ...cases('clusterrolebinding', [{ 'roleRef.name': 'edit' }]),
  ...cases('priority', [{ value: 6 }, { preemptionPolicy: 'Never' }]),
  ...cases('storage', [
    { provisioner: 'example.dev/q' },
    { parameters: { a: 'b' } },
    { reclaimPolicy: 'Retain' },
  ]),
  ...cases('slice', [{ addressType: 'IPv6', endpoints: [] }]),
  ...cases('newevent', [{ note: 'other' }]),
  ...cases('ingressclass', [{ 'spec.controller': 'example.dev/d' }]),
  ...cases('ingress', [{ 'spec.rules.0.host': 'b.example.dev' }]),
];
