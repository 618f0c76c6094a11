import { canonicalQuantity, quantityFault } from '../../meta/index.ts';
import type { Shape } from '../walk.ts';
import type { TypedDecoder } from './decoder.ts';
import { Hard } from './fault.ts';
import { parseGoTime } from './time.ts';

type Special = (value: unknown, at: TypedDecoder, name: string) => unknown;

const meta = 'io.k8s.apimachinery.pkg.apis.meta.v1.';
const extensions = 'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.';

/** Definitions whose Go types decode themselves; the published schema does not say how. */
const specials: Readonly<Record<string, Special>> = {
  'io.k8s.apimachinery.pkg.api.resource.Quantity': quantity,
  'io.k8s.apimachinery.pkg.util.intstr.IntOrString': intOrString,
  'io.k8s.apimachinery.pkg.runtime.RawExtension': anything,
  [`${meta}FieldsV1`]: anything,
  [`${meta}Patch`]: anything,
  [`${meta}Time`]: time,
  [`${meta}MicroTime`]: microTime,
  [`${meta}Duration`]: duration,
  [`${extensions}JSON`]: anything,
  [`${extensions}JSONSchemaPropsOrBool`]: schemaOr(value => typeof value === 'boolean'),
  [`${extensions}JSONSchemaPropsOrStringArray`]: schemaOr(Array.isArray),
  [`${extensions}JSONSchemaPropsOrArray`]: schemaOr(Array.isArray),
};

export function decoderOf({ name }: Shape): Special | undefined {
  return name === '' ? undefined : specials[name];
}

function anything(value: unknown): unknown {
  return value;
}

function quantity(value: unknown): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  const canonical = canonicalQuantity(text);
  if (canonical !== undefined) return canonical;
  const suffix = /^[+-]?[0-9]*(?:\.[0-9]*)?([eEinumkKMGTP]+[-+]?[0-9]*)$/.exec(text)?.[1];
  throw new Hard(suffix === undefined ? quantityFault : "unable to parse quantity's suffix");
}

function intOrString(value: unknown, at: TypedDecoder): unknown {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' && value === (value | 0)) return value;
  throw new Hard(at.typeFault(value, 'int32'));
}

function text(value: unknown, at: TypedDecoder): string {
  if (typeof value === 'string') return value;
  throw new Hard(at.typeFault(value, 'string'));
}

function time(value: unknown, at: TypedDecoder): string {
  const { seconds } = parsed(text(value, at), '2006-01-02T15:04:05Z07:00');
  return `${seconds}Z`;
}

function microTime(value: unknown, at: TypedDecoder): string {
  const { seconds, fraction } = parsed(text(value, at), '2006-01-02T15:04:05.000000Z07:00');
  return `${seconds}.${fraction.padEnd(6, '0').slice(0, 6)}Z`;
}

function parsed(given: string, layout: string): { seconds: string; fraction: string } {
  const result = parseGoTime(given, layout);
  if (typeof result === 'string') throw new Hard(result);
  return result;
}

const span = /^[-+]?(0|([0-9]+(\.[0-9]*)?|\.[0-9]+)(ns|us|µs|μs|ms|s|m|h))+$/;

function duration(value: unknown, at: TypedDecoder): string {
  const given = text(value, at);
  if (given.length <= 256 && span.test(given)) return given;
  throw new Hard(`time: invalid duration ${JSON.stringify(given)}`);
}

/** A schema inside a schema, or something else in its place. */
function schemaOr(other: (value: unknown) => boolean): Special {
  return (value, at) => {
    if (other(value)) return value;
    return at.value(value, { $ref: `#/components/schemas/${extensions}JSONSchemaProps` });
  };
}
