import {
  type FieldError,
  forbiddenField,
  invalidValue,
  type KubeObject,
  requiredValue,
} from '../../../meta/index.ts';
import type { Rules } from '../../kind.ts';
import { inRange, oneOf } from '../checks.ts';
import { filled, filledZero, mapped, specOf, withSpec } from '../filling.ts';
import { updates, withStatus } from '../strategy.ts';
import { conditionErrors } from './conditions.ts';

interface Shares {
  readonly nominalConcurrencyShares?: number;
  readonly lendablePercent?: number;
}

interface Queuing {
  readonly queues?: number;
  readonly handSize?: number;
  readonly queueLengthLimit?: number;
}

interface Limited extends Shares {
  readonly borrowingLimitPercent?: number;
  readonly limitResponse?: { readonly type?: string; readonly queuing?: Queuing };
}

interface LevelSpec {
  readonly type?: string;
  readonly limited?: Limited;
  readonly exempt?: Shares;
}

const mostQueues = 10_000_000;

/** Rules of PriorityLevelConfiguration. */
export const prioritylevelconfigurations: Rules = {
  complete: object => withSpec<LevelSpec>(object, completed),
  ...withStatus({}),
  validateCreate: errorsOf,
  ...updates(errorsOf, conditionErrors),
};

function completed(spec: LevelSpec): LevelSpec {
  const limited = mapped(spec, 'limited', one =>
    mapped(filled(one, { nominalConcurrencyShares: 30, lendablePercent: 0 }), 'limitResponse', response =>
      mapped(response, 'queuing', queuing =>
        filledZero(queuing, { queues: 64, handSize: 8, queueLengthLimit: 50 }),
      ),
    ),
  );
  return mapped(limited, 'exempt', one => filled(one, { nominalConcurrencyShares: 0, lendablePercent: 0 }));
}

function errorsOf(object: KubeObject): FieldError[] {
  const { type = '', limited, exempt } = specOf<LevelSpec>(object);
  const alone = (object.metadata.name === 'exempt') === (type === 'Exempt');
  const errors = alone
    ? []
    : [invalidValue('spec.type', type, "must be 'Exempt' if and only if `name` is 'exempt'")];
  if (type === 'Exempt') {
    return [
      ...errors,
      ...sharesErrors(exempt, 'spec.exempt'),
      ...(limited === undefined
        ? []
        : [forbiddenField('spec.limited', 'must be nil if the type is not Limited')]),
    ];
  }
  if (type !== 'Limited') return [...errors, ...oneOf(type, ['Exempt', 'Limited'], 'spec.type')];
  return [
    ...errors,
    ...(exempt === undefined ? [] : [forbiddenField('spec.exempt', 'must be nil if the type is Limited')]),
    ...(limited === undefined
      ? [requiredValue('spec.limited', 'must not be empty when type is Limited')]
      : limitedErrors(limited, 'spec.limited')),
  ];
}

function sharesErrors(shares: Shares = {}, field: string): FieldError[] {
  const { nominalConcurrencyShares: nominal = 0, lendablePercent = 0 } = shares;
  return [
    ...(nominal < 0
      ? [invalidValue(`${field}.nominalConcurrencyShares`, nominal, 'must be a non-negative integer')]
      : []),
    ...inRange(lendablePercent, 0, 100, `${field}.lendablePercent`),
  ];
}

function limitedErrors(limited: Limited, field: string): FieldError[] {
  const { borrowingLimitPercent: borrowed = 0, limitResponse = {} } = limited;
  const detail = 'if specified, must be a non-negative integer';
  return [
    ...sharesErrors(limited, field),
    ...responseErrors(limitResponse, `${field}.limitResponse`),
    ...(borrowed < 0 ? [invalidValue(`${field}.borrowingLimitPercent`, borrowed, detail)] : []),
  ];
}

function responseErrors(
  { type, queuing }: NonNullable<Limited['limitResponse']>,
  field: string,
): FieldError[] {
  const at = `${field}.queuing`;
  if (type === 'Queue') {
    if (queuing !== undefined) return queuingErrors(queuing, at);
    return [requiredValue(at, 'must not be empty if limited.limitResponse.type is Limited')];
  }
  if (type !== 'Reject') return oneOf(type, ['Queue', 'Reject'], `${field}.type`);
  const detail = 'must be nil if limited.limitResponse.type is not Limited';
  return queuing === undefined ? [] : [forbiddenField(at, detail)];
}

function queuingErrors(
  { queues = 0, handSize = 0, queueLengthLimit = 0 }: Queuing,
  field: string,
): FieldError[] {
  const positive = (name: string, value: number): FieldError[] =>
    value > 0 ? [] : [invalidValue(`${field}.${name}`, value, 'must be positive')];
  const many = `must not be greater than ${mostQueues}`;
  const large = `should not be greater than queues (${queues})`;
  return [
    ...positive('queueLengthLimit', queueLengthLimit),
    ...positive('queues', queues),
    ...(queues > mostQueues ? [invalidValue(`${field}.queues`, queues, many)] : []),
    ...positive('handSize', handSize),
    ...(handSize > queues ? [invalidValue(`${field}.handSize`, handSize, large)] : []),
  ];
}
