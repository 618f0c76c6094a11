import { createInterface } from 'node:readline';
import type { CommandHandler, Handlers } from '../../cli/index.ts';
import type { Assignment } from '../../host/runners/index.ts';
import { preload } from './preload.ts';

/** `davit spare`: waits for what it is to become, and becomes it. Ends when whoever started it goes before that. */
export function spareOf(handlers: Handlers): CommandHandler {
  return () => become(handlers);
}

async function become(handlers: Handlers): Promise<number> {
  const assigned = firstLine();
  await preload();
  const line = await assigned;
  if (line === undefined) return 0;
  const { words, folder, environment } = JSON.parse(line) as Assignment;
  for (const name of Object.keys(process.env)) Reflect.deleteProperty(process.env, name);
  Object.assign(process.env, environment);
  process.chdir(folder);
  process.title = ['davit', ...words].join(' ');
  const { runMain } = await import('../program.ts');
  return runMain(words, handlers);
}

async function firstLine(): Promise<string | undefined> {
  const lines = createInterface({ input: process.stdin });
  return new Promise(resolve => {
    lines.once('line', line => {
      resolve(line);
      lines.close();
      process.stdin.destroy();
    });
    lines.once('close', () => resolve(undefined));
  });
}
