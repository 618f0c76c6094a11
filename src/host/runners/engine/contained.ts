import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Detached, Ended } from '../../../base/detached/index.ts';
import type { Player } from '../player.ts';
import { atTerminal } from '../terminal.ts';
import { type EngineCommand, tell } from './engine.ts';

/** In the record of a container that its engine could not start. */
export const unstarted = 'unstarted';

/** What plays a container, as its record keeps it. */
export interface ContainedNote {
  readonly command: EngineCommand;
  /** Name of the container. */
  readonly name: string;
  readonly stopSignal: string;
  readonly input: boolean;
  readonly terminal: boolean;
}

/**
 * Starts a container and stays until it has ended, with its output and input; then notes what the engine knows of its end, and removes
 * it, for which a daemon that is away is waited for a minute. A daemon that goes away meanwhile does not end the container: then only its
 * end is waited for. One that was never started is 128.
 */
const follow = `engine=$1 name=$2 record=$3 limited=$4
shift 4
"$engine" start --attach "$@" "$name"
status=$?
while :; do
running=$("$engine" inspect --format '{{.State.Running}}' "$name" 2>/dev/null)
case $running in
true) "$engine" wait "$name" >/dev/null 2>&1 || sleep 1 ;;
false) break ;;
*) if "$engine" version >/dev/null 2>&1; then break; else sleep 1; fi ;;
esac
done
facts=$("$engine" inspect --format '{{.State.Status}} {{.State.ExitCode}} {{.State.OOMKilled}}' "$name" 2>/dev/null)
tries=0
until "$engine" rm --force "$name" >/dev/null 2>&1; do
if [ $((tries += 1)) -ge 60 ]; then break; fi
if "$engine" version >/dev/null 2>&1 && ! "$engine" inspect "$name" >/dev/null 2>&1; then break; fi
sleep 1
done
set -- $facts
case $1 in
created | initialized | configured) tail -n 1 "$record/log" >"$record/termination"; : >"$record/unstarted"; exit 128 ;;
exited | stopped) status=$2 ;;
esac
if [ "$3" = true ] || { [ "$status" = 137 ] && [ "$limited" = yes ] && [ ! -e "$record/forced" ]; }; then : >"$record/oom"; fi
exit "$status"`;

/** Words that start a container which has been made. */
export function following(note: ContainedNote, record: string, limited: boolean): string[] {
  const { command, name, input, terminal } = note;
  const options = input ? ['--interactive'] : [];
  const words = [command.program, name, record, limited ? 'yes' : 'no', ...options];
  const argv = ['/bin/sh', '-c', follow, 'davit', ...words];
  return terminal ? atTerminal(argv) : argv;
}

/** Milliseconds that a container has to be gone in when it is ended by force. */
const forced = 10_000;

/** A container of an engine. */
export class Contained implements Player {
  readonly note: ContainedNote;
  readonly #process: Detached;

  constructor(process: Detached, note: ContainedNote) {
    this.#process = process;
    this.note = note;
    void process.ended.then(({ status }) => {
      // Whoever followed it has gone without a word: it may still run.
      if (status === undefined) tell(note.command, ['rm', '--force', note.name]);
    });
  }

  get record(): string {
    return this.#process.record;
  }

  set record(record: string) {
    this.#process.record = record;
  }

  get pid(): number {
    return this.#process.pid;
  }

  get command(): number | undefined {
    return this.#process.command;
  }

  get end(): Ended | undefined {
    return this.#process.end;
  }

  get ended(): Promise<Ended> {
    return this.#process.ended;
  }

  signal(signal: NodeJS.Signals): void {
    if (this.end !== undefined) return;
    const asked = signal === 'SIGTERM' ? this.note.stopSignal : signal;
    tell(this.note.command, ['kill', '--signal', asked, this.note.name]);
  }

  endInput(): void {
    this.#process.endInput();
  }

  kill(): void {
    if (this.end !== undefined) return;
    const { command, name } = this.note;
    // Its end is not the kernel's doing then.
    writeFileSync(join(this.record, 'forced'), '', { mode: 0o600 });
    tell(command, ['kill', name]);
    const timer = setTimeout(() => this.#process.kill(), forced);
    void this.ended.then(() => clearTimeout(timer));
  }

  /** How a further command starts in it. */
  inside(argv: readonly string[], terminal: boolean): string[] {
    const { command, name } = this.note;
    return [command.program, 'exec', '--interactive', ...(terminal ? ['--tty'] : []), name, ...argv];
  }
}
