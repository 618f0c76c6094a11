import type { Described, ModelSource, Plan } from '../plan/index.ts';

/** What a format may ask for besides the bytes of the file. */
export interface OpenOptions {
  /** For messages. The content alone decides what the file is. */
  readonly fileName: string;
  /**
   * A file beside the model, for formats that spread over several; `name` is checked to be a plain file name.
   * Without it, such files are refused by name.
   */
  readonly companion?: ((name: string) => Uint8Array | undefined) | undefined;
  /** The way to the model in a file that holds several things: `model`, `0`, `models.forest`. */
  readonly object?: string | undefined;
}

/** A file that was read; not necessarily one that can be served. */
export interface Opened {
  readonly source: ModelSource;
  readonly description: Described;
  /**
   * Translates the model.
   * @throws coded errors that name the class or parameter that is not supported, its library, and its place in the model
   */
  plan(): Plan;
}

/** Reads a kind of model file; nothing in the file is executed. */
export interface Format {
  /** @throws coded errors that tell what is wrong with the file */
  open(bytes: Uint8Array, options: OpenOptions): Promise<Opened>;
  /** Its files may hold several things, of which `object` picks one. */
  readonly picks?: true;
}
