import type { Loose } from './cluster.ts';

const metadata = (name: string, namespace: string): { name: string; namespace: string } => ({
  name,
  namespace,
});

function template(app: string, image: string): object {
  const containers = [{ name: 'c', image, ports: [{ name: 'http', containerPort: 8080 }] }];
  return { metadata: { labels: { app } }, spec: { containers } };
}

export function deployment(namespace: string, name: string, replicas: number, spec: object = {}): Loose {
  const selector = { matchLabels: { app: name } };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: metadata(name, namespace),
    spec: { replicas, selector, template: template(name, 'example/app:1'), ...spec },
  };
}

export function statefulSet(namespace: string, name: string, replicas: number): Loose {
  const selector = { matchLabels: { app: name } };
  return {
    apiVersion: 'apps/v1',
    kind: 'StatefulSet',
    metadata: metadata(name, namespace),
    spec: { replicas, serviceName: name, selector, template: template(name, 'example/app:1') },
  };
}

export function daemonSet(namespace: string, name: string, more: object = {}): Loose {
  const { metadata: labelled, spec } = template(name, 'example/app:1') as { metadata: object; spec: object };
  return {
    apiVersion: 'apps/v1',
    kind: 'DaemonSet',
    metadata: metadata(name, namespace),
    spec: {
      selector: { matchLabels: { app: name } },
      template: { metadata: labelled, spec: { ...spec, ...more } },
    },
  };
}

export function replicationController(namespace: string, name: string, replicas: number): Loose {
  return {
    apiVersion: 'v1',
    kind: 'ReplicationController',
    metadata: metadata(name, namespace),
    spec: { replicas, selector: { app: name }, template: template(name, 'example/app:1') },
  };
}

export function job(namespace: string, name: string, spec: object = {}): Loose {
  const containers = [{ name: 'c', image: 'example/job:1' }];
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: metadata(name, namespace),
    spec: { template: { spec: { restartPolicy: 'Never', containers } }, ...spec },
  };
}

export function service(namespace: string, name: string, app: string): Loose {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: metadata(name, namespace),
    spec: { selector: { app }, ports: [{ name: 'http', port: 80, targetPort: 'http' }] },
  };
}

export function pod(namespace: string, name: string, spec: object = {}): Loose {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { ...metadata(name, namespace), labels: { app: name } },
    spec: { containers: [{ name: 'c', image: 'example/app:1' }], ...spec },
  };
}

export function configMap(namespace: string, name: string, more: object = {}): Loose {
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { ...metadata(name, namespace), ...more },
  } as unknown as Loose;
}

export function namespace(name: string): Loose {
  return { apiVersion: 'v1', kind: 'Namespace', metadata: { name } } as unknown as Loose;
}
