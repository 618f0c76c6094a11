/** A kubelet in a process of its own, over HTTPS to an API server in another: what can be killed. Arguments: server, folder, block. */
import { HttpTransport } from '../../../src/cluster/client/index.ts';
import { startKubelet } from '../../../src/host/kubelet/index.ts';

const [server = '', folder = '', podAddresses = ''] = process.argv.slice(2);

await startKubelet({
  transport: new HttpTransport({ server, token: 'admin', userAgent: 'kubelet/1', insecure: true }),
  node: { name: 'here', address: '127.0.0.1' },
  folder,
  podAddresses,
  program: [process.execPath],
  environment: { PATH: process.env['PATH'] ?? '' },
  allowHostProcesses: true,
  warm: false,
  version: '0.0.0',
  backoff: { first: 100, longest: 400 },
  now: Date.now,
  onError: (pod, error) => console.error(pod, error),
});
console.log('started');
