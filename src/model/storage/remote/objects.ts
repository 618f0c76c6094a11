/** A file that a server has. */
export interface RemoteObject {
  /** What it is known by in the cache: the same for the same file, with another content or not. */
  readonly identity: string;
  /** Path below the destination. */
  readonly name: string;
  /** Bytes; undefined where only reading tells. */
  readonly size: number | undefined;
  /** Changes whenever the content does (an ETag, a generation); undefined where only asking for it tells. */
  readonly validator: string | undefined;
  /** MD5 of the content, in hexadecimal; undefined where the server does not say. */
  readonly md5: string | undefined;
  open(wanted: Wanted): Promise<Opened>;
}

export interface Wanted {
  /** Bytes that are here already. */
  readonly from: number;
  /** What those bytes are of: with another content the server is to begin anew. */
  readonly of: string | undefined;
  /** What is in the cache: the server may say that it has not changed. */
  readonly known: string | undefined;
}

export type Opened =
  | { readonly unchanged: true }
  | {
      readonly unchanged: false;
      /** Where the body begins: `from`, or 0 when all is sent again. */
      readonly from: number;
      /** Bytes of the whole; undefined when the server does not say. */
      readonly size: number | undefined;
      readonly validator: string | undefined;
      /** The tag of the content is no sum of it, whatever it looks like: it is encrypted with a key of its owner's (S3). */
      readonly tagged?: boolean;
      readonly body: AsyncIterable<Uint8Array>;
    };
