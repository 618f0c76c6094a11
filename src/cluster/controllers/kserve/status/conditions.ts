import type { KnativeCondition } from '../shapes.ts';

type State = KnativeCondition['status'];

/** What one condition is to say. */
export interface Said {
  readonly status: State;
  readonly reason?: string | undefined;
  readonly message?: string | undefined;
}

/** Conditions that decide `Ready`; the others are for information. */
const deciding: readonly string[] = ['PredictorReady', 'IngressReady'];
const happy = 'Ready';

/**
 * The conditions of an InferenceService while they are being worked out, as Knative's condition manager keeps them: `Ready` follows
 * from those that decide it, False before Unknown, and each keeps the time of its last change.
 */
export class Conditions {
  #all: readonly KnativeCondition[];
  readonly #time: string;

  constructor(all: readonly KnativeCondition[], time: string) {
    this.#all = all;
    this.#time = time;
    for (const type of [happy, ...deciding]) {
      if (this.get(type) === undefined) this.#put(type, { status: 'Unknown' });
    }
  }

  get list(): readonly KnativeCondition[] {
    return this.#all;
  }

  get(type: string): KnativeCondition | undefined {
    return this.#all.find(one => one.type === type);
  }

  is(type: string, status: State): boolean {
    return (this.get(type)?.status ?? 'Unknown') === status;
  }

  /** Sets a condition, and `Ready` by it; says nothing new for undefined. */
  set(type: string, said: Said | undefined): void {
    if (said === undefined) return;
    this.#put(type, said);
    if (said.status === 'True') this.#decide();
    else if (said.status === 'False') this.#failed(type, said);
    else this.#doubted(type, said);
  }

  clear(type: string): void {
    this.#all = this.#all.filter(one => one.type !== type);
  }

  #failed(type: string, said: Said): void {
    if (deciding.includes(type)) this.#put(happy, said);
  }

  #doubted(type: string, said: Said): void {
    const failing = deciding.map(one => this.get(one)).find(one => one?.status === 'False');
    if (failing === undefined) {
      if (deciding.includes(type)) this.#put(happy, said);
    } else if (!this.is(happy, 'False')) this.#put(happy, { ...failing });
  }

  #decide(): void {
    const unhappy = deciding
      .flatMap(type => this.get(type) ?? [])
      .filter(one => one.status !== 'True')
      .toSorted((a, b) => (a.status === b.status ? 0 : a.status === 'False' ? -1 : 1))[0];
    this.#put(happy, unhappy ?? { status: 'True' });
  }

  #put(type: string, { status, reason = '', message = '' }: Said): void {
    const old = this.get(type);
    const severity = type === happy || deciding.includes(type) ? undefined : 'Info';
    const same = old?.status === status && (old.reason ?? '') === reason && (old.message ?? '') === message;
    if (old !== undefined && same) return;
    const lastTransitionTime = old?.status === status ? (old.lastTransitionTime ?? this.#time) : this.#time;
    const fresh = {
      lastTransitionTime,
      ...(message !== '' && { message }),
      ...(reason !== '' && { reason }),
      ...(severity !== undefined && { severity }),
      status,
      type,
    };
    const others = this.#all.filter(one => one.type !== type);
    this.#all = [...others, fresh].toSorted((a, b) => (a.type < b.type ? -1 : 1));
  }
}
