import type { IncomingMessage } from 'node:http';
import { Agent, request, type RequestOptions } from 'node:https';
import { isStatusError, StatusError, type Status } from '../meta/index.ts';
import type { Ask, Reply, Transport } from './transport.ts';

/** Where an API server is and how to be known to it. */
export interface Endpoint {
  /** `https://127.0.0.1:6443`. */
  readonly server: string;
  /** PEM. */
  readonly ca?: string | undefined;
  readonly token?: string | undefined;
  /** PEM. */
  readonly certificate?: string | undefined;
  readonly key?: string | undefined;
  readonly userAgent: string;
  /** Do without the check of the server's certificate. */
  readonly insecure?: boolean | undefined;
  /** Told the text of each `Warning` header. */
  readonly onWarning?: ((text: string) => void) | undefined;
}

/** Reaches an API server over HTTPS, with kept connections. */
export class HttpTransport implements Transport {
  readonly #endpoint: Endpoint;
  readonly #agent: Agent;

  constructor(endpoint: Endpoint) {
    this.#endpoint = endpoint;
    const { ca, certificate, key, insecure = false } = endpoint;
    this.#agent = new Agent({
      keepAlive: true,
      ...(insecure && { rejectUnauthorized: false }),
      ...(ca !== undefined && { ca }),
      ...(certificate !== undefined && { cert: certificate }),
      ...(key !== undefined && { key }),
    });
  }

  async ask(ask: Ask): Promise<Reply> {
    const response = await this.#send(ask);
    return { status: response.statusCode ?? 0, body: decoded(await textOf(response)) };
  }

  async *stream(ask: Ask): AsyncGenerator {
    const response = await this.#send(ask);
    const status = response.statusCode ?? 0;
    if (status >= 400) throw failure(status, decoded(await textOf(response)));
    try {
      yield* linesOf(response);
    } catch (error) {
      if (isStatusError(error)) throw error;
      if (ask.signal?.aborted !== true && !wasCut(error)) throw error;
    } finally {
      response.destroy();
    }
  }

  /**
   * The body of an answer as it comes.
   * @throws StatusError when the answer is a failure.
   */
  async *bytes(ask: Ask): AsyncGenerator<Uint8Array> {
    const response = await this.#send(ask);
    const status = response.statusCode ?? 0;
    if (status >= 400) throw failure(status, decoded(await textOf(response)));
    try {
      for await (const chunk of response) yield chunk as Uint8Array;
    } finally {
      response.destroy();
    }
  }

  close(): void {
    this.#agent.destroy();
  }

  #warn({ headers }: IncomingMessage): void {
    const { onWarning } = this.#endpoint;
    const { warning } = headers;
    if (onWarning === undefined || warning === undefined) return;
    for (const text of warningsIn(warning)) onWarning(text);
  }

  async #send({
    method,
    path,
    body,
    contentType = 'application/json',
    accept = 'application/json',
    signal,
  }: Ask): Promise<IncomingMessage> {
    const { server, token, userAgent } = this.#endpoint;
    const bytes = body === undefined ? undefined : Buffer.from(JSON.stringify(body));
    const options: RequestOptions = {
      method,
      agent: this.#agent,
      headers: {
        Accept: accept,
        'User-Agent': userAgent,
        ...(token !== undefined && { Authorization: `Bearer ${token}` }),
        ...(bytes !== undefined && { 'Content-Type': contentType, 'Content-Length': bytes.length }),
      },
      ...(signal !== undefined && { signal }),
    };
    return new Promise((resolve, reject) => {
      const sent = request(new URL(path, server), options, response => {
        this.#warn(response);
        resolve(response);
      });
      sent.on('error', reject);
      sent.end(bytes);
    });
  }
}

/** The texts of a `Warning` header (RFC 7234, 5.5): `299 - "text"`. */
export function warningsIn(header: string): string[] {
  return [...header.matchAll(/\d{3} \S+ "((?:[^"\\]|\\.)*)"/g)].map(([, text = '']) =>
    text.replaceAll(/\\(.)/g, '$1'),
  );
}

/** A connection that ends in the middle of a stream is the end of the stream: the watcher goes on where it was. */
function wasCut(error: unknown): boolean {
  const { code } = error as { code?: string };
  return code === 'ECONNRESET' || code === 'ABORT_ERR';
}

async function textOf(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

function decoded(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function failure(status: number, body: unknown): StatusError {
  const { reason, message, details } = (
    typeof body === 'object' && body !== null ? body : {}
  ) as Partial<Status>;
  return new StatusError(status, reason, message ?? `HTTP status ${status}`, details);
}

/** The documents of a stream of JSON lines. */
export async function* linesOf(chunks: AsyncIterable<Uint8Array>): AsyncGenerator {
  const decoder = new TextDecoder();
  let parts: string[] = [];
  for await (const chunk of chunks) {
    const lines = decoder.decode(chunk, { stream: true }).split('\n');
    for (const [index, line] of lines.entries()) {
      parts.push(line);
      if (index === lines.length - 1) break;
      const whole = parts.join('');
      parts = [];
      if (whole.trim() !== '') yield JSON.parse(whole);
    }
  }
}
