import { messageOf } from '../../base/errors/index.ts';
import type { FromShared, SeatName, SeatRequest, ToShared } from '../../host/runners/index.ts';
import { Linking } from './linking.ts';
import { type Around, Seated } from './seated.ts';
import type { Sitting, Told } from './sitting.ts';

/** Exit status of what was killed. */
const killed = 137;

/** The seats of this process, by their records. */
export class SeatTable {
  readonly #around: Around;
  readonly #tell: (message: FromShared) => void;
  readonly #seats = new Map<string, Sitting>();
  /** Seats that are taken one after the other, so that whoever asks meanwhile is answered. */
  #turn: Promise<void> = Promise.resolve();

  constructor(around: Around, tell: (message: FromShared) => void) {
    this.#around = around;
    this.#tell = tell;
  }

  /** What a host that has just come is told. */
  here(): FromShared {
    const seats = [...this.#seats.values()].map(({ request, ready }) => ({ ...nameOf(request), ready }));
    return { is: 'here', pid: process.pid, seats };
  }

  async take(message: ToShared): Promise<void> {
    if (message.do === 'ping') return this.#tell({ is: 'pong', id: message.id });
    if (message.do === 'sit') return this.#inTurn(message.request);
    // It may be about to sit.
    await this.#turn;
    const seat = this.#seats.get(message.record);
    if (seat?.request.number === message.number) return message.do === 'leave' ? seat.leave() : seat.drop();
    // Whoever asks for its end waits to be told of it.
    return this.#tell({ is: 'ended', ...nameOf(message), status: killed });
  }

  /** Ends every seat in order. */
  async close(): Promise<void> {
    await Promise.all([...this.#seats.values()].map(seat => seat.leave()));
  }

  #inTurn(request: SeatRequest): Promise<void> {
    const begun = this.#turn.then(() => {
      const sat = this.#sit(request);
      return { sat };
    });
    // The next one begins when this one waits for its files, and others have had a turn.
    this.#turn = begun.then(() => new Promise(resolve => setImmediate(resolve)));
    return begun.then(({ sat }) => sat);
  }

  async #sit(request: SeatRequest): Promise<void> {
    const name = nameOf(request);
    const { record } = name;
    // One that a host has lost sight of.
    await this.#seats.get(record)?.drop();
    const seat = this.#seatFor(request, {
      onReady: ready => this.#tell({ is: 'ready', ...name, ready }),
      onEnded: (status, unfit) => {
        // Its place may be another one's.
        if (this.#seats.get(record) === seat) this.#seats.delete(record);
        this.#tell({ is: 'ended', ...name, status, ...(unfit !== undefined && { unfit }) });
      },
    });
    this.#seats.set(record, seat);
    try {
      await seat.start();
      // One that has ended meanwhile has told it.
      if (this.#seats.get(record) === seat) this.#tell({ is: 'seated', ...name });
    } catch (error) {
      if (this.#seats.get(record) !== seat) return;
      this.#seats.delete(record);
      this.#tell({ is: 'refused', ...name, why: messageOf(error) });
    }
  }

  #seatFor(request: SeatRequest, told: Told): Sitting {
    const [name] = request.words;
    return name === 'storage-initializer'
      ? new Linking(request, told)
      : new Seated(request, this.#around, told);
  }
}

function nameOf({ record, number }: SeatName): SeatName {
  return { record, number };
}
