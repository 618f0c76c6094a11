import { systemNow } from '../../../base/clock/index.ts';
import { keepBody, type Handler, type PreparedHead } from '../../../base/net/index.ts';
import { queueErrors } from '../errors.ts';
import { probeOf } from '../probes.ts';
import { WatchedSink, type Watcher } from '../sinks.ts';
import { eventOf, type EventSource, type Told, toldOf } from './events.ts';
import { fileSink } from './file.ts';
import { type EventSink, Line, type LineOptions } from './line.ts';
import { type Trust, webSink } from './web.ts';

export interface LoggerOptions extends Omit<LineOptions, 'sink'> {
  readonly source: EventSource;
  readonly mode: 'all' | 'request' | 'response';
  /** `http`, `https` or `file`. */
  readonly url: string;
  readonly trust: Trust;
  /** Most bytes of a body that is told. */
  readonly mostBody?: number;
}

export interface Logger {
  readonly handler: Handler;
  /** Delivers what waits, within so many milliseconds. */
  close(within: number): Promise<void>;
}

/**
 * A handler whose requests and answers are told as CloudEvents, as KServe’s agent does it. Unlike there, a sink that is slow or
 * away holds nobody up, answers other than 200 are told too, with the extension `statuscode`, and an answer has its own content
 * type.
 * @throws `logger-sink-unsupported`
 */
export function withLogger(next: Handler, options: LoggerOptions): Logger {
  const line = new Line({ ...options, sink: sinkOf(options.url, options.trust) });
  const { source, mode, mostBody = 8 * 1024 * 1024 } = options;
  const handler: Handler = (method, target, head, body, sink) => {
    if (probeOf(head) !== undefined) return next(method, target, head, body, sink);
    const told = toldOf(source, head);
    if (mode !== 'response') {
      const type = head.header('content-type');
      if (body.length > mostBody) line.drop('full');
      else line.add(eventOf(source, 'request', told, systemNow(), type, copyOf(body)));
    }
    if (mode === 'request') return next(method, target, head, body, sink);
    const answer = new Answer(source, told, mostBody, line);
    const watched = new WatchedSink(sink, answer);
    const later = next(method, target, head, body, watched);
    return later;
  };
  return { handler, close: within => line.close(within) };
}

function sinkOf(url: string, trust: Trust): EventSink {
  const parsed = URL.parse(url);
  if (parsed?.protocol === 'http:' || parsed?.protocol === 'https:') return webSink(parsed, trust);
  if (parsed?.protocol === 'file:') return fileSink(parsed);
  const text = `The logger’s url is ${JSON.stringify(url)}; expected http://, https:// or file://.`;
  throw queueErrors.make['logger-sink-unsupported'](text);
}

/** A body that was told outlives its request; one that is the handler’s own may be changed by it. */
function copyOf(body: Uint8Array): Uint8Array {
  const kept = keepBody(body);
  return kept === body ? new Uint8Array(body) : kept;
}

/** Gathers an answer and tells of it once it is complete. */
class Answer implements Watcher {
  readonly #source: EventSource;
  readonly #told: Told;
  readonly #most: number;
  readonly #line: Line;
  readonly #chunks: Uint8Array[] = [];
  #bytes = 0;
  #head: PreparedHead | undefined;

  constructor(source: EventSource, told: Told, most: number, line: Line) {
    this.#source = source;
    this.#told = told;
    this.#most = most;
    this.#line = line;
  }

  begins(head: PreparedHead): void {
    this.#head = head;
  }

  body(bytes: string | Uint8Array): void {
    this.#bytes += bytes.length;
    if (this.#bytes > this.#most) this.#chunks.length = 0;
    else this.#chunks.push(typeof bytes === 'string' ? Buffer.from(bytes) : new Uint8Array(bytes));
  }

  over(how: 'complete' | 'broken' | 'gone'): void {
    const head = this.#head;
    if (how !== 'complete' || head === undefined) return;
    if (this.#bytes > this.#most) return this.#line.drop('full');
    const type = head.fields.find(([name]) => name.toLowerCase() === 'content-type')?.[1];
    const data = this.#chunks.length === 1 ? (this.#chunks[0] as Uint8Array) : Buffer.concat(this.#chunks);
    this.#line.add(eventOf(this.#source, 'response', this.#told, systemNow(), type, data, head.status));
  }
}
