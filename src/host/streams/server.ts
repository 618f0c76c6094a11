import { messageOf } from '../../base/errors/index.ts';
import type { Log } from '../../base/log/index.ts';
import { createListener, type Head, type Listener, prepareHead, type Sink } from '../../base/net/index.ts';
import { Tunnel } from '../../base/websocket/index.ts';
import type { HostedPod, Output, Pods } from './contract.ts';
import { attemptOf } from './logs/attempt.ts';
import { flag, logOptions } from './logs/options.ts';
import { logOf } from './logs/read.ts';
import { portIn } from './ports/forward.ts';
import { forwardOverSpdy, forwardProtocol, tunnelProtocol } from './ports/overspdy.ts';
import { forwardOverWebSocket, portProtocol } from './ports/overwebsocket.ts';
import { Refusal } from './refusal.ts';
import { attach } from './remote/attach.ts';
import type { Channels, Wanted } from './remote/channels.ts';
import { exec } from './remote/exec.ts';
import { failed } from './remote/outcome.ts';
import { SpdyChannels, streamProtocols } from './remote/overspdy.ts';
import { channelProtocols, WebSocketChannels } from './remote/overwebsocket.ts';
import { type StreamRequest, streamRequest } from './request.ts';
import { switched, upgrades } from './upgrades.ts';

export interface StreamsOptions {
  readonly pods: Pods;
  /** Certificate for 127.0.0.1 and its key, PEM. */
  readonly identity: { readonly certificate: string; readonly key: string };
  /** Certificate of the authority that has signed the clients', PEM. */
  readonly authority: string;
  /** Common name of the only client that is let in: the API server, which has asked who may. */
  readonly client: string;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly log: Log;
}

/** The server of a kubelet: logs, commands, terminals and forwarded ports of its pods. */
export interface Streams {
  /** On 127.0.0.1; for `status.daemonEndpoints.kubeletEndpoint.Port` of the Node. */
  readonly port: number;
  stop(): Promise<void>;
}

/** How long what runs may go on when it is told to stop, in milliseconds. */
const grace = 500;

/** Starts the server of a kubelet on a free port of 127.0.0.1. */
export async function startStreams(options: StreamsOptions): Promise<Streams> {
  const { identity, authority } = options;
  const server = new StreamServer(options);
  const listener: Listener = createListener(
    {
      upgrades,
      describe: error => ({ fields: [['Content-Type', 'text/plain']], body: `${error.message}\n` }),
    },
    (method, target, head, _body, sink) => server.handle(method, target, head, sink),
  );
  const { port } = await listener.listen(
    { host: '127.0.0.1', port: 0 },
    { ...identity, authorities: [authority] },
  );
  return { port, stop: () => listener.drain(grace) };
}

class StreamServer {
  readonly #options: StreamsOptions;

  constructor(options: StreamsOptions) {
    this.#options = options;
  }

  async handle(method: string, target: string, head: Head, sink: Sink): Promise<void> {
    try {
      this.#admit(head);
      await this.#route(method, target, head, sink);
    } catch (error) {
      const status = error instanceof Refusal ? error.status : 500;
      if (status === 500)
        this.#options.log.debug('a request of the API server failed', { target, reason: messageOf(error) });
      answer(sink, status, `${messageOf(error)}\n`);
    }
  }

  /** Who comes with the API server's certificate may everything here; nobody else may anything. */
  #admit({ peer }: Head): void {
    if (peer?.certificate?.commonName !== this.#options.client) throw new Refusal(401, 'Unauthorized');
  }

  async #route(method: string, target: string, head: Head, sink: Sink): Promise<void> {
    if (target === '/healthz') return answer(sink, 200, 'ok');
    if (target === '/pods') return this.#list(sink);
    const request = streamRequest(target);
    if (request === undefined) throw new Refusal(404, '404 page not found');
    const { kind } = request;
    if (method !== 'GET' && (kind === 'containerLogs' || method !== 'POST')) {
      throw new Refusal(405, '405: Method Not Allowed');
    }
    if (kind === 'containerLogs') return this.#logs(request, sink);
    if (kind === 'portForward') return this.#forward(request, head, sink);
    return this.#remote(request, head, sink);
  }

  #list(sink: Sink): void {
    const items = this.#options.pods.all().map(({ object }) => object);
    const list = { kind: 'PodList', apiVersion: 'v1', metadata: {}, items };
    answer(sink, 200, JSON.stringify(list), 'application/json');
  }

  async #logs({ namespace, pod: name, container, query }: StreamRequest, sink: Sink): Promise<void> {
    const pod = this.#options.pods.find(namespace, name);
    if (pod === undefined) {
      throw new Refusal(404, `pod ${JSON.stringify(name)} does not exist`);
    }
    const { object } = pod;
    const { containers, initContainers = [] } = object.spec;
    if (![...containers, ...initContainers].some(one => one.name === container)) {
      throw new Refusal(
        404,
        `container ${JSON.stringify(container)} not found in pod ${JSON.stringify(name)}`,
      );
    }
    const options = refusing(422, () => logOptions(query, this.#options.now()));
    const attempt = refusing(400, () => attemptOf(object, container, options.previous));
    const output = pod.output(container, attempt);
    if (output === undefined) {
      const what = `unable to retrieve container logs for ${attempt}`;
      throw new Refusal(400, what);
    }
    const stream = sink.stream(prepareHead(200, [['Content-Type', 'text/plain']]), 'endless');
    if (stream === undefined) return;
    const gone = new AbortController();
    stream.onAbort(() => gone.abort());
    let drained: (() => void) | undefined;
    stream.onDrain(() => drained?.());
    gone.signal.addEventListener('abort', () => drained?.());
    try {
      for await (const bytes of logOf(output, options, gone.signal)) {
        if (gone.signal.aborted) break;
        if (!stream.write(bytes)) await new Promise<void>(resolve => (drained = resolve));
      }
      stream.end();
    } catch (error) {
      // The answer has begun: that it is not whole can only be told by breaking it off.
      this.#options.log.warning('a log broke off', { pod: `${namespace}/${name}`, reason: messageOf(error) });
      stream.cut();
    }
  }

  async #remote(request: StreamRequest, head: Head, sink: Sink): Promise<void> {
    const { kind, namespace, pod: name, container, query } = request;
    const pod = this.#options.pods.find(namespace, name);
    if (pod === undefined) throw new Refusal(404, 'pod does not exist');
    const running = pod.running(container);
    if (running === undefined) throw new Refusal(500, `container not found (${JSON.stringify(container)})`);
    const wanted = wantedOf(query);
    const command = query.getAll('command');
    if (kind === 'exec' && (command[0] ?? '') === '') throw new Refusal(400, 'a command must be specified');
    const output = kind === 'attach' ? this.#outputOf(pod, container) : undefined;
    const channels = await opened(head, sink, wanted);
    if (channels === undefined) return;
    try {
      await (kind === 'exec'
        ? exec(running, command, wanted.terminal, channels)
        : attach(running, output, channels));
    } catch (error) {
      await channels.finish(failed(messageOf(error)));
    }
  }

  #outputOf(pod: HostedPod, container: string): Output | undefined {
    return pod.output(
      container,
      refusing(400, () => attemptOf(pod.object, container, false)),
    );
  }

  async #forward({ namespace, pod: name, query }: StreamRequest, head: Head, sink: Sink): Promise<void> {
    const pod = this.#options.pods.find(namespace, name);
    if (pod === undefined) throw new Refusal(404, 'pod does not exist');
    const { address, ports: found } = pod;
    if (address === undefined) throw new Refusal(400, `pod ${JSON.stringify(name)} has no address yet`);
    const ports = query
      .getAll('ports')
      .concat(query.getAll('port'))
      .flatMap(text => text.split(','))
      .map(portIn);
    const good = ports.filter(port => port !== undefined);
    if (good.length < ports.length) throw new Refusal(400, 'ports must be numbers from 1 to 65535');
    const websocket = good.length === 0 ? [tunnelProtocol] : [tunnelProtocol, portProtocol];
    const over = switched(head, sink, { websocket, spdy: [forwardProtocol] });
    if (over === undefined) return;
    const target = { address, found, name: `${name}_${namespace}` };
    if (over.carrier === 'spdy') return forwardOverSpdy(over.connection, target);
    if (over.protocol === tunnelProtocol) return forwardOverSpdy(new Tunnel(over.socket), target);
    return forwardOverWebSocket(over.socket, target, good);
  }
}

async function opened(head: Head, sink: Sink, wanted: Wanted): Promise<Channels | undefined> {
  const over = switched(head, sink, { websocket: channelProtocols, spdy: streamProtocols });
  if (over === undefined) return undefined;
  return over.carrier === 'websocket'
    ? new WebSocketChannels(over.socket, wanted)
    : SpdyChannels.open(over.connection, wanted);
}

function wantedOf(query: URLSearchParams): Wanted {
  const wanted = {
    stdin: flag(query, 'input'),
    stdout: flag(query, 'output'),
    stderr: flag(query, 'error'),
    terminal: flag(query, 'tty'),
  };
  if (!wanted.stdin && !wanted.stdout && !wanted.stderr) {
    throw new Refusal(400, 'you must specify at least 1 of stdin, stdout, stderr');
  }
  return wanted;
}

function refusing<Value>(status: number, read: () => Value): Value {
  try {
    return read();
  } catch (error) {
    throw new Refusal(status, messageOf(error));
  }
}

function answer(sink: Sink, status: number, body: string, type = 'text/plain; charset=utf-8'): void {
  sink.send(prepareHead(status, [['Content-Type', type]]), Buffer.from(body));
}
