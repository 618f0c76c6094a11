import type { User } from '../../../base/access/index.ts';
import { CodedError } from '../../../base/errors/index.ts';
import { type Head, prepareHead, type Sink } from '../../../base/net/index.ts';
import type { Annex, Call, PageAnswer } from '../../../cluster/apiserver/index.ts';
import { appErrors } from '../../errors.ts';
import { type Fields, fieldsOf } from './fields.ts';
import { prefix, type Refusal } from './wire.ts';

/** One question, taken apart. */
export interface Question {
  readonly user: User;
  readonly fields: Fields;
  readonly query: URLSearchParams;
  /** What follows the path of the row, decoded. */
  readonly rest: string;
  readonly head: Head;
  readonly sink: Sink;
  /** Whether whoever asks may act for somebody else. */
  readonly mayActFor: (name: string) => boolean;
}

/** Answers a question with what becomes JSON; `answered` when it has answered itself. */
export type Answering = (question: Question) => unknown;

export const answered = Symbol('answered');

/** By method and path below the prefix; a path that ends in `/` takes what follows. */
export type Calls = ReadonlyMap<string, Answering>;

/** Bytes of the largest question. */
const largest = 64 * 1024;

/** Serves questions about who is known. Whoever asks has been let in to the path by the API. */
export function identityAnnex(calls: Calls): Annex {
  return async call => {
    try {
      const [answering, rest] = found(calls, call);
      const answer = await answering(questionOf(call, rest));
      return answer === answered ? undefined : json(200, answer ?? {});
    } catch (error) {
      return refusal(error);
    }
  };
}

function found(calls: Calls, { method, info }: Call): [Answering, string] {
  const path = info.path.slice(prefix.length);
  const whole = calls.get(`${method} ${path}`);
  if (whole !== undefined && !path.endsWith('/')) return [whole, ''];
  const at = path.indexOf('/') + 1;
  const answering = at > 0 ? calls.get(`${method} ${path.slice(0, at)}`) : undefined;
  if (answering !== undefined) return [answering, decodeURIComponent(path.slice(at))];
  const text = `There is no ${method.slice(0, 20)} ${JSON.stringify(info.path.slice(0, 200))}.`;
  throw appErrors.make['identity-call-unknown'](text);
}

function questionOf({ user, query, head, body, sink, parts }: Call, rest: string): Question {
  if (body.length > largest) {
    const text = `The body: found ${body.length} bytes, expected at most ${largest}.`;
    throw appErrors.make['identity-call-invalid'](text);
  }
  const users = { verb: 'impersonate', group: '', version: 'v1', resource: 'users' };
  const mayActFor = (name: string): boolean =>
    parts.authorizer.can(user, { ...users, subresource: '', namespace: '', name }).allowed;
  return { user, fields: fieldsOf(body), query, rest, head, sink, mayActFor };
}

function json(status: number, value: unknown): PageAnswer {
  return { status, type: 'application/json', body: Buffer.from(`${JSON.stringify(value)}\n`) };
}

function refusal(thrown: unknown): PageAnswer {
  if (!(thrown instanceof CodedError)) throw thrown;
  const { code, status, fault, message } = thrown;
  return json(status, { error: { code, status, fault, message } } satisfies Refusal);
}

/** Opens a stream of JSON lines; undefined when whoever asked has gone. */
export function openLines(sink: Sink): ReturnType<Sink['stream']> {
  const fields = [
    ['Content-Type', 'application/json'],
    ['Cache-Control', 'no-store'],
  ] as const;
  return sink.stream(prepareHead(200, fields), 'endless');
}
