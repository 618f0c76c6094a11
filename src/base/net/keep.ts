/**
 * A body of more bytes than this is the handler's own: no other view looks into its buffer, so it may be kept, changed, or
 * given to a thread. Smaller ones may share the buffer that the next request is read into.
 */
const sharedBytes = 64 * 1024;

/** Whether a body of so many bytes may be a view into a buffer that is used again. */
export function mayShare(bytes: number): boolean {
  return bytes <= sharedBytes;
}

/** The body of a request as something that outlives the call of its handler: a copy, unless it is the handler's own. */
export function keepBody(body: Uint8Array): Uint8Array<ArrayBuffer> {
  const owned = !mayShare(body.byteLength) && body.buffer instanceof ArrayBuffer;
  return owned ? (body as Uint8Array<ArrayBuffer>) : new Uint8Array(body);
}

/**
 * Remembers what was made of something, such as a head, as long as that is there. It stands in the object itself: a WeakMap of objects that
 * come and go with requests keeps the garbage collector busy for as long as all the rest of a request takes.
 */
export class KeptWith<Owner extends object, Made> {
  readonly #key = Symbol('kept');

  get(owner: Owner): Made | undefined {
    return (owner as { readonly [key: symbol]: Made | undefined })[this.#key];
  }

  set(owner: Owner, made: Made): void {
    (owner as { [key: symbol]: Made })[this.#key] = made;
  }
}
