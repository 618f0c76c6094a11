import { newSigningKey, TokenIssuer } from '../../../src/cluster/access/index.ts';
import { usualPorts } from '../../../src/cluster/allocation/index.ts';
import { ApiServer, lookupIn } from '../../../src/cluster/apiserver/index.ts';
import type { Transport } from '../../../src/cluster/client/index.ts';
import type { Head, PreparedHead, Sink } from '../../../src/base/net/index.ts';
import { createKinds, definitionRules, kindParts } from '../../../src/cluster/kinds/index.ts';
import { installedConfiguration, kserveAdmission } from '../../../src/cluster/kserve/index.ts';
import { openStore } from '../../../src/cluster/store/index.ts';

export interface Answer {
  readonly status: number;
  readonly warnings: readonly string[];
  readonly body: Record<string, unknown>;
}

/** An API with KServe's admission, its state in memory; asked without a socket. */
export async function kserveApi(deploymentMode: 'Standard' | 'Knative'): Promise<{
  ask(method: string, path: string, body?: unknown, type?: string): Promise<Answer>;
  /** For clients in the same process, as an administrator. */
  readonly transport: Transport;
  stop(): Promise<void>;
}> {
  const store = await openStore({ now: Date.now });
  const api = new ApiServer({
    store,
    kinds: createKinds(kindParts),
    definitions: definitionRules,
    issuer: new TokenIssuer('https://kubernetes.default.svc', [newSigningKey()], Date.now),
    tokens: new Map([['admin', { name: 'admin', groups: ['system:masters'] }]]),
    services: { addresses: '10.96.0.0/16', ...usualPorts },
    version: { major: '1', minor: '37', gitVersion: 'v1.37.2', platform: 'linux/amd64' },
    url: 'https://127.0.0.1:6443',
    now: Date.now,
    random: Math.random,
    admission: kserveAdmission(lookupIn(store), {
      ...installedConfiguration,
      deploy: { defaultDeploymentMode: deploymentMode },
    }),
  });
  return {
    ask: (method, path, body, type = 'application/json') => {
      const { promise, resolve } = Promise.withResolvers<Answer>();
      const bytes = typeof body === 'string' ? body : JSON.stringify(body ?? null);
      const fields: Record<string, string> = { authorization: 'Bearer admin', 'content-type': type };
      const head: Head = { header: name => fields[name.toLowerCase()] };
      const sink: Sink = {
        aborted: false,
        send: (answered, text) => resolve(answerOf(answered, text)),
        stream: () => undefined,
        onAbort: () => undefined,
      };
      void api.handler(method, path, head, body === undefined ? new Uint8Array() : Buffer.from(bytes), sink);
      return promise;
    },
    transport: api.transport({ name: 'admin', groups: ['system:masters'] }, 'davit/0'),
    stop: async () => {
      await api.stop();
      await store.close();
    },
  };
}

function answerOf(head: PreparedHead, text: string | Uint8Array): Answer {
  return {
    status: head.status,
    warnings: head.fields.filter(([name]) => name === 'Warning').map(([, value]) => value),
    body: JSON.parse(Buffer.from(text as Uint8Array).toString()) as Record<string, unknown>,
  };
}
