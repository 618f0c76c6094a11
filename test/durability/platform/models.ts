import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { iris } from '../../e2e/program.ts';

/** Milliseconds that a model takes on its way, so that whoever fetches it can be killed meanwhile. */
const slowness = 400;

/** A server that hands out one model under every path, in two halves. */
export class Models {
  readonly #server: Server;
  readonly url: string;

  private constructor(server: Server) {
    this.#server = server;
    this.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  static async start(): Promise<Models> {
    const model = readFileSync(iris);
    const half = model.length / 2;
    const server = createServer((request, response) => {
      response.writeHead(200, { 'content-length': model.length });
      if (request.method === 'HEAD') return void response.end();
      response.write(model.subarray(0, half));
      setTimeout(() => response.end(model.subarray(half)), slowness);
    });
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
    return new Models(server);
  }

  stop(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }
}
