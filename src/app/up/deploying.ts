import {
  askDoor,
  type Deployed,
  type Door,
  type Io,
  loadDeploy,
  loadDoor,
  readRequestFile,
} from '../../cli/index.ts';
import { curlLine, type Printing } from './printing.ts';

interface Deploying extends Printing {
  readonly files: readonly string[];
  readonly try: string | undefined;
  /** Whether the cluster ends with this command. */
  readonly stays: boolean;
}

/**
 * Applies the files of a command line, follows what they start, and prints what to type next.
 * @returns whether every InferenceService in them is ready
 */
export async function deployFiles(
  { files, try: request, stays, ...printing }: Deploying,
  kubeconfig: string,
  io: Io,
): Promise<boolean> {
  const deploy = await loadDeploy();
  const all = await deploy(files, kubeconfig, io);
  const ready = all.filter(one => one.ready);
  const strong = (text: string): string => (io.colour ? `\u001B[1m${text}\u001B[0m` : text);
  const lines = ready.map(({ namespace, name }) => `kubectl get isvc ${name} -n ${namespace}`);
  if (lines.length > 0) io.out(`\nexport KUBECONFIG=${kubeconfig}\n${lines.join('\n')}\n`);
  const done = ready.length === all.length;
  if (request === undefined) return done;
  const [only, ...others] = ready;
  if (only === undefined || others.length > 0) {
    io.err(`davit: --try ${request}: ${ready.length} InferenceServices are ready, expected one to ask\n`);
    return false;
  }
  const door = await doorOf(kubeconfig, only, io);
  const path = `/v2/models/${encodeURIComponent(only.name)}/infer`;
  const answer = await answerOf(door, path, await readRequestFile('--try', request));
  const line = curlLine({ ...printing, namespace: only.namespace, door, path, file: request, env: io.env });
  io.out(`${strong(line)}\n${answer}\n${stays ? '\nPress Ctrl-C to stop.\n' : ''}`);
  return done;
}

/** Milliseconds that the gateway, which starts beside, is given to tell where it is, and between two looks. */
const patience = 10_000;
const look = 100;

async function doorOf(kubeconfig: string, service: Deployed, io: Io): Promise<Door> {
  const until = performance.now() + patience;
  for (;;) {
    try {
      return await loadDoor(kubeconfig, service, io);
    } catch (error) {
      if (performance.now() > until) throw error;
      await new Promise(resolve => setTimeout(resolve, look));
    }
  }
}

/** The answer; a replica that is only just starting again says so with 503, and is asked once more. */
async function answerOf(door: Door, path: string, body: Buffer<ArrayBuffer>): Promise<string> {
  const until = performance.now() + patience;
  for (;;) {
    const { status, text } = await askDoor(door, path, body);
    if (status !== 503 || performance.now() > until) return text.trimEnd();
    await new Promise(resolve => setTimeout(resolve, look));
  }
}
