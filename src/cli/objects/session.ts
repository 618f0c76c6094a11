import { readSettings } from '../../base/settings/index.ts';
import { discover, type Discovered, HttpTransport } from '../../cluster/client/index.ts';
import { sessionSettings } from '../commands/session.ts';
import type { Invocation } from '../parse.ts';
import type { CommandHandler, Io } from '../program.ts';
import { failureText } from './failures.ts';
import { type KubeconfigChoice, kubeconfigFiles, readContext } from './kubeconfig.ts';

/** What every command about objects needs of the cluster. */
export interface Session {
  readonly transport: HttpTransport;
  /** The bearer by which the API knows who asks; undefined where it is a certificate. */
  readonly token: string | undefined;
  /** PEM of the authorities that the API's certificate rests on. */
  readonly ca: string | undefined;
  readonly namespace: string;
  /** Whether the command line named the namespace. */
  readonly namespaceGiven: boolean;
  readonly io: Io;
  /** Every kind of the server, asked for once. */
  readonly kinds: () => Promise<readonly Discovered[]>;
}

/**
 * Reaches the cluster that a command line means.
 * @throws kubeconfig-missing, kubeconfig-invalid
 */
export function openSession({ given }: Invocation, io: Io): Session {
  const settings = readSettings(sessionSettings, given, io.env);
  const choice = { ...settings, dataDirGiven: given.has('dataDir') };
  const files = kubeconfigFiles(choice, io.env);
  return sessionOf({ files, context: settings.context }, io, settings.namespace);
}

/**
 * Reaches the cluster of a kubeconfig.
 * @throws kubeconfig-missing, kubeconfig-invalid
 */
export function sessionOf(choice: KubeconfigChoice, io: Io, given?: string): Session {
  const { namespace, ...context } = readContext({ ...choice, env: io.env });
  const transport = new HttpTransport({
    ...context,
    userAgent: `davit/${io.version}`,
    onWarning: text => io.err(`Warning: ${text}\n`),
  });
  let known: Promise<readonly Discovered[]> | undefined;
  return {
    transport,
    token: context.token,
    ca: context.ca,
    namespace: given ?? namespace,
    namespaceGiven: given !== undefined,
    io,
    kinds: () => (known ??= discover(transport)),
  };
}

/** A command over a session: what fails is told with kubectl's words, and its exit status is 1. */
export function onCluster(
  work: (session: Session, invocation: Invocation) => Promise<number>,
): CommandHandler {
  return async (invocation, io) => {
    const session = openSession(invocation, io);
    try {
      return await work(session, invocation);
    } catch (thrown) {
      const text = failureText(thrown);
      if (text === undefined) throw thrown;
      io.err(`${text}\n`);
      return 1;
    } finally {
      session.transport.close();
    }
  };
}
