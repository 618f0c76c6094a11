import { type ClientHttp2Session, connect } from 'node:http2';
import { Agent, request } from 'node:https';

/** How a cluster is reached, and as whom. */
export interface Identity {
  readonly server: string;
  readonly ca: Buffer;
  readonly cert: Buffer;
  readonly key: Buffer;
}

export interface Answer {
  readonly status: number;
  readonly text: string;
}

/** Asks a Kubernetes API over connections that stay. */
export class Asking {
  readonly #agent: Agent;
  readonly #server: URL;
  readonly #identity: Identity;

  constructor(identity: Identity) {
    const { server, ca, cert, key } = identity;
    this.#identity = identity;
    this.#server = new URL(server);
    this.#agent = new Agent({ keepAlive: true, ca, cert, key, maxSockets: Infinity });
  }

  ask(method: string, path: string, body?: string, type = 'application/json'): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const { hostname, port } = this.#server;
      const headers = body === undefined ? {} : { 'content-type': type, 'content-length': body.length };
      const asked = request({ agent: this.#agent, hostname, port, path, method, headers }, response => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () =>
          resolve({ status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString() }),
        );
        response.on('error', reject);
      });
      asked.on('error', reject);
      asked.end(body);
    });
  }

  /** Like `ask`. @throws when the status is not below 300. */
  async must(method: string, path: string, body?: string, type?: string): Promise<Answer> {
    const answer = await this.ask(method, path, body, type);
    if (answer.status < 300) return answer;
    throw new Error(`${method} ${path}: ${answer.status} ${answer.text.slice(0, 300)}`);
  }

  /** Watches a collection; `told` gets the text of each chunk. Resolves to how it is ended once it has begun. */
  watch(path: string, told: (chunk: string) => void): Promise<() => void> {
    return new Promise((resolve, reject) => {
      const { hostname, port } = this.#server;
      const asked = request({ agent: this.#agent, hostname, port, path, method: 'GET' }, response => {
        response.setEncoding('utf8').on('data', told);
        response.on('error', () => {});
        resolve(() => asked.destroy());
      });
      asked.on('error', reject);
      asked.end();
    });
  }

  /** Another connection, over HTTP/2. */
  session(): ClientHttp2Session {
    const { server, ca, cert, key } = this.#identity;
    return connect(server, { ca, cert, key });
  }

  close(): void {
    this.#agent.destroy();
  }
}
