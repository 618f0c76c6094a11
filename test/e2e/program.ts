import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { dirname, join } from 'node:path';

export const root = dirname(dirname(import.meta.dirname));
export const iris = join(root, 'examples', 'iris', 'iris-model.joblib');

/** A running `davit serve`. */
export interface Program {
  readonly url: string;
  readonly child: ChildProcess;
  /** Log lines so far, parsed. */
  readonly log: Record<string, unknown>[];
  /** Resolves to the exit status once it has ended. */
  readonly ended: Promise<number | null>;
  /** Resolves to the first log line of an event, also one that is already there. */
  readonly event: (name: string) => Promise<Record<string, unknown>>;
  /** Resolves once the log is as wanted. */
  readonly logged: (wanted: () => boolean) => Promise<void>;
  readonly stop: () => Promise<void>;
}

/** Starts `davit serve` on a port that the system chooses; resolves once it listens and has tried to load its models. */
export async function serve(
  words: readonly string[],
  environment: Record<string, string> = {},
): Promise<Program> {
  const child = spawn(join(root, 'bin', 'davit'), ['serve', '--http-port', '0', ...words], {
    env: { ...process.env, ...environment, DAVIT_LOG_FORMAT: 'json' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const log: Record<string, unknown>[] = [];
  const waiting: (() => void)[] = [];
  let text = '';
  child.stderr.on('data', (chunk: Buffer) => {
    text += chunk.toString();
    const lines = text.split('\n');
    text = lines.pop() ?? '';
    for (const line of lines) if (line.startsWith('{')) log.push(JSON.parse(line) as Record<string, unknown>);
    for (const look of waiting) look();
  });
  const ended = once(child, 'close').then(([code]) => code as number | null);
  const program = {
    url: '',
    child,
    log,
    ended,
    event: (name: string): Promise<Record<string, unknown>> =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          const found = log.find(line => String(line['event']).startsWith(name));
          if (found !== undefined) resolve(found);
        };
        waiting.push(look);
        look();
        void ended.then(code =>
          reject(new Error(`davit ended with ${code} before it logged "${name}": ${text}`)),
        );
      }),
    logged: (wanted: () => boolean): Promise<void> =>
      new Promise(resolve => {
        const look = (): void => {
          if (wanted()) resolve();
        };
        waiting.push(look);
        look();
      }),
    stop: async (): Promise<void> => {
      child.kill('SIGKILL');
      await ended;
    },
  };
  const { url } = await program.event('serving');
  return { ...program, url: url as string };
}

/** The values of the first output of a V2 answer. */
export function outputOf(body: unknown): number[] {
  return (body as { outputs: { data: number[] }[] }).outputs[0]?.data ?? [];
}

/** Serves while `work` is under way. */
export async function withProgram(
  words: readonly string[],
  work: (program: Program) => Promise<void>,
  env: Record<string, string> = {},
): Promise<void> {
  const program = await serve(words, env);
  try {
    await work(program);
  } finally {
    await program.stop();
  }
}

export interface Answer {
  readonly status: number;
  readonly type: string | null;
  readonly code: string | null;
  readonly body: unknown;
}

/** Asks over HTTP; a body makes it a POST. */
export async function ask(
  url: string,
  body?: string | Uint8Array<ArrayBuffer>,
  method = body === undefined ? 'GET' : 'POST',
): Promise<Answer> {
  const response = await fetch(url, body === undefined ? { method } : { method, body });
  const text = await response.text();
  return {
    status: response.status,
    type: response.headers.get('content-type'),
    code: response.headers.get('davit-error-code'),
    body: response.headers.get('content-type') === 'application/json' ? JSON.parse(text) : text,
  };
}

export const irisRequest = JSON.stringify({
  inputs: [
    {
      name: 'input-0',
      shape: [2, 4],
      datatype: 'FP32',
      data: [
        [6.8, 2.8, 4.8, 1.4],
        [6, 3.4, 4.5, 1.6],
      ],
    },
  ],
});

/** A batch of iris rows, the two known ones in turn. */
export function irisBatch(rows: number): string {
  const data = Array.from({ length: rows }, (_, row) =>
    row % 2 === 0 ? '6.8,2.8,4.8,1.4' : '6.0,3.4,4.5,1.6',
  ).join(',');
  return `{"inputs":[{"name":"input-0","shape":[${rows},4],"datatype":"FP64","data":[${data}]}]}`;
}
