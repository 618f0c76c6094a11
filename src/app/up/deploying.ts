import { type Io, loadDeploy, readRequestFile } from '../../cli/index.ts';

interface Deploying {
  readonly files: readonly string[];
  readonly try: string | undefined;
}

/** Applies the files of a command line, follows what they start, and prints what to type next. */
export async function deployFiles(
  { files, try: request }: Deploying,
  { kubeconfig, gateway }: { readonly kubeconfig: string; readonly gateway: string },
  io: Io,
): Promise<void> {
  const deploy = await loadDeploy();
  const ready = (await deploy(files, kubeconfig, io)).filter(one => one.ready);
  const strong = (text: string): string => (io.colour ? `\u001B[1m${text}\u001B[0m` : text);
  const lines = ready.map(({ namespace, name }) => `kubectl get isvc ${name} -n ${namespace}`);
  if (lines.length > 0) io.out(`\nexport KUBECONFIG=${kubeconfig}\n${lines.join('\n')}\n`);
  if (request === undefined) return;
  const [only, ...others] = ready;
  if (only === undefined || others.length > 0) {
    io.err(`davit: --try ${request}: ${ready.length} InferenceServices are ready, expected one to ask\n`);
    return;
  }
  const target = `${gateway}/v2/models/${encodeURIComponent(only.name)}/infer`;
  const response = await fetch(target, { method: 'POST', body: await readRequestFile('--try', request) });
  const answer = (await response.text()).trimEnd();
  io.out(`${strong(`curl -d @${request} ${target}`)}\n${answer}\n\nPress Ctrl-C to stop.\n`);
}
