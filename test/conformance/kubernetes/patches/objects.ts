import { type Fields, type Random, type Value } from './random.ts';

/** A kind of which random objects are made: where it lives and what it may say. */
export interface Sketch {
  readonly path: string;
  readonly apiVersion: string;
  readonly kind: string;
  /** Parts of its own that are written through their paths. */
  readonly subresources: readonly string[];
  readonly typed: boolean;
  /** Where JSON patches may write. */
  readonly writable: readonly string[];
  /** A body that the server accepts. */
  whole(random: Random): Fields;
  /** Some fields of a body, as a client that applies or patches a part says them; `probability` for each field. */
  part(random: Random, probability: number): Fields;
  status(random: Random, probability: number): Fields;
}

const words = ['a', 'b', 'c', 'd'];
const texts = ['1', '2', 'three', 'x<y&z', 'é'];

function strings(random: Random, keys: readonly string[], values: readonly string[] = texts): Fields {
  return Object.fromEntries(random.some(keys).map(key => [key, random.pick(values)]));
}

export function metadata(random: Random, probability: number): Fields {
  return random.fields(probability, {
    labels: () => strings(random, ['app', 'tier', 'example.dev/zone'], ['1', '2', 'three']),
    annotations: () => strings(random, words),
    finalizers: () => random.some(['example.dev/a', 'example.dev/b', 'example.dev/c']),
    ownerReferences: () => random.some(['u1', 'u2', 'u3'], 2).map(uid => owner(random, uid)),
  });
}

function owner(random: Random, uid: string): Fields {
  return { apiVersion: 'v1', kind: 'ConfigMap', name: random.pick(['o1', 'o2']), uid };
}

function envOf(random: Random, name: string): Fields {
  return { name, ...(random.chance(0.8) && { value: random.pick(texts) }) };
}

function portOf(random: Random, containerPort: number): Fields {
  return {
    containerPort,
    ...random.fields(0.4, {
      protocol: () => random.pick(['TCP', 'UDP']),
      name: () => `p${containerPort}`,
    }),
  };
}

function containerOf(random: Random, name: string, probability: number): Fields {
  return {
    name,
    ...random.fields(probability, {
      image: () => random.pick(['i:1', 'i:2', 'j']),
      imagePullPolicy: () => random.pick(['Always', 'Never', 'IfNotPresent']),
      args: () => random.some(words),
      env: () => random.some(['A', 'B', 'C', 'D']).map(name => envOf(random, name)),
      ports: () => random.some([80, 81, 82]).map(port => portOf(random, port)),
      resources: () => ({
        limits: random.fields(0.6, {
          cpu: () => random.pick(['1', '2', '500m']),
          memory: () => random.pick(['1Gi', '2Gi']),
        }),
      }),
      workingDir: () => random.pick(['/a', '/b']),
      stdin: () => true,
      volumeMounts: () =>
        random.some(['/x', '/y']).map(mountPath => ({
          mountPath,
          name: 'data',
          ...(random.chance(0.3) && { readOnly: true }),
        })),
    }),
  };
}

function podSpec(random: Random, probability: number): Fields {
  return random.fields(probability, {
    containers: () => random.some(['c1', 'c2', 'c3']).map(name => containerOf(random, name, probability)),
    initContainers: () => random.some(['i1', 'i2'], 1).map(name => containerOf(random, name, probability)),
    nodeSelector: () => strings(random, words, ['1', '2']),
    tolerations: () => random.some(words, 2).map(key => ({ key, operator: 'Exists' })),
    hostAliases: () =>
      random.some(['10.0.0.1', '10.0.0.2']).map(ip => ({ ip, hostnames: random.some(['h1', 'h2']) })),
    imagePullSecrets: () => random.some(['s1', 's2']).map(name => ({ name })),
    volumes: () =>
      random.some(['v1', 'v2']).map(name => ({
        name,
        ...(random.chance(0.5) ? { emptyDir: {} } : { configMap: { name: random.pick(words) } }),
      })),
    terminationGracePeriodSeconds: () => random.pick([5, 10, 30]),
    serviceAccountName: () => 'default',
    securityContext: () => random.fields(0.5, { runAsUser: () => random.pick([1, 2]) }),
  });
}

/** A pod that runs: every container with an image, and the volume they mount. */
function wholePod(random: Random): Fields {
  const spec = podSpec(random, 0.5);
  const containers = ((spec['containers'] ?? []) as Fields[]).map(one => ({ ...one, image: 'i:1' }));
  const inits = ((spec['initContainers'] ?? []) as Fields[]).map(one => ({ ...one, image: 'i:1' }));
  return {
    ...spec,
    initContainers: inits,
    containers: [{ name: 'c0', image: 'i:0' }, ...containers],
    volumes: [{ name: 'data', emptyDir: {} }, ...((spec['volumes'] ?? []) as Fields[])],
    automountServiceAccountToken: false,
  };
}

function conditions(random: Random): Value[] {
  return random.some(['Ready', 'Custom', 'Available'], 2).map(type => ({
    type,
    status: random.pick(['True', 'False']),
    ...random.fields(0.5, { reason: () => random.pick(['R', 'S']), message: () => random.pick(texts) }),
  }));
}

const configMap: Sketch = {
  path: '/api/v1/namespaces/default/configmaps',
  apiVersion: 'v1',
  kind: 'ConfigMap',
  subresources: [],
  typed: true,
  writable: ['data'],
  whole: random => ({ metadata: metadata(random, 0.6), data: strings(random, words) }),
  part: (random, probability) => ({
    ...random.fields(probability, {
      data: () => strings(random, [...words, '__proto__', 'constructor']),
      binaryData: () => strings(random, ['e', 'f'], ['aGk=', 'aG8=']),
    }),
    metadata: metadata(random, probability),
  }),
  status: () => ({}),
};

const deployment: Sketch = {
  path: '/apis/apps/v1/namespaces/default/deployments',
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  subresources: ['status', 'scale'],
  typed: true,
  writable: ['spec'],
  whole: random => ({
    metadata: metadata(random, 0.5),
    spec: {
      replicas: random.below(4),
      selector: { matchLabels: { app: 'd' } },
      template: { metadata: { labels: { app: 'd' } }, spec: wholePod(random) },
    },
  }),
  part: (random, probability) => ({
    metadata: metadata(random, probability),
    spec: random.fields(probability, {
      replicas: () => random.below(4),
      paused: () => true,
      minReadySeconds: () => 1 + random.below(3),
      strategy: () =>
        random.pick([{ type: 'RollingUpdate' }, { rollingUpdate: { maxSurge: random.below(3) } }]),
      template: () => ({
        metadata: random.fields(0.3, { annotations: () => strings(random, words) }),
        spec: podSpec(random, probability),
      }),
    }),
  }),
  status: (random, probability) =>
    random.fields(probability, {
      conditions: () => conditions(random),
      replicas: () => 1 + random.below(3),
    }),
};

const pod: Sketch = {
  path: '/api/v1/namespaces/default/pods',
  apiVersion: 'v1',
  kind: 'Pod',
  subresources: ['status'],
  typed: true,
  writable: ['spec/containers/0/image'],
  whole: random => ({ metadata: metadata(random, 0.5), spec: wholePod(random) }),
  part: (random, probability) => ({
    metadata: metadata(random, probability),
    ...(random.chance(0.4) && {
      spec: random.fields(probability, {
        containers: () => [{ name: 'c0', image: random.pick(['i:1', 'i:2']) }],
        activeDeadlineSeconds: () => 100 - random.below(3),
      }),
    }),
  }),
  status: (random, probability) =>
    random.fields(probability, {
      conditions: () => conditions(random),
      phase: () => random.pick(['Pending', 'Running']),
      message: () => random.pick(texts),
    }),
};

function servicePort(random: Random, port: number): Fields {
  return {
    name: `p${port}`,
    port,
    ...random.fields(0.4, {
      protocol: () => random.pick(['TCP', 'UDP']),
      targetPort: () => random.pick<Value>([8080, 'http']),
      appProtocol: () => 'http',
    }),
  };
}

const service: Sketch = {
  path: '/api/v1/namespaces/default/services',
  apiVersion: 'v1',
  kind: 'Service',
  subresources: [],
  typed: true,
  writable: ['spec'],
  whole: random => ({
    metadata: metadata(random, 0.5),
    spec: { ports: [servicePort(random, 80), servicePort(random, 81)], selector: strings(random, words) },
  }),
  part: (random, probability) => ({
    metadata: metadata(random, probability),
    spec: random.fields(probability, {
      ports: () => random.some([80, 81, 82, 83]).map(port => servicePort(random, port)),
      selector: () => strings(random, words, ['1', '2']),
      sessionAffinity: () => random.pick(['None', 'ClientIP']),
      externalIPs: () => random.some(['10.1.0.1', '10.1.0.2']),
      publishNotReadyAddresses: () => true,
    }),
  }),
  status: () => ({}),
};

function gadgetPort(random: Random, port: number): Fields {
  return {
    port,
    ...random.fields(0.5, { proto: () => random.pick(['TCP', 'UDP']), note: () => random.pick(texts) }),
  };
}

function gadgetSpec(random: Random, probability: number): Fields {
  return random.fields(probability, {
    size: () => random.below(5),
    flag: () => random.chance(0.5),
    tags: () => random.some(words),
    steps: () => random.some(words, 3).map(name => ({ name })),
    ports: () => random.some([1, 2, 3]).map(port => gadgetPort(random, port)),
    color: () => strings(random, ['r', 'g'], ['1', '2']),
    attributes: () => strings(random, words),
    free: () => freeForm(random, 2),
    limit: () => random.pick<Value>([1, '10%']),
    nested: () => ({ inner: gadgetInner(random) }),
  });
}

function gadgetInner(random: Random): Fields {
  return random.fields(0.6, {
    names: () => random.some(words),
    items: () => random.some(words, 2).map(id => ({ id, value: random.pick(texts) })),
  });
}

function freeForm(random: Random, depth: number): Value {
  const kind = random.below(depth > 0 ? 5 : 3);
  if (kind === 3) return random.some(words, 3).map(() => freeForm(random, depth - 1));
  if (kind > 3) {
    return Object.fromEntries(random.some(words, 3).map(key => [key, freeForm(random, depth - 1)]));
  }
  return random.pick<Value>([1, 'x', true]);
}

const gadget: Sketch = {
  path: '/apis/patches.example.dev/v1/namespaces/default/gadgets',
  apiVersion: 'patches.example.dev/v1',
  kind: 'Gadget',
  subresources: ['status', 'scale'],
  typed: false,
  writable: ['spec'],
  whole: random => ({ metadata: metadata(random, 0.5), spec: gadgetSpec(random, 0.6) }),
  part: (random, probability) => ({
    metadata: metadata(random, probability),
    spec: gadgetSpec(random, probability),
  }),
  status: (random, probability) =>
    random.fields(probability, {
      conditions: () => conditions(random),
      replicas: () => random.below(3),
    }),
};

export const sketches: readonly Sketch[] = [configMap, deployment, pod, service, gadget];
