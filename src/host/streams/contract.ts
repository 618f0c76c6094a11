import type { Writable } from 'node:stream';
import type { Pod } from '../../cluster/view/index.ts';

/** What the streams of a node (logs, exec, attach, port-forward) need of its kubelet. */
export interface Pods {
  /** The pods of this node, for the page `/pods`. */
  all(): readonly HostedPod[];
  /** Undefined when this node has no such pod. */
  find(namespace: string, name: string): HostedPod | undefined;
}

export interface HostedPod {
  /**
   * The pod with the status as the kubelet knows it now, not as the API has it. Which attempt of a container's output is asked for is
   * decided by the container IDs in it (`state`, `lastState`).
   */
  readonly object: Pod;
  /** Where its ports listen; undefined until it has one. */
  readonly address: string | undefined;
  /** Where its ports are found at that address; those that are not named are where they say. */
  readonly ports?: ReadonlyMap<number, number>;
  /** What an attempt of a container has written; undefined when it is not kept any more. `containerID` as in the status. */
  output(container: string, containerID: string): Output | undefined;
  /** A running container, init containers among them; undefined when it does not run. */
  running(container: string): RunningContainer | undefined;
}

/** A container whose process runs. */
export interface RunningContainer {
  /**
   * How a further command starts in this container: with its environment, folder and user, and with paths of its mounts in the command
   * replaced by where they are on this machine.
   * @param command never empty
   * @param terminal whether it is to have one: its standard input and output are then a terminal already
   * @throws an error in a container runtime's words when it cannot be started: `exec: "nano": executable file not found in $PATH`
   */
  command(command: readonly string[], terminal?: boolean): Start;
  /** Calls `listener` when the container ends: commands in it end with it. Returns what takes the listener away. */
  onEnd?(listener: () => void): () => void;
  /** Opens the container's standard input; absent when its spec has no `stdin`. */
  input?(): Promise<Writable>;
  /** Tells its terminal a new size; absent when its spec has no `tty`. */
  resize?(size: TerminalSize): void;
}

/** What is started, in terms of the operating system. */
export interface Start {
  readonly argv: readonly string[];
  readonly folder: string;
  /** The whole environment; nothing is inherited. */
  readonly environment: Readonly<Record<string, string>>;
  readonly uid?: number;
  readonly gid?: number;
}

export interface TerminalSize {
  readonly columns: number;
  readonly rows: number;
}

/** The output of one attempt of a container: one series of bytes, standard output and standard error together. */
export interface Output {
  /**
   * The files that hold it, oldest first; the last one may grow. Asked again whenever there may be more, so that a reader notices a
   * rotation; a file whose beginning was removed by rotation is left out.
   */
  segments(): Promise<readonly Segment[]>;
  /** Whether nothing will be written any more. Asked before the segments are read for the last time. */
  ended(): boolean;
}

export interface Segment {
  readonly path: string;
  /** Position of the file's first byte in the whole output, so that a reader goes on at the right byte after a rotation. */
  readonly start: number;
  /**
   * When its bytes were written, ascending: those from `offset` (in the file) up to the next mark at `time`, in milliseconds since 1970.
   * Empty when nobody knows: then the file's own time counts.
   */
  readonly marks: readonly { readonly offset: number; readonly time: number }[];
}
