import { apiVersionOf, internalError, StatusError, type KubeObject } from '../../meta/index.ts';
import type { Change, Stored } from '../../store/index.ts';
import type { AnswerStream, KindCall } from '../call.ts';
import { textOf } from '../writes/form.ts';
import type { Representation } from '../requests/negotiate.ts';
import { type ListQuery, listQuery, revisionOf } from '../requests/options.ts';
import { filterOf } from './read.ts';
import { includeObject, partialOf, tableOf } from './table.ts';
import { Turning } from './turning.ts';

/** A watch without a time-out of its own ends after a time between this and twice as long. */
const defaultSeconds = 1800;
/** How often a watch that wants bookmarks gets one. */
const bookmarkInterval = 60_000;
/** The longest a timer of Node waits. */
const longestWait = 2 ** 31 - 1;

/** Bytes that are written ahead of a client; what comes further waits as the objects that the store has anyway. */
const bytesAhead = 256 * 1024;
/** A client that gets this many changes behind while it follows is cut: it goes on from what it has seen, or lists again. */
const changesBehind = 100_000;

/** Something to tell the client. */
interface Line {
  readonly type: string;
  readonly object: KubeObject;
  /** Whether the store has it so: others are told of the same object. */
  readonly isStored: boolean;
  /** The revision that the client has reached with it; undefined in the middle of the state there was at first. */
  readonly revision: number | undefined;
}

type Filter = ((object: KubeObject) => boolean) | undefined;

/** Answers a watch: a stream of events, a JSON line each, until the client goes or its time is over. */
export function watch(call: KindCall, form: Representation, begin: () => AnswerStream | undefined): void {
  const options = listQuery(call.query, 'watch');
  const filter = named(call, filterOf(call.kind, options));
  const revision = revisionOf(options.resourceVersion, 'watch');
  const stream = begin();
  if (stream === undefined) return;
  new WatchStream(call, form, stream, filter, options).start(revision);
}

/** An old form of a watch names its object in the path. */
function named({ info }: KindCall, filter: Filter): Filter {
  if (!info.named) return filter;
  return object => object.metadata.name === info.name && (filter?.(object) ?? true);
}

class WatchStream {
  readonly #call: KindCall;
  readonly #form: Representation;
  readonly #stream: AnswerStream;
  readonly #filter: Filter;
  readonly #options: ListQuery;
  readonly #timers: NodeJS.Timeout[] = [];
  #stop: (() => void) | undefined;
  #columns = true;
  #ended = false;
  #revision = 0;
  #lines: Line[] = [];
  #mostLines = Infinity;
  readonly #turning: Turning;

  constructor(
    call: KindCall,
    form: Representation,
    stream: AnswerStream,
    filter: Filter,
    options: ListQuery,
  ) {
    this.#call = call;
    this.#form = form;
    this.#stream = stream;
    this.#filter = filter;
    this.#options = options;
    this.#turning = new Turning(call.kind, error => this.#refuse(error));
  }

  start(revision: number | undefined): void {
    this.#stream.onAbort(() => this.#end());
    this.#stream.onDrain(() => this.#pump());
    const seconds = this.#seconds();
    this.#timers.push(setTimeout(() => this.#finish(), seconds * 1000).unref());
    const { sendInitialEvents } = this.#options;
    const initial = sendInitialEvents ?? (revision === undefined || revision === 0);
    try {
      const from = initial ? this.#sendState() : (revision ?? this.#call.parts.store.revision);
      this.#follow(from);
    } catch (error) {
      this.#refuse(error);
      return;
    }
    // What there was at first, and what history told, is not the client's delay.
    this.#mostLines = this.#waiting + changesBehind;
    if (this.#options.bookmarks && !this.#ended) this.#remind(seconds);
  }

  /** None and 0 leave it to the server. */
  #seconds(): number {
    const asked = this.#options.timeoutSeconds ?? 0;
    const seconds = asked === 0 ? defaultSeconds * (1 + Math.random()) : asked;
    return Math.min(Math.max(seconds, 0), longestWait / 1000);
  }

  /** The objects there are, as additions. */
  #sendState(): number {
    const { kind, parts } = this.#call;
    const { items, revision } = parts.store.list(kind.resource, { namespace: this.#namespace() });
    for (const { object } of items) {
      this.#turning.add([object], ([now]) => {
        if (now === undefined || !this.#matches(now)) return;
        this.#tell({ type: 'ADDED', object: now, isStored: now === object, revision: undefined });
      });
    }
    if (this.#options.bookmarks && this.#options.sendInitialEvents === true) {
      const annotations = { 'k8s.io/initial-events-end': 'true' };
      this.#turning.add([], () => this.#sendBookmark(revision, annotations));
    }
    return revision;
  }

  #namespace(): string | undefined {
    const { kind, info } = this.#call;
    return kind.namespaced && info.namespace !== '' ? info.namespace : undefined;
  }

  #follow(after: number): void {
    const { kind, parts } = this.#call;
    const namespace = this.#namespace();
    this.#reached(after);
    const stop = parts.store.watch(kind.resource, after, {
      onChange: change => {
        if (namespace === undefined || change.stored.place.namespace === namespace) this.#onChange(change);
        this.#reached(change.stored.revision);
      },
      onProgress: revision => this.#reached(revision),
      onEnd: () => this.#finish(),
    });
    if (this.#ended) stop();
    else this.#stop = stop;
  }

  /** Nothing that the client has to hear came up to a revision, unless something still waits. */
  #reached(revision: number): void {
    if (this.#waiting === 0) this.#revision = revision;
  }

  /** What the client has not been told yet. */
  get #waiting(): number {
    return this.#lines.length + this.#turning.waiting;
  }

  #onChange({ type, stored, previous }: Change): void {
    const states = previous === undefined ? [stored.object] : [stored.object, previous.object];
    this.#turning.add(states, ([now, before]) => {
      if (now !== undefined) this.#changed(type, stored, now, before);
    });
    this.#bound();
  }

  /** An object that begins to match is an addition, one that ceases to is a deletion. */
  #changed(
    type: Change['type'],
    { object, revision }: Stored,
    now: KubeObject,
    before: KubeObject | undefined,
  ): void {
    const is = type !== 'deleted' && this.#matches(now);
    const was = before !== undefined && this.#matches(before);
    const isStored = now === object;
    if (is) this.#tell({ type: was ? 'MODIFIED' : 'ADDED', object: now, isStored, revision });
    else if (was) {
      this.#tell({ type: 'DELETED', object: departed(now, before), isStored: false, revision });
    }
  }

  #matches(object: KubeObject): boolean {
    return this.#filter === undefined || this.#filter(object);
  }

  #tell(line: Line): void {
    if (this.#ended) return;
    this.#lines.push(line);
    this.#pump();
    this.#bound();
  }

  #bound(): void {
    if (this.#waiting > this.#mostLines) this.#stream.cut();
  }

  /** Writes as much as the client takes. */
  #pump(): void {
    let told = 0;
    while (told < this.#lines.length && !this.#ended && this.#stream.pending <= bytesAhead) {
      const line = this.#lines[told++] as Line;
      this.#write(line);
      if (line.revision !== undefined) this.#revision = line.revision;
    }
    if (told > 0) this.#lines.splice(0, told);
  }

  #write({ type, object, isStored }: Line): void {
    const shown = type === 'BOOKMARK' ? this.#shownBookmark(object) : this.#shown(object);
    if (this.#stream.tell !== undefined) this.#stream.tell({ type, object: shown });
    else {
      const text = isStored && shown === object ? textOf(object) : JSON.stringify(shown);
      this.#stream.write(`{"type":"${type}","object":${text}}\n`);
    }
  }

  /** An object in the form that the client asked for. */
  #shown(object: KubeObject): unknown {
    const { as, version } = this.#form;
    if (as === undefined) return object;
    if (as !== 'Table') return partialOf(object, version);
    const columns = this.#columns;
    this.#columns = false;
    return this.#table([object], object, columns);
  }

  #shownBookmark(object: KubeObject): unknown {
    return this.#form.as === 'Table' ? this.#table([], object, false) : object;
  }

  #table(rows: readonly KubeObject[], { metadata }: KubeObject, columns: boolean): unknown {
    const { kind, query, parts } = this.#call;
    const { resourceVersion } = metadata;
    const options = { version: this.#form.version, include: includeObject(query), now: parts.now(), columns };
    return tableOf(kind, rows, { resourceVersion }, options);
  }

  /** Bookmarks at times, and one shortly before the end, so that a client goes on where it was. */
  #remind(seconds: number): void {
    this.#timers.push(setInterval(() => this.#bookmark(), bookmarkInterval).unref());
    const last = Math.max(0, seconds - 2) * 1000;
    this.#timers.push(setTimeout(() => this.#bookmark(), last).unref());
  }

  #bookmark(): void {
    // Before the state is told there is nothing to go on from, and behind what waits there will be more.
    if (this.#waiting === 0) this.#sendBookmark(this.#revision);
  }

  #sendBookmark(revision: number, annotations?: Record<string, string>): void {
    const { kind } = this.#call;
    const resourceVersion = `${Math.max(revision, 0)}`;
    const metadata = { resourceVersion, ...(annotations !== undefined && { annotations }) };
    const object: KubeObject = { kind: kind.kind, apiVersion: apiVersionOf(kind), metadata };
    this.#tell({ type: 'BOOKMARK', object, isStored: false, revision });
  }

  /** A revision that history no longer has, or a fault of ours: the stream has begun, and ends with an error event. */
  #refuse(error: unknown): void {
    const { status } =
      (error as { code?: unknown }).code === 'store-compacted'
        ? new StatusError(410, 'Expired', 'The resourceVersion for the provided watch is too old.')
        : internalError(error instanceof Error ? error.message : String(error));
    this.#stream.write(`{"type":"ERROR","object":${JSON.stringify(status)}}\n`);
    this.#finish();
  }

  #finish(): void {
    if (this.#ended) return;
    this.#end();
    this.#stream.end();
  }

  #end(): void {
    this.#ended = true;
    this.#lines = [];
    this.#turning.stop();
    this.#stop?.();
    for (const timer of this.#timers) clearTimeout(timer);
  }
}

/** The state that matched, under the revision at which it ceased to. */
function departed(now: KubeObject, before: KubeObject): KubeObject {
  const { resourceVersion } = now.metadata;
  return { ...before, metadata: { ...before.metadata, resourceVersion } } as KubeObject;
}
