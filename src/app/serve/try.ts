import { readRequestFile, type Io } from '../../cli/index.ts';
import type { NamedPath } from './models.ts';

/** Sends a request file to the running server and prints the line that anybody can type, with its answer. */
export async function tryRequest(
  url: string,
  file: string,
  models: readonly NamedPath[],
  io: Io,
): Promise<void> {
  const [only, ...others] = models;
  if (only === undefined || others.length > 0) {
    io.err(`davit: --try ${file}: found ${models.length} models, expected one to ask\n`);
    return;
  }
  const target = `${url}/v2/models/${encodeURIComponent(only.name)}/infer`;
  const response = await fetch(target, { method: 'POST', body: await readRequestFile('--try', file) });
  const strong = (text: string): string => (io.colour ? `\u001B[1m${text}\u001B[0m` : text);
  io.out(
    `\n${strong(`curl -d @${file} ${target}`)}\n${(await response.text()).trimEnd()}\n\nPress Ctrl-C to stop.\n`,
  );
}
