import type { ComponentName } from '../shapes.ts';

/** Why a component cannot be made of what its service says. */
export class SpecFault extends Error {
  readonly reason: string;
  /** What the model status says of it; undefined where the model is not to blame. */
  readonly told: string | undefined;
  /** Undefined: the one being worked out. */
  readonly component: ComponentName | undefined;

  constructor(reason: string, told: string | undefined, message = told, component?: ComponentName) {
    super(message);
    this.reason = reason;
    this.told = told;
    this.component = component;
  }

  /** A fault of what the service is to be given, in KServe's words. */
  static of(component: ComponentName, message: string): SpecFault {
    const whole = `fails to reconcile ${component}: ${message}`;
    return new SpecFault('ReconcileFailed', undefined, whole, component);
  }
}
