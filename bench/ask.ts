import { Agent, request } from 'node:http';

/** What a server said. */
export interface Answer {
  readonly status: number;
  readonly text: string;
}

export interface Question {
  readonly port: number;
  readonly path: string;
  /** Posted when given; else the request is a GET. */
  readonly body?: string | Uint8Array | undefined;
  /** Keeps connections when given. */
  readonly agent?: Agent | undefined;
}

/** Sends one request and reads the whole answer; rejects when the connection fails. */
export function ask(question: Question): Promise<Answer> {
  const { port, path, body, agent } = question;
  return new Promise((resolve, reject) => {
    const sent = request(
      {
        host: '127.0.0.1',
        port,
        path,
        method: body === undefined ? 'GET' : 'POST',
        agent: agent ?? false,
        headers:
          body === undefined
            ? {}
            : { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(body) },
      },
      received => {
        const chunks: Buffer[] = [];
        received.on('data', (chunk: Buffer) => chunks.push(chunk));
        received.on('end', () => {
          resolve({ status: received.statusCode ?? 0, text: Buffer.concat(chunks).toString() });
        });
        received.on('error', reject);
      },
    );
    sent.on('error', reject);
    sent.setTimeout(120_000, () => sent.destroy(new Error(`no answer from ${path} within 120 s`)));
    sent.end(body);
  });
}

/** Sends the same request `times` times over `connections` kept connections. */
export async function askMany(question: Question, times: number, connections: number): Promise<void> {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  let left = times;
  const loop = async (): Promise<void> => {
    while (left-- > 0) {
      const { status, text } = await ask({ ...question, agent });
      if (status !== 200) throw new Error(`${question.path}: ${status} ${text.slice(0, 300)}`);
    }
  };
  await Promise.all(Array.from({ length: connections }, loop));
  agent.destroy();
}
