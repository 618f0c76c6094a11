import { Agent, request } from 'node:https';
import type { Fields, Value } from './random.ts';

export interface Answer {
  readonly code: number;
  readonly body: Fields;
}

/** The API server that is asked, over one connection. */
export class Client {
  readonly #server: string;
  readonly #token: string;
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 1, rejectUnauthorized: false });

  constructor(server: string, token: string) {
    this.#server = server;
    this.#token = token;
  }

  ask(method: string, path: string, type = 'application/json', body?: Value): Promise<Answer> {
    const headers = {
      Authorization: `Bearer ${this.#token}`,
      'Content-Type': type,
      Accept: 'application/json',
      'User-Agent': 'corpus',
    };
    return new Promise((resolve, reject) => {
      const sent = request(`${this.#server}${path}`, { method, headers, agent: this.#agent }, answer => {
        const chunks: Buffer[] = [];
        answer.on('data', (chunk: Buffer) => chunks.push(chunk));
        answer.on('error', reject);
        answer.on('end', () => resolve({ code: answer.statusCode ?? 0, body: parsed(chunks) }));
      });
      sent.on('error', reject);
      sent.end(body === undefined ? undefined : JSON.stringify(body));
    });
  }

  close(): void {
    this.#agent.destroy();
  }
}

function parsed(chunks: readonly Buffer[]): Fields {
  const text = Buffer.concat(chunks).toString();
  try {
    return JSON.parse(text) as Fields;
  } catch {
    return { message: text };
  }
}
