import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';

export type Answerer = (request: IncomingMessage, response: ServerResponse) => void;

/** A server of files on a free port, whose answers a test decides. */
export class FileServer {
  readonly #server: Server;
  answer: Answerer = (_, response) => void response.writeHead(404).end('nothing here');
  /** Requests so far: method, path, and the headers that caching and resuming are about. */
  readonly asked: { readonly path: string; readonly range?: string; readonly known?: string }[] = [];

  private constructor() {
    this.#server = createServer((request, response) => {
      const { range, 'if-none-match': known } = request.headers;
      this.asked.push({
        path: request.url ?? '',
        ...(range !== undefined && { range }),
        ...(known !== undefined && { known }),
      });
      this.answer(request, response);
    });
  }

  static async start(): Promise<FileServer> {
    const server = new FileServer();
    await once(server.#server.listen(0, '127.0.0.1'), 'listening');
    return server;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as { port: number }).port}`;
  }

  stop(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }
}

/** Serves bytes with a tag, ranges and conditions, as file servers do. */
export function file(bytes: Uint8Array, tag: string): Answerer {
  return (request, response) => {
    const { range, 'if-none-match': known, 'if-range': of } = request.headers;
    if (known === tag) {
      response.writeHead(304, { etag: tag }).end();
      return;
    }
    const from = of === tag ? Number(/^bytes=(\d+)-$/.exec(range ?? '')?.[1] ?? 0) : 0;
    const rest = bytes.subarray(from);
    const whole = { etag: tag, 'content-length': rest.length };
    const part = { ...whole, 'content-range': `bytes ${from}-${bytes.length - 1}/${bytes.length}` };
    response.writeHead(from > 0 ? 206 : 200, from > 0 ? part : whole).end(rest);
  };
}

/** Breaks the connection off after some bytes, `times` times. */
export function breaking(bytes: Uint8Array, tag: string, after: number, times: number): Answerer {
  let left = times;
  const whole = file(bytes, tag);
  return (request, response) => {
    if (left-- <= 0) {
      whole(request, response);
      return;
    }
    const from = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0);
    const head = { etag: tag, 'content-length': bytes.length - from };
    const range = { 'content-range': `bytes ${from}-${bytes.length - 1}/${bytes.length}` };
    response.writeHead(from > 0 ? 206 : 200, from > 0 ? { ...head, ...range } : head);
    response.write(bytes.subarray(from, from + after), () => response.socket?.destroy());
  };
}
