import {
  apiVersionOf,
  internalError,
  isStatusError,
  type KubeObject,
  StatusError,
} from '../../meta/index.ts';
import type { Converter, Kind } from '../../kinds/index.ts';
import { applyDefaults } from '../../schema/index.ts';
import type { Stored } from '../../store/index.ts';
import { inForm } from '../writes/form.ts';

/** Objects that a webhook is sent in one question at most. */
export const mostAtOnce = 100;
/** And about how many characters of them. */
const mostText = 1024 * 1024;

/**
 * A stored object in the version of a request, with the defaults that its kind has today; a webhook may have to be asked.
 * @param known What a webhook has said of it before may be taken; else it is asked anew.
 */
export async function served(
  object: KubeObject,
  kind: Kind,
  known: 'known' | 'anew' = 'known',
): Promise<KubeObject> {
  if (kind.converter === undefined) return servedAtOnce(object, kind);
  const [turned] = await servedAll([object], kind, known);
  return turned as KubeObject;
}

/**
 * The same of an object that is asked for by its name: anew, and in the words of the real server where it cannot be turned.
 * @param why Whether it is looked at, or to be changed.
 */
export async function servedAlone(
  { object, place, revision }: Stored,
  kind: Kind,
  why: 'look' | 'change',
): Promise<KubeObject> {
  try {
    return await served(object, kind, 'anew');
  } catch (error) {
    if (!isStatusError(error)) throw error;
    const fault = `object not decodable revision=${revision}: ${error.message}`;
    if (why === 'change') throw internalError(fault);
    const key = ['', place.resource, place.namespace, place.name].filter(
      (part, at) => at === 0 || part !== '',
    );
    const cause = `StorageError: corrupt object, Code: 7, Key: ${key.join('/')}, ResourceVersion: 0, AdditionalErrorMsg: ${fault}`;
    throw new StatusError(500, 'InternalError', `Internal error occurred: ${cause}`, {
      causes: [{ message: cause }],
    });
  }
}

/** The same of kinds whose versions no webhook knows. */
export function servedAtOnce(object: KubeObject, kind: Kind): KubeObject {
  return kind.manner === 'custom' ? withDefaults(inVersion(object, kind), kind) : inVersion(object, kind);
}

function inVersion(object: KubeObject, kind: Kind): KubeObject {
  if (kind.conversion !== undefined) return inForm(kind.conversion.fromStorage(object), kind);
  const apiVersion = apiVersionOf(kind);
  return object.apiVersion === apiVersion ? object : { ...object, apiVersion };
}

/** What became of objects that are read again and again, by the kind that they were read as. */
const completed = new WeakMap<KubeObject, { readonly kind: Kind; readonly object: KubeObject }>();

/** A definition may have got defaults since the object was stored. */
function withDefaults(object: KubeObject, kind: Kind): KubeObject {
  const known = completed.get(object);
  if (known?.kind === kind) return known.object;
  const whole = applyDefaults(object, kind.shape) as KubeObject;
  completed.set(object, { kind, object: whole });
  return whole;
}

/**
 * Stored objects in the version of a request, in order.
 * @throws StatusError 500 where a webhook does not turn one of them.
 */
export async function servedAll(
  objects: readonly KubeObject[],
  kind: Kind,
  known: 'known' | 'anew' = 'known',
): Promise<readonly KubeObject[]> {
  const { converter } = kind;
  if (converter === undefined) return objects.map(object => servedAtOnce(object, kind));
  const apiVersion = apiVersionOf(kind);
  const answers = answersOf(converter, apiVersion);
  const isOpen = (object: KubeObject): boolean => {
    const answer = answers.get(object);
    return answer === undefined || (known === 'anew' && answer.came);
  };
  const strange = objects.filter(object => object.apiVersion !== apiVersion && isOpen(object));
  for (const portion of portions(strange)) {
    const question = converter.convert(portion, apiVersion);
    for (const [index, object] of portion.entries()) {
      remember(
        answers,
        object,
        question.then(all => inForm(all[index] as KubeObject, kind)),
      );
    }
    await question;
  }
  const all: KubeObject[] = [];
  for (const object of objects) all.push((await answers.get(object)?.object) ?? servedAtOnce(object, kind));
  return all;
}

/** What a webhook makes of a state of an object: whoever asks before it has come waits for the same. */
interface Answer {
  readonly object: Promise<KubeObject>;
  came: boolean;
}

type Answers = WeakMap<KubeObject, Answer>;

/** The last answers of webhooks about stored objects, by version: lists and watches take them, as those of the real server do. */
const lastAnswers = new WeakMap<Converter, Map<string, Answers>>();

function answersOf(converter: Converter, apiVersion: string): Answers {
  let versions = lastAnswers.get(converter);
  if (versions === undefined) lastAnswers.set(converter, (versions = new Map()));
  let answers = versions.get(apiVersion);
  if (answers === undefined) versions.set(apiVersion, (answers = new WeakMap()));
  return answers;
}

/** Keeps an answer until another one is asked for, unless it is a failure. */
function remember(answers: Answers, about: KubeObject, object: Promise<KubeObject>): void {
  const answer: Answer = { object, came: false };
  answers.set(about, answer);
  object.then(
    () => (answer.came = true),
    () => answers.get(about) === answer && answers.delete(about),
  );
}

function* portions(objects: readonly KubeObject[]): Generator<readonly KubeObject[]> {
  let portion: KubeObject[] = [];
  let text = 0;
  for (const object of objects) {
    const { length } = JSON.stringify(object);
    if (portion.length === mostAtOnce || (portion.length > 0 && text + length > mostText)) {
      yield portion;
      [portion, text] = [[], 0];
    }
    portion.push(object);
    text += length;
  }
  if (portion.length > 0) yield portion;
}
