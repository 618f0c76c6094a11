import type { Action, Probe } from '../shapes.ts';
import { check, type Finding, type Target } from './check.ts';

export type ProbeKind = 'startup' | 'readiness' | 'liveness';

export interface ProbesOf {
  readonly startup: Probe | undefined;
  readonly readiness: Probe | undefined;
  readonly liveness: Probe | undefined;
}

export interface ProberOptions {
  readonly probes: ProbesOf;
  readonly target: Target;
  /**
   * Whether to look again and again at once until the first success: for programs that start in a tenth of a second, where seconds
   * between looks would be most of the wait.
   */
  readonly eager: boolean;
  /** What is known of an action without a look, as of a server that tells by itself; undefined for a look. */
  readonly told?: (action: Action) => Finding | undefined;
  /** What is known from before, where the process was adopted. */
  readonly known?: { readonly started: boolean; readonly ready: boolean };
  /** `started` or `ready` has changed. */
  readonly onChange: () => void;
  /** A failure that is told as an event. */
  readonly onFailure: (kind: ProbeKind, message: string) => void;
  /** The container is to be started again. */
  readonly onUnhealthy: (kind: ProbeKind, probe: Probe) => void;
}

/** Milliseconds between eager looks: more the longer it takes. */
const eagerPause = 10;
const slowestPause = 500;

/** Looks at one run of a container until it is stopped. */
export class Prober {
  started: boolean;
  ready: boolean;
  readonly #options: ProberOptions;
  readonly #timers = new Set<NodeJS.Timeout>();
  /** Looks for readiness now, while the next look waits for its time. */
  #readiness: (() => void) | undefined;
  #stopped = false;

  constructor(options: ProberOptions) {
    this.#options = options;
    const { startup, readiness } = options.probes;
    this.started = startup === undefined || options.known?.started === true;
    this.ready = (readiness === undefined && this.started) || options.known?.ready === true;
  }

  start(): void {
    const { startup } = this.#options.probes;
    if (startup === undefined || this.started) this.#begin();
    else this.#follow('startup', startup);
  }

  /** Looks for readiness now: it may have changed. */
  hurry(): void {
    this.#readiness?.();
  }

  stop(): void {
    this.#stopped = true;
    this.#readiness = undefined;
    for (const timer of this.#timers) clearTimeout(timer);
  }

  /** What begins once the container has started. */
  #begin(): void {
    const { readiness, liveness } = this.#options.probes;
    if (readiness !== undefined) this.#follow('readiness', readiness);
    if (liveness !== undefined) this.#follow('liveness', liveness);
  }

  #follow(kind: ProbeKind, probe: Probe): void {
    const { initialDelaySeconds = 0 } = probe;
    const series = new Series(probe, kind);
    if (this.#options.eager && kind !== 'liveness') void this.#eagerly(kind, series, performance.now());
    else this.#later(kind, initialDelaySeconds * 1000, () => this.#look(kind, series));
  }

  async #eagerly(kind: ProbeKind, series: Series, began: number, counted = began): Promise<void> {
    const finding = await this.#check(series);
    if (this.#stopped) return;
    const now = performance.now();
    const counts = finding.good || now - counted >= series.period;
    if (counts && !this.#count(kind, series, finding)) return;
    const pause = Math.min(slowestPause, Math.max(eagerPause, (now - began) / 20));
    if (finding.good) this.#later(kind, series.period, () => this.#look(kind, series));
    else this.#later(kind, pause, () => this.#eagerly(kind, series, began, counts ? now : counted));
  }

  async #look(kind: ProbeKind, series: Series): Promise<void> {
    const finding = await this.#check(series);
    if (this.#stopped || !this.#count(kind, series, finding)) return;
    this.#later(kind, series.period, () => this.#look(kind, series));
  }

  async #check({ probe }: Series): Promise<Finding> {
    const told = this.#options.told?.(probe);
    return told ?? check(probe, this.#options.target, (probe.timeoutSeconds ?? 1) * 1000);
  }

  /** Takes a finding in; false when this probe has no more to do. */
  #count(kind: ProbeKind, series: Series, finding: Finding): boolean {
    const { onFailure, onUnhealthy } = this.#options;
    if (!finding.good) onFailure(kind, finding.message);
    const verdict = series.add(finding.good);
    if (kind === 'startup' && verdict === true) {
      this.#change(() => {
        this.started = true;
        if (this.#options.probes.readiness === undefined) this.ready = true;
      });
      this.#begin();
      return false;
    }
    if (kind === 'readiness' && verdict !== undefined) this.#change(() => (this.ready = verdict));
    if (kind !== 'readiness' && verdict === false) {
      onUnhealthy(kind, series.probe);
      return false;
    }
    return true;
  }

  #change(work: () => void): void {
    const before = `${this.started} ${this.ready}`;
    work();
    if (before !== `${this.started} ${this.ready}`) this.#options.onChange();
  }

  #later(kind: ProbeKind, milliseconds: number, work: () => Promise<void> | void): void {
    if (this.#stopped) return;
    const go = (): void => {
      clearTimeout(timer);
      this.#timers.delete(timer);
      if (this.#readiness === go) this.#readiness = undefined;
      void work();
    };
    const timer = setTimeout(go, milliseconds).unref();
    this.#timers.add(timer);
    if (kind === 'readiness') this.#readiness = go;
  }
}

/** Findings of one probe in a row. */
class Series {
  readonly probe: Probe;
  readonly #needed: number;
  readonly #allowed: number;
  #last: boolean | undefined;
  #row = 0;

  constructor(probe: Probe, kind: ProbeKind) {
    this.probe = probe;
    this.#needed = kind === 'readiness' ? (probe.successThreshold ?? 1) : 1;
    this.#allowed = probe.failureThreshold ?? 3;
  }

  /** Milliseconds between looks. */
  get period(): number {
    return (this.probe.periodSeconds ?? 10) * 1000;
  }

  /** True or false once there were enough of the same in a row; undefined before. */
  add(good: boolean): boolean | undefined {
    this.#row = good === this.#last ? this.#row + 1 : 1;
    this.#last = good;
    const enough = good ? this.#needed : this.#allowed;
    return this.#row >= enough ? good : undefined;
  }
}
