/**
 * Asks a real API server what a write of the status leaves as it was, and writes its answers beside this file. Programs are named by the environment:
 *
 *     ETCD=… KUBE_APISERVER=… node test/conformance/kubernetes/statuses/record.ts
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { HttpTransport } from '../../../../src/cluster/client/index.ts';
import { realPrograms, startRealServer } from '../real.ts';
import { play } from './play.ts';

if (realPrograms === undefined) throw new Error('ETCD and KUBE_APISERVER are to name programs');
const real = await startRealServer(realPrograms);
const { server, ca, token } = real;
const transport = new HttpTransport({ server, ca, token, userAgent: 'tests/1' });
try {
  const answers = await play((method, path, body, contentType) =>
    transport.ask({
      method,
      path,
      ...(body !== undefined && { body, contentType: contentType ?? 'application/json' }),
    }),
  );
  const recorded = { origin: 'kube-apiserver v1.37.2 (k8s.io/kubernetes)', answers };
  writeFileSync(join(import.meta.dirname, 'recorded.json'), `${JSON.stringify(recorded, undefined, 1)}\n`);
  process.stdout.write(`${Object.keys(answers).length} answers\n`);
} finally {
  await real.stop();
}
