import { join } from 'node:path';
import { root } from './node.ts';

/** The spec of a pod as KServe makes it, with a model of the example, or another file that lies there. */
export function predictor(
  file = 'iris-model.joblib',
  more: object = {},
  beside: readonly object[] = [],
): object {
  return {
    terminationGracePeriodSeconds: 5,
    containers: [
      {
        name: 'kserve-container',
        image: 'kserve/sklearnserver:v0.20.0',
        args: ['--model_name=iris', `--model_dir=/mnt/models/${file}`, '--http_port=8080'],
        ports: [{ containerPort: 8080, protocol: 'TCP' }],
        volumeMounts: [{ name: 'model', mountPath: '/mnt/models', readOnly: true }],
        ...more,
      },
      ...beside,
    ],
    volumes: [{ name: 'model', hostPath: { path: join(root, 'examples', 'iris') } }],
  };
}

export async function predict(address: string | undefined, port = 8080): Promise<unknown> {
  const answer = await fetch(`http://${address}:${port}/v1/models/iris:predict`, {
    method: 'POST',
    body: JSON.stringify({ instances: [[6.8, 2.8, 4.8, 1.4]] }),
  });
  return answer.json();
}
