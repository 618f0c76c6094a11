import { StatusError } from '../meta/index.ts';

/** How the real server answers a patch that cannot be applied: it says nothing of the reason. */
export function refused(): StatusError {
  const message = 'the server rejected our request due to an error in our request';
  return new StatusError(422, 'Invalid', message, {});
}

export function tooLarge(message: string): StatusError {
  return new StatusError(413, 'RequestEntityTooLarge', `Request entity too large: ${message}`);
}
