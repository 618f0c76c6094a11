import { messageOf } from '../../base/errors/index.ts';
import type { Engine, Image } from '../runners/index.ts';
import type { ContainerState } from './container.ts';
import type { PodEvents } from './events.ts';

/** Milliseconds before an image is asked for again: doubled each time. */
const firstPause = 10_000;
const longestPause = 300_000;

interface Pull {
  /** Number of the attempt that it is for. */
  readonly number: number;
  readonly image?: Image;
  readonly failure?: { readonly reason: string; readonly message: string; readonly until: number };
  /** Milliseconds that the next failure is followed by. */
  readonly pause: number;
  /** Whether it was fetched for this attempt. */
  readonly fetched: boolean;
}

/** What is known of the image of a container that is to start. */
export type Found =
  | { readonly image: Image; readonly fetched: boolean }
  /** Milliseconds until it is worth another look; without, whoever waits is told. */
  | { readonly again: number | undefined };

/** Who wants an image. */
export interface Wanted {
  readonly state: ContainerState;
  readonly events: PodEvents;
  readonly touch: () => void;
}

/** Sees that the images of containers are here before they start: in the background, since that may take long. */
export class Pulls {
  readonly #engine: Engine;
  readonly #now: () => number;
  readonly #pulls = new WeakMap<ContainerState, Pull>();
  readonly #running = new WeakSet<ContainerState>();

  constructor(engine: Engine, now: () => number) {
    this.#engine = engine;
    this.#now = now;
  }

  find(wanted: Wanted): Found {
    const { state, events } = wanted;
    if (this.#running.has(state)) return { again: undefined };
    const known = this.#pulls.get(state);
    const { spec, next } = state;
    const { name, image = '' } = spec;
    if (!isReference(image)) {
      const message = `Failed to apply default image tag ${JSON.stringify(image)}: couldn't parse image name: invalid reference format`;
      if (state.waiting === undefined) events.failed(name, message);
      state.waiting = { reason: 'InvalidImageName', message };
      return { again: undefined };
    }
    if (known?.number === next) {
      if (known.image !== undefined) return { image: known.image, fetched: known.fetched };
      const left = (known.failure?.until ?? 0) - this.#now();
      if (known.failure !== undefined && left > 0) {
        this.#wait(wanted, known.failure);
        return { again: left };
      }
    }
    this.#running.add(state);
    void this.#work(wanted, image, known?.pause ?? firstPause).finally(() => {
      this.#running.delete(state);
      wanted.touch();
    });
    return { again: undefined };
  }

  /** The second time that a failure is looked at, it is one that is waited for. */
  #wait({ state, events }: Wanted, { reason, message }: NonNullable<Pull['failure']>): void {
    if (reason !== 'ErrImagePull' || state.waiting?.reason !== 'ErrImagePull') return;
    const { name, image = '' } = state.spec;
    const told = `Back-off pulling image ${JSON.stringify(image)}: ErrImagePull: ${message}`;
    state.waiting = { reason: 'ImagePullBackOff', message: told };
    events.pullBackOff(name, image);
  }

  async #work(wanted: Wanted, reference: string, pause: number): Promise<void> {
    const { state, events } = wanted;
    const { name, imagePullPolicy = 'IfNotPresent' } = state.spec;
    const number = state.next;
    const there = await this.#engine.image(reference);
    const here = (image: Image, fetched: boolean): void => {
      this.#pulls.set(state, { number, image, fetched, pause: firstPause });
    };
    if (there !== undefined && imagePullPolicy !== 'Always') return here(there, false);
    if (imagePullPolicy === 'Never') {
      const message = `Container image ${JSON.stringify(reference)} is not present with pull policy of Never`;
      return this.#fail(wanted, { reason: 'ErrImageNeverPull', message }, pause);
    }
    const began = performance.now();
    events.pulling(name, reference);
    try {
      await this.#engine.pull(reference);
      const image = await this.#engine.image(reference);
      if (image === undefined) throw new Error('it is not there after it was pulled');
      events.pulledAnew(name, reference, performance.now() - began);
      here(image, true);
    } catch (error) {
      const message = messageOf(error);
      // Without a network, what is here is better than nothing.
      if (there === undefined) return this.#fail(wanted, { reason: 'ErrImagePull', message }, pause);
      events.pulledBefore(name, reference, message);
      here(there, true);
    }
  }

  #fail(
    { state, events }: Wanted,
    failure: { readonly reason: string; readonly message: string },
    pause: number,
  ): void {
    const { name, image = '' } = state.spec;
    const until = this.#now() + pause;
    const longer = Math.min(pause * 2, longestPause);
    this.#pulls.set(state, {
      number: state.next,
      failure: { ...failure, until },
      fetched: false,
      pause: longer,
    });
    if (failure.reason === 'ErrImagePull') events.notPulled(name, image, failure.message);
    else if (state.waiting?.message !== failure.message) events.failed(name, failure.reason);
    state.waiting = failure;
  }
}

const registry = /(?:[\da-z](?:[\w-]*[\da-z])?(?:\.[\da-z](?:[\w-]*[\da-z])?)*(?::\d{1,5})?\/)?/;
const repository = /[\da-z]+(?:(?:\.|_{1,2}|-+)[\da-z]+)*(?:\/[\da-z]+(?:(?:\.|_{1,2}|-+)[\da-z]+)*)*/;
const tag = /(?::\w[\w.-]{0,127})?/;
const digest = /(?:@sha256:[\da-f]{64})?/;
const whole = new RegExp(`^(?:${registry.source}${repository.source}${tag.source}${digest.source})$`, 'i');

/** What Podman takes for files of this machine, though it could be a name and a tag. */
const transport =
  /^(dir|oci|oci-archive|docker-archive|docker-daemon|containers-storage|sif|ostree|tarball):/i;

/**
 * Whether a text names an image of a registry, or one that is here: nothing else gets onto the command line of an engine, which would take
 * files and folders of this machine for images, too (`docker-archive:/…`).
 */
export function isReference(image: string): boolean {
  return image.length <= 512 && whole.test(image) && !transport.test(image);
}
